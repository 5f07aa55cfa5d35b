/**
 * esbuild: `build`, and the rebuilds of a `context` (`rebuild`, `watch`, `serve`).
 *
 * @example
 * ```ts
 * import { build } from 'esbuild'
 * import pitcrew from 'unplugin-pitcrew/esbuild'
 * await build({ plugins: [pitcrew(), svelte()] })       // first: esbuild sets plugins up in order
 * ```
 */
import type { BuildOptions, BuildResult, OnEndResult, Plugin, PluginBuild } from 'esbuild'
import type { Build, HostFacts } from '../src/build.ts'
import { gateFailure } from '../src/guidance/gate-failure.ts'
import { createPitcrew } from '../src/plugin.ts'
import type { Start } from '../src/plugin.ts'
import type { Options } from '../src/options.ts'
import { warningsOf } from '../src/report/warnings.ts'
import { scriptsInArguments, scriptsOnStack } from './hosts/calling-scripts.ts'
import { printAgain, stderrLogger } from './hosts/console-logger.ts'
import { EsbuildHost } from './hosts/esbuild/esbuild-host.ts'
import { orderMetafile } from './hosts/esbuild/esbuild-output.ts'

const pitcrew: (options?: Options) => Plugin = options => {
  const callers = scriptsOnStack()
  const plugin: Plugin = createPitcrew(options, start => ({ setup: raw => setUp(raw, plugin, start, callers) }))
  return plugin
}
export default pitcrew

function setUp(raw: PluginBuild, self: Plugin, start: Start, callers: readonly string[]): void {
  const build = start(factsOf(raw, [...callers, ...scriptsOnStack(), ...scriptsInArguments()]))
  if (!build) return
  try {
    attach(raw, self, build)
  } catch (error) {
    build.fault('HOST_FAULT', `the plugins could not be wrapped (${error instanceof Error ? error.message : String(error)}).`)
    void build.close()
  }
}

function attach(raw: PluginBuild, self: Plugin, build: Build): void {
  const plugins = raw.initialOptions.plugins ?? []
  const host = new EsbuildHost(build, raw.initialOptions)
  const close = (): Promise<void> => {
    host.end()
    return build.close()
  }
  const tellOutput = orderMetafile(raw.initialOptions, build)
  warnOfEarlier(plugins.slice(0, Math.max(0, plugins.indexOf(self))), build)
  raw.onStart(() => build.begin())
  raw.onDispose(() => void close())
  host.wrap(plugins.slice(plugins.indexOf(self) + 1), error => {
    // Registered last, so that what other plugins do at the end of a build is over when its report is made.
    if (error === undefined) raw.onEnd(result => finish(result, build, tellOutput))
    else void close()
  })
}

async function finish(result: BuildResult, build: Build, tellOutput: (result: BuildResult) => void): Promise<OnEndResult> {
  build.guidance.beside('what was built could not be looked at', () => tellOutput(result))
  const report = await build.end(result.errors.length > 0)
  const failure = gateFailure(report)
  return { warnings: warningsOf(report).map(text => ({ text })), errors: failure === null ? [] : [{ text: failure.message }] }
}

function warnOfEarlier(earlier: readonly Plugin[], build: Build): void {
  if (earlier.length === 0) return
  const names = earlier.map(({ name }) => name).join(', ')
  build.fault('HOST_FAULT', `esbuild had set up ${names} before Pitcrew, so what they do cannot be remembered. Put pitcrew() first in \`plugins\`.`)
}

function factsOf({ initialOptions, esbuild }: PluginBuild, scripts: readonly string[]): HostFacts {
  return {
    bundler: { name: 'esbuild', version: esbuild.version },
    isBundlerNative: true,
    // A rebuild of a context does to a module what a build does, so they share memos.
    command: 'build',
    mode: process.env['NODE_ENV'] ?? '',
    root: initialOptions.absWorkingDir ?? process.cwd(),
    configFiles: [...new Set(scripts)],
    resolvedConfig: initialOptions as Record<string, unknown>,
    configIdentity: configIdentity(initialOptions),
    exposed: exposedBy(initialOptions),
    // Those that are set up later may change them.
    latest: () => ({ configIdentity: configIdentity(initialOptions), exposed: exposedBy(initialOptions) }),
    logger: stderrLogger(initialOptions.logLevel === 'silent' || initialOptions.logLevel === 'error'),
    print: printAgain,
  }
}

/** What plugins commonly read of the options. What is built, and where it goes, is no part of it. */
function configIdentity(options: BuildOptions): unknown {
  const {
    plugins: _plugins, entryPoints: _entries, stdin: _stdin, define: _define, outdir: _outdir, outfile: _outfile, write: _write, metafile: _metafile,
    logLevel: _logLevel, logLimit: _logLimit, color: _color, ...rest
  } = options
  return { ...rest, cwd: process.cwd() }
}

/** What besides a plugin of which nothing is known may read. */
function exposedBy({ entryPoints, stdin, define, outdir, outfile, write, metafile }: BuildOptions): unknown {
  return { entryPoints, stdin, define, outdir, outfile, write, metafile }
}
