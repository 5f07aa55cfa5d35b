/**
 * Build: the state of one build, and the spine of the data flow.
 *
 *     module id -> VFS read -> content hash -> memo lookup -> (the plugins' transforms) -> record -> report at build end
 *
 * Hosts (the adapters) call `site` once for each hook of each other plugin, `call` for each call of it, `begin` and
 * `end` around a build or a rebuild, and `close` at last. Nothing here knows a bundler, and no method throws because of
 * a fault of Pitcrew.
 */
import { Breakers, STORE_PART } from './breaker.ts'
import { createAudits, createConfigFiles, createLedgers, createMemo, createObserver, createPerformance, createSites, identifyBuild, openStore } from './build-parts.ts'
import { displayIdsIn } from './display-id.ts'
import { messageOf } from './errors.ts'
import { Guidance } from './guidance/guidance.ts'
import type { Audits } from './memo/audit/audits.ts'
import { Backlog } from './memo/backlog.ts'
import { findWorkspaceRoot } from './memo/identity/identity.ts'
import type { ConfigFiles } from './memo/identity/config-files.ts'
import type { Ledgers } from './memo/ledger/ledgers.ts'
import { Outlines } from './memo/ledger/outlines.ts'
import type { Memo } from './memo/memo.ts'
import type { CallReport, HostCall } from './memo/host-call.ts'
import type { Observer } from './memo/observe/observer.ts'
import { PortableText } from './memo/record/portable-text.ts'
import type { PluginSubject } from './memo/recipe.ts'
import { policyNote } from './memo/sites/policy.ts'
import type { Site } from './memo/sites/site.ts'
import type { Sites } from './memo/sites/sites.ts'
import { Trace } from './memo/trace/trace.ts'
import type { Meter } from './monitor/measure/meter.ts'
import { openMeter } from './monitor/measure/open-meter.ts'
import type { BuildSeams, HostFacts } from './host-facts.ts'
import type { ResolvedOptions } from './options.ts'
import { createOnceLogger } from './logger.ts'
import type { Logger } from './logger.ts'
import { createReportCollector } from './report/collect.ts'
import type { ReportCollector } from './report/collect.ts'
import type { BuildReport } from './report/build-report.ts'
import type { PerformanceMonitor } from './performance/performance-monitor.ts'
import { publishReport } from './report/publish.ts'
import type { Store } from './store/store.ts'
import { Ticks } from './turn.ts'
import { VirtualFileSystem } from './vfs/virtual-file-system.ts'

export type { BuildSeams, HostFacts } from './host-facts.ts'

/** What a server saw of the files is believed for so long, milliseconds. */
const DEV_LOOK_MS = 20

export class Build {
  readonly options: ResolvedOptions
  readonly facts: HostFacts
  readonly portable: PortableText
  readonly outlines: Outlines
  readonly observer: Observer
  /** An id or a path as a person knows it: relative to the root. */
  readonly displayId: (id: string) => string
  readonly vfs: VirtualFileSystem
  /** `null` when nothing is timed. */
  readonly meter: Meter | null
  readonly #seams: BuildSeams
  readonly #sayOnce: Logger
  readonly #store: Store
  readonly #backlog: Backlog
  readonly #configs: ConfigFiles
  readonly #memo: Memo
  readonly #sites: Sites
  readonly #ledgers: Ledgers
  /** Told by the host which modules were loaded, and what became of them. */
  readonly guidance: Guidance
  /** Told by the host of a dev server which updates it made. */
  readonly performance: PerformanceMonitor
  readonly #audits: Audits
  readonly #breakers = new Breakers()
  readonly #ticks = new Ticks()
  readonly #detach: () => void
  #report: ReportCollector
  #startedAt: number
  #firstRun: boolean
  #lookedAt = 0
  #begun = false
  #closed = false

  constructor(options: ResolvedOptions, facts: HostFacts, seams: BuildSeams) {
    const setupFrom = seams.clock.now()
    const workspaceRoot = findWorkspaceRoot(facts.root)
    this.options = options
    this.facts = facts
    this.displayId = displayIdsIn(facts.root)
    this.#sayOnce = createOnceLogger(facts.logger)
    this.#seams = seams
    this.#startedAt = setupFrom
    this.observer = createObserver(facts, seams, () => this.meter?.running?.id)
    this.meter = openMeter(options, { now: seams.clock.now.bind(seams.clock), idle: seams.idleMs, waits: seams.waits, ticks: this.#ticks }, facts.isBundlerNative)
    this.#report = this.#newReport()
    this.portable = new PortableText([{ token: 'w', path: workspaceRoot }, { token: 'r', path: facts.root }])
    this.outlines = new Outlines(this.portable)
    this.vfs = new VirtualFileSystem({ maxBytes: options.vfsMaxBytes, clock: seams.clock, projectRoot: workspaceRoot, stamps: seams.stamps })
    this.#store = openStore(this, seams, () => this.#breakers.isOff(STORE_PART))
    this.#backlog = new Backlog(seams.clock, seams.idleMs, () => this.vfs.createBatch())
    this.#firstRun = this.#store.stats().entryCount === 0
    const identity = identifyBuild(this, seams, workspaceRoot)
    this.#ledgers = createLedgers(this, seams, identity)
    this.#sites = createSites(this, seams, identity, workspaceRoot)
    this.#audits = createAudits(this, seams, this.#sites, () => this.#memo.check)
    this.#configs = createConfigFiles(this, workspaceRoot)
    this.#memo = createMemo(this, seams, { identity, store: this.#store, configs: this.#configs, audits: this.#audits, backlog: this.#backlog, ticks: this.#ticks, onCall: report => this.#onCall(report) })
    this.guidance = new Guidance({ options, facts, workspaceRoot, version: seams.version, store: this.#store, onFault: message => this.fault('ANALYSIS_FAULT', message) })
    this.performance = createPerformance(this, seams, identity, this.#sites, workspaceRoot)
    this.#detach = this.observer.attach()
    this.#report.overhead('setup', seams.clock.now() - setupFrom)
  }

  /** Begins a build or a rebuild: what is known of files is looked at again. @param environment Of a run that builds several. */
  begin(environment: string = ''): void {
    this.observer.unwatched?.look()
    this.guidance.begin(environment)
    this.performance.begin(environment)
    if (!this.#begun) {
      // Setting up was part of the first build: its cost and its faults stay in that report.
      this.#begun = true
      return
    }
    this.vfs.nextEpoch()
    this.#configs.look(this.facts.root)
    this.#breakers.reset()
    this.#store.refresh?.()
    this.#audits.begin()
    this.#startedAt = this.#seams.clock.now()
    this.#report = this.#newReport()
    this.meter?.begin()
  }

  /** One hook of another plugin. @param setup What was seen while the plugin was set up: it may keep all of it. */
  site(subject: PluginSubject, hook: string, setup?: Trace): Site {
    return this.#sites.create(subject, hook, setup)
  }

  /** Runs what sets a plugin up. @returns What it looked at, unless somebody has read what it does there. */
  async watchSetup(subject: PluginSubject, setup: () => Promise<void> | void): Promise<Trace> {
    const trace = new Trace(this.#seams.clock.wall())
    await (this.#sites.isKnown(subject) ? setup() : this.observer.run(trace, setup))
    return trace
  }

  /** Handlers of the recipe that must run before other hooks of this plugin. Asked after its sites were created. */
  beforeHooks(subject: PluginSubject): ReturnType<Sites['beforeHooks']> {
    return this.#sites.beforeHooks(subject)
  }

  /** One call of it: from the store, or run, watched and recorded. */
  call<Result>(site: Site, host: HostCall<Result>): Result | PromiseLike<Result> {
    // A plugin object may outlive the build that it was wrapped for; then nothing watches it any more.
    if (this.#closed) return host.execute(null)
    if (this.facts.command === 'dev') this.#lookAgain()
    // Another environment's modules may be there already.
    this.observer.unwatched?.look()
    return this.#memo.run(site, host)
  }

  /** Whether the plugin is left alone for the rest of the build, after repeated faults around it. */
  isOff(plugin: string): boolean {
    return this.#breakers.isOff(plugin)
  }

  /** A site made of others, as what audits found makes it. */
  judged(site: Site): Site {
    return this.#sites.quarantined(site)
  }

  /** Nothing is asked for at the moment: runs a sample of the calls that were answered from the store once more. Never rejects. */
  async idle(): Promise<void> {
    await this.flush()
    await this.#audits.run(this.#seams.clock.now() - this.#startedAt)
  }

  /** A call that was never made, because the bundler restored its module, or that the host left alone: it took no time of ours. */
  noted(site: Site, id: string, outcome: 'restored' | 'refused' | 'bypass', reason: string | null): void {
    const now = this.#seams.clock.now()
    this.#onCall({
      site, call: { id, inputs: {} }, outcome, reason, cause: null, key: null, dependencyCount: 0,
      startedAt: now, endedAt: now, costMs: 0, recordedCostMs: 0,
    })
  }

  /** A server has no rebuilds to begin: the files may be others at each call, also those that nobody watches. */
  #lookAgain(): void {
    const now = this.#seams.clock.now()
    if (now - this.#lookedAt < DEV_LOOK_MS) return
    this.vfs.nextEpoch()
    this.#lookedAt = now
  }

  /** All modules are there, or nothing is asked for at the moment: writes what was recorded so far. Never rejects: bundlers wait for it in their own hooks. */
  async flush(): Promise<void> {
    this.observer.unwatched?.rest()
    const from = this.#seams.clock.now()
    try {
      await this.#backlog.drain()
      await this.#store.flush()
    } catch (error) {
      this.fault('STORE_WRITE_FAILED', `what was recorded could not be written (${messageOf(error)}).`, STORE_PART)
    }
    this.#report.overhead('flush', this.#seams.clock.now() - from)
  }

  /** Writes what was recorded, after which no call is expected: nothing is watched until there is one all the same. Never rejects. */
  async flushLast(): Promise<void> {
    await this.flush()
    if (this.#backlog.isDone && !this.#memo.isWatching) this.observer.calm()
  }

  /** Ends a build or a rebuild: everything is written, and the report is given out, or `null` when that failed. @param hasFailed Its times then say nothing. */
  async end(hasFailed: boolean = false): Promise<BuildReport | null> {
    try {
      const [analysis] = await Promise.all([this.guidance.finish(), this.flush()])
      const wallMs = this.#seams.clock.now() - this.#startedAt
      // The plugins of a server that closes are closed.
      if (this.facts.command !== 'dev' && !hasFailed) await this.#audits.run(wallMs)
      const lost = this.#store.stats().state === 'ok' ? await this.#ledgers.write() : null
      if (lost) this.#report.fault(lost.code, lost.message)
      if (hasFailed) this.performance.cancel()
      const report = hasFailed ? this.#finishReport(wallMs, analysis) : await this.performance.complete(this.#finishReport(wallMs, analysis))
      await this.#publish(report)
      return report
    } catch (error) {
      this.fault('REPORT_FAULT', `the report could not be made (${messageOf(error)}).`)
      return null
    }
  }

  /** Nothing may follow, or another environment: gives back what is had again when it is needed. */
  rest(): void {
    this.vfs.clear()
    this.#store.rest?.()
  }

  /** Releases everything. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#detach()
    this.meter?.rest()
    this.performance.cancel()
    await this.#backlog.drain()
    await this.guidance.close()
    await this.#store.close()
    this.vfs.clear()
  }

  /** A fault of Pitcrew: said once, counted, and the build goes on. @param part What goes off when it comes again and again. */
  fault(code: string, message: string, part?: string): void {
    this.#report.fault(code, message)
    if (part !== undefined && this.#breakers.fault(part)) this.#sayOnce.warn(`pitcrew: ${part} is off for the rest of this build, after repeated faults. The next build tries it again. [${code}]`)
    this.#sayOnce.warn(`pitcrew: ${message} The build goes on without it. [${code}]`)
  }

  /** Said once in the life of this build. */
  warn(text: string): void {
    this.#sayOnce.warn(text)
  }

  /** Time of Pitcrew's own, milliseconds. */
  overhead(part: 'key' | 'lookup' | 'record', ms: number): void {
    this.#report.overhead(part, ms)
    this.meter?.own(ms)
  }

  #finishReport(wallMs: number, analysis: BuildReport['analysis']): BuildReport {
    for (const { plugin, hook, decision } of this.#sites.all) this.#report.policy(plugin, hook, policyNote(decision))
    const firstRun = this.#firstRun
    this.#firstRun = false
    return this.#report.finish({
      wallMs, firstRun, store: { location: this.displayId(this.#store.location), ...this.#store.stats() }, vfs: this.vfs.counters(), audit: this.#audits.summary(), off: this.#breakers.off(),
      analysis, timings: this.meter?.timings(wallMs, this.displayId) ?? null,
    })
  }

  async #publish(report: BuildReport): Promise<void> {
    const fault = await publishReport(report, {
      say: text => this.facts.logger.info(text), mode: this.options.report, file: this.options.reportFile, traceFile: this.options.traceFile, log: this.meter?.log ?? null, otlpEndpoint: this.options.otlpEndpoint, env: this.#seams.env, stream: process.stdout,
    })
    if (fault) this.facts.logger.warn(`pitcrew: ${fault.message} [${fault.code}]`)
  }

  #onCall(report: CallReport): void {
    const { site, call, outcome, costMs, recordedCostMs } = report
    const cause = this.#ledgers.note(report)
    this.guidance.cost(call.id, outcome === 'hit' ? recordedCostMs : costMs)
    this.#report.call({
      plugin: site.plugin, hook: site.hook, id: this.displayId(call.id), outcome, cause, costMs, recordedCostMs, isRecorded: report.reason === null,
      startMs: report.startedAt, endMs: report.endedAt,
    })
  }

  #newReport(): ReportCollector {
    const { bundler, command, mode, root } = this.facts
    return createReportCollector({ pitcrew: this.#seams.version, bundler, command, mode, root, startedAt: new Date(this.#seams.clock.wall()).toISOString() })
  }
}
