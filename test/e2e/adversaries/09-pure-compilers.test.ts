/**
 * Adversary 9, the other way round: compilers whose results repeat are run again by an audit, and nothing is said against
 * them, also where they work outside of the process (embedded Sass) or keep caches in it (Babel with the React Compiler).
 * Rspack runs no loaders after a build: there nothing is audited, and nothing is concluded from that.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../../harness/project.ts'
import { ProcessScene } from './process-scene.ts'
import type { Ended } from './process-scene.ts'

requireDist()

const TIMEOUT_MS = 240_000

/** Not in the root, where builds come and go: what Sass might have found beside a style sheet is part of its trace. */
const FILES = {
  'src/main.jsx': "import './page.scss'\nimport { Card } from './card.jsx'\nimport { Row } from './row.jsx'\nconsole.log(Card, Row)\n",
  'src/card.jsx': 'import { useState } from "react"\nexport function Card({ title }) { const [open, toggle] = useState(false); return <section onClick={() => toggle(!open)}>{title}</section> }\n',
  'src/row.jsx': 'export function Row({ cells }) { return <tr>{cells.map(cell => <td key={cell}>{cell}</td>)}</tr> }\n',
  'src/page.scss': "@use './tokens' as *;\n.page { color: $ink; &:hover { margin: math($gap); } }\n",
  'src/_tokens.scss': '$ink: #123456;\n$gap: 4px;\n@function math($value) { @return $value * 2; }\n',
}
const PITCREW = (bundler: string): string => `
import pitcrew from 'unplugin-pitcrew/${bundler}'
const pitcrews = process.env.OFF ? [] : [pitcrew({ reportFile: 'report.json', audit: { sample: 1 } })]
`
const WEBPACK_LIKE = (bundler: string, create: string): string => `${create}
${PITCREW(bundler)}
const compiler = create({
  context: import.meta.dirname, mode: 'development', devtool: 'source-map', cache: false, entry: './src/main.jsx', externals: { react: 'React', 'react/jsx-runtime': 'JSX', 'react/compiler-runtime': 'C' }, plugins: pitcrews,
  module: { rules: [
    { test: /\\.jsx$/, loader: 'babel-loader', options: { presets: [['@babel/preset-react', { runtime: 'automatic' }]], plugins: ['babel-plugin-react-compiler'], configFile: false, babelrc: false } },
    { test: /\\.scss$/, type: 'javascript/auto', use: ['style-loader', 'css-loader', { loader: 'sass-loader', options: { implementation: 'sass-embedded', api: 'modern-compiler' } }] },
  ] },
})
await new Promise((resolve, reject) => compiler.run((error, stats) => compiler.close(() => error || stats.hasErrors() ? reject(error ?? new Error(stats.toString())) : resolve())))
`
const SCRIPTS: Readonly<Record<string, { readonly script: string; readonly isAudited: boolean }>> = {
  vite: {
    isAudited: true,
    script: `import babel from '@rolldown/plugin-babel'
import react, { reactCompilerPreset } from '@vitejs/plugin-react'
import { build } from 'vite'
${PITCREW('vite')}
await build({ configFile: false, logLevel: 'warn', plugins: [...pitcrews, react(), babel({ presets: [reactCompilerPreset()] })], build: { minify: false, sourcemap: true, rollupOptions: { input: 'src/main.jsx', external: /^react/ } } })
`,
  },
  webpack: { isAudited: true, script: WEBPACK_LIKE('webpack', "import create from 'webpack'") },
  rspack: { isAudited: false, script: WEBPACK_LIKE('rspack', "import { rspack as create } from '@rspack/core'") },
}

let scene: ProcessScene | undefined
afterEach(() => scene?.dispose())

describe.each(Object.entries(SCRIPTS))('%s', (_bundler, { script, isAudited }) => {
  it('finds nothing in embedded Sass and Babel, and they go on being remembered', async () => {
    const project = (scene = new ProcessScene({ ...FILES, 'build.mjs': script }))
    const off = await project.build({ OFF: '1' })
    expect(off.code, off.output).toBe(0)
    const cold = await project.build()
    expect(cold.files).toEqual(off.files)
    for (const round of [await project.build(), await project.build()]) {
      const { report, output, files }: Ended = round
      expect(files).toEqual(off.files)
      expect([report?.outcomes.miss, report?.outcomes.stale, report?.faults], output).toEqual([0, 0, []])
      expect(report?.outcomes.hit).toBeGreaterThanOrEqual(4)
      expect([report?.audit.mismatches, report?.audit.quarantined], output).toEqual([[], []])
      expect(report!.audit.audited > 0, JSON.stringify(report?.audit)).toBe(isAudited)
    }
  }, TIMEOUT_MS)

  it('finds nothing after a part that Sass imports was edited', async () => {
    const project = (scene = new ProcessScene({ ...FILES, 'build.mjs': script }))
    await project.build()
    project.write({ 'src/_tokens.scss': '$ink: #654321;\n$gap: 8px;\n@function math($value) { @return $value * 3; }\n' })
    const [off, edited, warm] = [await project.build({ OFF: '1' }), await project.build(), await project.build()]
    expect([edited.files, warm.files]).toEqual([off.files, off.files])
    expect(edited.report?.outcomes.stale, edited.output).toBeGreaterThan(0)
    expect([edited.report?.audit.mismatches, warm.report?.audit.mismatches], edited.output).toEqual([[], []])
  }, TIMEOUT_MS)
})
