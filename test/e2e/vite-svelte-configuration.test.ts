/** What Svelte's components are made of besides themselves: a configuration that lies anywhere, and preprocessors that read or look once for all of them. */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Stage } from '../harness/stage.ts'
import type { Files } from '../harness/stage.ts'

requireDist()

let stage: Stage
afterEach(() => stage.dispose())

interface Case {
  readonly options: string
  readonly files: Files
  readonly change: Files
}

const once = (body: string): string => `configFile: false, preprocess: (() => { let known; return { markup: ({ content }) => ({ code: content.replace('TOKEN', known ??= ${body}) }) } })()`

const CASES: Readonly<Record<string, Case>> = {
  'a module of a configuration in another folder': {
    options: "configFile: 'conf/named.config.mjs'",
    files: { 'conf/named.config.mjs': "import value from './value.mjs'\nexport default { preprocess: { markup: ({ content }) => ({ code: content.replace('TOKEN', value) }) } }\n", 'conf/value.mjs': "export default 'one'\n" },
    change: { 'conf/value.mjs': "export default 'two'\n" },
  },
  'what compiles with it': {
    options: "configFile: 'conf/named.config.mjs'",
    files: { 'conf/named.config.mjs': "import value from './value.mjs'\nexport default { compilerOptions: { cssHash: ({ hash, css }) => value + hash(css) } }\n", 'conf/value.mjs': "export default 'one'\n" },
    change: { 'conf/value.mjs': "export default 'two'\n" },
  },
  'a file that is read once': { options: once("require('node:fs').readFileSync(file('word.' + 'txt'), 'utf8')"), files: { 'word.txt': 'one' }, change: { 'word.txt': 'two' } },
  'a file that is looked for once': { options: once("require('node:fs').existsSync(file('word.' + 'txt')) ? 'there' : 'missing'"), files: {}, change: { 'word.txt': 'two' } },
}

describe('components are made anew after an edit of', () => {
  it.each(Object.entries(CASES))('%s', async (_what, { options, files, change }) => {
    const component = '<p>TOKEN</p>\n<style>p { color: red }</style>\n'
    stage = new Stage('vite', {
      'vite.config.js': `import { svelte } from '@sveltejs/vite-plugin-svelte'\nexport default { build: { ...output, rolldownOptions: { input: 'main.js' } }, plugins: [await pitcrew(), svelte({ ${options} })] }\n`,
      'main.js': "import First from './First.svelte'\nimport Second from './Second.svelte'\nconsole.log(First, Second)\n", 'First.svelte': component, 'Second.svelte': component, ...files,
    })
    const before = (await stage.compareOutput('cold')).text
    await stage.compare()
    stage.write(change)
    // The edit means something, or the case proves nothing.
    expect((await stage.compareOutput()).text).not.toBe(before)
  }, 120_000)
})
