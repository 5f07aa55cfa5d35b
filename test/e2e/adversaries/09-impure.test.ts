/**
 * Adversary 9: plugins whose results depend on what no key and no trace shows. Policy refuses some (a network), the trace
 * sees others (variables of the environment, the environment that is built); what is left, the audit finds.
 */
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../../harness/project.ts'
import { ProcessScene } from './process-scene.ts'
import type { Ended } from './process-scene.ts'

requireDist()

const TIMEOUT_MS = 240_000
const IMPURE = ['chance', 'clock', 'counter']

/** What each plugin adds to a module. Each is dear enough to be remembered. */
const TEXTS = `
import { createServer, get } from 'node:http'
const burn = () => { const until = performance.now() + 2; while (performance.now() < until); }
let count = process.pid * 1000
const ask = () => new Promise((resolve, reject) => {
  const server = createServer((_, response) => response.end(String(Date.now()))).listen(0, '127.0.0.1', () => {
    get({ port: server.address().port, host: '127.0.0.1', agent: false }, response => response.on('data', data => { server.close(); resolve(String(data)) })).on('error', reject)
  })
})
export const texts = {
  pure: () => 'same',
  clock: () => new Date().toISOString(),
  chance: () => Math.random(),
  counter: () => ++count,
  // Not mentioned by its name, as in a package that nobody reads.
  environment: () => Reflect.get(process, 'env').SHOP_FLAG ?? 'none',
  network: () => ask(),
}
export const add = async (name, code) => { burn(); return code + '\\nconsole.log(' + JSON.stringify(name + ' ' + await texts[name]()) + ')\\n' }
export const names = process.env.PLUGINS.split(' ')
`
const FILES = { 'main.js': "import './a.js'\nimport './b.js'\n", 'a.js': "console.log('a')\n", 'b.js': "console.log('b')\n", 'texts.mjs': TEXTS }

const PITCREW = (bundler: string, more = ''): string => `
import pitcrew from 'unplugin-pitcrew/${bundler}'
const pitcrews = process.env.OFF ? [] : [pitcrew({ reportFile: 'report.json', audit: { sample: 1 }${more} })]
`
const TRANSFORMS = `
import { add, names } from './texts.mjs'
const plugins = names.map(name => ({ name, transform: { filter: { id: /[ab]\\.js$/ }, handler: async code => ({ code: await add(name, code), map: null }) } }))
`
const ROLLUP = (bundler: string): string => `import { ${bundler} } from '${bundler}'
${PITCREW(bundler)}${TRANSFORMS}
const bundle = await ${bundler}({ input: 'main.js', plugins: [...pitcrews, ...plugins] })
await bundle.write({ dir: 'dist' })
await bundle.close()
`
const SCRIPTS: Readonly<Record<string, string>> = {
  vite: `import { build } from 'vite'
${PITCREW('vite')}${TRANSFORMS}
await build({ configFile: false, logLevel: 'warn', plugins: [...pitcrews, ...plugins], build: { minify: false, rollupOptions: { input: 'main.js' } } })
`,
  rollup: ROLLUP('rollup'),
  rolldown: ROLLUP('rolldown'),
  esbuild: `import { build } from 'esbuild'
import { readFile } from 'node:fs/promises'
${PITCREW('esbuild')}
import { add, names } from './texts.mjs'
const plugins = names.map(name => ({ name, setup: ({ onLoad }) => onLoad({ filter: /[ab]\\.js$/ }, async ({ path }) => ({ contents: await add(name, await readFile(path, 'utf8')) })) }))
await build({ entryPoints: ['main.js'], bundle: true, outdir: 'dist', logLevel: 'warning', plugins: [...pitcrews, ...plugins] })
`,
  // A loader that is known, with a plugin of the project's own in it.
  webpack: `import webpack from 'webpack'
${PITCREW('webpack')}
import { texts, names } from './texts.mjs'
const [name] = names
const added = ({ types }) => ({ visitor: { Program(path) { path.pushContainer('body', types.expressionStatement(types.stringLiteral(name + ' ' + texts[name]()))) } } })
const compiler = webpack({ mode: 'development', devtool: false, entry: './main.js', plugins: pitcrews, module: { rules: [{ test: /[ab]\\.js$/, loader: 'babel-loader', options: { plugins: [added], configFile: false, babelrc: false } }] } })
await new Promise((resolve, reject) => compiler.run((error, stats) => compiler.close(() => error || stats.hasErrors() ? reject(error ?? stats.toString()) : resolve())))
`,
}

let scene: ProcessScene | undefined
afterEach(() => scene?.dispose())

function open(bundler: string): ProcessScene {
  return (scene = new ProcessScene({ ...FILES, 'build.mjs': SCRIPTS[bundler]! }))
}

const lines = ({ output }: Ended, word: string): string[] => output.split('\n').filter(line => line.includes(word))
const namesIn = (findings: readonly { plugin: string }[] | undefined): string[] => (findings ?? []).map(({ plugin }) => plugin).sort()

describe.each(Object.keys(SCRIPTS))('%s', bundler => {
  const isOne = bundler === 'webpack' || bundler === 'esbuild'
  const blamed = (name: string): string => (bundler === 'webpack' ? 'babel-loader' : name)

  /** Where a module is given to one plugin alone, each has builds of its own. */
  it.each(isOne ? IMPURE.map(name => [name]) : [IMPURE])('finds those that are impure (%s)', async (...names) => {
    const project = open(bundler)
    const build = (): Promise<Ended> => project.build({ PLUGINS: [...names, ...(isOne ? [] : ['pure'])].join(' ') })
    const first = await build()
    expect(first.code, first.output).toBe(0)
    const warm = await build()
    expect(warm.report?.outcomes.hit, warm.output).toBeGreaterThan(0)
    const guilty = names.map(blamed).sort()
    expect(namesIn(warm.report?.audit.mismatches)).toEqual(guilty)
    expect(warm.report?.audit.mismatches[0]).toMatchObject({ module: expect.stringMatching(/^[ab]\.js$/) as string, difference: { where: expect.stringContaining('code') as string } })
    expect(lines(warm, 'AUDIT_MISMATCH')).toHaveLength(names.length)
    // They run from now on, and nobody is told again.
    const after = await build()
    expect(namesIn(after.report?.audit.quarantined)).toEqual(guilty)
    expect([after.report?.audit.mismatches, lines(after, 'AUDIT_MISMATCH'), after.report?.faults]).toEqual([[], [], []])
    for (const name of names) expect(valuesOf(after, name)).not.toEqual(valuesOf(warm, name))
  }, TIMEOUT_MS)

  it('finds nothing in one that is pure, and sees a variable of the environment', async () => {
    const project = open(bundler)
    for (const name of isOne ? ['pure', 'environment'] : ['pure environment']) {
      const build = (flag: string): Promise<Ended> => project.build({ PLUGINS: name, SHOP_FLAG: flag })
      await build('one')
      const warm = await build('one')
      expect([warm.report?.outcomes.miss, warm.report?.outcomes.stale, warm.report?.audit.mismatches]).toEqual([0, 0, []])
      expect(warm.report?.audit.audited, warm.output).toBeGreaterThan(0)
      if (name === 'pure') continue
      const changed = await build('two')
      expect(changed.report?.outcomes.stale).toBeGreaterThan(0)
      expect(JSON.stringify(changed.report?.redoneBy)).toContain('SHOP_FLAG')
      expect(valuesOf(changed, 'environment')).toEqual(['two', 'two'])
    }
  }, TIMEOUT_MS)

  it.skipIf(bundler === 'webpack')('does not remember one that asks a network', async () => {
    const project = open(bundler)
    const build = (): Promise<Ended> => project.build({ PLUGINS: 'network' })
    const [first, second] = [await build(), await build()]
    expect([second.code, second.report?.outcomes.hit]).toEqual([0, 0])
    expect(valuesOf(second, 'network')).not.toEqual(valuesOf(first, 'network'))
  }, TIMEOUT_MS)
})

/** What a plugin added to the modules. */
function valuesOf({ files }: Ended, name: string): string[] {
  return Object.values(files).flatMap(text => [...text.matchAll(new RegExp(`"${name} ([^"]*)"`, 'g'))].map(match => match[1]!))
}

function freePort(): Promise<number> {
  return new Promise(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

describe('vite', () => {
  const open = (build: string): ProcessScene => (scene = new ProcessScene({ ...FILES, 'entry-server.js': "import './a.js'\nexport const render = () => 'x'\n", 'build.mjs': `import { build, createBuilder, createServer } from 'vite'\n${PITCREW('vite')}
const burn = () => { const until = performance.now() + 2; while (performance.now() < until); }
const plugins = [
  { name: 'by-argument', transform: (code, id, options) => /a\\.js$/.test(id) ? (burn(), { code: code + 'console.log("' + (options?.ssr ? 'for a server' : 'for a browser') + '")\\n', map: null }) : null },
  { name: 'by-context', transform(code, id) { return /a\\.js$/.test(id) ? (burn(), { code: code + 'console.log("in ' + this.environment.name + ' ' + this.environment.mode + '")\\n', map: null }) : null } },
  { name: 'dice', transform: (code, id) => /b\\.js$/.test(id) ? (burn(), { code: code + 'console.log(' + Math.random() + ')\\n', map: null }) : null },
]
${build}` }))

  it('tells two environments of one build apart, and finds what is impure in either', async () => {
    const project = open(`
const output = name => ({ build: { minify: false, emptyOutDir: false, outDir: 'dist/' + name, rollupOptions: { input: name === 'ssr' ? 'entry-server.js' : 'main.js', output: { entryFileNames: name + '.js' } } } })
const builder = await createBuilder({ configFile: false, logLevel: 'warn', plugins: [...pitcrews, ...plugins], environments: { client: output('client'), ssr: output('ssr') }, builder: {} })
for (const environment of Object.values(builder.environments)) await builder.build(environment)
`)
    const off = await project.build({ OFF: '1' })
    await project.build()
    const warm = await project.build()
    expect(warm.report?.outcomes.hit, warm.output).toBeGreaterThan(0)
    const stable = ({ files }: Ended): unknown => Object.entries(files).map(([name, text]) => [name, text.replaceAll(/\(0?\.\d+/g, '<dice>')])
    expect(stable(warm)).toEqual(stable(off))
    expect(JSON.stringify(warm.files)).toContain('for a server')
    // Each environment has a report of its own; whichever is audited first finds it.
    expect(lines(warm, 'AUDIT_MISMATCH')).toHaveLength(1)
    expect(namesIn(warm.report?.audit.quarantined)).toEqual(['dice'])
  }, TIMEOUT_MS)

  it('tells dev from build, and audits a server when it is idle', async () => {
    const project = open(`
if (process.env.KIND === 'build') await build({ configFile: false, logLevel: 'warn', plugins: [...pitcrews, ...plugins], build: { minify: false, rollupOptions: { input: 'main.js' } } })
else {
  const server = await createServer({ configFile: false, logLevel: 'info', plugins: [...pitcrews, ...plugins], server: { port: Number(process.env.PORT), host: '127.0.0.1', ws: false, watch: null }, optimizeDeps: { noDiscovery: true } })
  await server.listen()
  for (const path of ['/a.js', '/b.js']) console.log(await (await fetch(new URL(path, server.resolvedUrls.local[0]))).text())
  await new Promise(resolve => setTimeout(resolve, 1500))
  await server.close()
}
`)
    await project.build({ KIND: 'build' })
    // A plugin that nobody has read may tell the server's port to the browser: on another one, nothing of it is remembered.
    const PORT = String(await freePort())
    const first = await project.build({ KIND: 'dev', PORT })
    expect([first.code, first.report?.outcomes.hit], first.output).toEqual([0, 0])
    const warm = await project.build({ KIND: 'dev', PORT })
    expect(warm.report?.outcomes.hit, warm.output).toBeGreaterThan(0)
    expect(namesIn(warm.report?.audit.mismatches), warm.output).toEqual(['dice'])
    // Found in dev, it is not believed in a build either.
    expect(namesIn((await project.build({ KIND: 'build' })).report?.audit.quarantined)).toEqual(['dice'])
  }, TIMEOUT_MS)
})
