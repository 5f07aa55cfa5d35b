import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { VueLoaderPlugin } from 'vue-loader'
import webpack from 'webpack'
import { OPTIONAL_PEERS, primeVueSources } from '../shared/primevue-sources.mjs'

const isOff = process.env.PITCREW_PLAYGROUND === 'off'
const pitcrew = isOff ? undefined : (await import('unplugin-pitcrew/webpack')).default

const root = dirname(fileURLToPath(import.meta.url))

export default {
  mode: 'production',
  context: root,
  target: ['web', 'es2022'],
  entry: './src/main.ts',
  // The benchmarks compare with webpack's own cache, and without the minimizer.
  cache: process.env.PITCREW_WEBPACK_CACHE
    ? { type: 'filesystem', cacheDirectory: process.env.PITCREW_WEBPACK_CACHE, buildDependencies: { config: [fileURLToPath(import.meta.url)] } }
    : false,
  optimization: { minimize: process.env.PITCREW_MINIMIZE !== 'off' },
  devtool: process.env.PITCREW_SOURCEMAP === 'off' ? false : 'source-map',
  output: { path: process.env.PITCREW_OUT_DIR ?? join(root, 'dist'), clean: true },
  performance: { hints: false },
  externals: Object.fromEntries(OPTIONAL_PEERS.map((name) => [name, `import ${name}`])),
  resolve: {
    extensions: ['.ts', '.js', '.vue'],
    alias: Object.fromEntries(Array.from(primeVueSources(import.meta.url), ([specifier, file]) => [`${specifier}$`, file])),
  },
  module: {
    rules: [
      { test: /\.vue$/, loader: 'vue-loader', options: { compilerOptions: { comments: false } } },
      { test: /\.ts$/, loader: 'ts-loader', options: { transpileOnly: true, appendTsSuffixTo: [/\.vue$/] } },
      { test: /\.scss$/, use: ['style-loader', 'css-loader', 'sass-loader'] },
      { test: /\.css$/, use: ['style-loader', 'css-loader'] },
    ],
  },
  plugins: [
    pitcrew?.({ reportFile: process.env.PITCREW_REPORT_FILE }),
    new VueLoaderPlugin(),
    new webpack.DefinePlugin({ __VUE_OPTIONS_API__: 'true', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' }),
    new webpack.EnvironmentPlugin({ SHOP_NAME: 'Pitcrew parts' }),
  ],
}
