/**
 * Question: what does the analysis add to a build, when nothing of it is known, and when nothing has changed?
 *
 * Builds with Pitcrew, its memos warm in all of them, so that what is compared is the smallest build that the analysis can
 * slow down: `off` does not analyse, `cold` knows no facts (and analyses as much as a build waits for), `warm` knows all, `edited` all but those of one module of
 * 20 kB. Cold is set against the same build without memos as well (`first`: no memo and no facts, `first-off`: no memo
 * and no analysis), because that is when a person meets it. Two applications: 334 Vue components (their sources lie in
 * packages, so packages are analysed), and 1,000 plain modules of 1 kB that Vite builds in native code.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPlayground } from '../../test/harness/build-playground.ts'
import { REPOSITORY } from '../../test/harness/playgrounds.ts'
import { writeApplication } from '../plain-application.ts'
import type { BuildOutcome } from '../../test/harness/build-playground.ts'
import type { BenchCase, FiguresResult } from '../case.ts'

const MODULE_COUNT = 1000
const FUNCTIONS_PER_MODULE = 4
/** After as many everything must be known: the times of what was written a moment ago are not believed at first. */
const MAX_BUILDS = 4
const EDITED = 'src/module-7.js'
const EDITED_BYTES = 20_000

/** The whole process is what a person waits for: the report comes last. */
type Durations = BuildOutcome['durations']
type Variant = 'off' | 'cold' | 'warm' | 'edited' | 'first' | 'first-off'
const VARIANTS: readonly Variant[] = ['off', 'cold', 'warm', 'edited', 'first', 'first-off']
const RATIOS: readonly (readonly [Variant, Variant, number])[] = [['warm', 'off', 1.02], ['cold', 'off', 1.1], ['first', 'first-off', 1.1]]

interface Application {
  readonly name: string
  readonly root: string | null
  readonly runner: 'vite' | 'esbuild'
}

const bench: BenchCase = {
  name: 'analysis-build',
  question: 'What does the analysis add to a build, cold and warm?',
  onDemand: true,
  async run({ rounds, say }): Promise<FiguresResult> {
    const base = mkdtempSync(join(tmpdir(), 'pitcrew-analysis-build-'))
    try {
      const applications: Application[] = [{ name: 'vite-vue', root: null, runner: 'vite' }, { name: 'plain', root: writePlain(base), runner: 'vite' }, { name: 'plain-esbuild', root: writePlainEsbuild(base), runner: 'esbuild' }]
      const results: Record<string, Record<Variant, Durations[]>> = {}
      for (const application of applications) results[application.name] = await measure(application, { base, rounds, say })
      return { kind: 'figures', figures: results, text: Object.entries(results).map(([name, samples]) => describe(name, samples)).join('\n') }
    } finally {
      rmSync(base, { recursive: true, force: true })
    }
  },
}

export default bench

interface Session {
  readonly base: string
  readonly rounds: number
  readonly say: (line: string) => void
}

async function measure(application: Application, { base, rounds, say }: Session): Promise<Record<Variant, Durations[]>> {
  const samples: Record<Variant, Durations[]> = { off: [], cold: [], warm: [], edited: [], first: [], 'first-off': [] }
  const stores = join(base, 'stores', application.name)
  // Memos without facts, and both.
  await build(application, base, 'off', join(stores, 'memos'))
  for (let known = false, left = MAX_BUILDS; !known && left > 0; left--) known = await isKnown(application, base, join(stores, 'all'))
  for (let round = 0; round < rounds; round++) {
    say(`${application.name}: round ${round + 1} of ${rounds}`)
    for (let at = 0; at < VARIANTS.length; at++) {
      const variant = VARIANTS[(at + round) % VARIANTS.length]!
      if (variant === 'edited' && application.name !== 'plain') continue
      const outcome = await runVariant(application, base, variant, { stores, round })
      check(outcome, variant)
      samples[variant].push(outcome.durations)
    }
  }
  return samples
}

async function isKnown(application: Application, base: string, cache: string): Promise<boolean> {
  const { report } = await build(application, base, 'warm', cache, { wait: true })
  return report?.analysis?.analysedCount === 0 && report.analysis.leftCount === 0
}

async function runVariant(application: Application, base: string, variant: Variant, { stores, round }: { stores: string; round: number }): Promise<BuildOutcome> {
  const cache = join(stores, variant === 'off' || variant === 'warm' || variant === 'edited' ? (variant === 'off' ? 'memos' : 'all') : 'fresh')
  if (variant === 'cold') {
    rmSync(cache, { recursive: true, force: true })
    cpSync(join(stores, 'memos'), cache, { recursive: true })
  }
  if (variant === 'edited') writeFileSync(join(application.root!, EDITED), bigModule(round))
  return build(application, base, variant, cache)
}

function build({ name, root, runner }: Application, base: string, variant: Variant, cacheDir: string, options: { readonly wait?: boolean } = {}): Promise<BuildOutcome> {
  const analysis = variant !== 'off' && variant !== 'first-off' && { includeDependencies: root === null, ...options }
  return buildPlayground({
    name, ...(root === null ? {} : { root }), runner, cacheDir, outDir: join(base, 'out'),
    variant: variant === 'first' || variant === 'first-off' ? 'cold' : 'warm',
    env: { PITCREW_SOURCEMAP: 'off', PITCREW_ANALYSIS: JSON.stringify(analysis) },
  })
}

/** What is measured must be what was meant. */
function check({ report }: BuildOutcome, variant: Variant): void {
  const analysed = report?.analysis?.analysedCount ?? null
  const isRight = variant === 'off' || variant === 'first-off' ? analysed === null : variant === 'warm' ? analysed === 0 : variant === 'edited' ? analysed === 1 : analysed !== null && analysed > 0
  if (!isRight) throw new Error(`the ${variant} build analysed ${String(analysed)} modules`)
}

function describe(name: string, samples: Record<Variant, Durations[]>): string {
  const ms = (variant: Variant, metric: keyof Durations): number => median(samples[variant].map(each => each[metric]))
  const lines = VARIANTS.filter(variant => samples[variant].length > 0)
    .map(variant => `  ${variant.padEnd(10)} ${Math.round(ms(variant, 'processMs'))} ms (${samples[variant].map(({ processMs }) => Math.round(processMs)).join(', ')}), processor ${Math.round(ms(variant, 'cpuMs'))} ms`)
  const ratios = RATIOS.map(([of, over, bound]) => `  ${of} / ${over} ${(ms(of, 'processMs') / ms(over, 'processMs')).toFixed(3)} (wanted: at most ${bound}), of processor time ${(ms(of, 'cpuMs') / ms(over, 'cpuMs')).toFixed(3)}`)
  const edited = samples.edited.length > 0 ? [`  edited - warm ${Math.round(ms('edited', 'processMs') - ms('warm', 'processMs'))} ms (wanted: at most 5)`] : []
  return [name, ...lines, ...ratios, ...edited].join('\n')
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? Number.NaN
}

/** What is hardest: a build of nothing but native code, and 5,000 modules. */
function writePlainEsbuild(base: string): string {
  const root = join(base, 'plain-esbuild')
  mkdirSync(root)
  writeApplication(root, 'esbuild')
  return root
}

function writePlain(base: string): string {
  const root = join(base, 'plain')
  mkdirSync(join(root, 'src'), { recursive: true })
  for (let index = 0; index < MODULE_COUNT; index++) writeFileSync(join(root, 'src', `module-${index}.js`), moduleText(index))
  writeFileSync(join(root, 'src', 'main.js'), `${Array.from({ length: MODULE_COUNT }, (_, index) => `import { total as t${index} } from './module-${index}'`).join('\n')}\nconsole.log(${Array.from({ length: MODULE_COUNT }, (_, index) => `t${index}([])`).join(' + ')})\n`)
  writeFileSync(join(root, 'package.json'), '{ "name": "plain", "private": true, "type": "module" }\n')
  writeFileSync(join(root, 'vite.config.mjs'), `import pitcrew from 'unplugin-pitcrew/vite'
export default {
  plugins: [pitcrew({ reportFile: process.env.PITCREW_REPORT_FILE, analysis: JSON.parse(process.env.PITCREW_ANALYSIS ?? 'false') })],
  build: { outDir: process.env.PITCREW_OUT_DIR, emptyOutDir: true, chunkSizeWarningLimit: 5000, rolldownOptions: { input: 'src/main.js' } },
}
`)
  cpSync(join(REPOSITORY, 'package-lock.json'), join(root, 'package-lock.json'))
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'), 'junction')
  return root
}

function moduleText(index: number): string {
  const functions = Array.from({ length: FUNCTIONS_PER_MODULE }, (_, at) => `
export function part${at}(items, limit) {
  let sum = ${index}
  for (const item of items) {
    if (item.weight > limit && item.kind !== 'part ${at}') sum += item.weight * ${at + 1}
    else if (item.children?.length > 0) sum += part${at}(item.children, limit)
  }
  return sum
}
`).join('')
  return `${functions}\nexport const total = items => ${Array.from({ length: FUNCTIONS_PER_MODULE }, (_, at) => `part${at}(items, ${at})`).join(' + ')}\n`
}

function bigModule(round: number): string {
  let text = `export const edition = ${round}\n${moduleText(7)}`
  for (let at = 0; text.length < EDITED_BYTES; at++) text += moduleText(at).replaceAll('part', `more${at}_`).replace('total', `total${at}`)
  return text
}
