/**
 * Question: does a hook filter save at least what the report says that it would?
 *
 * Thousands of native modules and one plugin whose `transform` is a JavaScript hook that does nothing: Rolldown builds them in turn with the
 * hook and with a filter that spares every call, without Pitcrew, and with the hook and Pitcrew, whose `filterSavingMs` is the answer.
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
const VARIANTS = ['hook', 'filter', 'told'] as const
type Variant = (typeof VARIANTS)[number]

const SCRIPT = `
import { readFileSync } from 'node:fs'
import { rolldown } from 'rolldown'
const variant = process.argv[2]
const handler = () => null
const plugins = [{ name: 'idle', transform: variant === 'filter' ? { filter: { id: /\\.never$/ }, handler } : handler }]
if (variant === 'told') {
  const { default: pitcrew } = await import('unplugin-pitcrew/rolldown')
  plugins.unshift(pitcrew({ cacheDir: 'cache', report: false, reportFile: 'report.json', monitor: false }))
}
const from = performance.now()
const bundle = await rolldown({ input: 'src/main.js', plugins, logLevel: 'silent' })
await bundle.write({ dir: 'dist' })
await bundle.close()
const ms = performance.now() - from
const { filterSavingMs } = variant === 'told' ? JSON.parse(readFileSync('report.json', 'utf8')).timings.hooks.find(({ plugin }) => plugin === 'idle') : { filterSavingMs: 0 }
process.stdout.write(JSON.stringify({ ms, filterSavingMs }))
`

const filterSaving: BenchCase = {
  name: 'filter-saving',
  question: 'Does a hook filter save at least what the report says that it would?',
  onDemand: true,
  async run({ rounds, say }) {
    const root = mkdtempSync(join(tmpdir(), 'pitcrew-bench-filter-'))
    try {
      writeApplication(root)
      const builds: Record<Variant, number[]> = { hook: [], filter: [], told: [] }
      for (let round = 0; round < rounds; round++) {
        for (const variant of VARIANTS) {
          const { ms, filterSavingMs } = JSON.parse(execFileSync(process.execPath, ['build.mjs', variant], { cwd: root, encoding: 'utf8' })) as { ms: number; filterSavingMs: number }
          builds[variant].push(variant === 'told' ? filterSavingMs : ms)
        }
        say(`round ${round + 1} of ${rounds}`)
      }
      const savedMs = median(builds.hook) - median(builds.filter)
      const toldMs = median(builds.told)
      const text = `a filter saves ${Math.round(savedMs)} ms of ${MODULE_COUNT} calls; told: at least ${Math.round(toldMs)} ms (${(toldMs / savedMs).toFixed(2)} of it)`
      return { kind: 'figures', figures: { moduleCount: MODULE_COUNT, savedMs, toldMs, builds }, text }
    } finally {
      rmSync(root, { recursive: true, force: true })
    }
  },
}
export default filterSaving

function writeApplication(root: string): void {
  for (let folder = 0; folder < FOLDER_COUNT; folder++) mkdirSync(join(root, 'src', `d${folder}`), { recursive: true })
  const pathOf = (index: number): string => `./d${index % FOLDER_COUNT}/m${index}.js`
  for (let index = 0; index < MODULE_COUNT; index++) writeFileSync(join(root, 'src', pathOf(index)), `export const value${index} = ${index}\n// ${'x'.repeat(index % 800)}\n`)
  writeFileSync(join(root, 'src', 'main.js'), Array.from({ length: MODULE_COUNT }, (_, index) => `import { value${index} } from '${pathOf(index)}'\nconsole.log(value${index})\n`).join(''))
  writeFileSync(join(root, 'package.json'), '{"name":"filtered","type":"module"}')
  writeFileSync(join(root, 'build.mjs'), SCRIPT)
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'))
}
