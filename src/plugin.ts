/**
 * The plugin factory. It holds nothing but the name and the hand-over: what a bundler offers is the adapters' business, and
 * they are given the same `start`. (No hook is common to all bundlers here, so a library of common hooks would only be loaded.)
 */
import { Build } from './build.ts'
import type { HostFacts } from './build.ts'
import { systemClock, systemIdleMs } from './clock.ts'
import { leaveConfiguration, watchConfiguration } from './memo/observe/config-reads.ts'
import { recipes } from './memo/recipes/index.ts'
import { resolveOptions, validateOptions } from './options.ts'
import type { Options } from './options.ts'
import { ProcessorWaits } from './performance/processor-waits.ts'
import { openStore } from './store/open.ts'
import { version } from './version.ts'
import { Stamps } from './vfs/stamps.ts'

/** Starts a build once the host knows its facts. `null`: Pitcrew is off. */
export type Start = (facts: HostFacts) => Build | null

export const PLUGIN_NAME = 'unplugin-pitcrew'

/** Of all builds of this process. */
const stamps = new Stamps()

// Before the configuration that imports this goes on: what it reads makes its plugins.
watchConfiguration()

/**
 * @param hooks What the adapter's bundler calls.
 * @returns The plugin as the bundler takes it.
 * @throws PitcrewError OPTIONS_INVALID before the build begins.
 */
export function createPitcrew<Hooks extends object>(options: Options | undefined, hooks: (start: Start) => Hooks): Hooks & { readonly name: string } {
  validateOptions(options)
  watchConfiguration()
  return { name: PLUGIN_NAME, ...hooks(facts => startBuild(options, facts)) }
}

function startBuild(options: Options | undefined, facts: HostFacts): Build | null {
  leaveConfiguration()
  const resolved = resolveOptions(options, facts.root, process.env)
  if (!resolved.enabled) return null
  try {
    const build = new Build(resolved, facts, {
      clock: systemClock, idleMs: systemIdleMs, waits: new ProcessorWaits(), version, recipes, stamps, openStore,
      // Somebody may put another object there while the build runs.
      get env() {
        return process.env
      },
    })
    closeBeforeExit(build)
    return build
  } catch (error) {
    facts.logger.warn(`pitcrew: it could not start (${error instanceof Error ? error.message : String(error)}). The build goes on without it. [HOST_FAULT]`)
    return null
  }
}

/** Enough for every build that a script starts; a program with more of them has its own end for each. */
const MAX_EXIT_LISTENERS = 8

/** No bundler says that a build was the last one of its process: then the store is tidied, which is not urgent. */
function closeBeforeExit(build: Build): void {
  if (process.listenerCount('beforeExit') < MAX_EXIT_LISTENERS) process.once('beforeExit', () => void build.close())
}
