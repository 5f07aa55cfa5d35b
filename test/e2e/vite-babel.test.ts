/** What Babel's plugins and presets look for once, in vain, for all modules. */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Stage, outcomesOf } from '../harness/stage.ts'

requireDist()

let stage: Stage
afterEach(() => stage.dispose())

const asking = "(() => { let known; return { visitor: { StringLiteral(path) { if (path.node.value === 'TOKEN') path.replaceWithSourceString(known ??= process.getBuiltinModule('node:fs').existsSync(process.cwd() + '/' + ['theme', 'flag'].join('.')) ? 'there' : 'missing') } } } })()"
const module = (name: string): string => `export const ${name} = ['TOKEN', globalThis.${name}?.value ?? 0]\n`

const CASES: Readonly<Record<string, { readonly options: string; readonly change: string; readonly text: string }>> = {
  'a file that a plugin asks for once': { options: `plugins: [${asking}]`, change: 'theme.flag', text: '' },
  'which browsers are meant, where a preset is told to look': { options: "presets: [['@babel/preset-env', { modules: false, configPath: process.cwd() + '/conf/in' }]]", change: 'conf/in/.browserslistrc', text: 'chrome 60\n' },
}

describe('modules are made anew when there comes', () => {
  it.each(Object.entries(CASES))('%s', async (_what, { options, change, text }) => {
    stage = new Stage('vite', {
      'vite.config.js': `import babel from '@rolldown/plugin-babel'\nexport default { build: { ...output, minify: false, target: 'esnext', rolldownOptions: { input: 'main.js' } }, plugins: [await pitcrew(), babel({ ${options} })] }\n`,
      'main.js': "import { a } from './src/a.js'\nimport { b } from './src/b.js'\nconsole.log(a, b)\n", 'src/a.js': module('a'), 'src/b.js': module('b'), 'conf/in/readme': '', 'conf/.browserslistrc': 'chrome 120\n',
    })
    const before = (await stage.compareOutput('cold')).text
    expect(outcomesOf(await stage.compare(), '@rolldown/plugin-babel')).toMatchObject({ hit: 3, miss: 0, stale: 0 })
    stage.write({ [change]: text })
    // The edit means something, or the case proves nothing.
    expect((await stage.compareOutput()).text).not.toBe(before)
  }, 120_000)
})
