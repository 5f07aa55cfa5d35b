/**
 * A site: one hook of one plugin (or one loader chain's shape) in one build, with what was decided about it.
 */
import type { PrintClaim } from '../observe/print-claims.ts'
import type { SharedReads } from '../trace/shared-reads.ts'
import type { Trace } from '../trace/trace.ts'

/** What a call is, before it ran. Texts are as the bundler gave them; `id` is absolute and may carry a query. */
export interface CallInfo {
  readonly id: string
  /** Every other input that can change the result, by label: code, module type, environment… */
  readonly inputs: Readonly<Record<string, string>>
}

/** What a recipe adds to one hook. Each function may throw nothing; a fault in it turns the call into a plain one. */
export interface HookRecipe {
  /** Whether the plugin does anything for this module. Where it does not, its own filter answers: nothing is between. */
  concerns?(id: string): boolean
  /**
   * Whether the plugin gives nothing for this module, and differs from its last such call at most by an error. Once one of
   * these calls has given nothing, the others of the same build are not made. Hosts for which nothing is `null` alone.
   */
  repeats?(id: string): boolean
  /** Why this call must not be remembered, or `null`. */
  admit?(call: CallInfo): string | null
  /** Names of context properties that lead everywhere, of which the plugin uses nothing but what its key covers. Loaders alone. */
  readonly trusts?: readonly string[]
  /** The options that the loader is given in a call that is recorded, where they differ from its own: the same but for caching. */
  amendOptions?(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>>
  /** Inputs that the plugin takes from elsewhere than its arguments. `null`: they are unknown, so no memo. */
  inputs?(call: CallInfo): Readonly<Record<string, string>> | null
  /** While a real call runs: what its compiler prints from outside of it is the call's. */
  claimPrints?(call: CallInfo, trace: Trace): PrintClaim
  /** After a real call: adds what the plugin or its compiler knows of its dependencies. */
  observe?(call: CallInfo, trace: Trace): void
  /** Why this result must not be stored, or `null`. */
  admitResult?(call: CallInfo, code: string): string | null
  /** A hit was served: the plugin did not see this call, and `rerun` runs it for real, without effects. */
  served?(call: CallInfo, paths: readonly string[], rerun: () => Promise<unknown>): void
  /** Before a real call: brings the plugin's state to where it would be without Pitcrew. */
  prepare?(call: CallInfo): Promise<void> | void
  /**
   * Other modules whose loads the plugin answers from what this call left in its state. The host asks for their results
   * after a real call, stores them with its result, and gives them itself after a hit. esbuild alone.
   */
  satellites?(call: CallInfo, code: string): readonly Satellite[]
}

/** A module that exists only because another one was loaded. */
export interface Satellite {
  readonly path: string
  readonly namespace: string
  /** What the plugin's own resolution hands to the load, if anything. */
  readonly pluginData?: unknown
}

export type Decision =
  /** `learning`: nothing is known of the cost of its calls yet, so they run first and are recorded when they prove dear. */
  | { readonly kind: 'memoize'; readonly reason: string; readonly recipe: string | null; readonly learning: boolean }
  /** `remedy`: what the user could do about it, or null. */
  | { readonly kind: 'refuse'; readonly reason: string; readonly recipe: string | null; readonly remedy: string | null }
  | { readonly kind: 'bypass'; readonly reason: string; readonly recipe: string | null }

export interface Site {
  readonly plugin: string
  readonly hook: string
  decision: Decision
  /** Parts of the key that identify the plugin: label to digest. */
  identity: Readonly<Record<string, string>>
  readonly recipe: HookRecipe
  /** The result depends on where the project lies only through paths that can be tokenised. Known of recipes alone. */
  readonly relocatable: boolean
  /** What any call was seen to look at; `null` where the recipe knows the dependencies of each call. */
  readonly sharedReads: SharedReads | null
  /** Variables of the environment that any call was seen to read, with their values: what reads one once keeps it. */
  readonly sharedEnv: Map<string, string | null>
  /** By kind of module, the extension: a plugin that sees all may be dear for some. */
  readonly costs: Map<string, SiteCost>
}

/** What the calls of a site cost so far in this build, for deciding whether remembering them is worth it. */
export interface SiteCost {
  readonly calls: number
  readonly totalMs: number
}
