/**
 * Question: does a hook filter save what the report says that it would?
 *
 * Thousands of native modules and a plugin whose `transform` is a JavaScript hook that does nothing. Rolldown builds them in turn, without
 * Pitcrew, with one such plugin, with two, and with a filter that spares every call; and with Pitcrew, whose `filterSavingMs` is the answer.
 * What is told is what calls cost the main thread. So it is compared with the main thread's time (where the system tells it) that a filter
 * spares, beside another such hook and as the only one, and with the processor time and the wall time of the whole process: as the only
 * one a hook makes the bundler's threads wait for the main thread at all, which nobody can see from it.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { REPOSITORY } from '../../test/harness/playgrounds.ts'
import type { BenchCase } from '../case.ts'
import { median } from '../statistics.ts'

const MODULE_COUNT = 4000
const FOLDER_COUNT = 50
const VARIANTS = ['hook', 'two', 'filter', 'told'] as const
type Variant = (typeof VARIANTS)[number]

/** Milliseconds of one build. */
interface Build {
  readonly wallMs: number
  /** Of all threads. */
  readonly cpuMs: number
  readonly mainMs: number
  readonly filterSavingMs: number
}

const SCRIPT = `
import { existsSync, readFileSync } from 'node:fs'
import { rolldown } from 'rolldown'
const variant = process.argv[2]
const handler = () => null
const plugins = [{ name: 'idle', transform: variant === 'filter' ? { filter: { id: /\\.never$/ }, handler } : handler }]
if (variant === 'two') plugins.push({ name: 'idle too', transform: () => null })
// To the tick of the kernel's accounting.
const ACCOUNT = '/proc/thread-self/schedstat'
const mainMs = () => (existsSync(ACCOUNT) ? Number(readFileSync(ACCOUNT, 'utf8').split(' ')[0]) / 1e6 : 0)
if (variant === 'told') {
  const { default: pitcrew } = await import('unplugin-pitcrew/rolldown')
  plugins.unshift(pitcrew({ cacheDir: 'cache', report: false, reportFile: 'report.json', monitor: false }))
}
const [from, cpuFrom, mainFrom] = [performance.now(), process.cpuUsage(), mainMs()]
const bundle = await rolldown({ input: 'src/main.js', plugins, logLevel: 'silent' })
await bundle.write({ dir: 'dist' })
await bundle.close()
const wallMs = performance.now() - from
const cpu = process.cpuUsage(cpuFrom)
const times = { wallMs, cpuMs: (cpu.user + cpu.system) / 1000, mainMs: mainMs() - mainFrom }
const { filterSavingMs } = variant === 'told' ? JSON.parse(readFileSync('report.json', 'utf8')).timings.hooks.find(({ plugin }) => plugin === 'idle') : { filterSavingMs: 0 }
process.stdout.write(JSON.stringify({ ...times, filterSavingMs }))
`

const filterSaving: BenchCase = {
  name: 'filter-saving',
  question: 'Does a hook filter save what the report says that it would?',
  onDemand: true,
  async run({ rounds, say }) {
    const root = mkdtempSync(join(tmpdir(), 'pitcrew-bench-filter-'))
    try {
      writeApplication(root)
      const builds: Record<Variant, Build[]> = { hook: [], two: [], filter: [], told: [] }
      for (let round = 0; round < rounds; round++) {
        for (const variant of VARIANTS) builds[variant].push(JSON.parse(execFileSync(process.execPath, ['build.mjs', variant], { cwd: root, encoding: 'utf8' })) as Build)
        say(`round ${round + 1} of ${rounds}`)
      }
      const typical = (variant: Variant, of: keyof Build): number => median(builds[variant].map(build => build[of]))
      const saved = (from: Variant, to: Variant): Omit<Build, 'filterSavingMs'> => ({ wallMs: typical(from, 'wallMs') - typical(to, 'wallMs'), cpuMs: typical(from, 'cpuMs') - typical(to, 'cpuMs'), mainMs: typical(from, 'mainMs') - typical(to, 'mainMs') })
      const [beside, alone, toldMs] = [saved('two', 'hook'), saved('hook', 'filter'), typical('told', 'filterSavingMs')]
      const text = [`of ${MODULE_COUNT} calls it told about ${Math.round(toldMs)} ms`, savedText('beside another hook', beside, toldMs), savedText('as the only one', alone, toldMs)].join('\n')
      return { kind: 'figures', figures: { moduleCount: MODULE_COUNT, toldMs, beside, alone, builds }, text }
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  },
}
export default filterSaving

function savedText(what: string, { mainMs, cpuMs, wallMs }: Omit<Build, 'filterSavingMs'>, toldMs: number): string {
  const part = (name: string, ms: number): string => `${Math.round(ms)} ms of ${name} (told: ${(toldMs / ms).toFixed(2)} of it)`
  return `  a filter saved ${what} ${part('the main thread', mainMs)}, ${part('all processors', cpuMs)}, ${part('wall time', wallMs)}`
}

function writeApplication(root: string): void {
  for (let folder = 0; folder < FOLDER_COUNT; folder++) mkdirSync(join(root, 'src', `d${folder}`), { recursive: true })
  const pathOf = (index: number): string => `./d${index % FOLDER_COUNT}/m${index}.js`
  for (let index = 0; index < MODULE_COUNT; index++) writeFileSync(join(root, 'src', pathOf(index)), `export const value${index} = ${index}\n// ${'x'.repeat(index % 800)}\n`)
  writeFileSync(join(root, 'src', 'main.js'), Array.from({ length: MODULE_COUNT }, (_, index) => `import { value${index} } from '${pathOf(index)}'\nconsole.log(value${index})\n`).join(''))
  writeFileSync(join(root, 'package.json'), '{"name":"filtered","type":"module"}')
  writeFileSync(join(root, 'build.mjs'), SCRIPT)
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'))
}
