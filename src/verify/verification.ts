/**
 * Verification: one build off, twice, then cold, warm and warm again, each output compared with the first, byte for byte.
 *
 * Files that differ between the two builds without Pitcrew are the build's own chance and prove nothing. When another file
 * differs, the plugins that took part are halved, with fresh stores, until one is left whose memo alone makes the difference.
 */
import type { Builds, FinishedBuild } from './builds.ts'
import { differences, firstDifference } from './outputs.ts'
import type { Difference, FirstDifference } from './outputs.ts'

export type RunName = 'off' | 'off again' | 'cold' | 'warm' | 'warm again'
const BUILDS_UNTIL: Readonly<Record<RunName, number>> = { off: 0, 'off again': 0, cold: 1, warm: 2, 'warm again': 3 }
export const RUN_NAMES: readonly RunName[] = ['off', 'off again', 'cold', 'warm', 'warm again']

export interface VerifiedRun {
  readonly name: RunName
  readonly wallMs: number
  readonly fileCount: number
  /** Files that differ from those of the first build, and not by chance. */
  readonly differingCount: number
  /** Calls from memory, and all that could be. `null` without Pitcrew. */
  readonly calls: { readonly hit: number; readonly all: number } | null
}

export interface Verification {
  readonly version: 1
  /** `wrong`: Pitcrew changed the output. `nondeterministic`: no two builds without it are the same, and it changed nothing else. */
  readonly verdict: 'identical' | 'wrong' | 'nondeterministic'
  readonly runs: readonly VerifiedRun[]
  /** Files that differ between two builds without Pitcrew. */
  readonly unstable: readonly string[]
  readonly wrong: WrongRun | null
}

export interface WrongRun {
  readonly run: RunName
  readonly files: readonly Difference[]
  readonly first: FirstDifference | null
  /** Whose memo makes the difference: one plugin, or several that do so only together. Empty when it was not looked for. */
  readonly plugins: readonly string[]
}

export interface VerifyOptions {
  /** Whether the plugin to blame is looked for, which takes more builds. */
  readonly blame: boolean
  /** Told when a build begins. `name`: what it is for. */
  progress(name: string): void
  /** Told when one of the runs is done. */
  done(run: VerifiedRun): void
}

/** @throws PitcrewError as `Builds.run` does. */
export async function verifyBuilds(builds: Builds, options: VerifyOptions): Promise<Verification> {
  const finished: FinishedBuild[] = []
  const runs: VerifiedRun[] = []
  let unstable = new Set<string>()
  let wrong: { name: RunName; build: FinishedBuild; files: Difference[] } | null = null
  const store = builds.freshStore()
  for (const name of RUN_NAMES) {
    options.progress(name)
    const build = await builds.run(name.startsWith('off') ? null : { store, without: [] })
    const files = differences((finished[0] ?? build).snapshot, build.snapshot, unstable)
    let differingCount = files.length
    if (name === 'off again') {
      unstable = new Set(files.flatMap(({ file, otherFile }) => [file, otherFile]))
      differingCount = unstable.size
    } else if (files.length > 0) wrong ??= { name, build, files }
    finished.push(build)
    const run = { name, wallMs: build.wallMs, fileCount: build.snapshot.size, differingCount, calls: callsOf(build) }
    runs.push(run)
    options.done(run)
  }
  if (wrong === null) return { ...judgeRight(unstable), runs }
  const off = finished[0]!
  const plugins = options.blame ? await findBlame(builds, { off, unstable, suspects: suspectsIn(finished), buildCount: BUILDS_UNTIL[wrong.name] }, options) : []
  return {
    version: 1, verdict: 'wrong', runs, unstable: [...unstable],
    wrong: { run: wrong.name, files: wrong.files, first: firstDifference(wrong.files, off.dir, wrong.build.dir), plugins },
  }
}

/** What the build itself does differently each time proves nothing. */
function judgeRight(unstable: ReadonlySet<string>): Omit<Verification, 'runs'> {
  return { version: 1, verdict: unstable.size > 0 ? 'nondeterministic' : 'identical', unstable: [...unstable], wrong: null }
}

function callsOf({ report }: FinishedBuild): VerifiedRun['calls'] {
  if (report === null) return null
  const { hit, miss, stale, corrupt } = report.outcomes
  return { hit, all: hit + miss + stale + corrupt }
}

/** Plugins and loaders that anything was remembered of. */
function suspectsIn(finished: readonly FinishedBuild[]): string[] {
  const named = finished.flatMap(({ report }) => report?.plugins ?? []).filter(({ outcomes: { hit, miss, stale, corrupt } }) => hit + miss + stale + corrupt > 0)
  return [...new Set(named.flatMap(({ name }) => name.split(' < ')))]
}

interface Search {
  readonly off: FinishedBuild
  readonly unstable: ReadonlySet<string>
  readonly suspects: readonly string[]
  /** So many builds with one store are needed before the difference shows. */
  readonly buildCount: number
}

async function findBlame(builds: Builds, { off, unstable, suspects: all, buildCount }: Search, { progress }: VerifyOptions): Promise<readonly string[]> {
  const differs = async (remembered: readonly string[]): Promise<boolean> => {
    progress(`remembering ${remembered.length === 1 ? remembered[0] : `${remembered.length} of ${all.length} plugins`} alone`)
    const memory = { store: builds.freshStore(), without: all.filter(name => !remembered.includes(name)) }
    for (let build = 1; build < buildCount; build++) await builds.run(memory)
    const last = await builds.run(memory)
    return differences(off.snapshot, last.snapshot, unstable).length > 0
  }
  let suspects = all
  let isProven = false
  while (suspects.length > 1) {
    const half = suspects.slice(0, Math.ceil(suspects.length / 2))
    isProven = await differs(half)
    suspects = isProven ? half : suspects.slice(half.length)
  }
  if (isProven || await differs(suspects)) return suspects
  // No plugin does it alone.
  return all
}
