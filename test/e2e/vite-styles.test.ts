/**
 * What styles are made of in Vite besides themselves and what they import: the configuration of PostCSS with all that it is made
 * of, manifests of packages of the workspace, code that a style sheet loads, links on the way to it.
 *
 * Each case builds, changes one thing that no style sheet names, and says that what came of it is not the same as before.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { OWN_PACKAGES, Stage, outcomesOf } from '../harness/stage.ts'
import type { Files } from '../harness/stage.ts'

requireDist()

let stage: Stage
afterEach(() => stage.dispose())

interface Case {
  readonly files: Files
  /** Of `defineConfig`. */
  readonly config?: string
  readonly change: (stage: Stage) => void
}

const build = "build: { ...output, rolldownOptions: { input: 'main.js' } }"
const configOf = ({ config = '' }: Pick<Case, 'config'>): string => `
export default { ${build}, ${config} plugins: await pitcrew() }
`
/** A PostCSS plugin that says `value` for each `token()`. */
const pluginOf = (value: string): string => `({ postcssPlugin: 'tokens', Declaration(node) { if (node.value.includes('token()')) node.value = node.value.replace('token()', ${value}) } })`
const plain: Files = { 'main.js': "import './a.css'\nimport './b.css'\n", 'a.css': 'a { color: token() }\n', 'b.css': 'b { color: token() }\n' }
/** Asks for the file once for all style sheets, by a name that no configuration mentions. */
const asking = `(() => { let known; return ${pluginOf("(known ??= require('node:fs').existsSync(process.cwd() + ['/theme', 'flag'].join('.')) ? 'blue' : 'red')")} })()`
/** In a folder of their own, of which names may count. */
const inFolder: Files = { 'main.js': "import './src/a.css'\nimport './src/b.css'\n", 'src/a.css': 'a { color: token() }\n', 'src/b.css': 'b { color: token() }\n' }
const nested = (extension: string, text: string): Files => ({ 'main.js': `import './a.${extension}'\nimport './b.${extension}'\n`, [`a.${extension}`]: text, [`b.${extension}`]: text.replace('a {', 'b {') })

const LINK = "import { mkdirSync, symlinkSync } from 'node:fs'\nsymlinkSync('../packages/ui', 'node_modules/ui')\n"
const packageOf = (field: string, extension: string): Files => ({
  'link.mjs': LINK, 'packages/ui/package.json': `{ "name": "ui", "${field}": "x.${extension}" }`, [`packages/ui/x.${extension}`]: 'x { color: red }\n', [`packages/ui/y.${extension}`]: 'y { color: blue }\n',
})

/** Two folders of one style sheet each that differ in what this imports, and a link to the first or, after `flip.mjs`, the second. */
const themes = (extension: string, text: string, imported: (colour: string) => string, target = '', link = 'theme'): Files => ({
  [`themes/one/t.${extension}`]: text, [`themes/two/t.${extension}`]: text, [`themes/one/u.${extension}`]: imported('red'), [`themes/two/u.${extension}`]: imported('blue'),
  'link.mjs': `import { symlinkSync } from 'node:fs'\nsymlinkSync('themes/one/${target}', '${link}')\n`,
  'flip.mjs': `import { rmSync, symlinkSync } from 'node:fs'\nrmSync('${link}')\nsymlinkSync('themes/two/${target}', '${link}')\n`,
})

const CASES: Readonly<Record<string, Case>> = {
  'a module that the configuration requires': {
    files: { ...plain, 'postcss.config.cjs': `const value = require('./lib/tokens.cjs')\nmodule.exports = { plugins: [${pluginOf('value')}] }\n`, 'lib/tokens.cjs': "module.exports = 'red'\n" },
    change: it => it.write({ 'lib/tokens.cjs': "module.exports = 'blue'\n" }),
  },
  'a module that the configuration imports': {
    files: { ...plain, 'postcss.config.mjs': `import value from './lib/tokens.mjs'\nexport default { plugins: [${pluginOf('value')}] }\n`, 'lib/tokens.mjs': "export default 'red'\n" },
    change: it => it.write({ 'lib/tokens.mjs': "export default 'blue'\n" }),
  },
  'a plugin that the configuration names by its path': {
    files: { ...plain, 'postcss.config.cjs': "module.exports = { plugins: { './lib/plugin.cjs': {} } }\n", 'lib/plugin.cjs': `module.exports = () => ${pluginOf("'red'")}\nmodule.exports.postcss = true\n` },
    change: it => it.edit('lib/plugin.cjs', 'red', 'blue'),
  },
  'a variable that the configuration reads': {
    files: { ...plain, 'postcss.config.cjs': `const theme = process.env.THEME ?? 'red'\nmodule.exports = { plugins: [${pluginOf('theme')}] }\n` },
    change: it => void (it.env['THEME'] = 'blue'),
  },
  'a variable that the configuration in a folder reads': {
    files: { ...plain, 'conf/postcss.config.cjs': `const theme = process.env.THEME ?? 'red'\nmodule.exports = { plugins: [${pluginOf('theme')}] }\n` },
    config: "css: { postcss: './conf' },",
    change: it => void (it.env['THEME'] = 'blue'),
  },
  'a plugin that the manifest names by its path': {
    files: { ...plain, 'package.json': '{ "name": "stage", "type": "module", "postcss": { "plugins": { "./lib/plugin.cjs": {} } } }', 'lib/plugin.cjs': `module.exports = () => ${pluginOf("'red'")}\nmodule.exports.postcss = true\n` },
    change: it => it.edit('lib/plugin.cjs', 'red', 'blue'),
  },
  'the configuration in a folder that is named': {
    files: { ...plain, 'conf/postcss.config.cjs': `module.exports = { plugins: [${pluginOf("'red'")}] }\n` },
    config: "css: { postcss: './conf' },",
    change: it => it.edit('conf/postcss.config.cjs', 'red', 'blue'),
  },
  'a module of the configuration in a folder that is named': {
    files: { ...plain, 'conf/postcss.config.cjs': `const value = require('./value.cjs')\nmodule.exports = { plugins: [${pluginOf('value')}] }\n`, 'conf/value.cjs': "module.exports = 'red'\n" },
    config: "css: { postcss: './conf' },",
    change: it => it.write({ 'conf/value.cjs': "module.exports = 'blue'\n" }),
  },
  'the manifest of a package of the workspace, for CSS': {
    files: { 'main.js': "import './a.css'\nimport './b.css'\n", 'a.css': "@import 'ui';\n", 'b.css': 'b { color: red }\n', ...packageOf('style', 'css') },
    change: it => it.edit('packages/ui/package.json', 'x.css', 'y.css'),
  },
  'the manifest of a package of the workspace, for Sass': {
    files: { 'main.js': "import './a.scss'\nimport './b.scss'\n", 'a.scss': "@use 'ui';\n", 'b.scss': 'b { color: red }\n', ...packageOf('sass', 'scss') },
    change: it => it.edit('packages/ui/package.json', 'x.scss', 'y.scss'),
  },
  'a file that a plugin in the configuration asks for once': {
    files: { ...inFolder, 'postcss.config.cjs': `module.exports = { plugins: [${asking}] }\n` },
    change: it => it.write({ 'theme.flag': '' }),
  },
  'a file that a plugin in options asks for once': {
    files: inFolder,
    config: `css: { postcss: { plugins: [${asking.replace("require('node:fs')", "process.getBuiltinModule('node:fs')")}] } },`,
    change: it => it.write({ 'theme.flag': '' }),
  },
  'a file that is there when a plugin asks for it once': {
    files: { ...inFolder, 'postcss.config.cjs': `module.exports = { plugins: [${asking}] }\n`, 'theme.flag': '' },
    change: it => it.remove('theme.flag'),
  },
  'code that a plugin of Less requires': {
    files: {
      ...nested('less', "@plugin 'plugin.cjs';\na { color: token() }\n"), 'value.cjs': "module.exports = 'red'\n",
      'plugin.cjs': "const value = require('./value.cjs')\nmodule.exports = { install(less, manager, functions) { functions.add('token', () => new less.tree.Keyword(value)) } }\n",
    },
    change: it => it.write({ 'value.cjs': "module.exports = 'blue'\n" }),
  },
  'a folder that is a link': {
    files: { ...nested('css', "@import './theme/t.css';\na { margin: 0 }\n"), ...themes('css', "@import './u.css';\n", colour => `u { color: ${colour} }\n`) },
    change: it => it.prepare('flip.mjs'),
  },
  'a folder that is a link and has an alias': {
    files: { ...nested('scss', "@use '@/theme/t';\na { color: t.$c }\n"), ...themes('scss', "@forward 'u';\n", colour => `$c: ${colour};\n`) },
    config: "resolve: { alias: { '@': import.meta.dirname } },",
    change: it => it.prepare('flip.mjs'),
  },
  'a style sheet that is a link': {
    files: { ...nested('scss', "@use 'here';\na { color: here.$c }\n"), ...themes('scss', "@forward 'u';\n", colour => `$c: ${colour};\n`, 't.scss', '_here.scss') },
    change: it => it.prepare('flip.mjs'),
  },
  'whether links are followed': {
    files: { ...nested('css', "@import './theme/t.css';\na { margin: 0 }\n"), ...themes('css', "@import '../v.css';\n", () => ''), 'themes/v.css': 'v { color: red }\n', 'v.css': 'v { color: blue }\n' },
    config: 'resolve: { preserveSymlinks: false },',
    change: it => it.edit('vite.config.js', 'preserveSymlinks: false', 'preserveSymlinks: true'),
  },
  'a text that Less inlines': {
    files: { ...nested('less', "@import (inline) './x.txt';\na { margin: 0 }\n"), 'x.txt': 'x { color: red }\n' },
    change: it => it.edit('x.txt', 'red', 'blue'),
  },
  'what Less imports if it is there, by an alias': {
    files: nested('less', "@c: red;\n@import (optional) '@/theme';\na { color: @c }\n"),
    config: "resolve: { alias: { '@': import.meta.dirname + '/themes' } },",
    change: it => it.write({ 'themes/theme.less': '@c: blue;\n' }),
  },
  'a text that Less inlines in a component': {
    files: { 'main.js': "import a from './A.vue'\nimport b from './B.vue'\nconsole.log(a, b)\n", 'A.vue': "<template><a/></template>\n<style lang=\"less\">@import (inline) './x.txt';\na { margin: 0 }</style>\n", 'B.vue': "<template><b/></template>\n<style lang=\"less\">@import (inline) './x.txt';\nb { margin: 0 }</style>\n", 'x.txt': 'x { color: red }\n', 'vite.config.js': `import vue from '@vitejs/plugin-vue'\nexport default { ${build}, plugins: [vue(), await pitcrew()] }\n` },
    change: it => it.edit('x.txt', 'red', 'blue'),
  },
  'a variable that a program in Less reads': {
    files: nested('less', '@c: `process.env.THEME || "red"`;\na { color: @c }\n'),
    config: 'css: { preprocessorOptions: { less: { javascriptEnabled: true } } },',
    change: it => void (it.env['THEME'] = 'blue'),
  },
}

async function start({ files, config }: Case): Promise<string> {
  const isLinked = 'link.mjs' in files
  stage = new Stage('vite', { 'vite.config.js': configOf(config === undefined ? {} : { config }), ...files }, isLinked ? { packages: OWN_PACKAGES } : {})
  if (isLinked) stage.prepare('link.mjs')
  return (await stage.compareOutput('cold')).text
}

describe('styles are made anew after an edit of', () => {
  it.each(Object.entries(CASES))('%s', async (_what, each) => {
    const before = await start(each)
    await stage.compare()
    each.change(stage)
    // The edit means something, or the case proves nothing.
    expect((await stage.compareOutput()).text).not.toBe(before)
  }, 120_000)
})

describe('and are remembered where nothing was edited', () => {
  it.each(Object.entries(CASES).filter(([what]) => !what.includes('Less')))('%s', async (_what, each) => {
    await start(each)
    expect(outcomesOf(await stage.compare(), 'vite:css')).toMatchObject({ hit: 2, miss: 0, stale: 0 })
  }, 120_000)
})
