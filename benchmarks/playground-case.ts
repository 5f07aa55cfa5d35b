/** The common shape of most cases: one application, built off, cold and warm, outputs compared byte by byte. */
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPlayground } from '../test/harness/build-playground.ts'
import type { BuildRequest, Variant as BuildVariant } from '../test/harness/build-playground.ts'
import { diffDirectories, digestOf, snapshotDirectory } from '../test/harness/snapshot.ts'
import type { BenchCase, RunOptions, Target, TimedResult } from './case.ts'
import { measure } from './measure.ts'
import type { Variant } from './measure.ts'

const BUILD_VARIANTS: readonly BuildVariant[] = ['off', 'cold', 'warm']

export interface Application {
  /** A playground's name, or a label where `root` is given. */
  readonly name: string
  readonly root?: string
  readonly runner?: string
  readonly env?: Readonly<Record<string, string | undefined>>
}

export interface PlaygroundCase extends Application {
  /** Name of the case. @default the playground's */
  readonly case?: string
  readonly question: string
  /** Wanted at most of the bundler's own time. @default nothing is wanted, the ratio is told */
  readonly warmOverOff?: number
  readonly coldOverOff?: number
}

export function playgroundCase(spec: PlaygroundCase): BenchCase {
  return {
    name: spec.case ?? spec.name,
    question: spec.question,
    run: options => measureApplication(spec, ratios(spec.warmOverOff, spec.coldOverOff), options),
  }
}

/** Both ratios of the bundler's own time and of the whole process; what is wanted is about the first. */
export function ratios(warmOverOff?: number, coldOverOff?: number): Target[] {
  const bound = (max: number | undefined): Target['bound'] => (max === undefined ? null : { max })
  return [
    { of: 'warm', over: 'off', metric: 'bundlerMs', bound: bound(warmOverOff) },
    { of: 'cold', over: 'off', metric: 'bundlerMs', bound: bound(coldOverOff) },
    { of: 'warm', over: 'off', metric: 'processMs', bound: null },
    { of: 'cold', over: 'off', metric: 'processMs', bound: null },
    { of: 'warm', over: 'off', metric: 'cpuMs', bound: null },
    { of: 'cold', over: 'off', metric: 'cpuMs', bound: null },
    { of: 'warm', over: 'off', metric: 'maxRssBytes', bound: null },
  ]
}

/** Off, cold and warm, in turn. The warm builds read a store of their own, filled once before the first round. */
export async function measureApplication(application: Application, targets: readonly Target[], options: RunOptions): Promise<TimedResult> {
  const base = mkdtempSync(join(tmpdir(), 'pitcrew-bench-'))
  try {
    const workshop = new Workshop(base, application)
    options.say('filling the store for the warm builds')
    await workshop.build('cold', 'warm')
    const variants = BUILD_VARIANTS.map((name): Variant => ({ name, run: () => workshop.build(name, name) }))
    return await measure({ variants, targets, proof: digest => workshop.proof(digest), explain: () => workshop.explain() }, options)
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

/** Builds in one place, and keeps the last output beside it to compare with. */
export class Workshop {
  readonly #base: string
  readonly #application: Application
  #warnings: readonly string[] = []
  #previousWarnings: readonly string[] = []

  constructor(base: string, application: Application) {
    this.#base = base
    this.#application = application
  }

  /** @param cache Name of the store's folder: variants must not fill each other's. */
  async build(variant: BuildVariant, cache: string, changes: Partial<BuildRequest> = {}): ReturnType<Variant['run']> {
    const { env, ...rest } = changes
    const outDir = join(this.#base, 'out')
    const previous = join(this.#base, 'previous')
    rmSync(previous, { recursive: true, force: true })
    renameIfThere(outDir, previous)
    const outcome = await buildPlayground({ ...this.#application, ...rest, variant, cacheDir: join(this.#base, 'stores', cache), outDir, env: { ...this.#application.env, ...env } })
    this.#previousWarnings = this.#warnings
    this.#warnings = outcome.warnings
    const sample = { ...outcome.durations, maxRssBytes: outcome.maxRssBytes }
    return { sample, digest: digestOf(new Map([...snapshotDirectory(outDir), ['what the build said', outcome.warnings.join('\n')]])) }
  }

  proof(digest: string): string {
    const files = snapshotDirectory(join(this.#base, 'out')).size
    return `${files} output files of every build are byte-identical, and so are the ${this.#warnings.length} lines that it said (sha256 ${digest.slice(0, 16)})`
  }

  explain(): string {
    const files = diffDirectories(join(this.#base, 'previous'), join(this.#base, 'out'))
    if (files !== null) return files
    const [before, after] = [this.#previousWarnings.join('\n'), this.#warnings.join('\n')]
    return before === after ? 'the last two builds are equal, an earlier one was not' : `it said\n${after}\nand the build before\n${before}`
  }
}

function renameIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
