/**
 * Real builds of a small application: who became slower is named in that build's own warnings, and a machine that is busy blames nobody.
 */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, createLogger } from 'vite'
import type { Plugin } from 'vite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BuildReport } from '../../src/report/build-report.ts'
import { REPOSITORY } from '../harness/playgrounds.ts'

const MODULES = 30
/** Their calls are to be made in every build. */
const NAMES = ['icons', 'markdown', 'svg', 'i18n', 'yaml'] as const
const { default: pitcrew } = await import(pathToFileURL(join(REPOSITORY, 'dist', 'vite.js')).href) as { default: (options: object) => Plugin }

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pitcrew-monitor-'))
  mkdirSync(join(root, 'src'))
  const imports = Array.from({ length: MODULES }, (_, index) => `import './m${index}.js'`)
  for (const [file, text] of Object.entries({ 'package.json': '{"name":"small"}', 'package-lock.json': '{}', 'index.html': '<script type="module" src="/src/main.js"></script>', 'src/main.js': imports.join('\n') })) writeFileSync(join(root, file), text)
  for (let index = 0; index < MODULES; index++) writeFileSync(join(root, 'src', `m${index}.js`), `console.log(${index})`)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** @param work What a call of this plugin does. */
function plugin(name: string, work: () => void): Plugin {
  return {
    name,
    transform(code, id) {
      if (!/\/m\d+\.js$/.test(id)) return null
      work()
      return { code: `${code}\n// ${name}`, map: null }
    },
  }
}

interface Outcome {
  readonly report: BuildReport
  readonly warnings: readonly string[]
}

async function buildOnce(work: (name: string) => void): Promise<Outcome> {
  const warnings: string[] = []
  const reportFile = join(root, 'report.json')
  const customLogger = { ...createLogger('silent'), warn: (text: string) => void warnings.push(text) }
  await build({
    root, configFile: false, customLogger,
    plugins: [pitcrew({ cacheDir: join(root, 'cache'), report: false, reportFile, analysis: false, plugins: Object.fromEntries(NAMES.map(name => [name, false])) }), ...NAMES.map(name => plugin(name, () => work(name)))],
    build: { outDir: join(root, 'dist'), emptyOutDir: true, minify: false, rolldownOptions: { checks: { pluginTimings: false } } },
  })
  return { report: JSON.parse(readFileSync(reportFile, 'utf8')) as BuildReport, warnings: warnings.filter(text => text.includes('unplugin-pitcrew')) }
}

/** Blocks the thread for as long however busy the processors are. */
function wait(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

function compute(units: number): number {
  let value = 0
  for (let step = 0; step < units * 100_000; step++) value = Math.imul(value ^ step, 16_777_619)
  return value
}

/** Others that want every processor, several times over. @returns Ends them. */
async function crowd(): Promise<() => Promise<void>> {
  const others: readonly ChildProcess[] = Array.from({ length: 4 * availableParallelism() }, () => spawn(process.execPath, ['-e', 'process.stdout.write(".");for (;;) {}'], { stdio: ['ignore', 'pipe', 'inherit'] }))
  await Promise.all(others.map(other => once(other.stdout!, 'data')))
  return async () => {
    const ends = others.map(other => once(other, 'exit'))
    for (const other of others) other.kill('SIGKILL')
    await Promise.all(ends)
  }
}

describe('a plugin that becomes one and a half times as slow after fifteen builds', () => {
  it('is named with its hook in the warnings of that build, and once more when it is confirmed', async () => {
    let svgMs = 20
    const work = (name: string): void => wait(name === 'svg' ? svgMs : 2)
    // The machine may become slower meanwhile, which is said of the whole build; of no plugin.
    for (let count = 0; count < 15; count++) expect((await buildOnce(work)).warnings.filter(text => text.includes('(transform)'))).toEqual([])
    svgMs = 30
    const first = await buildOnce(work)
    expect(first.warnings).toHaveLength(1)
    expect(first.warnings[0]).toMatch(/svg \(transform\) may be .* slower than its last \d+ builds \(\+\d+ ms, p < \.001\): [23]\d ms a call, was [12]\d ms; the same 3\d calls/)
    expect(first.report.monitor?.anomalies[0]).toMatchObject({ kind: 'slower', severity: 'suspected', isAlert: true, plugin: 'svg', hook: 'transform' })
    const second = await buildOnce(work)
    expect(second.report.monitor?.anomalies[0]).toMatchObject({ severity: 'confirmed', plugin: 'svg' })
    expect(second.warnings.join()).toMatch(/svg \(transform\) is/)
    expect((await buildOnce(work)).warnings).toEqual([])
    svgMs = 20
    expect((await buildOnce(work)).report.monitor?.anomalies.find(({ plugin: name }) => name === 'svg')?.severity).toBe('went-away')
  })
})

describe('a machine whose processors are all busy', () => {
  it('is reported as the machine, and no plugin is blamed', async () => {
    const work = (): void => void compute(30)
    // Compiled before it is measured.
    for (let count = 0; count < 100; count++) work()
    for (let count = 0; count < 12; count++) await buildOnce(work)
    const disperse = await crowd()
    try {
      for (let count = 0; count < 3; count++) {
        const { report, warnings } = await buildOnce(work)
        expect(warnings).toEqual([])
        expect(report.monitor?.anomalies.filter(({ kind, isAlert }) => kind === 'slower' && isAlert)).toEqual([])
        if (count === 0) expect(report.monitor?.anomalies.map(({ kind }) => kind)).toContainEqual(expect.stringMatching(/^machine$|^everything-slower$/))
      }
    } finally {
      await disperse()
    }
  })
})
