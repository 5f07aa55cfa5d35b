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
  'a stream': ["await new Promise(got => createReadStream(file(['word', 'txt'].join('.'))).on('data', part => got(String(part))))", { 'word.txt': 'two' }],
  'a module': ["(await import(file(['word', 'mjs'].join('.')))).default", { 'word.mjs': "export default 'two'\n" }],
  'data that is imported': ["(await import(file(['word', 'json'].join('.')), { with: { type: 'json' } })).default.word", { 'word.json': '{ "word": "two" }' }],
  'what a process says': ["execFileSync(process.execPath, ['-p', 'require(\"node:fs\").readFileSync(\"word.txt\", \"utf8\")'], { cwd: file('.'), encoding: 'utf8' })", { 'word.txt': 'two' }],
  'what a process says in the end': ["await new Promise(got => execFile(process.execPath, ['-p', 'require(\"node:fs\").readFileSync(\"word.txt\", \"utf8\")'], { cwd: file('.') }, (_error, said) => got(said)))", { 'word.txt': 'two' }],
}
const IMPORTS = "import { execFile, execFileSync } from 'node:child_process'\nimport { createReadStream, existsSync, readFileSync, readdirSync } from 'node:fs'\n"
const INITIAL: Files = { 'word.txt': 'one', 'word.mjs': "export default 'one'\n", 'word.json': '{ "word": "one" }', 'words/a.txt': '' }

/** Of the environment, whose names are not in the text. */
const VARIABLES: Readonly<Record<string, string>> = {
  'all of it': "JSON.stringify({ ...process.env }.WORD_OF_IT)",
  'what begins with something': "JSON.stringify(Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('WORD_'))))",
  'a name that is computed': "JSON.stringify(process.env[['WORD', 'OF', 'IT'].join('_')])",
}
const made = (look: string): string => `(word => ({
  name: 'words',
  transform(code, id) {
    for (const end = performance.now() + 5; id.endsWith('.note') && performance.now() < end;);
    return id.endsWith('.note') ? { code: 'export default ' + JSON.stringify(word), map: { mappings: '' }, moduleType: 'js' } : null
  },
}))(${look})`

describe.each(['vite', 'rollup', 'rolldown'] as const)('%s', bundler => {
  const options = bundler === 'vite' ? "build: { ...output, rolldownOptions: { input: 'main.js' } }" : "input: 'main.js', output"
  const name = bundler === 'vite' ? 'vite.config.js' : `${bundler}.config.mjs`

  async function compareWith(look: string, edit: (stage: Stage) => void): Promise<void> {
    stage = new Stage(bundler, {
      // As people do; a stage imports it only where it is on, and when the plugin is made already.
      [name]: `import 'unplugin-pitcrew/${bundler}'\n${IMPORTS}const words = ${made(look)}\nexport default { ${options}, plugins: [await pitcrew(), words] }\n`,
      'main.js': "import note from './a.note'\nconsole.log(note)\n", 'a.note': '', ...INITIAL,
    })
    const { text } = await stage.compareOutput('cold')
    expect(outcomesOf(await stage.compare(), 'words').hit).toBeGreaterThan(0)
    edit(stage)
    // It means something, or nothing is proved.
    expect((await stage.compareOutput()).text).not.toBe(text)
  }

  it.each(Object.entries(LOOKS))('gives what a plugin makes of %s', (_what, [look, edit]) => compareWith(look, edited => edited.write(edit)), 120_000)

  it.each(Object.entries(VARIABLES))('gives what a plugin makes of the environment: %s', (_what, look) => compareWith(look, ({ env }) => {
    env['WORD_OF_IT'] = 'two'
  }), 120_000)
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
      'esbuild.config.mjs': `import 'unplugin-pitcrew/esbuild'\n${IMPORTS}const words = ${plugin(look)}\nexport default { entryPoints: ['main.js'], bundle: true, outdir: output, plugins: [...await pitcrew(), words] }\n`,
      'main.js': "import note from './a.note'\nconsole.log(note)\n", 'a.note': '', ...INITIAL,
    })
    const { text } = await stage.compareOutput('cold')
    expect(outcomesOf(await stage.compare(), 'words').hit).toBeGreaterThan(0)
    stage.write(edit)
    expect((await stage.compareOutput()).text).not.toBe(text)
  }, 120_000)
})
