import { defineConfig } from 'tsdown'

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    vite: 'adapters/vite.ts',
    webpack: 'adapters/webpack.ts',
    esbuild: 'adapters/esbuild.ts',
    rollup: 'adapters/rollup.ts',
    rolldown: 'adapters/rolldown.ts',
    rspack: 'adapters/rspack.ts',
    'webpack-loader': 'adapters/hosts/webpack/webpack-loader.ts',
    'analysis-worker': 'src/guidance/analysis-worker.ts',
    cli: 'src/cli/index.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  dts: true,
  clean: true,
  fixedExtension: false,
})
