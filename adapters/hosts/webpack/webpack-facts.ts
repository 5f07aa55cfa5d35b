/**
 * What is known of a webpack build before it begins, from its compiler.
 */
import { existsSync, readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { HostFacts } from '../../../src/build.ts'
import { printAgain } from '../console-logger.ts'
import type { Compiler } from './webpack-types.ts'

const CONFIG_NAME = /^webpack\.config(?:\.\w+)*\.[cm]?[jt]s$|^webpackfile\.[cm]?[jt]s$/
/** Where the output goes, what is said, and what is kept from build to build change no module. */
const IRRELEVANT = new Set(['plugins', 'cache', 'stats', 'infrastructureLogging', 'watch', 'watchOptions', 'devServer', 'performance', 'profile', 'parallelism', 'bail', 'recordsInputPath', 'recordsOutputPath', 'snapshot', 'entry'])

export function webpackFacts(compiler: Compiler, bundler: string, version: string = compiler.webpack.version): HostFacts {
  const logger = compiler.getInfrastructureLogger('pitcrew')
  const { options } = compiler
  return {
    bundler: { name: bundler, version },
    isBundlerNative: bundler === 'rspack',
    command: commandOf(compiler),
    mode: String(options['mode'] ?? 'production'),
    root: compiler.context,
    configFiles: configFiles(compiler.context),
    resolvedConfig: options,
    configIdentity: configIdentity(options),
    // Loaders see nothing of what DefinePlugin and its like give to the application.
    exposed: null,
    logger: { info: text => logger.info(text), warn: text => logger.warn(text) },
    print: printAgain,
  }
}

function commandOf(compiler: Compiler): HostFacts['command'] {
  if (process.env['WEBPACK_SERVE'] === 'true') return 'dev'
  return compiler.watchMode ? 'watch' : 'build'
}

/** webpack does not say which file configured it: those by its name, those on the command line, and the script that was started. */
function configFiles(root: string): string[] {
  const script = process.argv[1]
  const ownScript = script !== undefined && !/[\\/]node_modules[\\/]/.test(script) && existsSync(script) ? [script] : []
  const named = [...new Set([root, process.cwd()])].flatMap(dir => configFilesIn(dir))
  return [...new Set([...named, ...configArguments(), ...ownScript])]
}

function configFilesIn(dir: string): string[] {
  try {
    // pitcrew-ignore path-traversal/file: where webpack looks for its configuration itself
    return readdirSync(dir).filter(name => CONFIG_NAME.test(name)).sort().map(name => join(dir, name))
  } catch {
    // The context of a build need not exist.
    return []
  }
}

function configArguments(): string[] {
  const { argv } = process
  const named = argv.flatMap((argument, index) => {
    const isFlag = argument === '--config' || argument === '-c'
    return (isFlag ? argv[index + 1] : /^--config=(.+)$/.exec(argument)?.[1]) ?? []
  })
  // pitcrew-ignore path-traversal/joined: the configuration that webpack was told to read
  const paths = named.map(path => resolve(path))
  // pitcrew-ignore path-traversal/file: nothing is read, and what is there webpack reads itself
  return paths.filter(path => existsSync(path) || existsSync(dirname(path)))
}

function configIdentity(options: Readonly<Record<string, unknown>>): unknown {
  const { output, optimization, plugins, ...others } = options as { output?: object; optimization?: object; plugins?: unknown[] }
  const { path: _path, ...emitted } = (output ?? {}) as Record<string, unknown>
  const { minimizer: _minimizer, ...optimized } = (optimization ?? {}) as Record<string, unknown>
  return {
    ...Object.fromEntries(Object.entries(others).filter(([name]) => !IRRELEVANT.has(name))),
    output: emitted,
    optimization: optimized,
    plugins: (plugins ?? []).map(plugin => plugin?.constructor?.name ?? typeof plugin),
  }
}
