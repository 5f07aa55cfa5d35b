/** webpack with the project's own `webpack.config.mjs`. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export async function webpack(root, importFromProject) {
  const { default: create } = await importFromProject('webpack')
  const { default: config } = await import(pathToFileURL(join(root, 'webpack.config.mjs')).href)
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
