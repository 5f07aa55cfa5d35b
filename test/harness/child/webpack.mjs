/** webpack, and Rspack, whose API is the same, with the project's own configuration. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export const webpack = (root, importFromProject) => compile(root, () => importFromProject('webpack').then((module) => module.default), 'webpack.config.mjs')
export const rspack = (root, importFromProject) => compile(root, () => importFromProject('@rspack/core').then((module) => module.rspack), 'rspack.config.mjs')

async function compile(root, load, configFile) {
  const create = await load()
  const { default: config } = await import(pathToFileURL(join(root, configFile)).href)
  const compiler = create(config)
  const stats = await settled((done) => compiler.run(done))
  await settled((done) => compiler.close(done))
  const { errors, warnings, time } = stats.toJson({ all: false, errors: true, warnings: true, timings: true })
  if (errors.length > 0) throw new Error(errors.map(({ message, moduleName }) => `${moduleName}: ${message}`).join('\n'))
  return { bundlerMs: time, warnings: warnings.map(({ message, moduleName = '' }) => `${moduleName}: ${message}`), info: [] }
}

function settled(run) {
  return new Promise((resolve, reject) => run((error, value) => (error ? reject(error) : resolve(value))))
}
