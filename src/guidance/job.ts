/**
 * The analysis of one build after another, in whatever thread: brings the facts of modules up to date, then joins them.
 *
 * Modules are read as they are on the disk. What cannot be read (virtual modules) is no module of the project. A module on
 * which the analysis throws has a note and nothing else. The parser is loaded when the first module has changed.
 */
import { resolve } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Analyzer } from '../analysis/analyze.ts'
import { emptyFacts, toFacts } from '../analysis/project/facts.ts'
import type { ModuleFacts } from '../analysis/project/facts.ts'
import type { ProjectReport } from '../analysis/project/project-report.ts'
import { fixFor } from '../analysis/project/fixes.ts'
import { unclearModules } from '../analysis/project/graph.ts'
import type { ProjectModule } from '../analysis/project/graph.ts'
import { joinProject } from '../analysis/project/join.ts'
import type { Baseline } from '../analysis/project/join.ts'
import { JoinMemory } from '../analysis/project/memory.ts'
import type { Rule } from '../analysis/rule.ts'
import { digest } from '../hash.ts'
import { readOrNull } from '../vfs/disk.ts'
import { churnOf, headOf } from './churn.ts'
import { replacementsFor, readPackages } from './installed.ts'
import { decodePack, encodePack, EMPTY_PACK } from './pack.ts'
import type { Pack, PackEntry } from './pack.ts'
import type { BuiltFacts, JobSettings, Outcome } from './protocol.ts'
import { readBaseline } from './baseline.ts'
import { writeLastBuild } from './last-build.ts'
import { loadAnalyzer } from './load-analyzer.ts'
import type { LoadModule } from './load-analyzer.ts'
import { stampAt } from './stamp.ts'

/** Packs that are written without a module before it is forgotten: other environments and branches come back. */
const MAX_UNUSED = 4

/** So many modules are analysed however short of time a build is: the few that a person has edited, and those by which builds get on that end at once. */
const ALWAYS = 4

export interface JobSeams {
  /** Told the id of the module in hand before it is analysed, and an empty text afterwards. */
  readonly inHand: (id: string) => void
  /** Whether modules that are not known yet are to be left for the next build. */
  readonly isHurried: () => boolean
  /** Called after each module that was read. */
  readonly between: () => void
  /** Whether other work of this thread wants its turn between modules. */
  readonly yields: boolean
  readonly loadModule: LoadModule
}

export class Job {
  readonly #seams: JobSeams
  #settings: JobSettings | null = null
  #entries = new Map<string, PackEntry>()
  #churn: Pack['churn'] = null
  #checked = new Set<string>()
  #analyzer: Analyzer | null = null
  #current: string[] = []
  #analysedCount = 0
  /** Modules that this build did not wait for. */
  readonly #left = new Set<string>()
  #isChanged = false
  /** Builds of this session; from the second on it is a watched one. */
  #buildCount = 0
  /** Modules of which the facts in the store are old, or none. */
  readonly #unstored = new Set<string>()
  readonly #memory = new JoinMemory()

  constructor(seams: JobSeams) {
    this.#seams = seams
  }

  /** Begins a build. What is known from the last one is brought up to date meanwhile. */
  async open(settings: JobSettings, pack: Uint8Array | null): Promise<null> {
    let left: readonly string[] = [...this.#left]
    // A worker that lives on (watch) knows more than the store.
    if (this.#entries.size === 0) {
      const known = readable(pack)
      this.#entries = new Map(known.entries)
      this.#churn = known.churn
      left = known.left
    }
    this.#buildCount++
    this.#settings = settings
    this.#checked = new Set()
    this.#current = []
    this.#analysedCount = 0
    this.#left.clear()
    this.#isChanged = false
    await this.#update([...[...this.#entries].filter(([, { unused }]) => unused === 0).map(([id]) => id), ...left])
    return null
  }

  /** @param ids Those of the build, added to what was given before. @returns Modules with imports that only the bundler can resolve. */
  async analyse(ids: readonly string[]): Promise<readonly string[]> {
    await this.#update(ids)
    this.#current = [...new Set([...this.#current, ...ids])].filter(id => this.#entries.has(id)).sort()
    return unclearModules(this.#modules(), this.#memory.candidates)
  }

  async join(built: BuiltFacts): Promise<Outcome> {
    const settings = this.#settings!
    const modules = this.#modules()
    // What takes git and megabytes of tables to say is said when all is known: until then a build is not to wait for it.
    const isWhole = this.#left.size === 0
    const baseline = await readBaselineOf(settings)
    const { report, findings, suppressed } = joinProject({
      modules,
      edges: new Map(built.edges),
      memory: this.#memory,
      entries: built.entries,
      bytes: new Map(built.bytes),
      packages: readPackages(settings.root, built.packages),
      client: { chunkOf: new Map(built.clientChunkOf), exposed: new Map(built.exposed) },
      baseline: baseline.known,
      rules: new Map(settings.rules),
      gates: settings.gates,
      analysedCount: this.#analysedCount,
      churn: isWhole ? await this.#churnNow() : null,
      buildMs: new Map(built.buildMs),
      replacements: isWhole ? replacementsFor(built.packages.length) : null,
      target: built.target,
    })
    const seen = this.#left.size === 0 ? report : withoutAbsence(report, this.#left)
    const whole = baseline.flaw === null ? seen : { ...seen, state: 'partial' as const, notes: [{ id: '', reason: 'baseline', message: baseline.flaw }, ...seen.notes] }
    if (settings.reportFile !== null) await writeLastBuild(settings.reportFile, { root: settings.root, baselineFile: settings.baselineFile, ruleFiles: settings.ruleFiles, moduleIds: [...this.#current, ...this.#left].sort(), report: { ...whole, findings }, suppressed })
    return { report: whole, pack: this.#packForNext(), stamps: this.#stamps() }
  }

  #stamps(): [string, string][] | null {
    const stamps = this.#current.map((id): [string, string] => [id, this.#entries.get(id)!.stamp])
    return this.#left.size > 0 || stamps.some(([, stamp]) => stamp === '') ? null : stamps
  }

  #modules(): ProjectModule[] {
    return this.#current.map(id => ({ id, facts: this.#entries.get(id)!.facts }))
  }

  async #update(ids: readonly string[]): Promise<void> {
    for (const id of ids) {
      if (this.#checked.has(id)) continue
      this.#checked.add(id)
      if (!await this.#updateOne(id)) continue
      this.#seams.between()
      if (this.#seams.yields) await nextTurn()
    }
  }

  /** @returns Whether it took its time. */
  async #updateOne(id: string): Promise<boolean> {
    const path = resolve(this.#settings!.root, id)
    const known = this.#entries.get(id)
    const stamp = stampAt(path)
    if (isUntouched(known, stamp)) return false
    // Of what was never analysed nothing in the file can say that it need not be.
    if (known === undefined && stamp !== null && this.#isToBeLeft) return this.#leave(id)
    const content = stamp === null ? null : readOrNull(path)
    return content === null ? this.#forget(id) : this.#take(id, content, stamp ?? '')
  }

  async #take(id: string, content: Buffer, stamp: string): Promise<boolean> {
    const known = this.#entries.get(id)
    const own = digest(content)
    const isSame = known?.digest === own
    if (!isSame && this.#isToBeLeft) return this.#leave(id)
    this.#isChanged = true
    const facts = isSame ? known.facts : await this.#analyseOne(id, content.toString('utf8'))
    this.#unstored.add(id)
    this.#entries.set(id, { digest: own, stamp, facts, unused: 0 })
    return true
  }

  get #isToBeLeft(): boolean {
    return this.#analysedCount >= ALWAYS && this.#seams.isHurried()
  }

  #leave(id: string): false {
    this.#left.add(id)
    return this.#forget(id)
  }

  #forget(id: string): false {
    if (this.#entries.delete(id)) this.#isChanged = true
    return false
  }

  async #analyseOne(id: string, source: string): Promise<ModuleFacts> {
    if (this.#settings!.suspects.includes(id)) return emptyFacts('crashed', 'The analysis of it ended its thread, so it was left alone.')
    this.#analysedCount++
    const analyzer = this.#analyzer ??= await loadAnalyzer(this.#settings!.ruleFiles, this.#seams.loadModule)
    this.#seams.inHand(id)
    try {
      return toFacts(analyzer.analyze(id, source), finding => fixFor(finding, source))
    } catch (error) {
      return emptyFacts('failed', `The analysis of it failed (${error instanceof Error ? error.message : String(error)}).`)
    } finally {
      this.#seams.inHand('')
    }
  }

  async #churnNow(): Promise<ReadonlyMap<string, number> | null> {
    const { root } = this.#settings!
    const head = headOf(root)
    if (head === null) return null
    if (this.#churn?.head !== head) {
      const counts = await churnOf(root)
      if (counts === null) return null
      this.#churn = { head, counts }
      this.#isChanged = true
    }
    return new Map(Object.entries(this.#churn.counts))
  }

  #packForNext(): Uint8Array | null {
    // Whoever comes next analyses so few at once: each rebuild of a session need not write down all of them.
    if (!this.#isChanged || (this.#buildCount > 1 && this.#unstored.size <= ALWAYS)) return null
    this.#unstored.clear()
    const current = new Set(this.#current)
    const kept = [...this.#entries].map(([id, entry]): [string, PackEntry] => [id, { ...entry, unused: current.has(id) ? 0 : entry.unused + 1 }]).filter(([, { unused }]) => unused <= MAX_UNUSED)
    this.#entries = new Map(kept)
    return encodePack({ entries: this.#entries, churn: this.#churn, left: [...this.#left] })
  }
}

const NOT_YET = 'It was not analysed yet: the build did not wait for it. The next one goes on, and `pitcrew analyze` looks at all at once.'
const MAX_NOTES = 50

/** What rests on a module that imports nothing of another is not said while some have not been looked at. */
function withoutAbsence(report: ProjectReport, left: ReadonlySet<string>): ProjectReport {
  return {
    ...report, leftCount: left.size, notes: [...report.notes, ...[...left].map(id => ({ id, reason: 'left', message: NOT_YET }))].slice(0, MAX_NOTES), dead: { count: 0, list: [] }, barrels: [],
    advice: report.advice.filter(({ kind }) => kind !== 'dead-code' && kind !== 'barrel'),
  }
}

function readable(bytes: Uint8Array | null): Pack {
  try {
    return decodePack(bytes)
  } catch {
    // Of another version, with other compression: what it held is found out again.
    return EMPTY_PACK
  }
}

async function readBaselineOf({ baselineFile }: JobSettings): Promise<{ known: Baseline; flaw: string | null }> {
  try {
    return { known: baselineFile === null ? null : await readBaseline(baselineFile), flaw: null }
  } catch (error) {
    return { known: null, flaw: error instanceof Error ? error.message : String(error) }
  }
}

function isUntouched(known: PackEntry | undefined, stamp: string | null): boolean {
  return known !== undefined && stamp !== '' && known.stamp === stamp
}
