/** A process that builds one project again and again, with plugins and compilers that are new each time. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { REPOSITORY } from '../../harness/playgrounds.ts'
import type { OutcomeCounts } from '../../../src/types.ts'

export interface BuildJob {
  readonly root: string
  readonly env: Readonly<Record<string, string | null>>
  readonly reportFile: string
}

export interface Built {
  /** Why the build failed, or `null`. */
  readonly failed: string | null
  readonly warnings: readonly string[]
  readonly output: string
  readonly report: { readonly outcomes: OutcomeCounts; readonly faults: readonly unknown[] } | null
}

const CHILD = join(REPOSITORY, 'test', 'property', 'random-edits', 'child', 'builder.mjs')
/** Modules that Node.js loads stay in memory for ever; configurations are such. */
const BUILDS_PER_PROCESS = 200
const TIMEOUT_MS = 120_000

export class Builder {
  #process: ChildProcess | null = null
  #answers: AsyncIterator<string> | null = null
  #count = 0

  async build(job: BuildJob): Promise<Built> {
    if (this.#process === null || this.#count >= BUILDS_PER_PROCESS) this.#start()
    this.#count++
    const child = this.#process!
    child.stdin!.write(`${JSON.stringify(job)}\n`)
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS)
    const { value, done } = await this.#answers!.next()
    clearTimeout(timer)
    if (!done) return JSON.parse(value) as Built
    this.close()
    throw new Error('the building process ended, or did not answer in time')
  }

  close(): void {
    this.#process?.kill('SIGKILL')
    this.#process = null
  }

  #start(): void {
    this.close()
    const env = { ...process.env, NODE_ENV: undefined, VITEST: undefined, FORCE_COLOR: undefined, NO_COLOR: '1' }
    this.#process = spawn(process.execPath, ['--no-warnings', '--max-semi-space-size=64', CHILD], { cwd: REPOSITORY, env, stdio: ['pipe', 'ignore', 'inherit', 'pipe'] })
    this.#answers = createInterface({ input: this.#process.stdio[3] as Readable })[Symbol.asyncIterator]()
    this.#count = 0
  }
}
