/**
 * Question: how long after an edited module of 20 kB is saved are its new findings known, in a watched project of 1,000 modules?
 *
 * A rebuild of a watch session, as a bundler's hooks make it: the build begins, 1,000 modules are named, chunks are told, the
 * report is asked for. `edit` is the clock from the beginning to the report, in which the edited module's finding has to
 * be; `main` is what of it the main thread worked; `thread` is processor time of the same work, done in line: for the
 * facts of the edited module (`facts`) and for what is joined and kept of all modules (`join`). In turn with it, the parse alone
 * and all analyses alone of the same 20 kB: they bound what a project of one module would take.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAnalyzer } from '../../src/analysis/analyze.ts'
import { parseModule } from '../../src/analysis/syntax/parse.ts'
import { createTreeReader } from '../../src/analysis/syntax/raw-transfer.ts'
import type { ProjectReport } from '../../src/analysis/project/project-report.ts'
import { Guidance } from '../../src/guidance/guidance.ts'
import type { BuiltOutput } from '../../src/guidance/guidance.ts'
import { importModule } from '../../src/guidance/import-module.ts'
import { Job } from '../../src/guidance/job.ts'
import type { BuiltFacts, JobSettings } from '../../src/guidance/protocol.ts'
import { REPOSITORY } from '../../test/harness/playgrounds.ts'
import type { BenchCase, FiguresResult } from '../case.ts'

const MODULE_COUNT = 1000
const EDITED = 'src/module-500.js'
const EDITED_BYTES = 20_000
/** Edits before the ones that count. */
const WARM_UP = 5
/** Edits in a round. */
const EDITS = 20
/** Older than this the times of a file are believed. */
const AN_HOUR_AGO = (Date.now() - 3_600_000) / 1000

type Part = 'edit' | 'main' | 'thread' | 'facts' | 'join' | 'parse' | 'analyse'
type Samples = Record<Part, number[]>

const bench: BenchCase = {
  name: 'analysis-edit',
  question: 'How long after an edited module of 20 kB is saved are its new findings known, in a watched project of 1,000 modules?',
  onDemand: true,
  async run({ rounds, say }): Promise<FiguresResult> {
    const root = mkdtempSync(join(tmpdir(), 'pitcrew-analysis-edit-'))
    try {
      const ids = writeProject(root)
      const samples: Samples = { edit: [], main: [], thread: [], facts: [], join: [], parse: [], analyse: [] }
      const session = new Session(root, ids)
      for (let edit = -WARM_UP; edit < rounds * EDITS; edit++) {
        if (edit >= 0 && edit % EDITS === 0) say(`round ${edit / EDITS + 1} of ${rounds}`)
        await session.measure(edit + WARM_UP, edit < 0 ? null : samples)
      }
      await session.close()
      return { kind: 'figures', figures: samples, text: describe(samples) }
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  },
}

export default bench

class Session {
  private readonly guidance: Guidance
  private readonly job = new Job({ inHand: () => undefined, isHurried: () => false, between: () => undefined, yields: false, loadModule: importModule })
  private readonly analyzer = createAnalyzer()
  private readonly read = createTreeReader()
  private readonly store = new Map<string, Uint8Array>()

  constructor(private readonly root: string, private readonly ids: readonly string[]) {
    this.guidance = new Guidance({
      options: { analysis: { includeDependencies: false, wait: true, rules: new Map(), ruleFiles: [], rulesDigest: '', baselineFile: join(root, 'pitcrew-baseline.json'), gates: { warn: {}, fail: {} } }, cacheDir: join(root, '.cache') },
      facts: { root, bundler: { name: 'vite' }, command: 'watch', mode: 'development' },
      workspaceRoot: root, version: '0', onFault: fail,
      store: { get: (key: Uint8Array) => found(this.store.get(String(key))), put: (key: Uint8Array, value: Uint8Array) => void this.store.set(String(key), value) } as never,
      script: join(REPOSITORY, 'dist', 'analysis-worker.js'),
    })
  }

  async measure(edit: number, samples: Samples | null): Promise<void> {
    const source = editedSource(edit)
    write(join(this.root, EDITED), source, AN_HOUR_AGO + edit)
    const cost: Record<Part, number> = { ...await this.rebuild(edit), ...await this.inLine(edit), parse: cpuMs(() => void parseModule(source, 'js', this.read)), analyse: cpuMs(() => void this.analyzer.analyze(EDITED, source)) }
    if (samples) for (const part of Object.keys(samples) as Part[]) samples[part].push(cost[part])
  }

  close(): Promise<void> {
    return this.guidance.close()
  }

  private async rebuild(edit: number): Promise<Pick<Record<Part, number>, 'edit' | 'main'>> {
    const began = performance.now()
    const before = mainThreadMs()
    this.guidance.begin()
    this.guidance.modules(this.ids.map(id => join(this.root, id)))
    this.guidance.chunks(this.output())
    const report = await this.guidance.finish()
    const ms = performance.now() - began
    expectFinding(report, edit)
    return { edit: ms, main: mainThreadMs() - before }
  }

  /** The same work as the thread does it. */
  private async inLine(edit: number): Promise<Pick<Record<Part, number>, 'thread' | 'facts' | 'join'>> {
    const facts = await cpuMsOf(async () => {
      await this.job.open(this.settings(), null)
      await this.job.analyse(this.ids)
    })
    let report: ProjectReport | null = null
    const joined = await cpuMsOf(async () => {
      report = (await this.job.join(this.built())).report
    })
    expectFinding(report, edit)
    return { thread: facts + joined, facts, join: joined }
  }

  private settings(): JobSettings {
    return { root: this.root, ruleFiles: [], rules: [], gates: { warn: {}, fail: {} }, baselineFile: null, reportFile: join(this.root, '.cache', 'analysis', 'in-line.json'), suspects: [] }
  }

  private built(): BuiltFacts {
    return { edges: [], entries: ['src/main.js'], bytes: this.ids.map(id => [id, 1000]), packages: [], clientChunkOf: this.ids.map(id => [id, 'main']), exposed: [], target: [], buildMs: [] }
  }

  private output(): BuiltOutput {
    return { chunks: [{ name: 'main', isClient: true, modules: this.ids.map(id => [join(this.root, id), 1000]) }], entries: [join(this.root, 'src/main.js')], importsOf: () => [], exposed: [], target: [] }
  }
}

function found(value: Uint8Array | undefined): readonly unknown[] {
  return value === undefined ? [] : [{ status: 'ok', value }]
}

function fail(message: string): never {
  throw new Error(message)
}

/** Each edit leaves one finding that none before it had. */
function expectFinding(report: ProjectReport | null, edit: number): void {
  const findings = report?.findings.filter(({ id, ruleId }) => id === EDITED && ruleId === 'xss/markup-property') ?? []
  if (report?.moduleCount !== MODULE_COUNT + 1 || findings[0]?.line !== lineOf(edit)) throw new Error(`edit ${edit}: ${JSON.stringify({ modules: report?.moduleCount, findings: findings.map(({ line }) => line) })}`)
}

function writeProject(root: string): string[] {
  mkdirSync(join(root, 'src'))
  mkdirSync(join(root, '.cache', 'analysis'), { recursive: true })
  const ids = Array.from({ length: MODULE_COUNT }, (_, index) => `src/module-${index}.js`)
  ids.forEach((id, index) => write(join(root, id), id === EDITED ? editedSource(0) : plainSource(index), AN_HOUR_AGO))
  write(join(root, 'src/main.js'), `${ids.map((id, index) => `import { value${index} } from './${id.slice(4)}'`).join('\n')}\nexport default [${ids.map((_, index) => `value${index}`).join(', ')}]\n`, AN_HOUR_AGO)
  return [...ids, 'src/main.js'].sort()
}

/** Each imports of two others, so that there is a graph to join. */
function plainSource(index: number): string {
  const others = index < 2 ? [] : [index >> 1, index - 1]
  return `${others.map((other, at) => `import { value${other} as other${at} } from './module-${other}.js'`).join('\n')}
export function value${index}(list) {
  let total = ${index}
  for (const each of list) {
    if (each > ${index}) total += each
    else if (each === 0) continue
    else total -= ${others.length > 0 ? 'other0(list)' : 'each'}
  }
  return total
}
export const unused${index} = ${others.length > 1 ? 'other1' : index}
`
}

const LINES_ABOVE = 3

function lineOf(edit: number): number {
  return LINES_ABOVE + 1 + (edit % 40)
}

function editedSource(edit: number): string {
  const head = `import { value250 as other0 } from './module-250.js'\nimport { value499 as other1 } from './module-499.js'\n\n${'// above\n'.repeat(edit % 40)}document.querySelector('#out').innerHTML = location.hash\n`
  let text = `${head}export function value500(list) { return other0(list) + other1(list) + ${edit} }\nexport const unused500 = 1\n`
  for (let at = 0; text.length < EDITED_BYTES; at++) text += `export function step${at}(input, options = {}) {\n  const rows = input.filter((row) => row.id !== ${at}).map(({ id, name }) => ({ id, label: \`\${name}-${at}\` }))\n  if (options.sorted) rows.sort((left, right) => (left.label < right.label ? -1 : 1))\n  return options.limit ? rows.slice(0, options.limit) : rows\n}\n`
  return text
}

/** @param at When it was changed, seconds: files that are older than a moment are believed by their times. */
function write(path: string, text: string, at: number): void {
  writeFileSync(path, text)
  utimesSync(path, at, at)
}

function cpuMs(task: () => void): number {
  const before = process.cpuUsage()
  task()
  return sum(process.cpuUsage(before))
}

async function cpuMsOf(task: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await task()
  return sum(process.cpuUsage(before))
}

/** Processor time of the main thread, milliseconds; where the system does not tell, how long its event loop was busy. */
function mainThreadMs(): number {
  const file = `/proc/self/task/${process.pid}/schedstat`
  return existsSync(file) ? Number(readFileSync(file, 'utf8').split(' ', 1)[0]) / 1e6 : performance.eventLoopUtilization().active
}

function sum({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1000
}

function describe(samples: Samples): string {
  const ms = (part: Part): string => `${median(samples[part]).toFixed(1)} ms`
  return [
    `saved to known ${ms('edit')}, of which the main thread worked ${ms('main')}`,
    `the thread ${ms('thread')} of processor time: facts ${ms('facts')}, joined and kept ${ms('join')}`,
    `of the same 20 kB alone: parsed ${ms('parse')}, all analyses ${ms('analyse')}`,
  ].join('\n')
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? Number.NaN
}
