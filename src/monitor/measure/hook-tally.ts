/**
 * What is added up for one hook of one plugin during one build, and what that is worth. Kept by the meter alone.
 */
import { Crossings } from './crossings.ts'
import { ModuleCosts } from './module-costs.ts'
import type { HookTiming, TimingQuality } from './timings.ts'

/**
 * What a hook's result says: `code` hooks are given code and return other code or nothing, `answer` hooks return nothing
 * when they have no answer, and of `effect` hooks the result says nothing.
 */
export type HookKind = 'code' | 'answer' | 'effect'

/** Bounds that lie as close together as this make an exact number. */
const EXACT_RATIO = 0.02
const EXACT_MS = 0.1
/** As much of a hook's time may as well be others' before its number is withheld. */
const WITHHELD_RATIO = 0.5
const TOP_MODULES = 20

export class HookTally {
  readonly plugin: string
  readonly hook: string
  readonly kind: HookKind
  calls = 0
  noopCalls = 0
  noopMs = 0
  units = 0
  /** Main-thread time that was seen to be this hook's. */
  seenMs = 0
  /** What is counted as its own of the time that nobody saw: of its turns, and while it alone was pending. */
  sharedMs = 0
  /** Of that, what passed while calls of this hook alone were pending. */
  soleMs = 0
  /** Unseen time while any call of this hook was pending, up to `openSince` on the meter's count. */
  openMs = 0
  openSince = 0
  /** Of that, what is as well another hook's. */
  contestedMs = 0
  contestedSince = 0
  spanMs = 0
  busyMs = 0
  busySince = 0
  /** Calls that have begun and not ended. */
  inFlight = 0
  /** Of those, the ones that returned a promise. */
  pending = 0
  /** Any of its calls returned a promise. */
  hasWaited = false
  /** Of calls by a bundler on other threads, where nothing but the handing over lay between. */
  readonly crossings: Crossings = new Crossings()
  readonly modules: ModuleCosts = new ModuleCosts()

  constructor(plugin: string, hook: string, kind: HookKind) {
    this.plugin = plugin
    this.hook = hook
    this.kind = kind
  }

  /** Its number: seen time, and what of the rest is most likely its own. */
  get selfMs(): number {
    return this.seenMs + this.sharedMs
  }

  /** @param result `undefined` for a call that failed. */
  end(id: string, selfMs: number, input: unknown, result: unknown): void {
    this.modules.add(id, selfMs)
    this.units += lengthOf(this.kind === 'code' ? input : result)
    if (this.kind === 'effect' || !isNoop(input, result)) return
    this.noopCalls += 1
    this.noopMs += selfMs
  }

  timing(): HookTiming {
    const { selfMs, calls, noopCalls, noopMs, seenMs: minMs } = this
    const maxMs = Math.max(selfMs, minMs + this.openMs)
    return {
      plugin: this.plugin, hook: this.hook, calls, noopCalls, noopMs, filterSavingMs: noopMs + noopCalls * this.crossings.typicalMs,
      selfMs, minMs, maxMs, likelyMinMs: Math.max(minMs, selfMs - this.soleMs), likelyMaxMs: Math.min(maxMs, selfMs + this.contestedMs), quality: qualityOf(minMs, maxMs, selfMs, this.contestedMs),
      busyMs: this.busyMs, overlapMs: Math.max(0, this.spanMs - this.busyMs), awaitMs: Math.max(0, this.busyMs - selfMs),
      bytes: this.units, unfinishedCalls: this.inFlight, modules: this.modules.top(TOP_MODULES),
    }
  }
}

/** @param contestedMs Of `maxMs`, what other hooks have as good a claim to. */
function qualityOf(minMs: number, maxMs: number, selfMs: number, contestedMs: number): TimingQuality {
  if (maxMs - minMs <= Math.max(EXACT_MS, maxMs * EXACT_RATIO)) return 'exact'
  return contestedMs > (selfMs + contestedMs) * WITHHELD_RATIO ? 'withheld' : 'bounded'
}

function isNoop(input: unknown, result: unknown): boolean {
  if (result === null || result === undefined) return true
  return input !== undefined && (result === input || (typeof result === 'object' && Reflect.get(result, 'code') === input))
}

/** Of code, as a text or in the forms that hooks and loaders return it in. */
function lengthOf(code: unknown): number {
  if (typeof code === 'string' || code instanceof Uint8Array) return code.length
  if (code === null || typeof code !== 'object') return 0
  const { code: text, contents } = code as { code?: unknown; contents?: unknown }
  return typeof text === 'string' ? text.length : typeof contents === 'string' || contents instanceof Uint8Array ? contents.length : 0
}
