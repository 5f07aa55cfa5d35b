/** Builds of a made-up project by a made-up bundler, all with one store in memory. */
import { Build } from '../../../../src/build.ts'
import type { HostFacts } from '../../../../src/build.ts'
import type { Recipe } from '../../../../src/memo/recipe.ts'
import { resolveOptions } from '../../../../src/options.ts'
import type { Options } from '../../../../src/options.ts'
import type { BuildReport } from '../../../../src/report/build-report.ts'
import { createMemoryStore } from '../../../../src/store/memory-store.ts'
import type { Store } from '../../../../src/store/store.ts'
import { forgetPlugins } from '../../../harness/new-process.ts'
import { createLateClock, createProjectFiles } from '../../memo/helpers/project-files.ts'
import type { ManualClock, ProjectFiles } from '../../memo/helpers/project-files.ts'

export interface BuildBench {
  readonly project: ProjectFiles
  readonly clock: ManualClock
  readonly store: Store
  /** What a person was told. */
  readonly said: string[]
  /** Lines that were printed again. */
  readonly printed: unknown[]
  /** A new build, as in the next process; the one before is closed. */
  next(changes?: BuildChanges): Promise<Build>
  /** Waits until what was recorded so far can be found. */
  flush(): Promise<void>
  /** Ends the build that is running. */
  report(): Promise<BuildReport>
  dispose(): Promise<void>
}

export interface BuildChanges {
  readonly options?: Options
  readonly facts?: Partial<HostFacts>
  readonly recipes?: readonly Recipe[]
}

export function createBuildBench(): BuildBench {
  const project = createProjectFiles({ 'package-lock.json': '{}', 'package.json': '{}' })
  const clock = createLateClock()
  const store = createMemoryStore()
  const said: string[] = []
  const printed: unknown[] = []
  let build: Build | null = null

  function create({ options = {}, facts = {}, recipes = [] }: BuildChanges): Build {
    const allFacts: HostFacts = {
      bundler: { name: 'fake', version: '1' }, isBundlerNative: true, command: 'build', mode: 'production', root: project.root, configFiles: [],
      resolvedConfig: {}, configIdentity: {}, exposed: {},
      logger: { info: message => void said.push(message), warn: message => void said.push(message) },
      print: effect => void printed.push(effect),
      ...facts,
    }
    const resolved = resolveOptions({ cacheDir: project.at('.cache'), report: false, ...options }, project.root, {})
    // Closing a build closes its store, which is one of all builds here.
    const kept: Store = { location: 'memory', get: key => store.get(key), put: (key, value) => store.put(key, value), flush: () => store.flush(), stats: () => store.stats(), close: () => Promise.resolve() }
    return new Build(resolved, allFacts, { clock, idleMs: () => 0, env: {}, version: '0.0.0', recipes, openStore: () => kept })
  }

  return {
    project, clock, store, said, printed,
    async next(changes = {}) {
      await build?.close()
      forgetPlugins()
      build = create(changes)
      build.begin()
      return build
    },
    async flush() {
      await build?.flush()
    },
    async report() {
      const report = await build?.end()
      if (!report) throw new Error('there is no report')
      return report
    },
    async dispose() {
      await build?.close()
      project.dispose()
    },
  }
}
