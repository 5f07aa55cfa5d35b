/** A published plugin or loader, with a small project that uses it as its documentation says. */
import type { StageBundler } from '../harness/stage.ts'

export type Files = Readonly<Record<string, string>>

/** A change of the project that changes the output: of a module, of what it depends on, of a configuration file, of an option. */
export interface Edit {
  readonly what: string
  /** Files that are written; they may be new. */
  readonly write?: Files
  /** A file, a text in it, and what comes in its place. */
  readonly replace?: readonly [path: string, from: string, to: string]
  readonly remove?: string
}

export interface Peer {
  /** As it is published. */
  readonly name: string
  readonly bundler: StageBundler
  /** Which rows of the report are its own. */
  readonly rows: RegExp
  readonly files: Files
  /** One after the other, after the first warm build: each is built without Pitcrew and with what is in the store. */
  readonly edits?: readonly Edit[]
}

export const COUNT = 8
const numbers = Array.from({ length: COUNT }, (_, number) => number)

/** A peer with what is done to its project. */
export function withEdits(peer: Peer, edits: readonly Edit[]): Peer {
  return { ...peer, edits }
}

/** As many modules as make a difference that can be measured, by a function of their number. */
export function many(name: string, text: (number: number) => string): Files {
  return Object.fromEntries(numbers.map(number => [`src/${name.replace('*', String(number))}`, text(number)]))
}

/** An entry that imports all of them for what they export by default. */
export function entry(name: string, query = '', before = ''): string {
  return `${before}${numbers.map(number => `import m${number} from './${name.replace('*', String(number))}${query}'\n`).join('')}console.log(${numbers.map(number => `m${number}`).join(', ')})\n`
}

/** An entry that imports all of them for what they do. */
export function effects(name: string, before = ''): string {
  return `${before}${numbers.map(number => `import './${name.replace('*', String(number))}'\n`).join('')}console.log(0)\n`
}

const EXTERNAL = "[/^vue$/, /^vue\\//, /^react/, /^svelte/, /^solid-js/, /^@vanilla-extract/, /^@mdx-js/]"

/** @param plugins The list's text, without Pitcrew. */
export function vitePeer(name: string, rows: RegExp, imports: string, plugins: string, files: Files, more = ''): Peer {
  const config = `${imports}\nexport default { plugins: [await pitcrew({ report: false }), ${plugins}], ${more} build: { ...output, minify: false, reportCompressedSize: false, rolldownOptions: { external: ${EXTERNAL} } } }\n`
  return { name, bundler: 'vite', rows, files: { 'index.html': '<script type="module" src="/src/main.js"></script>\n', 'vite.config.js': config, ...files } }
}

export function rollupPeer(name: string, rows: RegExp, imports: string, plugins: string, files: Files): Peer {
  const config = `${imports}\nexport default { input: 'src/main.js', external: ${EXTERNAL}, plugins: [${plugins}, await pitcrew({ report: false })], output }\n`
  return { name, bundler: 'rollup', rows, files: { 'rollup.config.mjs': config, ...files } }
}

/** @param rules The list's text. */
export function webpackPeer(name: string, rows: RegExp, rules: string, files: Files, { imports = '', plugins = '', resolve = '', more = '' }: { imports?: string; plugins?: string; resolve?: string; more?: string } = {}): Peer {
  const config = `${imports}
export default {
  context: import.meta.dirname, mode: 'production', devtool: 'source-map', cache: false, performance: { hints: false }, optimization: { minimize: false }, output, entry: './src/main.js',
  externals: { vue: 'Vue', react: 'React', 'react/jsx-runtime': 'Jsx', 'svelte/internal/client': 'Svelte', 'svelte/internal/disclose-version': 'Svelte' }, resolve: { ${resolve} extensions: ['.tsx', '.ts', '.js', '.json'] },
  module: { rules: [${rules}] },
  plugins: [...await pitcrew({ report: false }), ${plugins}], ${more}
}
`
  return { name, bundler: 'webpack', rows, files: { 'webpack.config.mjs': config, ...files } }
}

export function esbuildPeer(name: string, rows: RegExp, imports: string, plugins: string, files: Files): Peer {
  const config = `${imports}\nexport default { absWorkingDir: import.meta.dirname, entryPoints: ['src/main.js'], bundle: true, format: 'esm', sourcemap: true, outdir: output, external: ['vue', 'react', 'react/*', 'svelte/*', 'solid-js', 'solid-js/*'], logLevel: 'silent', plugins: [...await pitcrew({ report: false }), ${plugins}] }\n`
  return { name, bundler: 'esbuild', rows, files: { 'esbuild.config.mjs': config, ...files } }
}
