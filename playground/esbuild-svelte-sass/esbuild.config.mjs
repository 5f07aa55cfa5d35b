import { sassPlugin } from 'esbuild-sass-plugin'
import sveltePlugin from 'esbuild-svelte'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const isOff = process.env.PITCREW_PLAYGROUND === 'off'
const pitcrew = isOff ? undefined : (await import('unplugin-pitcrew/esbuild')).default

const root = dirname(fileURLToPath(import.meta.url))

/** @type {import('esbuild').BuildOptions} */
export default {
  absWorkingDir: root,
  entryPoints: { main: 'src/main.ts' },
  bundle: true,
  minify: true,
  format: 'esm',
  sourcemap: process.env.PITCREW_SOURCEMAP !== 'off',
  outdir: process.env.PITCREW_OUT_DIR ?? 'dist',
  conditions: ['svelte', 'browser'],
  mainFields: ['svelte', 'browser', 'module', 'main'],
  define: { 'process.env.SHOP_NAME': JSON.stringify(process.env.SHOP_NAME ?? 'Pitcrew parts') },
  logLevel: 'warning',
  plugins: [
    ...(pitcrew ? [pitcrew({ reportFile: process.env.PITCREW_REPORT_FILE })] : []),
    sveltePlugin({ compilerOptions: { preserveComments: false } }),
    sassPlugin({ embedded: true, silenceDeprecations: ['if-function'] }),
  ],
}
