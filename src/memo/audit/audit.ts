/**
 * The audit: runs a sample of the calls that were answered from the store once more, and compares in full.
 *
 * When: a build's calls after its output is written, before the report is made; a server's when it is idle. Never while
 * the output can still depend on it: a transform that is run again can repair state that its hit had lost, and hide that.
 *
 * Guarantees: nothing that a repeated call does through its context, its streams or its logger reaches the bundler, and it
 * can start no process and ask no thread or socket; the build is held up for `budgetMs` at most, a call that never settles
 * for `MAX_WAIT_MS` of it; the outcome counts only if all that the call depended on is still as it was, before and after;
 * no fault of ours leaves this module but through `onFault`.
 *
 * Not guaranteed: that the plugin's own state is untouched. A call that is repeated is one that the bundler might make
 * itself (the same code of the same module), and is made only if the module was not called with anything else since. In a
 * build nothing is made of that state any more. In watch and dev it becomes what it is without Pitcrew, where the call
 * would have run; a plugin that counts its calls counts one more, and is found out by that.
 *
 * A plugin that differs harmlessly (a time stamp in a comment) is found as any other: the memo is not what it stands for.
 */
import type { Clock } from '../../clock.ts'
import { messageOf } from '../../errors.ts'
import type { Difference } from '../../types.ts'
import { firstDifference } from './difference.ts'
import type { CallKey } from '../keys.ts'
import type { HostCall } from '../host-call.ts'
import type { MemoRecord } from '../record/record.ts'
import { firstChanged } from '../trace/seal.ts'
import type { CheckContext } from '../trace/seal.ts'
import type { Site } from '../sites/site.ts'
import { Trace } from '../trace/trace.ts'

/** A call that was answered from the store. */
export interface Served<Result> {
  readonly site: Site
  readonly host: HostCall<Result>
  readonly key: CallKey
  readonly record: MemoRecord
}

export interface Mismatch {
  readonly site: Site
  readonly id: string
  readonly difference: Difference
}

export interface AuditResult {
  /** Calls that were run again, and gave the same or something else. */
  readonly audited: number
  readonly mismatches: readonly Mismatch[]
  /** Calls of the sample that told nothing: their files changed, they asked what is gone by now, or there was no time left. */
  readonly inconclusive: number
  readonly ms: number
}

export interface AuditParts {
  /** Share of the calls, 0–1. */
  readonly sample: number
  readonly clock: Clock
  readonly check: () => CheckContext
  readonly watch: <T>(trace: Trace, body: () => T) => T
  /** Looks at files again. */
  readonly lookAgain: () => void
  readonly onMismatch: (mismatch: Mismatch) => void
  readonly onFault: (error: unknown) => void
}

/** The longest that is waited for one call, milliseconds; where everything is audited, the longest for each. */
const MAX_WAIT_MS = 1000
const MAX_WAIT_ALL_MS = 10_000
/** Of a build's wall time. */
const BUDGET_RATIO = 0.02
const MIN_BUDGET_MS = 20
const MAX_BUDGET_MS = 1000
/**
 * Of a plugin of which nothing was run in this process the first call loads its compiler, which takes longer than the
 * audit itself: it has its turn in one build of so many, with so many times its share.
 */
const COLD_BUILDS = 20
/** Calls that are held until the build ends, with what they were given. */
const MAX_HELD = 20_000
const TIMED_OUT = Symbol('timed out')

type Verdict = { readonly kind: 'same' } | { readonly kind: 'unknown' } | { readonly kind: 'different'; readonly difference: Difference }

/** What an audit may take of a build of this length. */
export function auditBudgetMs(wallMs: number, sample: number): number {
  return sample === 1 ? Infinity : Math.min(MAX_BUDGET_MS, Math.max(MIN_BUDGET_MS, wallMs * BUDGET_RATIO))
}

export class Audit {
  readonly #parts: AuditParts
  /** Another sample in each build. */
  #salt: number
  /** How many times its share a plugin of which nothing was run has in this build. */
  #coldTurn: number
  #held: Served<unknown>[] = []
  /** Of which a call was run for real. */
  readonly #warm = new WeakSet<Site>()
  /** By module and hook, the last call: an earlier one is not repeated. */
  readonly #last = new WeakMap<Site, Map<string, CallKey>>()
  readonly #stopped = new WeakSet<Site>()

  constructor(parts: AuditParts) {
    this.#parts = parts
    this.#salt = parts.clock.wall()
    this.#coldTurn = this.#turn()
  }

  /** A build begins: what was not audited in the one before never is. */
  begin(): void {
    this.#held = []
    this.#salt = this.#parts.clock.wall()
    this.#coldTurn = this.#turn()
  }

  #turn(): number {
    if (this.#parts.sample === 1) return 1
    return mixedFraction(this.#salt, COLD_BUILDS) < 1 / COLD_BUILDS ? COLD_BUILDS : 0
  }

  /** A call was made for real: what was served for this module earlier is history. */
  ran(site: Site, id: string): void {
    this.#warm.add(site)
    this.#forget(site, id)
  }

  #forget(site: Site, id: string): void {
    this.#last.get(site)?.delete(id)
  }

  /** A call was served. */
  offer<Result>(served: Served<Result>): void {
    const { site, host, key, record } = served
    const share = this.#parts.sample * (this.#warm.has(site) ? 1 : Math.max(1, this.#coldTurn))
    const isMeant = !record.outsourced && fractionOf(key.key, this.#salt) < share
    if (!isMeant || this.#stopped.has(site) || this.#held.length >= MAX_HELD) {
      this.#forget(site, host.call.id)
      return
    }
    const last = this.#last.get(site) ?? new Map<string, CallKey>()
    this.#last.set(site, last.set(host.call.id, key))
    this.#held.push(served as Served<unknown>)
  }

  /** Runs what was held. Never rejects. */
  async run(budgetMs: number): Promise<AuditResult> {
    const { clock, onFault } = this.#parts
    const held = this.#held.filter(({ site }) => this.#coldTurn > 0 || this.#warm.has(site))
    this.#held = []
    const from = clock.now()
    const untilMs = from + (this.#coldTurn > 1 ? Math.max(budgetMs, MAX_BUDGET_MS) : budgetMs)
    const result = { audited: 0, mismatches: [] as Mismatch[], inconclusive: 0 }
    try {
      if (held.length > 0) this.#parts.lookAgain()
      for (const served of held) {
        const verdict = this.#isDue(served, untilMs - clock.now()) ? await this.#auditOne(served) : { kind: 'unknown' as const }
        if (verdict.kind === 'unknown') result.inconclusive++
        else result.audited++
        if (verdict.kind === 'different') result.mismatches.push(this.#found(served, verdict.difference))
      }
    } catch (error) {
      onFault(error)
    }
    return { ...result, ms: clock.now() - from }
  }

  /** A dear call is not left out for ever, but taken as seldom as the time that is left is a part of its cost. */
  #isDue({ site, host, key, record }: Served<unknown>, leftMs: number): boolean {
    if (this.#stopped.has(site) || this.#last.get(site)?.get(host.call.id) !== key || leftMs <= 0) return false
    if (leftMs === Infinity || record.costMs <= leftMs) return true
    return record.costMs <= MAX_WAIT_MS && fractionOf(key.key, this.#salt + 1) < leftMs / record.costMs
  }

  #found({ site, host }: Served<unknown>, difference: Difference): Mismatch {
    const mismatch: Mismatch = { site, id: host.call.id, difference }
    // One is enough.
    this.#stopped.add(site)
    this.#parts.onMismatch(mismatch)
    return mismatch
  }

  async #auditOne(served: Served<unknown>): Promise<Verdict> {
    const { site, host, record } = served
    if (!this.#isAsItWas(record)) return { kind: 'unknown' }
    await site.recipe.prepare?.(host.call)
    const trace = Trace.muted(this.#parts.clock.wall())
    const again = await this.#repeat(served, trace)
    if (again === TIMED_OUT) {
      this.#stopped.add(site)
      return { kind: 'unknown' }
    }
    // Whatever it did that cannot be repeated: what came of it proves nothing.
    if (trace.foreign !== null || trace.refusal !== null || !this.#isAsItWas(record)) return { kind: 'unknown' }
    const difference = 'error' in again
      ? { where: 'outcome', served: 'a result', now: `an error: ${messageOf(again.error)}` }
      : firstDifference(record, host.encode(again.result), trace.effects)
    return difference === null ? { kind: 'same' } : { kind: 'different', difference }
  }

  async #repeat({ host, record }: Served<unknown>, trace: Trace): Promise<{ result: unknown } | { error: unknown } | typeof TIMED_OUT> {
    let timer: NodeJS.Timeout | undefined
    const timeout = new Promise<typeof TIMED_OUT>(resolve => {
      timer = setTimeout(() => resolve(TIMED_OUT), this.#parts.sample === 1 ? MAX_WAIT_ALL_MS : MAX_WAIT_MS)
    })
    const run = this.#parts.watch(trace, async () => host.repeat(record, trace)).then(result => ({ result }), (error: unknown) => ({ error }))
    try {
      return await Promise.race([run, timeout])
    } finally {
      clearTimeout(timer)
    }
  }

  #isAsItWas({ dependencies }: MemoRecord): boolean {
    return firstChanged(dependencies, this.#parts.check()) === null
  }
}

/** A number in 0–1 that a key has in one build and another in the next. */
function fractionOf(key: Buffer, salt: number): number {
  return mixedFraction(key.readUInt32LE(0) ^ (salt >>> 0), key.readUInt32LE(4))
}

function mixedFraction(one: number, other: number): number {
  let mixed = Math.imul(one, 0x9e3779b1) ^ other
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x85ebca77)
  return ((mixed ^ (mixed >>> 13)) >>> 0) / 2 ** 32
}
