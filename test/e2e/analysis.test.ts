/** The analysis inside of real builds: the same from every bundler, off when it is off, gates as each bundler's own errors. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ProjectReport } from '../../src/analysis/project/project-report.ts'
import type { BuildReport } from '../../src/report/build-report.ts'
import { REPOSITORY } from '../harness/playgrounds.ts'

const FILES: Readonly<Record<string, string>> = {
  'package.json': '{ "name": "scene", "private": true }',
  'src/main.js': `import { a } from './a'
import { one } from './barrel'
import { shared } from '@/lib/shared'
const key = import.meta.env.VITE_API_SECRET
document.body.innerHTML = location.hash
const token = 'ghp_abcdefghijklmnopqrstuvwxyzABCDEF1234'
console.log(a(), one, key, token, shared)
import('./late').then(({ late }) => console.log(late()))
`,
  'src/a.js': "import { b } from './b'\nexport function a() { return b() }\nexport const dead = 1\n",
  'src/b.js': "import { a } from './a'\nimport { shared } from '@/lib/shared'\nexport function b() { return shared > 1 ? a() : 2 }\n",
  'src/lib/shared.js': 'export const shared = Date.now()\n',
  'src/barrel.js': "export * from './one'\nexport { two } from './two'\n",
  'src/one.js': 'export const one = 1\n',
  'src/two.js': "export const two = 2\nconsole.log('an effect')\n",
  'src/late.js': `export function late() {\n  // pitcrew-ignore xss/markup-property: the template is ours\n  document.title.innerHTML = location.hash\n  return ${'window.x ? 1 : '.repeat(12)}0\n}\n`,
  'src/never.js': 'export const never = 1\n',
  'vite.mjs': `import { build } from 'vite'
import pitcrew from 'unplugin-pitcrew/vite'
process.env.VITE_API_SECRET = 'hunter2'
await build({ configFile: false, logLevel: 'error', resolve: { alias: { '@': '/src' } }, plugins: [pitcrew(JSON.parse(process.argv[2]))], build: { rolldownOptions: { input: 'src/main.js' } } })
`,
  'rolldown.mjs': `import { build } from 'rolldown'
import pitcrew from 'unplugin-pitcrew/rolldown'
import { resolve } from 'node:path'
await build({ input: 'src/main.js', platform: 'browser', resolve: { alias: { '@': resolve('src') } }, transform: { define: { 'import.meta.env.VITE_API_SECRET': '"hunter2"' } }, plugins: [pitcrew(JSON.parse(process.argv[2]))] })
`,
  'esbuild.mjs': `import { build } from 'esbuild'
import pitcrew from 'unplugin-pitcrew/esbuild'
const result = await build({ entryPoints: ['src/main.js'], bundle: true, splitting: true, format: 'esm', outdir: 'dist', logLevel: 'error', alias: { '@': './src' }, define: { 'import.meta.env.VITE_API_SECRET': '"hunter2"' }, plugins: [pitcrew(JSON.parse(process.argv[2]))] })
if (result.metafile) throw new Error('a metafile that nobody ordered')
`,
}

function webpackScript(name: 'webpack' | 'rspack', module: string): string {
  return `import * as bundler from '${module}'
import pitcrew from 'unplugin-pitcrew/${name}'
import { resolve } from 'node:path'
const run = bundler.webpack ?? bundler.default ?? bundler.rspack
const compiler = (bundler.rspack ?? run)({ context: process.cwd(), mode: 'production', entry: './src/main.js', cache: false, output: { path: resolve('dist') }, resolve: { alias: { '@': resolve('src') } },
  plugins: [pitcrew(JSON.parse(process.argv[2])), new (bundler.DefinePlugin ?? bundler.default.DefinePlugin)({ 'import.meta.env.VITE_API_SECRET': '"hunter2"' })] })
compiler.run((error, stats) => {
  if (error || stats.hasErrors()) console.error(error ?? stats.toString({ all: false, errors: true }))
  process.exitCode = error || stats.hasErrors() ? 1 : 0
  compiler.close(() => undefined)
})
`
}

const BUNDLERS = ['vite', 'webpack', 'esbuild', 'rolldown', 'rspack'] as const
let root = ''
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'pitcrew-analysis-')))
  const files = { ...FILES, 'webpack.mjs': webpackScript('webpack', 'webpack'), 'rspack.mjs': webpackScript('rspack', '@rspack/core') }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'), 'junction')
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

interface Built {
  readonly code: number | null
  readonly output: string
  readonly analysis: ProjectReport | null
}

function build(bundler: string, options: object = {}, cache: string = bundler): Built {
  const reportFile = join(root, `${bundler}.report.json`)
  rmSync(reportFile, { force: true })
  const given = { report: false, reportFile, cacheDir: join(root, 'caches', cache), analysis: { wait: true }, ...options }
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, `${bundler}.mjs`), JSON.stringify(given)], { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_ENV: undefined, VITEST: undefined } })
  const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) as BuildReport : null
  return { code: status, output: stdout + stderr, analysis: report?.analysis ?? null }
}

/** All that does not depend on what a bundler writes. */
function findingsOf(analysis: ProjectReport | null): string {
  if (analysis === null) return ''
  const { moduleCount, codeLines, functionCount, spread, maintainability, roles, totals, findings, cycles, dead, godModules, envious, notes } = analysis
  return JSON.stringify({ moduleCount, codeLines, functionCount, spread, maintainability, roles, totals, findings, cycles, dead, godModules, envious, notes }, null, 1)
}

describe('the analysis of one set of modules', () => {
  it('is what it should be, from Vite', () => {
    const { code, output, analysis } = build('vite')
    expect([code, output]).toEqual([0, ''])
    expect(analysis?.findings.map(({ ruleId, id, line }) => `${ruleId} ${id}:${line}`)).toEqual(['client/secret-in-env src/main.js:4', 'xss/markup-property src/main.js:5', 'client/secret-in-chunk src/main.js:6'])
    expect(analysis).toMatchObject({ moduleCount: 8, analysedCount: 8, totals: { suppressed: 1 }, cycles: { count: 1, list: [{ path: ['src/a.js', 'src/b.js'] }] } })
    expect(analysis?.dead.list.map(({ id, names }) => `${id} ${names.join()}`)).toEqual(['src/a.js dead', 'src/two.js two'])
    expect(analysis?.barrels).toMatchObject([{ id: 'src/barrel.js', dragged: ['src/two.js'] }])
  })

  it.each(BUNDLERS.slice(1))('is byte for byte the same from %s, and known to its next build', bundler => {
    const other = build(bundler)
    expect([other.code, other.output]).toEqual([0, ''])
    const vite = build('vite').analysis
    expect(findingsOf(other.analysis)).toBe(findingsOf(vite))
    expect([vite?.analysedCount, build(bundler).analysis?.analysedCount]).toEqual([0, 0])
  })

  it.each(['vite', 'esbuild'])('is off in %s when it is off', bundler => {
    expect(build(bundler, { analysis: false })).toEqual({ code: 0, output: '', analysis: null })
  })
})

describe('a gate', () => {
  it.each(BUNDLERS)('fails a build of %s with its own error', bundler => {
    const { code, output, analysis } = build(bundler, { analysis: { gates: { cycles: 0 }, warn: { cyclomatic: 10 } } })
    expect(code).toBe(1)
    expect(output).toContain('cycles: there are 1 import cycles, more than 0 (src/a.js)')
    expect(analysis?.gates.map(({ gate, action }) => `${gate} ${action}`)).toEqual(['cycles fail', 'cyclomatic warn'])
  })

  it('is open to what the baseline knows', () => {
    const cache = join(root, 'caches', 'vite')
    build('vite')
    const cli = (...args: string[]): string => spawnSync(process.execPath, [join(REPOSITORY, 'dist', 'cli.js'), ...args, '--cache-dir', cache], { cwd: root, encoding: 'utf8' }).stdout
    expect(cli('findings')).toContain('src/main.js:5:1  text that is not constant becomes markup (xss/markup-property, CWE-79)')
    expect(cli('findings', '--unreached')).toContain('  src/never.js\n')
    expect(build('vite', { analysis: { gates: { newFindings: 'low' } } }).code).toBe(1)
    expect(cli('baseline')).toContain('3 added, 0 removed, 0 kept')
    expect(build('vite', { analysis: { gates: { newFindings: 'low' } } }).code).toBe(0)
    expect(cli('findings')).toContain('3 findings, 0 new since the baseline, 1 suppressed')
    rmSync(join(root, 'pitcrew-baseline.json'))
  })
})
