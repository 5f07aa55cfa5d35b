/**
 * One call of a Rollup-like `transform` or `load` hook as the memo sees it.
 *
 * A class, and nothing made before it is asked for: a build makes tens of thousands of calls that are run as they are, and
 * of those only a few fields are looked at.
 */
import { isAbsolute } from 'node:path'
import type { Build } from '../../../src/build.ts'
import type { EncodedResult, HostCall } from '../../../src/memo/host-call.ts'
import type { MemoRecord } from '../../../src/memo/record/record.ts'
import type { CallInfo, Site } from '../../../src/memo/sites/site.ts'
import type { HostDependency } from '../../../src/memo/trace/seal.ts'
import type { Trace } from '../../../src/memo/trace/trace.ts'
import { checkAgainst, isRepeatable, muteContext, repeatContext, replayEffects, watchContext } from './rollup-context.ts'
import type { ContextWatch, PluginContext } from './rollup-context.ts'
import { decodeRollupResult, encodeRollupResult } from './rollup-result.ts'
import type { TransformChain, TransformChains } from './transform-chains.ts'

export type Handler = (this: PluginContext, ...args: unknown[]) => unknown

/** What may be remembered, and how its arguments are read. */
export interface Wrappable {
  readonly hook: 'transform' | 'load'
  /** Which argument is the module id. */
  readonly idAt: number
}

export const WRAPPED: readonly Wrappable[] = [{ hook: 'transform', idAt: 1 }, { hook: 'load', idAt: 0 }]

/** What all calls of one handler have in common. */
export interface WrappedHandler {
  readonly build: Build
  readonly chains: TransformChains
  readonly site: Site
  readonly wrappable: Wrappable
  /** The plugin's own, measured. */
  readonly handler: Handler
}

export class RollupCall implements HostCall<unknown> {
  readonly call: CallInfo
  readonly #of: WrappedHandler
  readonly #context: PluginContext
  readonly #args: unknown[]
  readonly #chain: TransformChain

  constructor(of: WrappedHandler, context: PluginContext, args: unknown[]) {
    const { site, wrappable } = of
    this.#of = of
    this.#context = context
    this.#args = args
    this.#chain = of.chains.of(context, args, wrappable)
    this.call = { id: String(args[wrappable.idAt]), inputs: site.decision.kind === 'memoize' ? inputsOf(wrappable, context, args) : NO_INPUTS }
  }

  execute(trace: Trace | null): unknown {
    return this.#chain.follow(this.#of.handler.apply(trace === null ? this.#context : this.#watched(trace), this.#args))
  }

  #watched(trace: Trace): PluginContext {
    const { id } = this.call
    if (this.#of.wrappable.hook === 'load' && isAbsolute(id)) trace.about(id.split('?', 1)[0]!)
    return watchContext(this.#context, this.#watch(trace))
  }

  async rerun(): Promise<unknown> {
    return this.#of.handler.apply(muteContext(this.#context), this.#args)
  }

  async repeat(record: MemoRecord, trace: Trace): Promise<unknown> {
    if (!isRepeatable(record)) trace.refuse('what it was given is gone')
    if (trace.refusal !== null) throw new Error(trace.refusal)
    return this.#of.handler.apply(repeatContext(this.#context, this.#watch(trace)), this.#args)
  }

  encode(result: unknown): EncodedResult {
    return encodeRollupResult(result, this.#input)
  }

  replay(record: MemoRecord): unknown {
    replayEffects(record.effects, this.#context, this.#of.build.facts.print)
    return this.#chain.follow(decodeRollupResult(record, this.#input))
  }

  check(dependency: HostDependency): Promise<string | null> {
    return checkAgainst(this.#context, this.#of.build.portable, this.#chain)(dependency)
  }

  /** The code that the hook was given. */
  get #input(): string | null {
    return this.#of.wrappable.hook === 'transform' ? String(this.#args[0]) : null
  }

  #watch(trace: Trace): ContextWatch {
    const { build, site } = this.#of
    return { trace, portable: build.portable, chain: this.#chain, id: this.call.id, trusted: site.decision.recipe !== null, outside: body => build.observer.run(null, body) }
  }
}

const NO_INPUTS: CallInfo['inputs'] = {}

/** By label. */
function inputsOf({ hook }: Wrappable, context: PluginContext, args: readonly unknown[]): CallInfo['inputs'] {
  return hook === 'transform' ? { code: String(args[0]), ...surroundings(context, args[2]) } : surroundings(context, args[1])
}

/** What besides code and id a hook is told: module type, import attributes, environment. */
function surroundings(context: PluginContext, options: unknown): Record<string, string> {
  const { moduleType, ssr, attributes, rawId } = (options ?? {}) as Record<string, unknown>
  return {
    moduleType: String(moduleType ?? ''),
    environment: environmentOf(context) ?? `ssr ${String(ssr ?? '')}`,
    ...(Object.keys(attributes ?? {}).length > 0 ? { attributes: JSON.stringify(attributes) } : {}),
    ...(typeof rawId === 'string' ? { rawId } : {}),
  }
}

/** Vite's; other bundlers have none. */
function environmentOf(context: PluginContext): string | null {
  const environment = context['environment'] as { name?: string; mode?: string; config?: { consumer?: string } } | undefined
  return environment ? `${environment.name} ${environment.mode} ${environment.config?.consumer}` : null
}
