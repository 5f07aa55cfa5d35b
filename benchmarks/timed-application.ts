/** An application for bundlers without a playground: components in JSX, compiled by Babel, and hooks of every common kind. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '../test/harness/playgrounds.ts'

const COMPONENTS = 400

const CONFIGS: Readonly<Record<string, string>> = {
  rollup: `import { transformAsync } from '@babel/core'
import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

export default {
  input: 'src/main.jsx', external: [/^react/],
  plugins: [
    { name: 'extensions', resolveId(source, importer) {
      const path = importer && source.startsWith('.') ? resolve(dirname(importer), source + '.jsx') : null
      return path !== null && existsSync(path) ? path : null
    } },
    { name: 'looks-at-all', transform: () => null, load: () => null },
    { name: 'babel', async transform(code, filename) {
      const { code: made, map } = await transformAsync(code, { filename, babelrc: false, configFile: false, presets: [['@babel/preset-react', { runtime: 'automatic' }]], sourceMaps: true })
      return { code: made, map }
    } },
  ],
  output: { dir: process.env.PITCREW_OUT_DIR, format: 'es' },
}
`,
  rspack: `export default {
  context: import.meta.dirname, mode: 'production', entry: './src/main.jsx', cache: false, devtool: false, externals: [/^react/], externalsType: 'module',
  optimization: { minimize: false }, output: { path: process.env.PITCREW_OUT_DIR, module: true, library: { type: 'module' } }, resolve: { extensions: ['.jsx', '.js'] },
  module: { rules: [{ test: /\\.jsx$/, loader: 'babel-loader', options: { babelrc: false, configFile: false, presets: [['@babel/preset-react', { runtime: 'automatic' }]] } }] },
}
`,
}

/** @returns The application's folder. */
export function writeTimedApplication(root: string, bundler: string): string {
  mkdirSync(join(root, 'src'), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{ "name": "timed", "private": true, "type": "module" }\n')
  writeFileSync(join(root, `${bundler}.config.mjs`), CONFIGS[bundler] ?? '')
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'), 'junction')
  for (let index = 0; index < COMPONENTS; index++) writeFileSync(join(root, 'src', `card-${index}.jsx`), componentText(index))
  const imports = Array.from({ length: COMPONENTS }, (_, index) => `import { Card${index} } from './card-${index}'\n`).join('')
  writeFileSync(join(root, 'src', 'main.jsx'), `${imports}\nexport const all = [${Array.from({ length: COMPONENTS }, (_, index) => `Card${index}`).join(', ')}]\n`)
  return root
}

function componentText(index: number): string {
  const rows = Array.from({ length: 20 }, (_, row) => `      <li key="${row}" className={row === ${row} ? 'on' : 'off'}>{items[${row}]} of {count + ${row}}</li>`).join('\n')
  return `export function Card${index}({ items, count, row }) {
  const total = items.reduce((sum, item) => sum + item.length, ${index})
  return (
    <section title={\`card ${index} with \${total}\`}>
      <ul>
${rows}
      </ul>
    </section>
  )
}
`
}
