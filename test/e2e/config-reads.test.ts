/** Plugins that are made of what the configuration read, by paths that no text tells, while it was evaluated. */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Stage, outcomesOf } from '../harness/stage.ts'
import type { Files } from '../harness/stage.ts'

requireDist()

let stage: Stage
afterEach(() => stage.dispose())

/** What a plugin is made of, and the edit that makes another one of it. */
const LOOKS: Readonly<Record<string, readonly [look: string, edit: Files]>> = {
  'a file': ["readFileSync(file(['word', 'txt'].join('.')), 'utf8')", { 'word.txt': 'two' }],
  'the names in a folder': ["readdirSync(file(['wo', 'rds'].join(''))).sort().join()", { 'words/b.txt': '' }],
  'whether there is a file': ["String(existsSync(file(['there', 'txt'].join('.'))))", { 'there.txt': '' }],
}
const made = (look: string): string => `(word => ({
  name: 'words',
  transform(code, id) {
    for (const end = performance.now() + 5; id.endsWith('.note') && performance.now() < end;);
    return id.endsWith('.note') ? { code: 'export default ' + JSON.stringify(word), map: { mappings: '' }, moduleType: 'js' } : null
  },
}))(${look})`

describe.each(['vite', 'rollup', 'rolldown'] as const)('%s', bundler => {
  it.each(Object.entries(LOOKS))('gives what a plugin makes of %s', async (_what, [look, edit]) => {
    const options = bundler === 'vite' ? "build: { ...output, rolldownOptions: { input: 'main.js' } }" : "input: 'main.js', output"
    const name = bundler === 'vite' ? 'vite.config.js' : `${bundler}.config.mjs`
    stage = new Stage(bundler, {
      // As people do; a stage imports it only where it is on, and when the plugin is made already.
      [name]: `import 'unplugin-pitcrew/${bundler}'\nimport { existsSync, readFileSync, readdirSync } from 'node:fs'\nconst words = ${made(look)}\nexport default { ${options}, plugins: [await pitcrew(), words] }\n`,
      'main.js': "import note from './a.note'\nconsole.log(note)\n", 'a.note': '', 'word.txt': 'one', 'words/a.txt': '',
    })
    const { text } = await stage.compareOutput('cold')
    expect(outcomesOf(await stage.compare(), 'words').hit).toBeGreaterThan(0)
    stage.write(edit)
    // It means something, or nothing is proved.
    expect((await stage.compareOutput()).text).not.toBe(text)
  }, 120_000)
})

describe('esbuild', () => {
  const plugin = (look: string): string => `(word => ({
  name: 'words',
  setup: ({ onLoad }) => onLoad({ filter: /\\.note$/ }, () => {
    for (const end = performance.now() + 5; performance.now() < end;);
    return { contents: 'export default ' + JSON.stringify(word), loader: 'js' }
  }),
}))(${look})`

  it.each(Object.entries(LOOKS))('gives what a plugin makes of %s', async (_what, [look, edit]) => {
    stage = new Stage('esbuild', {
      'esbuild.config.mjs': `import 'unplugin-pitcrew/esbuild'\nimport { existsSync, readFileSync, readdirSync } from 'node:fs'\nconst words = ${plugin(look)}\nexport default { entryPoints: ['main.js'], bundle: true, outdir: output, plugins: [...await pitcrew(), words] }\n`,
      'main.js': "import note from './a.note'\nconsole.log(note)\n", 'a.note': '', 'word.txt': 'one', 'words/a.txt': '',
    })
    const { text } = await stage.compareOutput('cold')
    expect(outcomesOf(await stage.compare(), 'words').hit).toBeGreaterThan(0)
    stage.write(edit)
    expect((await stage.compareOutput()).text).not.toBe(text)
  }, 120_000)
})
