/**
 * A project's own configuration with one instrument in it: Pitcrew with the options that are asked for, another tool that
 * measures, or nothing. What it is comes in PITCREW_HARNESS_INSTRUMENT.
 */
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { builtInMs, listeningLogger } from './vite.mjs'

export async function instrumented(root, importFromProject) {
  const job = JSON.parse(process.env.PITCREW_HARNESS_INSTRUMENT)
  return RUNNERS[job.bundler]({ root, importFromProject, job, configOf: () => configOf(root, job.bundler) })
}

const RUNNERS = {
  async vite({ root, importFromProject, job }) {
    const { build, createLogger } = await importFromProject('vite')
    const log = listeningLogger(createLogger)
    await build({ root, customLogger: log.logger, plugins: [await instrument(job, importFromProject)] })
    return { bundlerMs: builtInMs(log.info), warnings: [], info: log.info }
  },
  async rollup({ importFromProject, job, configOf }) {
    const { rollup } = await importFromProject('rollup')
    const { output, ...input } = await configOf()
    const startedAt = performance.now()
    const bundle = await rollup({ ...input, onwarn: () => undefined, plugins: [await instrument(job, importFromProject), ...input.plugins] })
    await bundle.write(output)
    await bundle.close()
    return { bundlerMs: performance.now() - startedAt, warnings: [], info: [] }
  },
  async esbuild({ importFromProject, job, configOf }) {
    const { build } = await importFromProject('esbuild')
    const config = await configOf()
    const tool = await instrument(job, importFromProject)
    const startedAt = performance.now()
    await build({ ...config, logLevel: 'silent', plugins: [...(tool ? [tool] : []), ...config.plugins] })
    return { bundlerMs: performance.now() - startedAt, warnings: [], info: [] }
  },
  webpack: (context) => compile(context, async () => (await context.importFromProject('webpack')).default),
  rspack: (context) => compile(context, async () => (await context.importFromProject('@rspack/core')).rspack),
}

async function compile({ importFromProject, job, configOf }, load) {
  const create = await load()
  const tool = await instrument(job, importFromProject)
  const config = await configOf()
  const instrumentedConfig = typeof tool === 'function' ? tool(config) : { ...config, plugins: [...(tool ? [tool] : []), ...config.plugins ?? []] }
  const compiler = create(instrumentedConfig)
  const stats = await settled((done) => compiler.run(done))
  await settled((done) => compiler.close(done))
  const { errors, time } = stats.toJson({ all: false, errors: true, timings: true })
  if (errors.length > 0) throw new Error(errors.map(({ message, moduleName }) => `${moduleName}: ${message}`).join('\n'))
  return { bundlerMs: time, warnings: [], info: [] }
}

async function configOf(root, bundler) {
  return (await import(pathToFileURL(join(root, `${bundler}.config.mjs`)).href)).default
}

/** @returns A plugin, `null`, or a function of the whole configuration. */
async function instrument({ bundler, tool, options, rivals, scratch }, importFromProject) {
  const rival = async (name) => import(pathToFileURL(createRequire(join(rivals, 'package.json')).resolve(name)).href)
  switch (tool) {
    case 'none': return null
    case 'pitcrew': return (await importFromProject(`unplugin-pitcrew/${bundler}`)).default(options)
    case 'vite-plugin-inspect': return (await import(pathToFileURL(join(rivals, 'node_modules/vite-plugin-inspect/dist/index.mjs')).href)).default({ build: true, outputDir: join(scratch, 'inspect') })
    case 'rsdoctor': {
      const { RsdoctorWebpackPlugin, RsdoctorRspackPlugin } = await rival(`@rsdoctor/${bundler}-plugin`)
      return new (bundler === 'rspack' ? RsdoctorRspackPlugin : RsdoctorWebpackPlugin)({ disableClientServer: true, output: { reportDir: join(scratch, 'rsdoctor') } })
    }
    case 'speed-measure-webpack-plugin': {
      const { default: SpeedMeasurePlugin } = await rival('speed-measure-webpack-plugin')
      return (config) => aroundAllBut(isExtracting, config, rest => new SpeedMeasurePlugin({ outputTarget: () => undefined }).wrap(rest))
    }
    case 'ProfilingPlugin': {
      const { default: webpack } = await importFromProject('webpack')
      return new webpack.debug.ProfilingPlugin({ outputPath: join(scratch, 'events.json') })
    }
    default: throw new Error(`there is no tool ${tool}`)
  }
}

/** Its loader does not find it behind the proxy that speed-measure-webpack-plugin puts around every plugin. */
function isExtracting(plugin) {
  return plugin?.constructor?.name === 'MiniCssExtractPlugin'
}

function aroundAllBut(isApart, config, wrap) {
  const { plugins = [] } = config
  const wrapped = wrap({ ...config, plugins: plugins.filter(plugin => !isApart(plugin)) })
  return { ...wrapped, plugins: [...(wrapped.plugins ?? []), ...plugins.filter(isApart)] }
}

function settled(run) {
  return new Promise((resolve, reject) => run((error, value) => (error ? reject(error) : resolve(value))))
}
