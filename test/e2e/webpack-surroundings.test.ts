/**
 * What changes what loaders give without being the module, an option or a file that they declare: other loaders of the chain,
 * other plugins, the output's options, packages that are named, files put over those on the disk. One entry for each case; then
 * all of it is changed, and no output may be what it was.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BuildReport } from '../../src/report/build-report.ts'
import { textIn } from '../harness/stage.ts'
import { CONFIG, Scene, outcomesOf } from './webpack-scene.ts'
import type { Files, WebpackLike } from './webpack-scene.ts'

const BUNDLERS: readonly WebpackLike[] = ['webpack', 'rspack']

interface Case {
  readonly files: Files
  /** Edits that change the configuration come after all others: calls of which it is a part are redone whatever else there is. @default 0 */
  readonly phase?: 1 | 2
  /** Text of the rule for the entry's kind of file. */
  readonly rule: string
  readonly edit: Files
  /** Where it can happen at all. @default both */
  readonly only?: WebpackLike
  /** What the output holds before and after the edit. */
  readonly shows: readonly [before: string, after: string]
}

const loader = (body: string): string => `module.exports = function (text, map, meta) { const done = this.async(), from = Date.now(); while (Date.now() - from < 3);\n${body}\n}\n`
const pitching = (body: string): string => `module.exports = text => text\nmodule.exports.pitch = function (remaining, preceding, data) { const { join } = require('node:path'); const flag = require('node:fs').readFileSync(join(__dirname, 'flag'), 'utf8'); this.addDependency(join(__dirname, 'flag'))\n${body}\n}\n`
const gives = (value: string): string => loader(`done(null, 'export default ' + JSON.stringify([${value}]))`)
const sass = (options: string): string => `use: ['css-loader', { loader: 'sass-loader', options: ${options} }]`
const plain = "{ babelrc: false, configFile: false"
const naming = (name: string): string => `module.exports = () => ({ visitor: { Identifier(path) { if (path.node.name === 'FOO') path.node.name = '${name}' } } })\n`

/** By the extension of its entry, which is named by the case. */
const CASES: Readonly<Record<string, Case>> = {
  preceding: {
    files: {
      'src/entry.preceding': "import text from '!!../c/right.cjs!./text.txt'\nconsole.log(text)\n", 'src/text.txt': 'text', 'c/left.cjs': 'module.exports = text => text\n',
      'c/right.cjs': gives("'loaders before: ' + this.data.count") + 'module.exports.pitch = (remaining, preceding, data) => { data.count = preceding.split("!").filter(Boolean).length }\n',
    },
    rule: "type: 'javascript/auto'",
    edit: { 'src/entry.preceding': "import text from '!!../c/left.cjs!../c/right.cjs!./text.txt'\nconsole.log(text)\n" },
    shows: ['loaders before: 0', 'loaders before: 1'],
  },
  options: {
    files: {
      'src/entry.options': 'export default <a/>\n', 'o/flag': 'pragmaOne', 'o/left.cjs': pitching('this.loaders[this.loaderIndex + 1].options.presets[0][1].pragma = flag'),
    },
    rule: `use: [file('o/left.cjs'), { loader: 'babel-loader', options: ${plain}, presets: [['@babel/preset-react', { runtime: 'classic', pragma: 'h' }]] } }]`,
    edit: { 'o/flag': 'pragmaTwo' }, shows: ['pragmaOne', 'pragmaTwo'],
  },
  chain: {
    only: 'webpack',
    files: {
      'src/entry.chain': '', 'h/flag': 'queryOne', 'h/right.cjs': gives('this.query'), 'h/left.cjs': pitching("this.loaders[this.loaderIndex + 1].request = join(__dirname, 'right.cjs') + '?' + flag"),
    },
    rule: "use: [file('h/left.cjs'), file('h/right.cjs') + '?zero']", edit: { 'h/flag': 'queryTwo' }, shows: ['queryOne', 'queryTwo'],
  },
  data: {
    only: 'webpack',
    files: { 'src/entry.data': '', 'd/flag': 'dataOne', 'd/right.cjs': gives('this.data'), 'd/left.cjs': pitching('this.loaders[this.loaderIndex + 1].data = { flag }') },
    rule: "use: [file('d/left.cjs'), file('d/right.cjs')]", edit: { 'd/flag': 'dataTwo' }, shows: ['dataOne', 'dataTwo'],
  },
  appears: {
    files: {
      'src/entry.appears': '', 'a/right.cjs': gives("this.helper ? this.helper() : 'helperNone', this[Symbol.for('test')] ?? 'symbolNone'"),
      'a/plugin.cjs': "module.exports = { apply: compiler => compiler.hooks.thisCompilation.tap('test', compilation => compiler.webpack.NormalModule.getCompilationHooks(compilation).loader.tap('test', context => { if (!require('./given.cjs').includes('none')) { context.helper = () => 'helperGiven'; context[Symbol.for('test')] = 1 } })) }\n",
      'a/given.cjs': "module.exports = require('node:fs')['read' + 'FileSync'](__dirname + '/' + 'given' + '.txt', 'utf8')\n", 'a/given.txt': 'none',
    },
    rule: "use: [file('a/right.cjs')]", edit: { 'a/given.txt': 'given' }, shows: ['helperNone', 'helperGiven'],
  },
  shared: {
    files: {
      'src/entry.shared': '', 's/right.cjs': gives("'shared' + this.shared.count"), 's/count.txt': '1',
      's/plugin.cjs': "const shared = { count: 0 }\nmodule.exports = { apply: compiler => compiler.hooks.thisCompilation.tap('test', compilation => compiler.webpack.NormalModule.getCompilationHooks(compilation).loader.tap('test', context => { context.shared = shared; setImmediate(() => undefined); shared.count = Number(require('node:fs')['read' + 'FileSync'](__dirname + '/' + 'count' + '.txt')) })) }\n",
    },
    rule: "use: [file('s/right.cjs')]", edit: { 's/count.txt': '2' }, shows: ['shared1', 'shared2'],
  },
  meta: {
    files: { 'src/entry.meta': '', 'm/left.cjs': "module.exports = (text, map, meta = 'none') => text + 'console.log(' + JSON.stringify({ meta }) + ')'\n", 'm/right.cjs': loader("done(null, '\"one\";', undefined, null)") },
    rule: "use: [file('m/left.cjs'), file('m/right.cjs')]", edit: {}, shows: ['"meta":null', '"meta":null'],
  },
  imports: {
    files: {
      'src/entry.imports': '', 'i/right.mjs': "import { text } from 'test-helper'\nexport default () => { const from = Date.now(); while (Date.now() - from < 3); return `export default ['${text}']` }\n",
      'i/node_modules/test-helper/package.json': '{ "name": "test-helper", "version": "1.0.0", "type": "module", "exports": "./index.js" }', 'i/node_modules/test-helper/index.js': "export const text = 'helperOne'\n",
    },
    rule: "use: [file('i/right.mjs')]", edit: { 'i/node_modules/test-helper/index.js': "export const text = 'helperTwo'\n" }, shows: ['helperOne', 'helperTwo'],
  },
  named: {
    files: { 'src/entry.named': 'export default FOO\n', 'n/plugin/index.js': '', 'n/node_modules/babel-plugin-naming/package.json': '{ "name": "babel-plugin-naming", "version": "1.0.0", "main": "index.js" }', 'n/node_modules/babel-plugin-naming/index.js': naming('namedOne') },
    rule: `use: [{ loader: 'babel-loader', options: ${plain}, plugins: [file('n/node_modules/babel-plugin-naming/index.js')] } }]`,
    edit: { 'n/node_modules/babel-plugin-naming/index.js': naming('namedTwo') }, shows: ['namedOne', 'namedTwo'],
  },
  added: {
    files: { 'src/entry.added': '.a { color: vars.$color }\n', 'src/lib/vars/_index.scss': '$color: addedOne;\n' },
    rule: sass("{ additionalData: code => '@use \"lib/vars\";' + code, sassOptions: { syntax: 'scss' } }"), edit: { 'src/lib/_vars.scss': '$color: addedTwo;\n' }, shows: ['addedOne', 'addedTwo'],
  },
  composed: {
    files: { 'src/entry.composed': '@use "sass:meta";\n$name: "vars";\n@include meta.load-css("sub/" + $name);\n', 'paths/two/sub/_vars.scss': '.x { color: composedOne }\n', 'paths/one/keep': '' },
    rule: sass("{ sassOptions: { syntax: 'scss', loadPaths: [file('paths/one'), file('paths/two')] } }"), edit: { 'paths/one/sub/_vars.scss': '.x { color: composedTwo }\n' }, shows: ['composedOne', 'composedTwo'],
  },
  ruled: {
    only: 'webpack', phase: 2,
    files: { 'src/entry.ruled': '@use "@lib/vars";\n.a { color: vars.$color }\n', 'r/one/_vars.scss': '$color: ruledOne;\n', 'r/two/_vars.scss': '$color: ruledTwo;\n', 'r/which.txt': 'r/one' },
    rule: `${sass("{ sassOptions: { syntax: 'scss' } }")}, resolve: { alias: { '@lib': file(read('r/which.txt')) } }`, edit: { 'r/which.txt': 'r/two' }, shows: ['ruledOne', 'ruledTwo'],
  },
  salted: {
    phase: 2,
    files: { 'src/entry.salted': '.local { color: red }\n', 'salt.txt': 'saltOne' },
    rule: "use: [{ loader: 'css-loader', options: { modules: { localIdentName: '[uniqueName]-[local]-[hash]' } } }]", edit: { 'salt.txt': 'saltTwo' }, shows: ['saltOne', 'saltTwo'],
  },
  overlaid: {
    files: {
      'src/entry.overlaid': '', 'v/right.cjs': loader("this.fs.readFile(__dirname + '/on-disk.txt', (error, content) => done(error, 'export default ' + JSON.stringify(['overlaid' + content])))"), 'v/on-disk.txt': 'Disk', 'v/over.txt': 'One',
      'v/plugin.cjs': "module.exports = { apply: compiler => compiler.hooks.beforeRun.tap('test', () => { const system = compiler.inputFileSystem, own = system.readFile.bind(system); system.readFile = (path, ...rest) => path.endsWith('on-disk.txt') ? rest.at(-1)(null, require('node:fs')['read' + 'FileSync'](__dirname + '/' + 'over' + '.txt')) : own(path, ...rest) }) }\n",
    },
    rule: "use: [file('v/right.cjs')]", edit: { 'v/over.txt': 'Two' }, shows: ['overlaidOne', 'overlaidTwo'],
  },
  mapped: {
    files: { 'src/entry.mapped': 'export default <disk/>\n//# sourceMappingURL=entry.map\n', 'src/entry.map': '{ "version": 3, "sources": ["mappedOne.txt"], "sourcesContent": ["one"], "names": [], "mappings": "AAAA,SAAA" }' },
    rule: `extractSourceMap: true, use: [{ loader: 'babel-loader', options: ${plain}, presets: [['@babel/preset-react', { runtime: 'classic' }]] } }]`,
    edit: { 'src/entry.map': '{ "version": 3, "sources": ["mappedTwo.txt"], "sourcesContent": ["two"], "names": [], "mappings": "AAAA,SAAA" }' }, shows: ['mappedOne', 'mappedTwo'],
  },
  paths: {
    only: 'webpack', phase: 1,
    files: {
      'src/entry.paths': '@use "@paths/vars";\n.a { color: vars.$color }\n', 't/one/_vars.scss': '$color: pathsOne;\n', 't/two/_vars.scss': '$color: pathsTwo;\n', 't/base.json': '{ "to": "t/one" }', 't/tsconfig.json': '{ "extends": "./base.json" }',
      't/resolver.cjs': "const { join, dirname } = require('node:path')\nconst json = path => JSON.parse(require('node:fs')['read' + 'FileSync'](path, 'utf8'))\nmodule.exports = class { constructor(file) { const to = join(dirname(file), '..', json(join(dirname(file), json(file).extends)).to); this.to = () => to } apply(resolver) { const target = resolver.ensureHook('resolve'); resolver.getHook('described-resolve').tapAsync('test', (request, context, callback) => (request.request ?? '').startsWith('@paths/') ? resolver.doResolve(target, { ...request, request: this.to() + request.request.slice(6) }, null, context, callback) : callback()) } }\n",
    },
    rule: sass("{ sassOptions: { syntax: 'scss' } }"), edit: { 't/base.json': '{ "to": "t/two" }' }, shows: ['pathsOne', 'pathsTwo'],
  },
}

type Group = 'loaders of its own' | 'loaders with a recipe'
const isKnown = ({ rule }: Case): boolean => /(?:babel|css)-loader/.test(rule)
/** What one compiler asks for counts for all loaders that nobody has read, so that they are apart. */
const casesOf = (bundler: WebpackLike, group: Group): (readonly [string, Case])[] =>
  Object.entries(CASES).filter(([, each]) => (each.only === undefined || each.only === bundler) && isKnown(each) === (group === 'loaders with a recipe'))

function application(bundler: WebpackLike, group: Group): Files {
  const cases = casesOf(bundler, group)
  const plugins = group === 'loaders of its own' ? "require('./a/plugin.cjs'), require('./s/plugin.cjs'), require('./v/plugin.cjs')" : ''
  const resolver = group === 'loaders with a recipe' && bundler === 'webpack' ? "new (require('./t/resolver.cjs'))(file('./t/tsconfig.json'))" : ''
  const word = ['c/right.cjs', 'h/right.cjs', 'd/right.cjs', 'a/right.cjs', 's/right.cjs', 'm/right.cjs', 'i/right.mjs', 'v/right.cjs']
  return {
    ...Object.assign({}, ...cases.map(([, { files }]) => files)) as Files,
    [CONFIG]: `
import { readFileSync } from 'node:fs'
const read = path => readFileSync(file(path), 'utf8')
export default {
  ...common,
  entry: { ${cases.map(([name]) => `${name}: './src/entry.${name}'`).join(', ')} },
  output: { ...common.output${plugins === '' ? ", uniqueName: read('salt.txt'), hashSalt: read('salt.txt')" : ''} },
  ${resolver === '' ? '' : `resolve: { plugins: [${resolver}] },`}
  module: { rules: [${cases.map(([name, { rule }]) => `{ test: /[.]${name}$/, type: 'javascript/auto', ${rule} }`).join(',\n')}] },
  plugins: [...await pitcrew({ plugins: ${JSON.stringify(Object.fromEntries(word.map(name => [name, true])))} }), ${plugins}],
}
`,
  }
}

const SCENES = BUNDLERS.flatMap(bundler => (['loaders of its own', 'loaders with a recipe'] as const).map(group => [bundler, group] as const))

describe.each(SCENES)('%s, %s', (bundler, group) => {
  let scene: Scene
  let unedited: BuildReport
  const shown: string[] = []
  beforeAll(async () => {
    scene = new Scene(bundler, application(bundler, group))
    await scene.compare('cold')
    const recorded = await scene.build('warm')
    unedited = recorded.outcome.report!
    shown.push(textIn(recorded.dir))
    for (const phase of [0, 1, 2]) {
      scene.write(Object.assign({}, ...casesOf(bundler, group).filter(([, each]) => (each.phase ?? 0) === phase).map(([, { edit }]) => edit)) as Files)
      await scene.compare()
    }
    shown.push(textIn((await scene.build('warm')).dir))
  })
  afterAll(() => scene.dispose())

  it.each(casesOf(bundler, group))('gives what is right now: %s', (_name, { shows: [before, after] }) => {
    expect(shown[0]).toContain(before)
    expect(shown[1]).toContain(after)
    if (before !== after) expect(shown[1]).not.toContain(before)
  })

  it('still remembers what can be given back', () => {
    const names = group === 'loaders of its own' ? ['i/right.mjs', 'a/right.cjs'] : ['css-loader', 'css-loader < sass-loader']
    for (const name of names) expect(outcomesOf(unedited, name).hit).toBeGreaterThan(0)
  })
})

describe.each(BUNDLERS)('%s', bundler => {

  it('does not store what code gave that was loaded before it was edited', () => {
    const file = (text: string): string => loader(`done(null, 'export default ["${text}"]')`)
    const twice = new Scene(bundler, {
      'src/index.js': "import text from './a.text'\nconsole.log(text)\n", 'src/a.text': '', 'l/loader.cjs': file('loadedOne'),
      [CONFIG]: `
const plugin = isOff ? null : (await import('unplugin-pitcrew/${bundler}')).default
export default () => ({ ...common, entry: './src/index.js', module: { rules: [{ test: /[.]text$/, type: 'javascript/auto', use: [file('l/loader.cjs')] }] }, plugins: plugin ? [plugin({ plugins: { 'l/loader.cjs': true } })] : [] })
`,
      'run.mjs': `
import { createRequire } from 'node:module'
import { existsSync, readFileSync, renameSync } from 'node:fs'
import make from './${bundler}.config.mjs'
const bundle = createRequire(import.meta.url)('${bundler === 'webpack' ? 'webpack' : '@rspack/core'}')
const build = () => new Promise((resolve, reject) => { const compiler = bundle(make()); compiler.run(error => compiler.close(() => error ? reject(error) : resolve())) })
await build()
if (existsSync('l/next.cjs')) {
  renameSync('l/next.cjs', 'l/loader.cjs')
  await new Promise(resolve => setTimeout(resolve, 100))
  await build()
}
console.log('\\n' + JSON.stringify(/loaded\\w+/.exec(readFileSync(process.env.PITCREW_OUT_DIR + '/main.js', 'utf8'))[0]))
`,
    })
    try {
      twice.write({ 'l/next.cjs': file('loadedTwo') })
      expect(twice.run('run.mjs', 'cold')).toBe('loadedOne')
      expect(twice.run('run.mjs', 'warm')).toBe('loadedTwo')
    } finally {
      twice.dispose()
    }
  })

  it('names files as without it where names come from what modules and their maps are hashed to', async () => {
    const scene = new Scene(bundler, {
      'src/index.js': "import value from './a.jsx'\nconsole.log(value)\n", 'src/a.jsx': 'export default <a/>\n',
      [CONFIG]: `
export default {
  ...common,
  entry: './src/index.js',
  output: { ...common.output, filename: '[name].[contenthash].[chunkhash].[fullhash].js' },
  optimization: { minimize: false, realContentHash: false },
  module: { rules: [{ test: /[.]jsx$/, use: [{ loader: 'babel-loader', options: ${plain}, presets: [['@babel/preset-react', { runtime: 'classic' }]] } }] }] },
  plugins: await pitcrew(),
}
`,
    })
    try {
      await scene.compare('cold')
      expect(outcomesOf(await scene.compare(), 'babel-loader').hit).toBe(1)
    } finally {
      scene.dispose()
    }
  })

  it('prints again what a plugin of a loader printed', async () => {
    const scene = new Scene(bundler, {
      'src/index.js': "import value from './a.jsx'\nconsole.log(value)\n", 'src/a.jsx': 'export default FOO\n',
      'p.js': "module.exports = () => ({ visitor: { Identifier({ node }) { console.warn('warned of', node.name); console.log('told of', node.name); process.stdout.write('written\\n') } } })\n",
      [CONFIG]: `
export default {
  ...common,
  entry: './src/index.js',
  module: { rules: [{ test: /[.]jsx$/, use: [{ loader: 'babel-loader', options: ${plain}, plugins: [file('p.js')] } }] }] },
  plugins: await pitcrew(),
}
`,
    })
    try {
      await scene.compare('cold')
      expect(outcomesOf(await scene.compare(), 'babel-loader').hit).toBe(1)
    } finally {
      scene.dispose()
    }
  })
})
