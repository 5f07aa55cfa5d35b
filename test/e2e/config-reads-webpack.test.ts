/** Loaders and their plugins that are made of what the configuration read, by paths that no text tells, while it was evaluated. */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Stage } from '../harness/stage.ts'
import type { Files } from '../harness/stage.ts'

requireDist()

let stage: Stage
afterEach(() => stage.dispose())

/** What a loader is made of, and the edit that makes another one of it. */
const LOOKS: Readonly<Record<string, readonly [look: string, edit: Files]>> = {
  'a file': ["readFileSync(file(['word', 'txt'].join('.')), 'utf8')", { 'word.txt': 'two' }],
  'the names in a folder': ["readdirSync(file(['wo', 'rds'].join(''))).sort().join()", { 'words/b.txt': '' }],
  'whether there is a file': ["String(existsSync(file(['there', 'txt'].join('.'))))", { 'there.txt': '' }],
}

/** By what keeps it: the rule for scripts, given an expression of `word`. */
const KEEPERS: Readonly<Record<string, string>> = {
  "a loader's option": "{ test: /index/, loader: file('replace.cjs'), options: { word } }",
  "a function among a loader's options": "{ test: /index/, loader: file('replace.cjs'), options: { replace: () => word } }",
  'a plugin of Babel': "{ test: /index/, loader: 'babel-loader', options: { babelrc: false, configFile: false, plugins: [() => ({ visitor: { StringLiteral: path => { if (path.node.value === 'WORD') path.node.value = word } } })] } }",
  'a plugin of PostCSS': "{ test: /css$/, use: ['css-loader', { loader: 'postcss-loader', options: { postcssOptions: { config: false, plugins: [{ postcssPlugin: 'word', Once: () => { for (const end = performance.now() + 5; performance.now() < end;); }, Declaration: node => { if (node.value === 'word') node.value = word } }] } } }] }",
}
const CASES = Object.keys(KEEPERS).flatMap(keeper => Object.keys(LOOKS).map(look => [keeper, look] as const))

describe.each(['webpack', 'rspack'] as const)('%s', bundler => {
  it.each(CASES)('gives what %s makes of %s', async (keeper, what) => {
    const [look, edit] = LOOKS[what]!
    stage = new Stage(bundler, {
      // As people do; a stage imports it only where it is on, and when the rules are made already.
      [`${bundler}.config.mjs`]: `import 'unplugin-pitcrew/${bundler}'\nimport { existsSync, readFileSync, readdirSync } from 'node:fs'\nconst word = ${look}
export default { context: import.meta.dirname, mode: 'production', devtool: false, cache: false, optimization: { minimize: false }, entry: './index.js', output,
  module: { rules: [${KEEPERS[keeper]!}] }, plugins: [...await pitcrew({ plugins: { 'replace.cjs': true } })] }\n`,
      'index.js': "import style from './style.css'\nconsole.log('WORD', style)\n", 'style.css': 'a { content: word }\n', 'word.txt': 'one',
      'replace.cjs': "module.exports = function (text) { const { word, replace = () => word } = this.getOptions(); return text.replace('WORD', replace) }\n", 'words/a.txt': '',
    })
    if (!keeper.includes('CSS')) stage.edit('index.js', "import style from './style.css'\nconsole.log('WORD', style)", "console.log('WORD')")
    const { text } = await stage.compareOutput('cold')
    expect((await stage.compare()).outcomes.hit).toBeGreaterThan(0)
    stage.write(edit)
    // It means something, or nothing is proved.
    expect((await stage.compareOutput()).text).not.toBe(text)
  }, 120_000)
})
