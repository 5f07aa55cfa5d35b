/**
 * What loaders can do that no record can give back. The user's word lets each of these local loaders be remembered; what
 * it does must keep it from being so, and the build must not notice anything.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BuildReport } from '../../src/report/build-report.ts'
import { CONFIG, Scene, outcomesOf } from './webpack-scene.ts'
import type { Files, WebpackLike } from './webpack-scene.ts'

const BUNDLERS: readonly WebpackLike[] = ['webpack', 'rspack']

/**
 * The bundler's own stats while it runs such a module cannot be told from the loader's, whose answers other loaders may
 * use by a helper that they share: none of which nothing is known is remembered beside it, so it has an application of its own.
 */
const IMPORTS = 'importModule'

/** By name: the body of a loader, given `text`, and what it calls when it is done. */
const HAZARDS: Readonly<Record<string, string>> = {
  module: 'return done(null, text + typeof this._module.type)',
  compilation: 'return done(null, text + typeof this._compilation)',
  compiler: 'return done(null, text + typeof this._compiler.context)',
  [IMPORTS]: "return this.importModule('./constant.js', {}, (error, exported) => done(error, text + exported?.default))",
  cacheable: 'this.cacheable(false); return done(null, text)',
  sets: "this.resourceQuery = '?changed'; return done(null, text)",
  plugin: 'return done(null, text + this.fromPlugin())',
  directory: "this.addContextDependency(require('node:path').join(this.rootContext, 'watched')); return done(null, text)",
  data: 'return done(null, text, undefined, { tree: new Map() })',
  writes: "require('node:fs').writeFileSync(require('node:path').join(this.rootContext, 'written.txt'), text); return done(null, text)",
  process: "require('node:child_process').execFileSync(process.execPath, ['-e', '0']); return done(null, text)",
  map: 'return done(null, text, { toJSON: () => null, mappings: "" })',
  logger: "this.getLogger('x').time('y'); return done(null, text)",
  warning: "const error = new Error('more than its text'); error.cause = { deep: new Map() }; this.emitWarning(error); return done(null, text)",
  spreads: 'const all = { ...this }; return done(null, text + Object.keys(all).length.toString().slice(0, 0))',
}

/** What is unusual and can be given back. */
const HARMLESS: Readonly<Record<string, string>> = {
  returns: 'delete this.none; setTimeout(() => done(null, text), 1)',
  requests: "return done(null, text + '/* ' + this.loaders.length + this.remainingRequest.length + ' */')",
  reads: "return done(null, text + require('node:fs').readFileSync(require('node:path').join(this.rootContext, 'read.txt'), 'utf8'))",
  clears: 'this.clearDependencies(); this.addDependency(this.resourcePath); return done(null, text)',
  build: "this.addBuildDependency(require('node:path').join(this.rootContext, 'package.json')); return done(null, text)",
}

/** Rspack reads source maps in its native part, and fails by itself where one is none. */
function hazardsOf(bundler: WebpackLike): Readonly<Record<string, string>> {
  const { map, ...others } = HAZARDS
  return bundler === 'webpack' ? { map: map!, ...others } : others
}

const loaderOf = (body: string): string => `module.exports = function (text) { const done = this.async()\n${body}\n}\n`

function application(all: Readonly<Record<string, string>>): Files {
  const names = Object.keys(all)
  return {
    'src/index.js': names.map(name => `import ${name} from './${name}.${name}'\n`).join('') + `console.log(${names.join(', ')})\n`,
    'src/constant.js': 'export default 42\n',
    'watched/a.txt': 'a',
    'read.txt': '',
    ...Object.fromEntries(names.map(name => [`src/${name}.${name}`, `export default '${name}'\n`])),
    ...Object.fromEntries(names.map(name => [`loaders/${name}.cjs`, loaderOf(all[name]!)])),
    [CONFIG]: `
const names = ${JSON.stringify(names)}
const fromPlugin = { apply: compiler => compiler.hooks.thisCompilation.tap('test', compilation => compiler.webpack.NormalModule.getCompilationHooks(compilation).loader.tap('test', context => { context.fromPlugin = () => '' })) }
export default {
  ...common,
  entry: './src/index.js',
  module: { rules: names.map(name => ({ test: new RegExp('[.]' + name + '$'), type: 'javascript/auto', loader: file('loaders/' + name + '.cjs') })) },
  plugins: [...await pitcrew({ plugins: Object.fromEntries(names.map(name => ['loaders/' + name + '.cjs', true])) }), fromPlugin],
}
`,
  }
}

describe.each(BUNDLERS)('%s', bundler => {
  let scene: Scene
  let warm: BuildReport
  beforeAll(async () => {
    const { [IMPORTS]: _, ...hazards } = hazardsOf(bundler)
    scene = new Scene(bundler, application({ ...hazards, ...HARMLESS }))
    await scene.compare('cold')
    warm = await scene.compare()
  })
  afterAll(() => scene.dispose())

  it.each(Object.keys(hazardsOf(bundler)).filter(name => name !== IMPORTS))('does not remember a loader with the hazard: %s', name => {
    expect(outcomesOf(warm, `loaders/${name}.cjs`)).toMatchObject({ hit: 0, miss: 1 })
  })

  it('does not remember a loader with the hazard: importModule', async () => {
    const importing = new Scene(bundler, application({ [IMPORTS]: HAZARDS[IMPORTS]! }))
    try {
      await importing.compare('cold')
      expect(outcomesOf(await importing.compare(), `loaders/${IMPORTS}.cjs`)).toMatchObject({ hit: 0, miss: 1 })
    } finally {
      importing.dispose()
    }
  })

  it.each(Object.keys(HARMLESS))('remembers a loader without one: %s', name => {
    expect(outcomesOf(warm, `loaders/${name}.cjs`)).toMatchObject({ hit: 1, miss: 0 })
  })

  it('sees what a loader read without declaring it', async () => {
    scene.write({ 'read.txt': '/* read */' })
    const report = await scene.compare()
    expect(report.redone.map(call => call.plugin)).toContain('loaders/reads.cjs')
  })

  it('sees an edit of the loader itself', async () => {
    scene.write({ 'loaders/build.cjs': loaderOf("return done(null, text + '/* edited */')") })
    const report = await scene.compare()
    expect(report.redone.map(call => call.plugin)).toContain('loaders/build.cjs')
  })

  it('remembers what looked around where the output comes to lie, from the first build on', async () => {
    const looking = new Scene(bundler, {
      'src/index.js': "import a from './a.looks'\nconsole.log(a)\n",
      'src/a.looks': "export default 'a'\n",
      'loaders/looks.cjs': loaderOf("return done(null, text + require('node:fs').existsSync(require('node:path').join(this.rootContext, 'elsewhere')))"),
      [CONFIG]: `
export default {
  ...common, entry: './src/index.js', output: { path: file('made-by-the-build') },
  module: { rules: [{ test: /[.]looks$/, type: 'javascript/auto', loader: file('loaders/looks.cjs') }] },
  plugins: await pitcrew({ plugins: { 'loaders/looks.cjs': true } }),
}
`,
    })
    try {
      expect(outcomesOf((await looking.build('cold')).outcome.report!, 'loaders/looks.cjs')).toMatchObject({ miss: 1 })
      expect(outcomesOf((await looking.build('warm')).outcome.report!, 'loaders/looks.cjs')).toMatchObject({ hit: 1 })
    } finally {
      looking.dispose()
    }
  })
})
