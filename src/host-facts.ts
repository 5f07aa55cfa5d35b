/** What a build is given: by the host, of what is built, and by whoever starts it, of the world. */
import type { Clock } from './clock.ts'
import type { Logger } from './logger.ts'
import type { LatestConfig } from './memo/sites/late-config.ts'
import type { Recipe } from './memo/recipe.ts'
import type { Effect } from './memo/trace/effect.ts'
import type { ResolvedOptions } from './options.ts'
import type { FaultListener, Store } from './store/store.ts'
import type { WaitClock } from './monitor/measure/processor-share.ts'
import type { Stamps } from './vfs/stamps.ts'

/** What the host knows before the build begins. Paths are absolute. */
export interface HostFacts {
  readonly bundler: { readonly name: string; readonly version: string }
  readonly command: 'build' | 'watch' | 'dev'
  /** It works on threads of its own: what the main thread does is nearly all JavaScript of plugins. */
  readonly isBundlerNative: boolean
  readonly mode: string
  readonly root: string
  readonly configFiles: readonly string[]
  /** The bundler's resolved options, as far as plugins can read them. */
  readonly resolvedConfig: Readonly<Record<string, unknown>>
  /** The part of them that counts for plugins with hidden options. */
  readonly configIdentity: unknown
  /** What only plugins of which nothing is known may ask for: `define`, exposed environment variables, entries, where the output goes. */
  readonly exposed: unknown
  /** Both as they are now, where plugins can change them until the first module comes. */
  readonly latest?: () => LatestConfig
  /** Whether a plugin was made by a configuration file, and not by the program that runs. @default none was */
  readonly isFromConfig?: (plugin: object) => boolean
  readonly logger: Logger
  /** Writes a line through a channel of the host's own, as a recorded call did. */
  readonly print: (effect: Extract<Effect, { kind: 'print' }>) => void
}

export interface BuildSeams {
  readonly clock: Clock
  /** Milliseconds that the event loop has slept so far. */
  readonly idleMs: () => number
  /** What the main thread waits for a processor; without it nothing is known of that. */
  readonly waits?: WaitClock
  readonly env: NodeJS.ProcessEnv
  readonly version: string
  readonly recipes: readonly Recipe[]
  /** What files were seen to contain by other builds of the process; without it each reads for itself. */
  readonly stamps?: Stamps
  readonly openStore: (options: ResolvedOptions, onFault: FaultListener) => Store
}
