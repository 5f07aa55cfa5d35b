/**
 * Runs sequences of edits: after each step the project is built without Pitcrew and with what is in its store, and both must
 * have written the same bytes and said the same, failures included. Every sequence begins with one and the same store, so
 * that it can be done again by itself.
 */
import { createHash } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { normaliseOutput, normaliseWarnings } from '../../harness/normalise.ts'
import type { BuildPaths } from '../../harness/normalise.ts'
import { REPOSITORY } from '../../harness/playgrounds.ts'
import { replaceFile } from '../../harness/project.ts'
import { diffDirectories } from '../../harness/snapshot.ts'
import { Builder } from './builder.ts'
import type { Built } from './builder.ts'
import { apply, begin, describe } from './edits.ts'
import type { Edit, State } from './edits.ts'

interface Reference {
  /** `null` when the build failed. */
  readonly dir: string | null
  readonly said: string
  /** Of a build that failed. */
  readonly errors: string
}

export interface Counts {
  sequences: number
  steps: number
  /** Steps after which nothing could be built, with Pitcrew or without. */
  failures: number
  hits: number
  redone: number
}

export class EditRunner {
  readonly counts: Counts = { sequences: 0, steps: 0, failures: 0, hits: 0, redone: 0 }
  readonly #base = mkdtempSync(join(tmpdir(), 'pitcrew-edits-'))
  readonly #root = join(this.#base, 'project')
  readonly #store = join(this.#base, 'builds', 'store')
  readonly #pristineStore = join(this.#base, 'builds', 'pristine')
  readonly #off = new Builder()
  readonly #warm = new Builder()
  /** What a state is built to without Pitcrew: builds of one state are the same. */
  readonly #references = new Map<string, Reference>()
  #onDisk: State = { tree: {}, env: {} }

  /** Builds the pristine application cold. */
  async open(): Promise<void> {
    mkdirSync(join(this.#base, 'builds'), { recursive: true })
    mkdirSync(this.#root)
    symlinkSync(join(REPOSITORY, 'node_modules'), join(this.#root, 'node_modules'), 'junction')
    this.#write(begin().now)
    const { failed } = await this.#buildWarm(begin().now)
    if (failed !== null) throw new Error(`the application does not build: ${failed}`)
    renameSync(this.#store, this.#pristineStore)
  }

  /** @throws Error that says after which steps what differs. */
  async run(sequence: readonly Edit[]): Promise<void> {
    rmSync(this.#store, { recursive: true, force: true })
    cpSync(this.#pristineStore, this.#store, { recursive: true })
    let history = begin()
    const done: string[] = []
    this.counts.sequences++
    for (const edit of sequence) {
      done.push(describe(history, edit))
      history = apply(history, edit)
      this.counts.steps++
      const difference = await this.#difference(history.now)
      if (difference !== null) throw new Error(`after\n  ${done.join('\n  ')}\n${difference}`)
    }
  }

  close(): void {
    this.#off.close()
    this.#warm.close()
    rmSync(this.#base, { recursive: true, force: true })
  }

  async #difference(state: State): Promise<string | null> {
    this.#write(state)
    const [reference, warm] = await Promise.all([this.#reference(state), this.#buildWarm(state)])
    if (reference.dir === null || warm.failed !== null) {
      this.counts.failures++
      // What a build that failed has left in its folder, and what it had time to say, is nobody's output.
      const errors = this.#errorsOf(warm, 'warm')
      return reference.dir === null && reference.errors === errors ? null : `only one of the two fails, or not alike:\n- ${reference.errors}\n+ ${errors}`
    }
    const { hit = 0, miss = 0, stale = 0 } = warm.report?.outcomes ?? {}
    this.counts.hits += hit
    this.counts.redone += miss + stale
    if (warm.report === null) return 'Pitcrew made no report'
    if (warm.report.faults.length > 0) return `faults of Pitcrew: ${JSON.stringify(warm.report.faults)}`
    const difference = diffDirectories(reference.dir, this.#outDir('warm'))
    if (difference !== null) return difference
    const said = this.#said(warm, 'warm')
    return said === reference.said ? null : `what was said differs:\n- ${reference.said}\n+ ${said}`
  }

  async #reference(state: State): Promise<Reference> {
    const key = createHash('sha256').update(JSON.stringify([Object.entries(state.tree).sort(), Object.entries(state.env).filter(([, value]) => value !== null).sort()])).digest('hex')
    const known = this.#references.get(key)
    if (known) return known
    const built = await this.#build(this.#off, 'off', state)
    const said = this.#said(built, 'off')
    const dir = built.failed === null ? join(this.#base, 'builds', `kept-${this.#references.size}`) : null
    if (dir !== null) renameSync(this.#outDir('off'), dir)
    const reference = { dir, said, errors: this.#errorsOf(built, 'off') }
    this.#references.set(key, reference)
    return reference
  }

  #buildWarm(state: State): Promise<Built> {
    return this.#build(this.#warm, 'warm', state)
  }

  #build(builder: Builder, variant: 'off' | 'warm', { env }: State): Promise<Built> {
    const reportFile = join(this.#base, 'builds', 'report.json')
    return builder.build({
      root: this.#root, reportFile,
      env: { ...env, NODE_ENV: null, PITCREW_OUT_DIR: this.#outDir(variant), PITCREW_CACHE_DIR: this.#store, PITCREW_PLAYGROUND: variant === 'off' ? 'off' : null, PITCREW_REPORT_FILE: variant === 'off' ? null : reportFile },
    })
  }

  #outDir(variant: 'off' | 'warm'): string {
    return join(this.#base, 'builds', `out-${variant.padEnd(4, '-')}`)
  }

  #said({ warnings, output }: Built, variant: 'off' | 'warm'): string {
    const paths = this.#paths(variant)
    return [...normaliseWarnings(warnings, paths), ...normaliseOutput(output, paths)].sort().join('\n')
  }

  /** Messages and whose they are, in any order; not the frames between, of which some are ours. */
  #errorsOf({ failed }: Built, variant: 'off' | 'warm'): string {
    if (failed === null) return ''
    return normaliseWarnings([failed], this.#paths(variant)).join('\n').split('\n').filter(line => /^\S/.test(line)).sort().join('\n')
  }

  #paths(variant: 'off' | 'warm'): BuildPaths {
    return { root: this.#root, outDir: this.#outDir(variant), cacheDir: this.#store }
  }

  /** Brings the disk to a state as a checkout does: what is the same is not touched. */
  #write(state: State): void {
    for (const path of Object.keys(this.#onDisk.tree)) if (!(path in state.tree)) rmSync(join(this.#root, path))
    for (const [path, text] of Object.entries(state.tree)) {
      if (this.#onDisk.tree[path] !== text) replaceFile(join(this.#root, path), text)
    }
    this.#onDisk = state
  }
}
