/** Options of one plugin that another one sets after everything was resolved: they count as they are when the first module comes. */
import { afterEach, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Stage, outcomesOf } from '../harness/stage.ts'
import type { Files } from '../harness/stage.ts'

requireDist()

let stage: Stage
afterEach(() => stage.dispose())

interface Case {
  readonly files: Files
  readonly imports?: string
  readonly config?: string
  readonly plugins?: string
  /** What the other plugin does with `config` and `value`. */
  readonly sets: string
  readonly values: readonly [string, string]
  /** Whose calls are remembered. */
  readonly of: string
}

const CASES: Readonly<Record<string, Case>> = {
  'of Sass': {
    files: { 'main.js': "import './a.scss'\n", 'a.scss': 'a { color: $late }\n' }, config: 'css: { preprocessorOptions: { scss: {} } },',
    sets: 'config.css.preprocessorOptions.scss.additionalData = value', values: ['$late: red;\n', '$late: blue;\n'], of: 'vite:css',
  },
  'of Vue': {
    files: { 'main.js': "import A from './A.vue'\nconsole.log(A)\n", 'A.vue': '<template><p>a</p>\n<p>b</p></template>\n' },
    imports: "import vue from '@vitejs/plugin-vue'\n", plugins: 'vue()',
    sets: "const { api } = config.plugins.find(plugin => plugin.name === 'vite:vue'); api.options = { ...api.options, template: { compilerOptions: { whitespace: value.trim() } } }",
    values: ['condense', 'preserve'], of: 'vite:vue',
  },
  'of Svelte': {
    files: { 'main.js': "import A from './A.svelte'\nconsole.log(A)\n", 'A.svelte': '<p><!-- late -->a</p>\n' },
    imports: "import { svelte } from '@sveltejs/vite-plugin-svelte'\n", plugins: 'svelte({ configFile: false })',
    sets: "config.plugins.find(plugin => plugin.name === 'vite-plugin-svelte:config').api.options.compilerOptions.preserveComments = value.trim() === 'true'",
    values: ['false', 'true'], of: 'vite-plugin-svelte:compile',
  },
  'of nobody but who made it, which a plugin that nobody has read looks at': {
    files: { 'main.js': "import './a.js'\n", 'a.js': "console.log('a')\n" },
    plugins: `((kept = {}) => ({
  name: 'looks', configResolved(config) { kept.config = config },
  transform: {
    filter: { id: /a\\.js$/ },
    handler(code) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
      return { code: code + 'console.log(' + JSON.stringify(kept.config.ours) + ')', map: null }
    },
  },
}))()`,
    sets: 'config.ours = value', values: ['one', 'two'], of: 'looks',
  },
}
const HOOKS: Readonly<Record<string, string>> = {
  'an asynchronous configResolved': 'configResolved(config) { return new Promise(done => setTimeout(() => { set(config); done() }, 5)) }',
  buildStart: 'configResolved(config) { this.resolved = config }, buildStart() { set(late.resolved) }',
}

const cases = Object.entries(CASES).flatMap(([whose, each]) => Object.entries(HOOKS).map(([hook, text]) => [whose, hook, each, text] as const))

it.each(cases)('%s, in %s', async (_whose, _hook, { files, imports = '', config = '', plugins = '', sets, values: [before, after], of }, hook) => {
  stage = new Stage('vite', {
    'vite.config.js': `import { readFileSync } from 'node:fs'
${imports}
const set = config => { const value = readFileSync(file('late.txt'), 'utf8'); ${sets} }
const late = { name: 'late', ${hook} }
late.configResolved = late.configResolved.bind(late)
export default { build: { ...output, rolldownOptions: { input: 'main.js' } }, ${config} plugins: [...await pitcrew(), late, ${plugins}] }
`, 'late.txt': before, ...files,
  })
  const { text } = await stage.compareOutput('cold')
  expect(outcomesOf(await stage.compare(), of)).toMatchObject({ miss: 0, stale: 0 })
  stage.write({ 'late.txt': after })
  // It means something, or nothing is proved.
  expect((await stage.compareOutput()).text).not.toBe(text)
}, 120_000)
