/**
 * Runs a real bundler on a playground in a fresh child process, with Pitcrew off, cold or warm.
 *
 * Everything but the variant is the same for the three: the child script, its arguments, the project's own configuration.
 * A child that ends with a failure rejects with what it printed.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BuildReport } from '../../src/report/build-report.ts'
import { normaliseOutput, normaliseWarnings, splitReport } from './normalise.ts'
import { REPOSITORY, playgroundNamed } from './playgrounds.ts'

export type Variant = 'off' | 'cold' | 'warm'

export interface BuildRequest {
  readonly name: string
  /** `cold` empties `cacheDir` first, `warm` uses what is in it, `off` leaves Pitcrew out of the configuration. */
  readonly variant: Variant
  /** Absolute; where memos are kept. */
  readonly cacheDir: string
  /** Absolute; emptied by the bundler. Source maps name sources relative to it: compare builds of one depth. */
  readonly outDir: string
  /** Folder of the playground. @default the one in the repository */
  readonly root?: string
  /** Added to this process's environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** What the child does. @default the playground's bundler */
  readonly runner?: string
  /** @default 600000 */
  readonly timeoutMs?: number
}

export interface BuildOutcome {
  readonly outDir: string
  /** What the build said besides its summary: warnings and everything printed, without colours, paths and durations; sorted. */
  readonly warnings: readonly string[]
  readonly durations: {
    /** As the bundler reports it. */
    readonly bundlerMs: number
    /** From the start of the process to its end. */
    readonly processMs: number
    /** Processor time of all threads of that process, without its children (such as Sass's compiler). */
    readonly cpuMs: number
  }
  /** Most memory that the process held at once. */
  readonly maxRssBytes: number
  /** `null` for `off`. */
  readonly report: BuildReport | null
  /** The report as a person sees it, in lines; empty for `off`. */
  readonly reportText: readonly string[]
  /** Only from dev sessions: every served module by URL. */
  readonly bodies: Readonly<Record<string, string>> | null
}

interface ChildResult {
  readonly bundlerMs: number
  readonly warnings: readonly string[]
  readonly info: readonly string[]
  readonly cpuMs: number
  readonly maxRssBytes: number
  readonly bodies?: Readonly<Record<string, string>>
}

const CHILD = join(REPOSITORY, 'test', 'harness', 'child', 'run.mjs')

/** @throws Error with the child's output when the build fails or takes longer than `timeoutMs`. */
export async function buildPlayground(request: BuildRequest): Promise<BuildOutcome> {
  const { name, variant, cacheDir, outDir } = request
  const root = request.root ?? join(REPOSITORY, 'playground', name)
  if (variant === 'cold') rmSync(cacheDir, { recursive: true, force: true })
  mkdirSync(cacheDir, { recursive: true })
  const scratch = mkdtempSync(join(tmpdir(), 'pitcrew-harness-'))
  const resultFile = join(scratch, 'result.json')
  const reportFile = join(scratch, 'report.json')
  try {
    const job = { runner: request.runner ?? playgroundNamed(name).bundler, root, resultFile }
    const env = environmentOf(request, { job, reportFile })
    const { processMs, output } = await runChild(root, env, request.timeoutMs ?? 600_000, `${name} (${variant})`)
    const result = JSON.parse(readFileSync(resultFile, 'utf8')) as ChildResult
    const paths = { root, outDir, cacheDir }
    return {
      outDir,
      warnings: [...normaliseWarnings(result.warnings, paths), ...normaliseOutput(output, paths)].sort(),
      durations: { bundlerMs: result.bundlerMs, processMs, cpuMs: result.cpuMs },
      maxRssBytes: result.maxRssBytes,
      report: existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) as BuildReport : null,
      reportText: splitReport([...result.info, output].join('\n')).report,
      bodies: result.bodies ?? null,
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function environmentOf({ variant, cacheDir, outDir, env }: BuildRequest, { job, reportFile }: { job: object; reportFile: string }): NodeJS.ProcessEnv {
  const merged: NodeJS.ProcessEnv = {
    ...process.env,
    NO_COLOR: '1',
    // Vitest sets them, and both change what bundlers and plugins do.
    NODE_ENV: undefined, VITEST: undefined, FORCE_COLOR: undefined,
    PITCREW_PLAYGROUND: variant === 'off' ? 'off' : undefined,
    PITCREW_CACHE_DIR: cacheDir,
    PITCREW_OUT_DIR: outDir,
    PITCREW_REPORT_FILE: variant === 'off' ? undefined : reportFile,
    PITCREW_HARNESS_JOB: JSON.stringify(job),
    ...env,
  }
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined))
}

function runChild(cwd: string, env: NodeJS.ProcessEnv, timeoutMs: number, title: string): Promise<{ processMs: number; output: string }> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now()
    const child = spawn(process.execPath, [CHILD], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    const chunks: Buffer[] = []
    const collect = (chunk: Buffer): void => void chunks.push(chunk)
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      const processMs = performance.now() - startedAt
      const output = Buffer.concat(chunks).toString('utf8')
      if (code === 0) resolve({ processMs, output })
      else reject(new Error(`${title} ended with ${signal ?? `code ${code}`}:\n${output.slice(-6000)}`))
    })
  })
}
