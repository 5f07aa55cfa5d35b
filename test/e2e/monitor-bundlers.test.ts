/**
 * In every bundler a build ends with a look at those before it, and what became slower is among the bundler's own warnings.
 *
 * The history is one real build, remembered fifteen times with a third of one plugin's time.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { History } from '../../src/history/history.ts'
import type { BuildRecord } from '../../src/monitor/build-record.ts'
import { REPOSITORY } from '../harness/playgrounds.ts'

const MODULES = 20
const CALL_MS = 30

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pitcrew-monitor-'))
  mkdirSync(join(root, 'src'))
  const imports = Array.from({ length: MODULES }, (_, index) => `import './m${index}.js'`)
  writeFileSync(join(root, 'package.json'), '{"name":"small"}')
  writeFileSync(join(root, 'package-lock.json'), '{}')
  writeFileSync(join(root, 'src', 'main.js'), imports.join('\n'))
  for (let index = 0; index < MODULES; index++) writeFileSync(join(root, 'src', `m${index}.js`), `console.log(${index})`)
  writeFileSync(join(root, 'stamp-loader.cjs'), `module.exports = code => (Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${CALL_MS}), code + '// stamp')`)
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function wait(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, CALL_MS)
}

/** With Pitcrew, whatever its types are in this bundler. */
async function pitcrewFor(bundler: string): Promise<never> {
  const { default: create } = await import(pathToFileURL(join(REPOSITORY, 'dist', `${bundler}.js`)).href) as { default: (options: object) => never }
  // What was remembered of calls is forgotten, so that they are made in each build; the history stays.
  for (const name of existsSync(join(root, 'cache')) ? readdirSync(join(root, 'cache')) : []) if (name !== 'history') rmSync(join(root, 'cache', name), { recursive: true })
  return create({ cacheDir: join(root, 'cache'), reportFile: join(root, 'report.json'), report: false, analysis: false })
}

const stamp = {
  name: 'stamp',
  transform(code: string, id: string) {
    if (!/m\d+\.js$/.test(id)) return null
    wait()
    return { code: `${code}\n// stamp`, map: null }
  },
}

interface Run {
  /** As `plugin` is called in the report. */
  readonly plugin: string
  /** Builds once. @returns What the bundler warned of. */
  build(): Promise<readonly string[]>
}

const input = (): string => join(root, 'src', 'main.js')

const RUNS: Readonly<Record<string, Run>> = {
  rollup: {
    plugin: 'stamp',
    async build() {
      const { rollup } = await import('rollup')
      const warnings: string[] = []
      const bundle = await rollup({ input: input(), plugins: [await pitcrewFor('rollup'), stamp], onLog: (_level, log) => void warnings.push(log.message) })
      await bundle.write({ dir: join(root, 'dist') })
      await bundle.close()
      return warnings
    },
  },
  rolldown: {
    plugin: 'stamp',
    async build() {
      const { rolldown } = await import('rolldown')
      const warnings: string[] = []
      const bundle = await rolldown({ input: input(), plugins: [await pitcrewFor('rolldown'), stamp], onLog: (_level, log) => void warnings.push(log.message) })
      await bundle.write({ dir: join(root, 'dist') })
      await bundle.close()
      return warnings
    },
  },
  esbuild: {
    plugin: 'stamp',
    async build() {
      const { build } = await import('esbuild')
      const { readFile } = await import('node:fs/promises')
      const loading = {
        name: 'stamp',
        setup(setup: import('esbuild').PluginBuild) {
          setup.onLoad({ filter: /m\d+\.js$/ }, async ({ path }) => {
            wait()
            return { contents: await readFile(path, 'utf8') }
          })
        },
      }
      const { warnings } = await build({ entryPoints: [input()], absWorkingDir: root, bundle: true, outdir: join(root, 'dist'), logLevel: 'silent', plugins: [await pitcrewFor('esbuild'), loading] })
      return warnings.map(({ text }) => text)
    },
  },
  webpack: { plugin: 'stamp-loader', build: async () => buildWith((await import('webpack')).default as never, 'webpack') },
  rspack: { plugin: 'stamp-loader', build: async () => buildWith((await import('@rspack/core')).rspack as never, 'rspack') },
}

interface CompilerLike {
  run(done: (error: Error | null, stats: { toJson(options: object): { warnings: { message: string }[]; errors: { message: string }[] } }) => void): void
  close(done: () => void): void
}

async function buildWith(bundler: (options: object) => CompilerLike, name: string): Promise<readonly string[]> {
  const compiler = bundler({
    mode: 'development', context: root, entry: input(), devtool: false, output: { path: join(root, 'dist') },
    module: { rules: [{ test: /m\d+\.js$/, use: [join(root, 'stamp-loader.cjs')] }] },
    plugins: [await pitcrewFor(name)],
  })
  const { warnings, errors } = await new Promise<{ warnings: { message: string }[]; errors: { message: string }[] }>((resolve, reject) => {
    compiler.run((error, stats) => (error ? reject(error) : resolve(stats.toJson({ all: false, warnings: true, errors: true }))))
  })
  await new Promise<void>(resolve => compiler.close(resolve))
  expect(errors).toEqual([])
  return warnings.map(({ message }) => message)
}

/** The one build that is remembered, as if one plugin had taken a third of its time, in slightly different builds on a machine that nobody measured. */
async function pretendFaster(plugin: string): Promise<BuildRecord> {
  const history = new History(join(root, 'cache'))
  const { entries } = await history.readAll()
  expect(entries).toHaveLength(1)
  const { record } = entries[0]!
  const own = record.metrics.find(metric => metric.plugin.startsWith(plugin))
  expect(own?.selfMs).toBeGreaterThan(0.9 * MODULES * CALL_MS)
  rmSync(join(root, 'cache', 'history'), { recursive: true })
  for (let index = 0; index < 15; index++) {
    const savedMs = (own?.selfMs ?? 0) * 0.7
    const metrics = record.metrics.map(metric => (metric === own ? { ...metric, selfMs: (metric.selfMs - savedMs) * (1 + 0.01 * Math.sin(index)) } : metric))
    await history.append('small', { record: { ...record, calibration: null, id: `earlier${index}`, startedAtMs: index, wallMs: record.wallMs - savedMs, metrics }, findings: [], forecast: null })
  }
  return record
}

describe.each(Object.keys(RUNS))('%s', bundler => {
  it('warns of a plugin that has become slower, by name and hook', async () => {
    const run = RUNS[bundler]!
    const cwd = process.cwd()
    // Rollup and Rolldown build where they are started.
    process.chdir(root)
    try {
      // The first of a process loads the bundler, which the second one would be faster by.
      await run.build()
      rmSync(join(root, 'cache', 'history'), { recursive: true })
      expect((await run.build()).filter(text => text.includes(run.plugin))).toEqual([])
      await pretendFaster(run.plugin)
      const warnings = (await run.build()).filter(text => text.includes(run.plugin))
      expect(warnings, readFileSync(join(root, 'report.json'), 'utf8').replace(/^.*?"monitor"/s, '')).toHaveLength(1)
      expect(warnings[0]).toMatch(new RegExp(`${run.plugin}\\S* \\([\\w ]+\\) may be .* slower than its last \\d+ builds`))
    } finally {
      process.chdir(cwd)
    }
  })
})
