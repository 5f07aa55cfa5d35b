/**
 * The unplugin factory. It holds nothing but the name and the hand-over: what a bundler offers beyond unplugin's common
 * hooks is the adapters' business, and they are given the same `start`.
 */
import { createUnplugin } from 'unplugin'
import type { UnpluginInstance, UnpluginOptions } from 'unplugin'
import { Build } from './build.ts'
import type { HostFacts } from './build.ts'
import { systemClock, systemIdleMs } from './clock.ts'
import { recipes } from './memo/recipes/index.ts'
import { resolveOptions, validateOptions } from './options.ts'
import type { Options } from './options.ts'
import { ProcessorWaits } from './performance/processor-waits.ts'
import { openStore } from './store/open.ts'
import { version } from './version.ts'
import { Stamps } from './vfs/stamps.ts'

/** Starts a build once the host knows its facts. `null`: Pitcrew is off. */
export type Start = (facts: HostFacts) => Build | null

/** What an adapter adds for its bundler. */
export type HostHooks = (start: Start, options: Options | undefined) => Omit<UnpluginOptions, 'name'>

export const PLUGIN_NAME = 'unplugin-pitcrew'

/** Of all builds of this process. */
const stamps = new Stamps()

/** @throws PitcrewError OPTIONS_INVALID from the factory, before the build begins. */
export function createPitcrew(hostHooks: HostHooks): UnpluginInstance<Options | undefined, false> {
  return createUnplugin<Options | undefined, false>(options => {
    validateOptions(options)
    return { name: PLUGIN_NAME, ...hostHooks(facts => startBuild(options, facts), options) }
  })
}

function startBuild(options: Options | undefined, facts: HostFacts): Build | null {
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
