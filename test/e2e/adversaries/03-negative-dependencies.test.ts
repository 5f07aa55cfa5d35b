/**
 * Files that were looked for in vain: each of them, once it exists, takes the place of what was found, or changes how it is
 * compiled, although nothing that was read has changed. And a rename across extensions, as a branch switch makes it.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { requireDist } from '../../harness/project.ts'
import { Stage } from '../../harness/stage.ts'
import type { Files } from '../../harness/stage.ts'
import { BUNDLERS, hasStyles, vueApplication } from './vue-application.ts'

requireDist()

interface Step {
  readonly what: string
  readonly write?: Files
  readonly remove?: readonly string[]
  readonly rename?: readonly (readonly [from: string, to: string])[]
  /** What is in the output from then on, or is not any more. */
  readonly shows?: string
  readonly hides?: string
}

async function walk(stage: Stage, steps: readonly Step[]): Promise<void> {
  await stage.compare('cold')
  for (const { what, write = {}, remove = [], rename = [], shows, hides } of steps) {
    for (const path of remove) stage.remove(path)
    for (const [from, to] of rename) stage.rename(from, to)
    stage.write(write)
    const { text } = await stage.compareOutput()
    // A step that leaves the output as it was would prove nothing.
    if (shows !== undefined) expect(text, what).toContain(shows)
    if (hides !== undefined) expect(text, what).not.toContain(hides)
  }
}

const STYLE_STEPS: readonly Step[] = [
  { what: 'a partial in front of an index', write: { 'src/_theme.scss': '$gap: 42px;\n' }, shows: '42px' },
  { what: 'and away again', remove: ['src/_theme.scss'], hides: '42px', shows: '1px' },
]

const TYPE_STEPS: readonly Step[] = [
  { what: 'a file in place of a folder', remove: ['src/base.ts'], write: { 'src/base/index.ts': 'export interface Base { inFolder: string }\n' }, shows: 'inFolder' },
  { what: 'a file in front of it', write: { 'src/base.ts': 'export interface Base { inFile: string }\n' }, shows: 'inFile', hides: 'inFolder' },
  { what: 'renamed across extensions', remove: ['src/base'], rename: [['src/base.ts', 'src/base.tsx']], shows: 'inFile' },
  { what: 'the branch before, whose file has the first extension', remove: ['src/base.tsx'], write: { 'src/base.ts': 'export interface Base { ofBranch: string }\n' }, shows: 'ofBranch', hides: 'inFile' },
]

describe.each(BUNDLERS)('%s', bundler => {
  const stage = new Stage(bundler, vueApplication(bundler))
  afterAll(() => stage.dispose())

  it('sees what comes to shadow types and partials, and their going', async () => {
    // Vite's resolver prefers the folder: there the partial must make no difference.
    const styleSteps = bundler === 'vite' ? STYLE_STEPS.map(({ shows: _shows, ...step }) => step) : STYLE_STEPS
    await walk(stage, hasStyles(bundler) ? [...styleSteps, ...TYPE_STEPS] : TYPE_STEPS)
  })
})

/** Babel and PostCSS look upwards from each file for their configuration. */
const SHOUT = "export default () => ({ visitor: { StringLiteral({ node, parent }) { if (parent.type === 'ExportDefaultDeclaration') { node.value += '!'; delete node.extra } } } })\n"
const CONFIGURED: Files = {
  'src/main.js': "import './a.css'\nimport b from './b'\nconsole.log(b)\n",
  'src/a.css': '.a { gap: 3px }\n',
  'src/b.ts': "export default 'from-ts'\n",
  'tools/shout.mjs': SHOUT,
  'tools/triple.cjs': "module.exports = { postcssPlugin: 'triple', Declaration(declaration) { if (declaration.value === '3px') declaration.value = '9px' } }\n",
}
const BABEL_STEPS: readonly Step[] = [
  { what: 'a configuration of Babel', write: { '.babelrc': '{ "plugins": ["./tools/shout.mjs"] }' }, shows: 'from-ts!' },
  { what: 'an edit of the plugin that it names', write: { 'tools/shout.mjs': SHOUT.replace("'!'", "'?'") }, shows: 'from-ts?' },
  { what: 'and away', remove: ['.babelrc'], hides: 'from-ts?' },
]
const CONFIG_STEPS: readonly Step[] = [
  { what: 'a configuration of PostCSS', write: { 'postcss.config.cjs': "module.exports = { plugins: [require('./tools/triple.cjs')] }\n" }, shows: '9px' },
  { what: 'a nearer one', write: { 'src/postcss.config.cjs': 'module.exports = { plugins: [] }\n' } },
  { what: 'both away', remove: ['postcss.config.cjs', 'src/postcss.config.cjs'], hides: '9px' },
  { what: 'a module of the extension that comes first', write: { 'src/b.tsx': "export default 'from-tsx'\n", 'src/b.js': "export default 'from-js'\n" } },
  { what: 'only the other left', remove: ['src/b.ts', 'src/b.js'], shows: 'from-tsx' },
]

/** Rolldown's plugin reads no configuration of Babel: there it must make no difference. */
const WITHOUT_EFFECT = BABEL_STEPS.map(({ shows: _shows, hides: _hides, ...step }) => step)

describe('vite with Babel', () => {
  const stage = new Stage('vite', {
    ...CONFIGURED,
    'vite.config.js': `
import babel from '@rolldown/plugin-babel'
export default { plugins: [await pitcrew(), babel({ include: /\\.tsx?$/, presets: ['@babel/preset-typescript'] })], build: { ...output, minify: false } }
`,
    'index.html': '<script type="module" src="/src/main.js"></script>\n',
  })
  afterAll(() => stage.dispose())
  it('sees configurations that come and go', async () => {
    await walk(stage, [...WITHOUT_EFFECT, ...CONFIG_STEPS])
  })
})

describe.each(['webpack', 'rspack'] as const)('%s with Babel', bundler => {
  const stage = new Stage(bundler, {
    ...CONFIGURED,
    [`${bundler}.config.mjs`]: `
export default {
  context: import.meta.dirname, mode: 'production', devtool: 'source-map', cache: false, optimization: { minimize: false }, output, entry: './src/main.js',
  resolve: { extensions: ['.tsx', '.ts', '.js'] },
  module: { rules: [
    { test: /\\.tsx?$/, loader: 'babel-loader', options: { presets: [require.resolve('@babel/preset-typescript')], cacheDirectory: false } },
    { test: /\\.css$/, type: 'javascript/auto', use: ['style-loader', 'css-loader', 'postcss-loader'] },
  ] },
  plugins: await pitcrew(),
}
`,
  })
  afterAll(() => stage.dispose())
  it('sees configurations that come and go', async () => {
    await walk(stage, [...BABEL_STEPS, ...CONFIG_STEPS])
  })
})
