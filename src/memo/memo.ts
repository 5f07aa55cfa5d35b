/**
 * The memo: answers a call from the store when every part of its key and every dependency of its trace is the same, and
 * otherwise runs it, watches it and records it.
 *
 * Guarantees: a result is served only when key and trace match and the host replayed its effects; an error is never
 * stored and passes through untouched; a fault of ours never reaches the caller: the call then runs as if Pitcrew were
 * not there. What is in doubt is a miss.
 */
import type { Clock } from '../clock.ts'
import type { Store } from '../store/store.ts'
import type { VirtualFileSystem } from '../vfs/virtual-file-system.ts'
import type { Audit } from './audit/audit.ts'
import type { ConfigFiles } from './identity/config-files.ts'
import { Keys } from './keys.ts'
import type { CallKey } from './keys.ts'
import type { CostMeter, Span } from './cost-meter.ts'
import type { PortableText } from './record/portable-text.ts'
import type { PrintClaims } from './observe/print-claims.ts'
import { Lookup } from './lookup.ts'
import type { Found, Missed } from './lookup.ts'
import type { CallReport, HostCall } from './host-call.ts'
import type { MemoRecord } from './record/record.ts'
import { Recorder } from './record/recorder.ts'
import type { EndedCall, Stored } from './record/recorder.ts'
import type { CheckContext } from './trace/seal.ts'
import { settleSync } from './settle.ts'
import { WORTHWHILE_MS, isCheap, isLearning, learn } from './sites/learning.ts'
import type { CallInfo, Site } from './sites/site.ts'
import type { SharedReads } from './trace/shared-reads.ts'
import { Trace } from './trace/trace.ts'

export interface MemoParts {
  readonly store: Store
  readonly vfs: VirtualFileSystem
  readonly configs: ConfigFiles
  readonly portable: PortableText
  readonly meter: CostMeter
  readonly clock: Clock
  readonly env: NodeJS.ProcessEnv
  readonly root: string
  /** The build identity: label to digest. */
  readonly identity: Readonly<Record<string, string>>
  /** Runs `body` so that file reads and prints in it, also after `await`, reach `trace`. */
  readonly watch: <T>(trace: Trace, body: () => T) => T
  /** A path as a person knows it: relative to the root. */
  readonly displayPath: (path: string) => string
  readonly claims: PrintClaims
  /** What was read while no call was watched. Without it nobody looks. */
  readonly unwatched?: SharedReads | undefined
  /** Takes work that the build need not wait for. Without it everything is done at once. */
  readonly defer?: (task: () => void) => void
  readonly onCall: (report: CallReport) => void
  /** A call was served, or made for real: only the last one of a module may be repeated. */
  readonly audit: Pick<Audit, 'offer' | 'ran'> | null
  /** @param site Whose call it was about. */
  readonly onFault: (where: string, error: unknown, site: Site) => void
  /** Whether there were so many faults around this plugin that it is left alone for the rest of the build. */
  readonly isOff: (site: Site) => boolean
  readonly overhead: (part: 'key' | 'lookup' | 'record', ms: number) => void
}

const SWITCHED_OFF = 'repeated faults of Pitcrew around it; it is tried again in the next build'

export class Memo {
  readonly #parts: MemoParts
  readonly #check: CheckContext
  readonly #keys: Keys
  readonly #lookup: Lookup
  readonly #recorder: Recorder
  /** By site, the epoch in which a call of it gave nothing that repeats. */
  readonly #gaveNothing = new WeakMap<Site, number>()
  #watched = 0

  constructor(parts: MemoParts) {
    this.#parts = parts
    this.#check = {
      vfs: parts.vfs, configs: parts.configs, portable: parts.portable, root: parts.root,
      get env() {
        return parts.env
      },
    }
    this.#keys = new Keys(parts.identity, parts.portable)
    this.#lookup = new Lookup({ store: parts.store, check: this.#check, displayPath: parts.displayPath })
    this.#recorder = new Recorder(parts.store, this.#check)
  }

  /** Whether a call is being watched. */
  get isWatching(): boolean {
    return this.#watched > 0
  }

  /** What dependencies are checked against. */
  get check(): CheckContext {
    return this.#check
  }

  /** Answers one call. Rejects and throws exactly what the plugin does. */
  run<Result>(site: Site, host: HostCall<Result>): Result | PromiseLike<Result> {
    const { decision } = site
    if (this.#parts.isOff(site)) return this.#runPlain(site, host, 'bypass', SWITCHED_OFF)
    if (site.recipe.concerns && !this.#guard('concerns', site, () => site.recipe.concerns!(host.call.id), true)) return host.execute(null)
    if (decision.kind !== 'memoize') return this.#runPlain(site, host, decision.kind === 'refuse' ? 'refused' : 'bypass', decision.reason)
    const admitted = this.#guard('admit', site, () => this.#admit(site, host.call), { refusal: 'a fault of Pitcrew', inputs: {} })
    if (admitted.refusal !== null) return this.#runPlain(site, host, 'refused', admitted.refusal)
    if (decision.learning && isCheap(site, host.call.id)) return this.#runPlain(site, host, 'bypass', 'its calls are cheaper than remembering them')
    return this.#runAdmitted(site, host, admitted.inputs)
  }

  #runAdmitted<Result>(site: Site, host: HostCall<Result>, inputs: Readonly<Record<string, string>>): Result | PromiseLike<Result> {
    const repeats = this.#guard('repeats', site, () => site.recipe.repeats?.(host.call.id) ?? false, false)
    return repeats ? this.#runOnce(site, host, inputs) : this.#runMemoized(site, host, inputs)
  }

  /** A call that gives nothing, unless it has been seen in this build that it does. */
  async #runOnce<Result>(site: Site, host: HostCall<Result>, inputs: Readonly<Record<string, string>>): Promise<Result> {
    const { clock, vfs } = this.#parts
    if (this.#gaveNothing.get(site) === vfs.epoch) {
      const now = clock.now()
      this.#tell({
        site, call: host.call, outcome: 'hit', cause: null, reason: 'it gives nothing, as its first call in this build did', key: null, dependencyCount: 0,
        startedAt: now, endedAt: now, costMs: 0, recordedCostMs: 0,
      })
      return null as Result
    }
    const { epoch } = vfs
    const result = await this.#runMemoized(site, host, inputs)
    if (result === null || result === undefined) this.#gaveNothing.set(site, epoch)
    return result
  }

  #admit(site: Site, call: CallInfo): { refusal: string | null; inputs: Readonly<Record<string, string>> } {
    const refusal = site.recipe.admit?.(call) ?? null
    if (refusal !== null) return { refusal, inputs: {} }
    const inputs = site.recipe.inputs ? site.recipe.inputs(call) : {}
    return inputs === null ? { refusal: 'its inputs outside its arguments are not known', inputs: {} } : { refusal: null, inputs }
  }

  /**
   * Nothing is waited for that is there already: a call that is made anew begins at once, as it would without Pitcrew, and the
   * runtime, which follows promises while a call is watched, has fewer of them.
   */
  #runMemoized<Result>(site: Site, host: HostCall<Result>, extra: Readonly<Record<string, string>>): Result | PromiseLike<Result> {
    const { clock, meter } = this.#parts
    const span = meter.begin()
    const key = this.#guard('key', site, () => this.#keys.of(site, host.call, extra), null)
    if (key === null) {
      meter.end(span)
      return this.#runPlain(site, host, 'bypass', 'a fault of Pitcrew')
    }
    const keyed = clock.now()
    this.#parts.overhead('key', keyed - span.startedAt)
    const looking = this.#lookUp(site, host, key)
    // Until it waits for the host: what goes on then is not its own.
    this.#parts.overhead('lookup', clock.now() - keyed)
    return looking instanceof Promise ? looking.then(found => this.#answer(site, host, key, found, span)) : this.#answer(site, host, key, looking, span)
  }

  /** Never throws or rejects. */
  #lookUp<Result>(site: Site, host: HostCall<Result>, key: CallKey): Found | Promise<Found> {
    const failed = (error: unknown): Found => {
      this.#parts.onFault('lookup', error, site)
      return { kind: 'miss', cause: { kind: 'not-stored', detail: 'a fault of Pitcrew while looking it up' } }
    }
    try {
      const looking = this.#lookup.find(key, host)
      return looking instanceof Promise ? looking.catch(failed) : looking
    } catch (error) {
      return failed(error)
    }
  }

  #answer<Result>(site: Site, host: HostCall<Result>, key: CallKey, found: Found, span: Span): Result | PromiseLike<Result> {
    if (found.kind === 'hit') return this.#serveOrRun(site, host, key, found.record, span)
    this.#parts.meter.end(span)
    return this.#runRecorded(site, host, key, found)
  }

  async #serveOrRun<Result>(site: Site, host: HostCall<Result>, key: CallKey, record: MemoRecord, span: Span): Promise<Result> {
    const replayed = await this.#serve(site, host, key, record, span)
    return replayed ? replayed.result : this.#runRecorded(site, host, key, { kind: 'corrupt', cause: { kind: 'corrupt', detail: 'it could not be replayed' } })
  }

  async #serve<Result>(site: Site, host: HostCall<Result>, key: CallKey, record: MemoRecord, span: Span): Promise<{ result: Result } | null> {
    try {
      // First, because after the effects it is too late to run the call instead.
      site.recipe.served?.(host.call, this.#lookup.filesOf(record), () => host.rerun())
      const result = await host.replay(record)
      const costMs = this.#parts.meter.end(span)
      this.#parts.audit?.offer({ site, host, key, record })
      learn(site, host.call.id, record.costMs)
      this.#tell({
        site, call: host.call, outcome: 'hit', cause: null, reason: null, key, startedAt: span.startedAt, endedAt: this.#parts.clock.now(),
        dependencyCount: record.dependencies.length, costMs, recordedCostMs: record.costMs,
      })
      return { result }
    } catch (error) {
      this.#parts.meter.end(span)
      this.#parts.onFault('replay', error, site)
      return null
    }
  }

  /** Nothing in between but a clock. */
  #runPlain<Result>(site: Site, host: HostCall<Result>, outcome: 'refused' | 'bypass', reason: string): Result | PromiseLike<Result> {
    const prepared = this.#prepare(site, host.call)
    return prepared === undefined ? this.#runTimed(site, host, outcome, reason) : prepared.then(() => this.#runTimed(site, host, outcome, reason))
  }

  #runTimed<Result>(site: Site, host: HostCall<Result>, outcome: 'refused' | 'bypass', reason: string): Result | PromiseLike<Result> {
    const { meter } = this.#parts
    const span = meter.begin()
    return settleSync(() => meter.run(span, () => host.execute(null)), () => this.#ended(site, host.call, span, { outcome, cause: null, reason, key: null, dependencyCount: 0 }))
  }

  /** Lets the recipe bring the plugin's state up to date. @returns A promise that never rejects, or nothing to wait for. */
  #prepare(site: Site, call: CallInfo): Promise<void> | undefined {
    this.#parts.audit?.ran(site, call.id)
    const prepared = this.#guard('prepare', site, () => site.recipe.prepare?.(call), undefined)
    return prepared ? Promise.resolve(prepared).catch((error: unknown) => this.#parts.onFault('prepare', error, site)) : undefined
  }

  #tell(report: CallReport): void {
    this.#guard('report', report.site, () => this.#parts.onCall(report), undefined)
  }

  #runRecorded<Result>(site: Site, host: HostCall<Result>, key: CallKey, found: Missed): Promise<Result> {
    const prepared = this.#prepare(site, host.call)
    return prepared === undefined ? this.#runWatched(site, host, key, found) : prepared.then(() => this.#runWatched(site, host, key, found))
  }

  async #runWatched<Result>(site: Site, host: HostCall<Result>, key: CallKey, found: Missed): Promise<Result> {
    const { clock, meter } = this.#parts
    const startedAtMs = clock.now()
    const trace = new Trace(clock.wall(), site.sharedReads, site.sharedEnv)
    trace.concerns(host.call.id)
    const span = meter.begin()
    const ended = (end: CallEnd): void => this.#ended(site, host.call, span, end)
    const unclaim = this.#guard('claimPrints', site, () => site.recipe.claimPrints && this.#parts.claims.add(site.recipe.claimPrints(host.call, trace)), undefined)
    let result: Result
    this.#watched++
    try {
      result = await this.#parts.watch(trace, () => meter.run(span, () => host.execute(trace)))
    } catch (error) {
      ended({ outcome: found.kind, cause: found.cause, reason: 'it failed', key, dependencyCount: 0 })
      throw error
    } finally {
      this.#watched--
      unclaim?.()
    }
    if (found.kind === 'miss' && isLearning(site) && this.#costOf(site, host.call, span) < WORTHWHILE_MS) {
      ended({ outcome: 'bypass', cause: null, reason: 'cheaper than remembering it', key: null, dependencyCount: 0 })
      return result
    }
    // Whatever its recipe knows of its compiler's reads, others may have read for it.
    if (site.sharedReads !== null && this.#parts.unwatched) trace.inherit(this.#parts.unwatched)
    this.#record({ site, call: host.call, key: key.key, trace, encode: () => host.encode(result), costMs: this.#costOf(site, host.call, span), startedAtMs }, stored =>
      ended({ outcome: found.kind, cause: found.cause, reason: stored.reason, key, dependencyCount: stored.count }))
    return result
  }

  /** Records at once what must be, and the rest when there is time for it. */
  #record(call: EndedCall, done: (stored: Stored) => void): void {
    const first = this.#recording(call.site, () => this.#recorder.prepare(call))
    if (typeof first !== 'function') return done(first)
    const { clock } = this.#parts
    const finish = (): void => {
      call.trace.setClock(clock.wall(), clock.now() - call.startedAtMs)
      done(this.#recording(call.site, first))
    }
    if (this.#parts.defer) this.#parts.defer(finish)
    else finish()
  }

  #recording<T>(site: Site, body: () => T): T | Stored {
    // What waited for a quiet moment would fail as what went before it did.
    if (this.#parts.isOff(site)) return { count: 0, reason: SWITCHED_OFF }
    const startedAt = this.#parts.clock.now()
    try {
      return body()
    } catch (error) {
      this.#parts.onFault('record', error, site)
      return { count: 0, reason: 'a fault of Pitcrew while recording it' }
    } finally {
      this.#parts.overhead('record', this.#parts.clock.now() - startedAt)
    }
  }

  #ended(site: Site, call: CallInfo, span: Span, { outcome, cause, reason, key, dependencyCount }: CallEnd): void {
    const costMs = this.#costOf(site, call, span)
    this.#tell({ site, call, outcome, cause, reason, key, dependencyCount, startedAt: span.startedAt, endedAt: span.endedAt, costMs, recordedCostMs: 0 })
  }

  /** Stops its clock. @returns What the call cost, milliseconds. */
  #costOf(site: Site, call: CallInfo, span: Span): number {
    const { isRunning } = span
    const costMs = this.#parts.meter.end(span)
    if (isRunning) learn(site, call.id, costMs)
    return costMs
  }

  #guard<T>(where: string, site: Site, body: () => T, otherwise: T): T {
    try {
      return body()
    } catch (error) {
      this.#parts.onFault(where, error, site)
      return otherwise
    }
  }
}

type CallEnd = Pick<CallReport, 'outcome' | 'cause' | 'reason' | 'key' | 'dependencyCount'>
