import { defineConfig } from 'vite'

const isOff = process.env.PITCREW_PLAYGROUND === 'off'
const pitcrew = isOff ? undefined : (await import('unplugin-pitcrew/vite')).default

export default defineConfig({
  plugins: [pitcrew?.({ reportFile: process.env.PITCREW_REPORT_FILE })],
  css: {
    preprocessorOptions: {
      scss: { additionalData: '$density: 2;\n', silenceDeprecations: ['if-function'] },
    },
  },
  build: {
    outDir: process.env.PITCREW_OUT_DIR ?? 'dist',
    emptyOutDir: true,
    sourcemap: process.env.PITCREW_SOURCEMAP !== 'off',
    chunkSizeWarningLimit: 10_000,
  },
})
