/** What code of the project reads in a plugin, a loader or a hook that is not remembered, and keeps for those that are. */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Stage } from '../harness/stage.ts'
import type { Files, StageBundler } from '../harness/stage.ts'

requireDist()

let stage: Stage
afterEach(() => stage.dispose())

/** Reads what no text names, once in a process. */
const LOOKS: Readonly<Record<string, readonly [look: string, edit: Files]>> = {
  'a file': ["fs.readFileSync(path.join(__dirname, ['word', 'txt'].join('.')), 'utf8')", { 'word.txt': 'two' }],
  'the names in a folder': ["fs.readdirSync(path.join(__dirname, ['wo', 'rds'].join(''))).sort().join()", { 'words/b.txt': '' }],
}
const helperOf = (look: string): string => `const fs = require('node:fs')\nconst path = require('node:path')\nlet kept\nexports.word = () => (kept ??= ${look})\n`

const SHARED: Files = {
  'word.txt': 'one', 'words/a.txt': '',
  'first.cjs': "const { word } = require('./helper.cjs')\nmodule.exports = text => text + '/* ' + word().length + ' */'\n",
  'pitch.cjs': "const { word } = require('./helper.cjs')\nmodule.exports = text => text\nmodule.exports.pitch = () => void word()\n",
  'plugin.cjs': "const { word } = require('./helper.cjs')\nmodule.exports = () => ({ visitor: { StringLiteral: ({ node }) => void (node.value === 'WORD' && (node.value = word())) } })\n",
  'index.js': "import './a.first'\n", 'a.first': "import './b.note'\n", 'b.note': "console.log('WORD')\n",
}

/** Who reads it first: further rules, and plugins of the bundler. */
const LOADERS: Readonly<Record<string, readonly [rules: string, plugins: string]>> = {
  'a loader that is refused': ["{ test: /first$/, type: 'javascript/auto', loader: file('first.cjs') }", ''],
  'the pitch of one to the left': ["{ test: /note$/, enforce: 'post', loader: file('pitch.cjs') }", ''],
  'a hook of a plugin': ['', "{ apply: compiler => compiler.hooks.beforeCompile.tap('words', () => void require('./helper.cjs').word()) }"],
  'a module that is no file': ["{ mimetype: 'text/javascript', use: babel }", ''],
}
const LOADER_CASES = Object.keys(LOADERS).flatMap(reader => Object.keys(LOOKS).map(look => [reader, look] as const))

describe.each(['webpack', 'rspack'] as const)('%s', bundler => {
  it.each(LOADER_CASES)('gives what is right where %s has read %s', async (reader, what) => {
    const [rules, plugins] = LOADERS[reader]!
    await compareAfterEdit(bundler, what, `const babel = [{ loader: 'babel-loader', options: { babelrc: false, configFile: false, plugins: [file('plugin.cjs')] } }]
export default { context: import.meta.dirname, mode: 'production', devtool: 'source-map', cache: false, optimization: { minimize: false }, entry: './index.js', output,
  module: { rules: [{ test: /first$|note$/, type: 'javascript/auto' }, { test: /note$/, use: babel }, ${rules}] }, plugins: [...await pitcrew(), ${plugins}] }\n`,
    { 'a.first': "import 'data:text/javascript,console.log(\"WORD\")'\nimport './b.note'\n" })
  }, 120_000)
})

describe.each(['vite', 'rollup', 'rolldown'] as const)('%s', bundler => {
  it.each(Object.keys(LOOKS))('gives what is right where a plugin that is refused has read %s', async what => {
    const options = bundler === 'vite' ? "build: { ...output, rolldownOptions: { input: 'index.js' } }" : "input: 'index.js', output"
    await compareAfterEdit(bundler, what, `const { word } = require('./helper.cjs')
const code = text => ({ code: text, map: { mappings: '' }, moduleType: 'js' })
const first = { name: 'first', transform: (text, id) => (id.endsWith('.first') ? code(text + '/* ' + word().length + ' */') : null), renderChunk() { return null } }
const notes = { name: 'notes', transform(text, id) {
  for (const end = performance.now() + 5; id.endsWith('.note') && performance.now() < end;);
  return id.endsWith('.note') ? code(text.replace('WORD', word())) : null
} }
export default { ${options}, plugins: [...await pitcrew(), first, notes] }\n`)
  }, 120_000)
})

/** As those do that make a list of pages or a table of routes: what they read and write themselves counts as it is. */
describe.each(['vite', 'rollup', 'rolldown'] as const)('%s', bundler => {
  it.each([
    ['in place', "fs.writeFileSync(table, fs.readFileSync(table, 'utf8'))"],
    ['under another name first', "fs.writeFileSync(table + '.new', fs.readFileSync(table, 'utf8') + fs.readdirSync(file('words')).length); fs.renameSync(table + '.new', file('words/made.txt'))"],
  ])('remembers the calls beside a plugin that reads a file and writes one %s', async (_how, body) => {
    const options = bundler === 'vite' ? "build: { ...output, rolldownOptions: { input: 'index.js' } }" : "input: 'index.js', output"
    stage = new Stage(bundler, { ...SHARED, 'words/made.txt': '' })
    stage.write({ [stage.configFile]: `const fs = require('node:fs')
const table = file(['word', 'txt'].join('.'))
const makes = { name: 'makes', buildStart() { ${body} } }
const notes = { name: 'notes', transform(text, id) {
  for (const end = performance.now() + 5; /first$|note$/.test(id) && performance.now() < end;);
  return /first$|note$/.test(id) ? { code: text, map: { mappings: '' }, moduleType: 'js' } : null
} }
export default { ${options}, plugins: [...await pitcrew(), makes, notes] }\n` })
    await stage.compareOutput('cold')
    expect((await stage.compare()).outcomes.hit).toBeGreaterThan(0)
  }, 120_000)
})

describe('esbuild', () => {
  it.each(Object.keys(LOOKS))('gives what is right where a plugin that is left alone has read %s', async what => {
    await compareAfterEdit('esbuild', what, `const fs = require('node:fs')
const { word } = require('./helper.cjs')
const plugin = (name, filter, change) => ({ name, setup: build => build.onLoad({ filter }, ({ path }) => {
  for (const end = performance.now() + 5; performance.now() < end;);
  return { contents: change(fs.readFileSync(path, 'utf8')), loader: 'js' }
}) })
const first = plugin('first', /first$/, text => text + '/* ' + word().length + ' */')
const notes = plugin('notes', /note$/, text => text.replace('WORD', word()))
export default { entryPoints: ['index.js'], bundle: true, outdir: output, plugins: [...await pitcrew({ plugins: { first: false } }), first, notes] }\n`)
  }, 120_000)
})

async function compareAfterEdit(bundler: StageBundler, what: string, config: string, files: Files = {}): Promise<void> {
  const [look, edit] = LOOKS[what]!
  stage = new Stage(bundler, { ...SHARED, 'helper.cjs': helperOf(look), ...files })
  stage.write({ [stage.configFile]: config })
  const { text } = await stage.compareOutput('cold')
  expect((await stage.compare()).outcomes.hit).toBeGreaterThan(0)
  stage.write(edit)
  // It means something, or nothing is proved.
  expect((await stage.compareOutput()).text).not.toBe(text)
}
