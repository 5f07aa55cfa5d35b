/**
 * Question: what do timings cost, and what do other tools that measure builds?
 *
 * Nothing is remembered, analysed or reported in any variant. `off` is Pitcrew without timings and history, `on` its defaults,
 * calibration and history included, `deep` follows calls through their awaits. `PITCREW_BENCH_BUNDLERS` names some of the bundlers,
 * and `PITCREW_BENCH_LIMIT` cuts the playgrounds' lists of components short.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyProject } from '../../test/harness/project.ts'
import type { BenchCase, RunOptions, Target, TimedResult } from '../case.ts'
import { measure } from '../measure.ts'
import type { Variant } from '../measure.ts'
import { Workshop } from '../playground-case.ts'
import { writeTimedApplication } from '../timed-application.ts'

type Bundler = 'vite' | 'rollup' | 'webpack' | 'esbuild' | 'rspack'

interface Subject {
  /** A playground, or `null` for an application that is written for this. */
  readonly playground: string | null
  readonly rivals: readonly string[]
  readonly onOverOff: number
}

const SUBJECTS: Readonly<Record<Bundler, Subject>> = {
  vite: { playground: 'vite-vue', rivals: ['vite-plugin-inspect'], onOverOff: 1.02 },
  rollup: { playground: null, rivals: [], onOverOff: 1.02 },
  webpack: { playground: 'webpack-react-sass', rivals: ['rsdoctor', 'speed-measure-webpack-plugin', 'ProfilingPlugin'], onOverOff: 1.02 },
  esbuild: { playground: 'esbuild-svelte-sass', rivals: [], onOverOff: 1.02 },
  rspack: { playground: null, rivals: ['rsdoctor'], onOverOff: 1.05 },
}
const DEEP_OVER_OFF = 1.25
/** ProfilingPlugin is webpack's own. */
const PACKAGES = ['vite-plugin-inspect', '@rsdoctor/webpack-plugin', '@rsdoctor/rspack-plugin', 'speed-measure-webpack-plugin']
const ENV = { PITCREW_PLAYGROUND: 'off', PITCREW_MINIMIZE: 'off', PITCREW_SOURCEMAP: 'off' }

const timingsCost: BenchCase = {
  name: 'timings-cost',
  question: 'What do timings cost, and what do other tools that measure builds?',
  onDemand: true,
  async run(options) {
    const base = mkdtempSync(join(tmpdir(), 'pitcrew-bench-timings-'))
    try {
      installRivals(base, options.say)
      const results: TimedResult[] = []
      for (const bundler of wanted()) results.push(await measureBundler(bundler, base, options))
      return {
        kind: 'timed', samples: Object.assign({}, ...results.map(({ samples }) => samples)), targets: results.flatMap(({ targets }) => targets),
        proof: results.map(({ proof }) => proof).join('\n  '),
      }
    } finally {
      rmSync(base, { recursive: true, force: true })
    }
  },
}
export default timingsCost

function wanted(): Bundler[] {
  const names = process.env['PITCREW_BENCH_BUNDLERS']?.split(',')
  return (Object.keys(SUBJECTS) as Bundler[]).filter(bundler => names?.includes(bundler) ?? true)
}

function limit(): { readonly limit?: number } {
  const count = Number(process.env['PITCREW_BENCH_LIMIT'] ?? '')
  return count > 0 ? { limit: count } : {}
}

/** Where a registry is out of reach, only what is installed is compared. */
function installRivals(base: string, say: RunOptions['say']): void {
  say('installing the other tools')
  writeFileSync(join(base, 'package.json'), '{ "private": true }\n')
  try {
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-save', ...PACKAGES], { cwd: base, stdio: 'ignore' })
  } catch (error) {
    say(`they could not be installed: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`)
  }
}

async function measureBundler(bundler: Bundler, base: string, options: RunOptions): Promise<TimedResult> {
  const { playground, rivals, onOverOff } = SUBJECTS[bundler]
  const folder = join(base, `application-${bundler}`)
  const root = playground === null ? writeTimedApplication(folder, bundler) : copyProject(playground, folder, limit()).root
  const application = { name: playground ?? `timed-${bundler}`, root, runner: 'instrumented', env: ENV }
  const workshop = new Workshop(join(base, bundler), application)
  const job = (tool: string, pitcrewOptions: object = {}): Record<string, string> => ({
    PITCREW_HARNESS_INSTRUMENT: JSON.stringify({ bundler, tool, options: pitcrewOptions, rivals: base, scratch: join(base, 'scratch') }),
  })
  const reportFile = join(base, `${bundler}.json`)
  await workshop.build('cold', 'first', { env: job('pitcrew', { analysis: false, reportFile }) })
  const names = pluginNames(reportFile)
  const common = { report: false, analysis: false, plugins: Object.fromEntries(names.map(name => [name, false])) }
  const own: [string, object][] = [['off', { ...common, timings: false, monitor: false }], ['on', common], ['deep', { ...common, timings: 'deep' }]]
  let reference = ''
  const variants: Variant[] = own.map(([name, pitcrewOptions]) => ({
    name: `${bundler} ${name}`,
    async run() {
      const built = await workshop.build('warm', name, { env: job('pitcrew', pitcrewOptions) })
      reference = built.digest
      return built
    },
  }))
  for (const tool of ['none', ...rivals]) {
    // What other tools write into the output is theirs; it is not compared.
    const run: Variant['run'] = async () => ({ sample: (await workshop.build('off', tool, { env: job(tool) })).sample, digest: reference })
    if (await works(tool, run, options.say)) variants.push({ name: `${bundler} ${tool}`, run })
  }
  const targets = variants.slice(1).flatMap(({ name }, index): Target[] => {
    const max = index === 0 ? onOverOff : index === 1 ? DEEP_OVER_OFF : null
    const over = index < 2 ? `${bundler} off` : `${bundler} none`
    if (name === over) return []
    return [{ of: name, over, metric: 'bundlerMs', bound: max === null ? null : { max } }, { of: name, over, metric: 'cpuMs', bound: null }]
  })
  return measure({ variants, targets, explain: () => workshop.explain(), proof: digest => `${bundler}: ${workshop.proof(digest)}` }, options)
}

async function works(tool: string, run: Variant['run'], say: RunOptions['say']): Promise<boolean> {
  try {
    await run()
    return true
  } catch (error) {
    say(`${tool} does not work here: ${error instanceof Error ? error.message.split('\n').slice(0, 3).join(' ') : String(error)}`)
    return false
  }
}

/** Of every plugin and loader that could be remembered. */
function pluginNames(reportFile: string): string[] {
  const { plugins } = JSON.parse(readFileSync(reportFile, 'utf8')) as { plugins: { name: string }[] }
  return [...new Set(plugins.map(({ name }) => name))]
}
