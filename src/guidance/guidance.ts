/**
 * GuidanceSystem: the analysis of a build's own modules, beside the build.
 *
 * The host tells which modules the bundler loaded (`modules`) and what became of them (`chunks`); `finish` yields the
 * report. A build that is the same as the last one says what that said, and nothing is started for it. Else facts of the
 * last build come from the store and are brought up to date in another thread, which gives way to the bundler; the main
 * thread only hands over names. The end of a build waits for a share of the time that it has taken, and leaves what is
 * not analysed by then to the next one. Whatever fails here costs the report its part about the code, and no build.
 */
import { utimesSync } from 'node:fs'
import { join, relative } from 'node:path'
import { ANALYZER_VERSION } from '../analysis/version.ts'
import type { ProjectReport } from '../analysis/project/project-report.ts'
import { digestParts, keyOfParts } from '../hash.ts'
import type { Digest } from '../hash.ts'
import type { Store } from '../store/store.ts'
import { Crew, workerScript } from './crew.ts'
import { StampCheck, decodeKnown, digestOfBuilt, digestOfCircumstances, encodeKnown } from './known-build.ts'
import type { KnownBuild } from './known-build.ts'
import { lastBuildFolder } from './last-build.ts'
import { OwnModules } from './own-modules.ts'
import type { BuiltOutput } from './own-modules.ts'
import type { AnalysisSettings } from './settings.ts'
import { PACK_VERSION } from './pack.ts'
import { Urgency } from './protocol.ts'
import type { BuiltFacts, JobSettings } from './protocol.ts'

export type { BuiltChunk, BuiltOutput } from './own-modules.ts'

export interface GuidanceParts {
  readonly options: { readonly analysis: AnalysisSettings | null; readonly cacheDir: string }
  /** `root` is absolute. */
  readonly facts: { readonly root: string; readonly bundler: { readonly name: string }; readonly command: 'build' | 'watch' | 'dev'; readonly mode: string }
  readonly workspaceRoot: string
  readonly version: string
  readonly store: Pick<Store, 'get' | 'put'>
  readonly onFault: (message: string) => void
  /** How long the end of the build waits for modules that were never analysed, milliseconds. @default a share of the build */
  readonly waitMs?: number
  /** @default the thread's script, where it is built */
  readonly script?: string | null
}

/** Of the time that a build has taken when it waits for what is not analysed yet, what comes of it included. */
const WAIT_RATIO = 0.06
/** What joining the facts of a module and writing them takes. */
const JOIN_MS = 0.02

export class Guidance {
  readonly #parts: GuidanceParts
  /** Null: off. A server's modules come and go with its pages, and are none of a build. */
  readonly #settings: AnalysisSettings | null
  readonly #root: string
  /** What never mixes. Nothing of it is an absolute path, so that facts are good in another checkout. */
  readonly #stratum: readonly string[]
  readonly #crew: Crew
  #own: OwnModules
  #outputs: BuiltOutput[] = []
  readonly #buildMs = new Map<string, number>()
  #environment = ''
  /** The last build of each environment, where anybody has looked. */
  readonly #knownBuilds = new Map<string, KnownBuild | null>()
  /** While this build may turn out to be the same as the last one. */
  #check: StampCheck | null = null
  #unclear: Promise<readonly string[]> | null = null
  /** Of the bundler's own words about this build; empty where it has none. */
  #told: Digest = ''
  /** Makes ours of them, where that was put off because they are those of the last build. */
  #untold: (() => void) | null = null
  /** Whether the build has begun, and whether the crew knows of it. */
  #isBegun = false
  #isOpen = false
  #isFirst = true
  #beganMs = 0

  constructor(parts: GuidanceParts) {
    const { options, facts: { root, bundler, command, mode }, workspaceRoot } = parts
    this.#parts = parts
    this.#settings = command === 'dev' ? null : options.analysis
    this.#root = root
    this.#stratum = [relative(workspaceRoot, root), bundler.name, mode]
    this.#own = this.#noModules()
    this.#crew = new Crew({
      script: parts.script === undefined ? workerScript() : parts.script,
      onDeath: (reason, suspect) => parts.onFault(`the thread that analyses the code ended${suspect === '' ? '' : ` while it was at ${suspect}`} (${reason}).`),
    })
  }

  /** A build or a rebuild begins. @param environment Of bundlers that build several in one run. */
  begin(environment: string = ''): void {
    const settings = this.#settings
    if (settings === null) return
    this.#environment = environment
    this.#own = this.#noModules()
    this.#outputs = []
    this.#unclear = null
    this.#told = ''
    this.#untold = null
    this.#isBegun = true
    this.#isOpen = false
    this.#beganMs = performance.now()
    this.#crew.urge(Urgency.Beside)
    this.#check?.stop()
    const known = this.#known
    this.#check = known === null ? null : new StampCheck(this.#root, known.stamps)
    if (this.#check === null) this.#open(settings)
    else this.#check.start(() => this.#isBegun && this.#open(settings))
  }

  /** Modules that the bundler loaded. May be called again with more. */
  modules(ids: Iterable<string>): void {
    if (this.#settings === null) return
    if (!this.#isBegun) this.begin(this.#environment)
    const fresh = this.#own.add(ids)
    if (this.#isOpen) this.#analyse(fresh)
  }

  chunks(output: BuiltOutput): void {
    this.#outputs.push(output)
  }

  /**
   * At the end of a build, for a host that has it all in words of the bundler's, which are the same for the same build:
   * where they are those of the last one, nobody reads them.
   * @param tell Calls `modules` and `chunks`. Called now, in `finish`, or never.
   */
  whole(words: string, tell: () => void): void {
    if (this.#settings === null) return
    if (!this.#isBegun) this.begin(this.#environment)
    this.#told = digestParts([words, String(this.#settings.includeDependencies)])
    const known = this.#known
    // Where only the bundler can resolve an import, more of its words count.
    const isPutOff = !this.#isOpen && known !== null && known.told === this.#told && known.unclear.length === 0
    if (isPutOff) this.#untold = tell
    else tell()
  }

  /** A look at the bundler's own objects, for the report alone: what it throws is a fault of ours. */
  beside(what: string, look: () => void): void {
    if (this.#settings === null) return
    try {
      look()
    } catch (error) {
      this.#parts.onFault(`${what} (${error instanceof Error ? error.message : String(error)}).`)
    }
  }

  /** What a call for a module cost, milliseconds. */
  cost(id: string, ms: number): void {
    if (ms >= 1) this.#buildMs.set(id, (this.#buildMs.get(id) ?? 0) + ms)
  }

  /** @returns Null when it is off, when there is nothing to say, and after a fault, which has been told. */
  async finish(): Promise<ProjectReport | null> {
    const settings = this.#settings
    if (settings === null || !this.#isBegun || !this.#hasWord) return null
    try {
      return this.#sameReport(settings) ?? await this.#freshReport(settings)
    } catch (error) {
      this.#parts.onFault(`the code could not be analysed (${error instanceof Error ? error.message : String(error)}).`)
      return null
    } finally {
      this.#isBegun = false
      this.#unclear = null
      this.#check?.stop()
    }
  }

  close(): Promise<void> {
    this.#check?.stop()
    return this.#crew.close()
  }

  /** Whether the host has said anything of modules. */
  get #hasWord(): boolean {
    return !this.#own.isUntold || this.#untold !== null
  }

  /** What was said of the last build, if this one is the same. */
  #sameReport(settings: AnalysisSettings): ProjectReport | null {
    const known = this.#known
    if (this.#isOpen || !known || !this.#check?.finish() || !this.#isBuiltAs(known)) return null
    const job = this.#jobSettings(settings)
    if (digestOfCircumstances(known.packages, job) !== known.circumstances || !touch(job.reportFile)) return null
    // Other words for the same, as of another place: the next build is compared with these.
    if (known.told !== this.#told) this.#remember({ ...known, told: this.#told }, true)
    return { ...known.report, analysedCount: 0 }
  }

  #isBuiltAs(known: KnownBuild): boolean {
    return this.#untold !== null || (this.#own.areThose(known.stamps) && digestOfBuilt(this.#built(known.unclear)) === known.digest)
  }

  /** @param isLasting For other processes as well. */
  #remember(known: KnownBuild | null, isLasting: boolean): void {
    this.#knownBuilds.set(this.#environment, known)
    if (known !== null && isLasting) this.#parts.store.put(this.#key('known'), encodeKnown(known))
  }

  async #freshReport(settings: AnalysisSettings): Promise<ProjectReport> {
    this.#untold?.()
    if (!this.#isOpen) this.#open(settings)
    this.#crew.hold(true)
    const patience = this.#lessPatient()
    try {
      const unclear = await this.#unclear!
      const built = this.#built(unclear)
      const { report, pack, stamps } = await this.#crew.ask({ kind: 'join', built })
      if (pack !== null) this.#parts.store.put(this.#key('facts'), pack)
      const packages = built.packages.map(([folder]) => folder)
      const circumstances = digestOfCircumstances(packages, this.#jobSettings(settings))
      const seen = stamps === null ? null : { stamps: new Map(stamps), unclear, digest: digestOfBuilt(built), told: this.#told, packages, circumstances, report }
      // A rebuild is compared with what is in memory; another process finds the changed files by itself.
      this.#remember(seen, pack !== null || this.#isFirst)
      this.#isFirst = false
      return report
    } finally {
      clearTimeout(patience)
      this.#crew.hold(false)
    }
  }

  /** Nobody waits long for what was never analysed: it is left for the next build. Limits that may fail a build want all of it. */
  #lessPatient(): NodeJS.Timeout | undefined {
    this.#crew.urge(Urgency.Awaited)
    if (this.#settings?.wait === true) return undefined
    const waitMs = this.#parts.waitMs ?? Math.max(0, WAIT_RATIO * (performance.now() - this.#beganMs) - JOIN_MS * this.#own.size)
    return setTimeout(() => this.#crew.urge(Urgency.Hurried), waitMs)
  }

  /** The crew begins, with the modules that are known by now. */
  #open(settings: AnalysisSettings): void {
    this.#isOpen = true
    this.#guard(this.#crew.ask({ kind: 'open', settings: this.#jobSettings(settings), pack: this.#lastOf('facts') }))
    if (!this.#own.isUntold) this.#analyse(this.#own.all())
  }

  #analyse(ids: readonly string[]): void {
    this.#unclear = this.#crew.ask({ kind: 'analyse', ids })
    this.#guard(this.#unclear)
  }

  /** What is asked for without waiting is waited for in `finish`, which tells what went wrong. */
  #guard(asked: Promise<unknown>): void {
    asked.catch(() => undefined)
  }

  #jobSettings({ ruleFiles, rules, gates, baselineFile }: AnalysisSettings): JobSettings {
    const name = digestParts([this.#root, ...this.#stratum, ...this.#apart]).slice(0, 16)
    return { root: this.#root, ruleFiles, rules: [...rules], gates, baselineFile, reportFile: join(lastBuildFolder(this.#parts.options.cacheDir), `${name}.json`), suspects: [] }
  }

  #key(of: 'facts' | 'known'): Buffer {
    return keyOfParts(['analysis', of, String(PACK_VERSION), String(ANALYZER_VERSION), this.#parts.version, this.#settings?.rulesDigest ?? '', ...this.#stratum, ...(of === 'known' ? this.#apart : [])])
  }

  /** What one environment alone is about; facts about modules are for all. */
  get #apart(): string[] {
    return this.#environment === '' ? [] : [this.#environment]
  }

  #lastOf(of: 'facts' | 'known'): Uint8Array | null {
    for (const read of this.#parts.store.get(this.#key(of))) if (read.status === 'ok') return read.value
    return null
  }

  get #known(): KnownBuild | null {
    const known = this.#knownBuilds.get(this.#environment)
    if (known !== undefined) return known
    const bytes = this.#lastOf('known')
    const last = bytes === null ? null : decodeKnown(bytes)
    this.#knownBuilds.set(this.#environment, last)
    return last
  }

  #noModules(): OwnModules {
    return new OwnModules(this.#root, this.#settings?.includeDependencies ?? false)
  }

  #built(unclear: readonly string[]): BuiltFacts {
    return this.#own.built(this.#outputs, unclear, this.#buildMs)
  }
}

/** `pitcrew findings` reads the latest. @returns Whether it is there. */
function touch(path: string | null): boolean {
  try {
    if (path !== null) utimesSync(path, new Date(), new Date())
    return true
  } catch {
    // Deleted, or never written: it is made anew.
    return false
  }
}
