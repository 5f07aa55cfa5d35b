import webpack from 'webpack'
import config from './webpack.config.mjs'

webpack(config, (error, stats) => {
  if (error) throw error
  process.stdout.write(`${stats.toString({ preset: 'errors-warnings', assets: true, timings: true, colors: process.stdout.isTTY })}\n`)
  if (stats.hasErrors()) process.exitCode = 1
})
