import babel from '@rolldown/plugin-babel'
import react, { reactCompilerPreset } from '@vitejs/plugin-react'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { defineConfig } from 'vite'

const isOff = process.env.PITCREW_PLAYGROUND === 'off'
const pitcrew = isOff ? undefined : (await import('unplugin-pitcrew/vite')).default

/** react-admin publishes its TSX beside what it compiled; this application compiles the TSX itself. */
const require = createRequire(import.meta.url)
const sourceOf = (name: string): string => join(dirname(require.resolve(name)), '../src')

export default defineConfig({
  plugins: [
    pitcrew?.({ reportFile: process.env.PITCREW_REPORT_FILE }),
    react(),
    babel({ include: [/\.tsx?$/], exclude: [], presets: [reactCompilerPreset({ compilationMode: 'infer' })] }),
  ],
  resolve: {
    alias: [
      { find: /^ra-core$/, replacement: join(sourceOf('ra-core'), 'index.ts') },
      { find: /^(ra-core|ra-ui-materialui)\/src\//, replacement: `${dirname(dirname(sourceOf('ra-core')))}/$1/src/` },
    ],
  },
  build: {
    outDir: process.env.PITCREW_OUT_DIR ?? 'dist',
    emptyOutDir: true,
    sourcemap: process.env.PITCREW_SOURCEMAP !== 'off',
    chunkSizeWarningLimit: 10_000,
  },
})
