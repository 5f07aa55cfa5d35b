/**
 * The user's own build command, run as often as is asked, with Pitcrew off or with a store of its own, and its output
 * kept. What lay in the output folder before is put back in the end.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { PitcrewError } from '../errors.ts'
import type { BuildReport } from '../report/build-report.ts'
import { takeSnapshot } from './outputs.ts'
import type { Snapshot } from './outputs.ts'

export interface BuildPlan {
  /** The command and its arguments. */
  readonly command: readonly string[]
  /** Where it is run. Absolute. */
  readonly root: string
  /** The folder that it writes. Absolute. */
  readonly outDir: string
  /** A folder for stores and kept outputs, which must not exist yet. Absolute; on the same disk as `outDir` at best. */
  readonly scratch: string
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface FinishedBuild {
  /** Where its output is kept. */
  readonly dir: string
  readonly snapshot: Snapshot
  /** Of the whole process, milliseconds. */
  readonly wallMs: number
  /** `null` when Pitcrew was off. */
  readonly report: BuildReport | null
}

/** With which store a build is done, and which plugins are left alone; `null`: without Pitcrew. */
export type Memory = { readonly store: string; readonly without: readonly string[] } | null

const TAIL_LENGTH = 4000

export class Builds {
  readonly #plan: BuildPlan
  readonly #before: string
  #count = 0
  #running: ChildProcess | null = null

  constructor(plan: BuildPlan) {
    this.#plan = plan
    this.#before = join(plan.scratch, 'before')
    mkdirSync(plan.scratch, { recursive: true })
    if (existsSync(plan.outDir)) move(plan.outDir, this.#before)
  }

  /**
   * @throws PitcrewError VERIFY_BUILD_FAILED when the command fails, VERIFY_NO_OUTPUT when it writes nothing to the folder,
   * VERIFY_NOT_LOADED when Pitcrew was to take part and did not.
   */
  async run(memory: Memory): Promise<FinishedBuild> {
    const { outDir, scratch } = this.#plan
    const number = this.#count++
    const reportFile = join(scratch, `report-${number}.json`)
    rmSync(outDir, { recursive: true, force: true })
    const startedAt = performance.now()
    await this.#execute(memory, reportFile)
    const wallMs = performance.now() - startedAt
    if (!existsSync(outDir)) throw new PitcrewError('VERIFY_NO_OUTPUT', `the build wrote nothing to ${outDir}. Name the folder that it writes with --out.`)
    const dir = join(scratch, `output-${number}`)
    move(outDir, dir)
    return { dir, snapshot: takeSnapshot(dir), wallMs, report: memory === null ? null : readReport(reportFile) }
  }

  /** Ends the build that is running, so that `run` rejects and its caller can clean up. */
  interrupt(signal: NodeJS.Signals): void {
    this.#running?.kill(signal)
  }

  /** A name for a store that nothing is in. */
  freshStore(): string {
    return join(this.#plan.scratch, `store-${this.#count}`)
  }

  dispose(): void {
    rmSync(this.#plan.outDir, { recursive: true, force: true })
    if (existsSync(this.#before)) move(this.#before, this.#plan.outDir)
    rmSync(this.#plan.scratch, { recursive: true, force: true })
  }

  #execute(memory: Memory, reportFile: string): Promise<void> {
    const { command: [program, ...args], root, env } = this.#plan
    const orders = memory === null ? undefined : JSON.stringify({ cacheDir: memory.store, reportFile, without: memory.without })
    const childEnv = { ...env, PITCREW: memory === null ? 'off' : undefined, PITCREW_VERIFY: orders }
    return new Promise((resolve, reject) => {
      // On Windows `npm` and its like are scripts, which only a shell starts.
      // pitcrew-ignore command-injection/program: the build command is what the person at the terminal asks to be run
      const child = spawn(program!, args, { cwd: root, env: childEnv, stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' })
      this.#running = child
      let tail = ''
      const listen = (chunk: Buffer): void => {
        tail = (tail + chunk.toString('utf8')).slice(-TAIL_LENGTH)
      }
      child.stdout.on('data', listen)
      child.stderr.on('data', listen)
      child.on('error', cause => reject(new PitcrewError('VERIFY_BUILD_FAILED', `${program} could not be started (${cause.message}).`, { cause })))
      child.on('close', (code, signal) => {
        if (code === 0) resolve()
        else reject(new PitcrewError('VERIFY_BUILD_FAILED', `the build ended with ${signal ?? `exit code ${code}`}${memory === null ? ', without Pitcrew' : ''}:\n${tail}`))
      })
    })
  }
}

function readReport(path: string): BuildReport {
  if (!existsSync(path)) throw new PitcrewError('VERIFY_NOT_LOADED', 'the build did not report to Pitcrew: it is not among the plugins of the configuration, or it is turned off there.')
  return JSON.parse(readFileSync(path, 'utf8')) as BuildReport
}

/** Also across disks. */
function move(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true })
  try {
    renameSync(from, to)
  } catch {
    cpSync(from, to, { recursive: true })
    rmSync(from, { recursive: true, force: true })
  }
}
