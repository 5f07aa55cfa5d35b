import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import { primeVueFromSource } from '../shared/primevue-sources.mjs'

const isOff = process.env.PITCREW_PLAYGROUND === 'off'
/** Its components are those of a package. */
const analysis = JSON.parse(process.env.PITCREW_ANALYSIS ?? 'false')
const pitcrew = isOff ? undefined : (await import('unplugin-pitcrew/vite')).default

export default defineConfig({
  plugins: [
    pitcrew?.({ reportFile: process.env.PITCREW_REPORT_FILE, analysis }),
    vue({ template: { compilerOptions: { comments: false } } }),
    primeVueFromSource(import.meta.url),
  ],
  build: {
    outDir: process.env.PITCREW_OUT_DIR ?? 'dist',
    emptyOutDir: true,
    sourcemap: process.env.PITCREW_SOURCEMAP !== 'off',
    chunkSizeWarningLimit: 10_000,
  },
})
