import MiniCssExtractPlugin from 'mini-css-extract-plugin'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import webpack from 'webpack'

const isOff = process.env.PITCREW_PLAYGROUND === 'off'
const pitcrew = isOff ? undefined : (await import('unplugin-pitcrew/webpack')).default

const root = dirname(fileURLToPath(import.meta.url))
const require = createRequire(import.meta.url)

/** react-admin publishes its TSX beside what it compiled; this application compiles the TSX itself. */
const sourceOf = (name) => join(dirname(require.resolve(name)), '../src')

export default {
  mode: 'production',
  context: root,
  entry: './src/main.tsx',
  // The benchmarks compare with webpack's own cache, and without the minimizer.
  cache: process.env.PITCREW_WEBPACK_CACHE
    ? { type: 'filesystem', cacheDirectory: process.env.PITCREW_WEBPACK_CACHE, buildDependencies: { config: [fileURLToPath(import.meta.url)] } }
    : false,
  optimization: { minimize: process.env.PITCREW_MINIMIZE !== 'off' },
  devtool: process.env.PITCREW_SOURCEMAP === 'off' ? false : 'source-map',
  output: { path: process.env.PITCREW_OUT_DIR ?? join(root, 'dist'), clean: true },
  performance: { hints: false },
  resolve: {
    extensions: ['.tsx', '.ts', '.js'],
    alias: {
      'ra-core$': join(sourceOf('ra-core'), 'index.ts'),
      'ra-core/src': sourceOf('ra-core'),
      'ra-ui-materialui/src': sourceOf('ra-ui-materialui'),
    },
  },
  module: {
    rules: [
      {
        test: /\.tsx?$/,
        loader: 'babel-loader',
        options: {
          babelrc: false,
          configFile: false,
          presets: [
            ['@babel/preset-env', { targets: 'defaults', modules: false }],
            ['@babel/preset-react', { runtime: 'automatic' }],
            '@babel/preset-typescript',
          ],
          plugins: [['babel-plugin-react-compiler', { compilationMode: 'infer' }]],
        },
      },
      { test: /\.scss$/, use: [MiniCssExtractPlugin.loader, 'css-loader', { loader: 'sass-loader', options: { sassOptions: { silenceDeprecations: ['if-function'] } } }] },
    ],
  },
  plugins: [
    pitcrew?.({ reportFile: process.env.PITCREW_REPORT_FILE }),
    new MiniCssExtractPlugin(),
    new webpack.EnvironmentPlugin({ SHOP_NAME: 'Pitcrew parts' }),
  ],
}
