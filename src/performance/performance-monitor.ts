/**
 * PerformanceMonitor: puts the history, the monitor and the report of one build together.
 *
 * At the start it says what the build will take, where somebody watches; at the end it enters the build into the history and adds to the
 * report what is not as expected. Guaranteed: a fault of any of it is one warning and a report without that part; nothing is thrown.
 * Failed builds, and sessions of a dev server as a whole, are neither judged nor remembered; a server's updates are builds of their own.
 */
import { randomBytes } from 'node:crypto'
import { cpus } from 'node:os'
import type { Clock } from '../clock.ts'
import { History } from '../history/history.ts'
import type { HostFacts } from '../host-facts.ts'
import type { BuildIdentity } from '../memo/identity/identity.ts'
import type { Site } from '../memo/sites/site.ts'
import { MAX_PAST } from '../monitor/baseline.ts'
import { Calibrator } from '../monitor/calibrate/calibrator.ts'
import type { BuildEntry } from '../monitor/build-entry.ts'
import type { Provenance, Stratum } from '../monitor/build-record.ts'
import type { UnfinishedCall } from '../monitor/measure/timings.ts'
import type { Meter } from '../monitor/measure/meter.ts'
import type { MonitorReport } from '../monitor/monitor-report.ts'
import { predict } from '../monitor/predict.ts'
import type { Forecast } from '../monitor/predict.ts'
import { recommend } from '../monitor/recommend.ts'
import type { BuildUse } from '../monitor/recommend.ts'
import { reviewBuild } from '../monitor/review.ts'
import type { ResolvedOptions } from '../options.ts'
import type { BuildReport } from '../report/build-report.ts'
import { isCI } from '../report/detect-terminal.ts'
import type { Fault } from '../types.ts'
import { ForecastLine } from './forecast-line.ts'
import type { ProgressStream } from './forecast-line.ts'
import { Interruption } from './interruption.ts'
import { createKernels } from './kernels.ts'
import { threadTimes } from './processor-waits.ts'
import { projectName, surroundingsOf, variantOf } from './surroundings.ts'
import { cacheStateOf, changedFilesOf, toBuildRecord } from './to-build-record.ts'
import { UpdateWatch } from './update-watch.ts'
import type { Update } from './update-watch.ts'
import { useOf } from './use-of.ts'

export interface PerformanceInputs {
  readonly options: ResolvedOptions
  readonly facts: HostFacts
  /** Absolute. */
  readonly workspaceRoot: string
  readonly identity: BuildIdentity
  readonly sites: () => readonly Site[]
  /** `null` when nothing is timed. */
  readonly meter: Meter | null
  readonly clock: Clock
  readonly env: NodeJS.ProcessEnv
  readonly stream: ProgressStream
  readonly readText: (path: string) => string | null
  readonly warn: (text: string) => void
  /** Calls that have not settled. */
  readonly pending: () => readonly UnfinishedCall[]
}

/** Of a stratum everything but what the caches will do. */
type Expected = Omit<Stratum, 'cache'>

export class PerformanceMonitor {
  readonly #inputs: PerformanceInputs
  /** Of a dev server. */
  readonly updates: UpdateWatch
  readonly #history: History
  readonly #line: ForecastLine
  /** `null` where nobody is told anything, or waits for an end. */
  readonly #interruption: Interruption | null
  /** `null` where builds are not compared. */
  readonly #calibrator: Calibrator | null
  #environment = ''
  /** Environments that were built already. */
  readonly #built = new Set<string>()
  #startedAtMs = 0
  /** Raised whenever a build begins or ends: what was begun for another is out of date. */
  #running = 0
  /** What was said at the start of this build, with the cache that was assumed. */
  #announced: { readonly cache: Stratum['cache']; readonly forecast: Forecast } | null = null
  #lastUse: { readonly environment: string; readonly use: BuildUse } | null = null

  constructor(inputs: PerformanceInputs) {
    this.#inputs = inputs
    this.updates = new UpdateWatch(inputs.meter, inputs.clock, update => void this.#update(update))
    this.#history = new History(inputs.options.cacheDir)
    this.#line = new ForecastLine(inputs.stream, () => inputs.clock.now())
    const { monitor, timings, cacheDir, report } = inputs.options
    const isAwaited = report !== false && timings !== false && inputs.facts.command !== 'dev'
    this.#interruption = isAwaited ? new Interruption({ pending: inputs.pending, say: text => inputs.facts.logger.warn(text), signals: process }) : null
    const isCompared = monitor !== null && timings !== false && inputs.facts.command !== 'dev'
    this.#calibrator = isCompared ? new Calibrator(createKernels(cacheDir), { now: () => inputs.clock.now(), threads: threadTimes }) : null
  }

  /** @param environment Of bundlers that build several in one run. */
  begin(environment: string): void {
    this.#environment = environment
    this.#startedAtMs = this.#inputs.clock.wall()
    this.#announced = null
    this.#calibrator?.before()
    this.#running += 1
    this.#interruption?.watch()
    // What stands in the way of it will stand in the way of the comparison, too, and is said there.
    if (this.#isWatched()) void this.#announce(this.#running).catch(() => undefined)
  }

  /** The build is over without a report. */
  cancel(): void {
    this.#running += 1
    this.#interruption?.rest()
    this.#line.end()
    this.#inputs.meter?.over()
  }

  /** @returns The report with the monitor's part, and with its faults. */
  async complete(report: BuildReport): Promise<BuildReport> {
    this.cancel()
    const { options, facts: { command } } = this.#inputs
    if (options.monitor === null) return report
    const faults: Fault[] = []
    try {
      const calibrated = await this.#calibrate(report)
      const monitor = command === 'dev' ? this.#adviseOnly(report) : await this.#remember(calibrated, faults)
      return { ...calibrated, monitor, faults: [...report.faults, ...faults] }
    } catch (error) {
      faults.push({ code: 'HISTORY_FAILED', message: `this build could not be compared with those before (${error instanceof Error ? error.message : String(error)}).`, count: 1 })
      return { ...report, faults: [...report.faults, ...faults] }
    } finally {
      this.#built.add(this.#environment)
      for (const { code, message } of faults) this.#inputs.warn(`pitcrew: ${message} The build goes on without it. [${code}]`)
    }
  }

  async #calibrate(report: BuildReport): Promise<BuildReport> {
    const { timings } = report
    if (this.#calibrator === null || timings === null) return report
    try {
      return { ...report, timings: { ...timings, calibration: await this.#calibrator.after(timings.totals) } }
    } catch (error) {
      // A cache that cannot be written, or a crypto without the algorithm: then nothing is known of the machine.
      if (error instanceof Error) return report
      throw error
    }
  }

  async #remember(report: BuildReport, faults: Fault[]): Promise<MonitorReport> {
    const stratum: Stratum = { ...this.#expected(), cache: cacheStateOf(report) }
    const project = this.#project()
    const { entries, fault } = await this.#history.read(project, stratum, MAX_PAST)
    if (fault) faults.push(fault)
    const record = toBuildRecord(report, { id: randomBytes(4).toString('hex'), startedAtMs: this.#startedAtMs, stratum, provenance: this.#surroundings(report, entries.at(-1)?.record.provenance ?? null) })
    const forecast = this.#forecastOf(stratum, entries)
    const { anomalies, change, findings } = reviewBuild(entries, record, this.#isRead())
    // Where the store cannot be written that has been said, and nothing else can be either.
    const lost = report.store.state === 'ok' ? await this.#history.append(project, { record, findings, forecast }) : null
    if (lost && lost.code !== fault?.code) faults.push(lost)
    return { id: record.id, stratum, builds: entries.length, forecast, change, anomalies: this.#permitted(anomalies), recommendations: this.#recommend(report) }
  }

  /** What was announced, if the cache turned out to be as announced; else what would have been, if anybody reads it. */
  #forecastOf(stratum: Stratum, entries: readonly BuildEntry[]): MonitorReport['forecast'] {
    if (this.#announced?.cache === stratum.cache) return this.#announced.forecast
    return this.#isRead() ? expect(entries, stratum) : null
  }

  /** An update of a dev server is compared with those before it, and entered. Never rejects. */
  async #update({ startedAtMs, wallMs, metrics }: Update): Promise<void> {
    const { options: { monitor }, warn } = this.#inputs
    if (monitor === null) return
    try {
      const stratum: Stratum = { ...this.#expected(), command: 'update', cache: 'cold' }
      const project = this.#project()
      const { entries } = await this.#history.read(project, stratum, MAX_PAST)
      const sum = (of: (metric: (typeof metrics)[number]) => number): number => metrics.reduce((total, metric) => total + of(metric), 0)
      const work = { calls: sum(({ calls }) => calls), moduleCount: Math.max(...metrics.map(({ calls }) => calls)), bytes: sum(({ bytes }) => bytes) }
      const provenance = this.#provenance([], entries.at(-1)?.record.provenance ?? null)
      const record = { id: randomBytes(4).toString('hex'), startedAtMs, stratum, wallMs, work, calibration: null, metrics, provenance }
      const { anomalies, findings } = reviewBuild(entries, record, false)
      await this.#history.append(project, { record, findings, forecast: null })
      for (const { sentence } of this.#permitted(anomalies).filter(({ isWarning }) => isWarning)) warn(`pitcrew: ${sentence}`)
    } catch (error) {
      warn(`pitcrew: an update could not be compared with those before (${error instanceof Error ? error.message : String(error)}). The server goes on without it. [HISTORY_FAILED]`)
    }
  }

  #permitted(anomalies: MonitorReport['anomalies']): MonitorReport['anomalies'] {
    return this.#inputs.options.monitor?.warn === true ? anomalies : anomalies.map(anomaly => ({ ...anomaly, isWarning: false }))
  }

  #adviseOnly(report: BuildReport): MonitorReport {
    const stratum: Stratum = { ...this.#expected(), cache: cacheStateOf(report) }
    return { id: '', stratum, builds: 0, forecast: null, anomalies: [], change: null, recommendations: this.#recommend(report) }
  }

  #recommend(report: BuildReport): MonitorReport['recommendations'] {
    const { facts: { isBundlerNative }, options } = this.#inputs
    const last = this.#lastUse
    const otherEnvironment = last === null || last.environment === this.#environment ? null : { name: last.environment, hooks: last.use.hooks }
    const use = useOf(report, { isBundlerNative, storeMaxBytes: options.storeMaxBytes, otherEnvironment })
    this.#lastUse = { environment: this.#environment, use }
    return recommend(use)
  }

  #surroundings(report: BuildReport, previous: Provenance | null): Provenance {
    return this.#provenance(changedFilesOf(report), previous)
  }

  #provenance(changedFiles: readonly string[], previous: Provenance | null): Provenance {
    const { facts: { root }, workspaceRoot, identity, sites, readText } = this.#inputs
    return surroundingsOf({ root, workspaceRoot, identity, sites: sites(), changedFiles, readText, previous })
  }

  #project(): string {
    const { facts: { root }, workspaceRoot, readText } = this.#inputs
    return projectName(root, workspaceRoot, readText)
  }

  #expected(): Expected {
    const { facts: { bundler, command, mode, root, resolvedConfig }, env } = this.#inputs
    const processors = cpus()
    return {
      // A rebuild does a part of the work, whoever asks for it.
      command: this.#built.has(this.#environment) ? 'rebuild' : command,
      mode,
      variant: variantOf(resolvedConfig, this.#environment, root),
      bundler: `${bundler.name}@${/\d+/.exec(bundler.version)?.[0] ?? bundler.version}`,
      cpuModel: `${processors.length} x ${processors[0]?.model.trim() || process.arch}`,
      nodeMajor: Number(process.versions.node.split('.')[0]),
      site: isCI(env) ? 'ci' : 'local',
    }
  }

  /** Whether somebody is there to be told what to expect. */
  #isWatched(): boolean {
    const { options: { monitor, report }, facts: { command }, stream, env } = this.#inputs
    if (monitor === null || command === 'dev') return false
    return monitor.forecast ?? (report !== false && stream.isTTY === true && !isCI(env))
  }

  /** Whether anybody will see what was to be expected, and what changed: to find that out takes a while. */
  #isRead(): boolean {
    const { report, reportFile, otlpEndpoint } = this.#inputs.options
    return report === 'full' || reportFile !== null || otlpEndpoint !== null
  }

  async #announce(running: number): Promise<void> {
    const startedAt = this.#inputs.clock.now()
    const expected = this.#expected()
    const project = this.#project()
    const reads = await Promise.all((['warm', 'partly-warm', 'cold'] as const).map(async cache => ({ cache, ...await this.#history.read(project, { ...expected, cache }, MAX_PAST) })))
    // The caches will do what they did last time.
    const [newest] = reads.filter(read => read.entries.length > 0).sort((a, b) => (b.entries.at(-1)?.record.startedAtMs ?? 0) - (a.entries.at(-1)?.record.startedAtMs ?? 0))
    const forecast = newest === undefined ? null : expect(newest.entries, { ...expected, cache: newest.cache })
    if (newest === undefined || forecast === null || running !== this.#running) return
    this.#announced = { cache: newest.cache, forecast }
    this.#line.begin(forecast, startedAt, text => this.#inputs.facts.logger.info(text))
  }
}

function expect(entries: readonly BuildEntry[], stratum: Stratum): Forecast | null {
  const prediction = predict(entries.map(entry => entry.record), { stratum, work: null, calibration: null })
  return prediction === null ? null : { expectedMs: prediction.expectedMs, low: prediction.low, high: prediction.high }
}
