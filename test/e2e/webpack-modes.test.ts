/** Ways to run webpack and Rspack besides one build from nothing: watching, several compilers, failures, webpack's own cache. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { BuildReport } from '../../src/report/build-report.ts'
import { CONFIG, Scene, outcomesOf } from './webpack-scene.ts'
import type { Files, WebpackLike } from './webpack-scene.ts'

const BUNDLERS: readonly WebpackLike[] = ['webpack', 'rspack']

const APPLICATION: Files = {
  'src/index.js': "import './page.scss'\nimport { view } from './view.jsx'\nconsole.log(view)\n",
  'src/page.scss': "@use 'tokens';\n.page { gap: tokens.$gap }\n",
  'src/_tokens.scss': '$gap: 1px;\n',
  'src/view.jsx': 'export const view = <b>one</b>\n',
}

const MODULE = `{
  rules: [
    { test: /\\.scss$/, type: 'javascript/auto', use: ['style-loader', 'css-loader', 'sass-loader'] },
    { test: /\\.jsx$/, loader: 'babel-loader', options: { babelrc: false, configFile: false, presets: [['@babel/preset-react', { runtime: 'classic', pragma: 'h' }]] } },
  ],
}`

let scene: Scene
afterEach(() => scene.dispose())

/** The configuration, and the bundler that takes it. */
const loading = (bundler: WebpackLike): string => `
import { createRequire } from 'node:module'
import { readFileSync, writeFileSync } from 'node:fs'
import config from './${bundler}.config.mjs'
const bundle = createRequire(import.meta.url)('${bundler === 'webpack' ? 'webpack' : '@rspack/core'}')
`

/** Watches, edits one file after the other, and tells what each build wrote, warned of and watched. */
const watching = (bundler: WebpackLike, edits: readonly (readonly [path: string, text: string])[]): string => `${loading(bundler)}
const edits = ${JSON.stringify(edits)}
const compiler = bundle(config)
const builds = []
const watching = compiler.watch({ aggregateTimeout: 20 }, (error, stats) => {
  if (error) throw error
  const { compilation } = stats
  const inProject = paths => [...paths].filter(path => path.startsWith(import.meta.dirname)).sort()
  builds.push({
    main: readFileSync(process.env.PITCREW_OUT_DIR + '/main.js', 'utf8'),
    problems: [...compilation.errors, ...compilation.warnings].map(problem => problem.message),
    watched: inProject(compilation.fileDependencies), missing: inProject(compilation.missingDependencies), directories: inProject(compilation.contextDependencies),
  })
  const edit = edits.shift()
  // A watcher that is told of a change in the very moment in which it begins may miss it.
  if (edit) setTimeout(() => writeFileSync(edit[0], edit[1]), 300)
  else watching.close(() => compiler.close(() => console.log('\\n' + JSON.stringify(builds))))
})
`

describe.each(BUNDLERS)('%s', bundler => {
  it('watches the same files and rebuilds the same', () => {
    const edits = [
      ['src/_tokens.scss', '$gap: 2px;\n'], ['src/view.jsx', 'export const view = <b>two</b>\n'], ['src/view.jsx', 'export const view = <b>\n'],
      ['src/view.jsx', 'export const view = <b>one</b>\n'], ['src/_tokens.scss', '$gap: 1px;\n'],
    ] as const
    scene = new Scene(bundler, { ...APPLICATION, [CONFIG]: `export default { ...common, entry: './src/index.js', module: ${MODULE}, plugins: await pitcrew() }\n`, 'watch.mjs': watching(bundler, edits) })
    const off = scene.run('watch.mjs', 'off')
    expect(scene.run('watch.mjs', 'cold')).toEqual(off)
    expect(scene.run('watch.mjs', 'warm')).toEqual(off)
    expect(off).toHaveLength(6)
  }, 300_000)

  it('names the option that changed', async () => {
    const config = (pragma: string): string => `export default { ...common, entry: './src/index.js', module: ${MODULE.replace("pragma: 'h'", `pragma: '${pragma}'`)}, plugins: await pitcrew() }\n`
    scene = new Scene(bundler, { ...APPLICATION, [CONFIG]: config('h') })
    await scene.compare('cold')
    scene.write({ [CONFIG]: config('createElement') })
    const { redone } = await scene.compare()
    expect(redone.find(({ id }) => id === 'src/view.jsx')?.cause).toMatchObject({ kind: 'options', names: [expect.stringContaining('babel-loader presets[0]')], moreCount: 0 })
  }, 60_000)

  it('serves several compilers of one process, each with its own configuration', async () => {
    const config = (): string => `
const one = (name, pragma, plugins) => ({ ...common, name, entry: './src/index.js', output: { ...common.output, filename: name + '.js' }, plugins,
  module: { rules: [{ test: /\\.scss$/, type: 'javascript/auto', use: ['style-loader', 'css-loader', 'sass-loader'] }, { test: /\\.jsx$/, loader: 'babel-loader', options: { babelrc: false, configFile: false, presets: [['@babel/preset-react', { runtime: 'classic', pragma }]] } }] } })
export default [one('first', 'h', await pitcrew()), one('second', 'createElement', isOff ? [] : await pitcrew({ reportFile: undefined }))]
`
    scene = new Scene(bundler, { ...APPLICATION, [CONFIG]: config() })
    await scene.compare('cold')
    const warm = await scene.settle()
    expect(outcomesOf(warm, 'babel-loader').hit).toBe(1)
    scene.write({ 'src/view.jsx': 'export const view = <i>edited</i>\n' })
    expect(outcomesOf(await scene.compare(), 'babel-loader').stale + outcomesOf(await scene.compare(), 'babel-loader').miss).toBeLessThan(2)
  })

  it('reports the errors of loaders as they are, and stores none', () => {
    const script = `${loading(bundler)}
bundle(config, (error, stats) => {
  console.log('\\n' + JSON.stringify(stats.toJson({ all: false, errors: true, warnings: true, errorDetails: false })))
})
`
    scene = new Scene(bundler, {
      ...APPLICATION, [CONFIG]: `export default { ...common, entry: './src/index.js', module: ${MODULE}, plugins: await pitcrew() }\n`, 'build.mjs': script,
      'src/view.jsx': 'export const view = <b>\n', 'src/page.scss': "@use 'absent';\n",
    })
    const messagesOf = (result: unknown): string[] => (result as { errors: { message: string }[] }).errors.map(({ message }) => message.replace(/\s+at .*/g, '')).sort()
    const off = messagesOf(scene.run('build.mjs', 'off'))
    expect(off.length).toBeGreaterThan(1)
    expect(messagesOf(scene.run('build.mjs', 'cold'))).toEqual(off)
    expect(messagesOf(scene.run('build.mjs', 'warm'))).toEqual(off)
    scene.write({ 'src/view.jsx': APPLICATION['src/view.jsx']!, 'src/_absent.scss': '.absent { margin: 0 }\n' })
    expect(messagesOf(scene.run('build.mjs', 'warm'))).toEqual([])
  })
})

describe('webpack', () => {
  it('counts modules that its own cache restores, and serves those that it lost', async () => {
    const cached = "{ type: 'filesystem', cacheDirectory: file('cache'), buildDependencies: {} }"
    scene = new Scene('webpack', { ...APPLICATION, [CONFIG]: `export default { ...common, cache: isOff ? false : ${cached}, entry: './src/index.js', module: ${MODULE}, plugins: await pitcrew() }\n` })
    await scene.compare('cold')
    const restored = await scene.compare()
    expect(restored.outcomes).toMatchObject({ restored: 2, hit: 0 })
    scene.remove('cache')
    expect((await scene.settle()).outcomes).toMatchObject({ restored: 0, hit: 2 })
    scene.write({ 'src/_tokens.scss': '$gap: 3px;\n' })
    expect((await scene.compare()).redone.map(call => call.id)).toEqual(['src/page.scss'])
  })

  it('sees files in memory that lie over those on disk', () => {
    const script = `${loading('webpack')}
const Virtual = createRequire(import.meta.url)('webpack-virtual-modules')
const virtual = { 'src/view.jsx': process.env.VIEW, 'src/_tokens.scss': process.env.TOKENS }
config.plugins.push(new Virtual(Object.fromEntries(Object.entries(virtual).filter(([, text]) => text !== undefined))))
bundle(config, (error, stats) => console.log('\\n' + JSON.stringify([readFileSync(process.env.PITCREW_OUT_DIR + '/main.js', 'utf8'), stats.hasErrors()])))
`
    scene = new Scene('webpack', { ...APPLICATION, [CONFIG]: `export default { ...common, entry: './src/index.js', module: ${MODULE}, plugins: await pitcrew() }\n`, 'build.mjs': script })
    scene.run('build.mjs', 'cold')
    for (const view of [undefined, 'export const view = <u>virtual</u>\n', 'export const view = <u>other</u>\n', undefined]) {
      scene.env['VIEW'] = view
      expect(scene.run('build.mjs', 'warm')).toEqual(scene.run('build.mjs', 'off'))
    }
  })

  it('leaves the report where it belongs: its output is the bundler\'s alone', () => {
    scene = new Scene('webpack', { ...APPLICATION, [CONFIG]: `export default { ...common, entry: './src/index.js', module: ${MODULE}, plugins: await pitcrew() }\n`, 'build.mjs': `${loading('webpack')}\nbundle(config, () => console.log('{}'))\n` })
    expect(scene.run('build.mjs', 'cold')).toEqual({})
    const report = JSON.parse(readFileSync(join(scene.root, '..', 'builds', 'report.json'), 'utf8')) as BuildReport
    expect(report.bundler.name ?? report.bundler).toContain('webpack')
  })
})
