/** Options that are others than in the build before: the report names them, whichever bundler's they are. */
import { afterEach, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Stage } from '../harness/stage.ts'
import type { Files, StageBundler } from '../harness/stage.ts'

requireDist()

let stage: Stage
afterEach(() => stage.dispose())

interface Case {
  readonly bundler: StageBundler
  readonly files: Files
  /** Of an option's value. */
  readonly config: (value: string) => string
  readonly values: readonly [string, string]
  /** Whose calls are done again. */
  readonly id: string
  readonly names: string
}

const VUE = { 'main.js': "import A from './A.vue'\nconsole.log(A)\n", 'A.vue': '<template><p>a</p>\n<p>b</p></template>\n' }
const CASES: Readonly<Record<string, Case>> = {
  'of a plugin, on Vite': {
    bundler: 'vite', files: VUE, id: 'A.vue', values: ["'condense'", "'preserve'"], names: 'template.compilerOptions',
    config: value => `import vue from '@vitejs/plugin-vue'\nexport default { build: { ...output, rolldownOptions: { input: 'main.js' } }, plugins: [...await pitcrew(), vue({ template: { compilerOptions: { whitespace: ${value} } } })] }\n`,
  },
  'of its own, on Vite': {
    bundler: 'vite', files: { 'main.js': "import './a.scss'\n", 'a.scss': 'a { color: $late }\n' }, id: 'a.scss', values: ["'$late: red;'", "'$late: blue;'"], names: 'preprocessorOptions',
    config: value => `export default { build: { ...output, rolldownOptions: { input: 'main.js' } }, css: { preprocessorOptions: { scss: { additionalData: ${value} } } }, plugins: await pitcrew() }\n`,
  },
  ...Object.fromEntries((['rollup', 'rolldown'] as const).map(bundler => [`of its own, on ${bundler}`, {
    bundler, files: { 'main.js': "import A from './page.mdx'\nconsole.log(A)\n", 'page.mdx': '# one\n\n<A />\n' }, id: 'page.mdx', values: ["'react/jsx-runtime'", "'preact/jsx-runtime'"], names: 'external',
    config: value => `import mdx from '@mdx-js/rollup'\nexport default { input: 'main.js', external: ['react/jsx-runtime', 'other', ${value}], output, plugins: [await pitcrew(), mdx()] }\n`,
  } satisfies Case])),
  'of its own, on esbuild': {
    bundler: 'esbuild', files: { 'main.js': "import A from './A.svelte'\nconsole.log(A)\n", 'A.svelte': '<p>a</p>\n' }, id: 'A.svelte', values: ["'es2022'", "'es2020'"], names: 'target',
    config: value => `import svelte from 'esbuild-svelte'\nexport default { entryPoints: ['main.js'], bundle: true, outdir: output, target: ${value}, conditions: ['svelte', 'browser'], plugins: [...await pitcrew(), svelte()] }\n`,
  },
}

it.each(Object.entries(CASES))('%s', async (_whose, { bundler, files, config, values: [before, after], id, names }) => {
  stage = new Stage(bundler, files)
  stage.write({ [stage.configFile]: config(before) })
  await stage.compare('cold')
  stage.write({ [stage.configFile]: config(after) })
  const { redone } = await stage.compare()
  expect(redone.find(call => call.id === id)?.cause).toMatchObject({ kind: 'options', names: [expect.stringContaining(names)], moreCount: 0 })
}, 120_000)
