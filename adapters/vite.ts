/**
 * Vite: builds, watch builds, dev servers and Vitest, all environments of a config as one build.
 *
 * @example
 * ```ts
 * import pitcrew from 'unplugin-pitcrew/vite'
 * export default { plugins: [pitcrew(), vue()] }
 * ```
 */
import type { Plugin, ResolvedConfig, ViteDevServer } from 'vite'
import type { Build, HostFacts } from '../src/build.ts'
import type { Effect } from '../src/memo/trace/effect.ts'
import type { Trace } from '../src/memo/trace/trace.ts'
import { isPlain } from '../src/memo/record/plain.ts'
import { createPitcrew } from '../src/plugin.ts'
import type { Start } from '../src/plugin.ts'
import type { Options } from '../src/options.ts'
import { warningsOf } from '../src/report/warnings.ts'
import { gateFailure } from '../src/guidance/gate-failure.ts'
import { bindLate } from './hosts/rollup/late-binding.ts'
import { RollupLikeHost } from './hosts/rollup/rollup-like.ts'
import type { RollupLikePlugin } from './hosts/rollup/rollup-like.ts'
import { outputOf } from './hosts/rollup/rollup-output.ts'
import type { Bundle } from './hosts/rollup/rollup-output.ts'
import { configIdentity, exposedBy, fromConfigFile } from './hosts/vite/vite-identity.ts'
import { viteLogger } from './hosts/vite/vite-logger.ts'
import type { LogLevel } from './hosts/vite/vite-logger.ts'
import { metaOf } from './hosts/vite/vite-meta.ts'
import type { BundlerMeta } from './hosts/vite/vite-meta.ts'
import { viteOutputFacts } from './hosts/vite/vite-output.ts'

const LOGGER_METHODS = ['info', 'warn', 'warnOnce', 'error'] as const
/** In dev there is no end of the build: what was recorded is written when nothing came for so long, milliseconds. */
const DEV_IDLE_MS = 500
/** So long after the last environment was built another one may still follow, which has use for what is known. */
const REST_MS = 500

const pitcrew: (options?: Options) => Plugin = options => createPitcrew(options, vitePlugin)
export default pitcrew

function vitePlugin(start: Start): Partial<Plugin> {
  let build: Build | null = null
  let resolved: ResolvedConfig | null = null
  let isDev = false
  let isWatch = false
  let ended = false
  let hasFailed = false
  let logLevel: LogLevel | null = null
  /** Environments that are being built; they may be at once. */
  let running = 0
  let resting: NodeJS.Timeout | undefined
  const leave = async (): Promise<void> => {
    if (!isWatch) await build?.flush()
    running = Math.max(0, running - 1)
    // Whether another environment follows is not said; if none does, what a program does next is none of our business.
    if (!isWatch && !isDev && running === 0 && build) resting = restSoon(build)
  }
  return {
    enforce: 'post',
    // Asked before any plugin has changed the configuration.
    apply(config) {
      logLevel = config.logLevel ?? 'info'
      return true
    },
    // Vite takes these from their plugins before `configResolved`.
    config: { order: 'post', handler: async config => void await bindLate(config.plugins, 'transformIndexHtml') },
    configResolved: {
      order: 'post',
      handler(config) {
        resolved = config
        isDev = config.command === 'serve'
        isWatch = !isDev && Boolean(config.build.watch)
        const rawLogger = { ...config.logger }
        build = start(factsOf(config, metaOf(this), viteLogger(config, logLevel, rawLogger)))
        if (!build) return
        listenToLogger(config, build)
        const host = new RollupLikeHost(build)
        host.wrap(config.plugins as unknown as RollupLikePlugin[])
        wrapLatePlugins(config, host)
      },
    },
    configureServer(server: ViteDevServer) {
      if (build) attachToServer(server, build)
    },
    buildStart() {
      ended = false
      hasFailed = false
      if (isDev || !build) return
      running += 1
      clearTimeout(resting)
      build.observer.resume()
      build.begin(this.environment?.name ?? (resolved?.build.ssr ? 'ssr' : 'client'))
    },
    buildEnd(error) {
      hasFailed = Boolean(error)
      if (isDev || !build) return
      // All modules are there: the bundler links and renders now, and what was recorded can be written meanwhile.
      build.guidance.beside('its modules could not be looked at', () => build?.guidance.modules(this.getModuleIds()))
      void (isAlone(resolved) && !isWatch ? build.flushLast() : build.flush())
    },
    renderError() {
      hasFailed = true
    },
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        build?.guidance.beside('its chunks could not be looked at', () => build?.guidance.chunks(outputOf(bundle as unknown as Bundle, this, viteOutputFacts(this.environment?.config ?? resolved!))))
      },
    },
    watchChange(id) {
      build?.vfs.invalidate(id)
    },
    closeBundle: {
      order: 'post',
      async handler() {
        // A server closes each of its environments; its one report is about all of them.
        if (isDev && ended) return
        ended = true
        const report = await build?.end(hasFailed)
        for (const text of warningsOf(report ?? null)) this.warn(text)
        await leave()
        const failure = gateFailure(report)
        if (failure !== null) this.error(failure.message)
      },
    },
    async closeWatcher() {
      await build?.close()
    },
  }
}

/** No other environment of it makes use of what plugins learn in this one. */
function isAlone(config: ResolvedConfig | null): boolean {
  return Object.keys(config?.environments ?? {}).length < 2
}

/** A program may build many times, and Rolldown keeps the plugins of each for good. */
function restSoon(build: Build): NodeJS.Timeout {
  build.observer.rest()
  return setTimeout(() => build.rest(), REST_MS).unref()
}

function factsOf(config: ResolvedConfig, meta: BundlerMeta, logger: HostFacts['logger']): HostFacts {
  return {
    bundler: { name: 'vite', version: versionOf(meta) },
    isBundlerNative: meta.rolldownVersion !== undefined,
    command: commandOf(config),
    mode: config.mode,
    root: config.root,
    configFiles: [...(config.configFile ? [config.configFile] : scriptOf()), ...config.configFileDependencies],
    resolvedConfig: config as unknown as Record<string, unknown>,
    configIdentity: configIdentity(config),
    exposed: exposedBy(config),
    latest: () => ({ configIdentity: configIdentity(config), exposed: exposedBy(config) }),
    isFromConfig: fromConfigFile(config),
    logger,
    print: effect => printAgain(effect, config),
  }
}

/** Vite's, and that of the bundler below it. */
function versionOf({ viteVersion = 'unknown', rolldownVersion, rollupVersion = '' }: BundlerMeta): string {
  return `${viteVersion} ${rolldownVersion ?? rollupVersion}`.trim()
}

function commandOf({ command, build: { watch } }: ResolvedConfig): HostFacts['command'] {
  if (command === 'serve') return 'dev'
  return watch ? 'watch' : 'build'
}

/** Without a config file, whoever calls Vite configures it: the script that was started. */
function scriptOf(): string[] {
  return process.argv[1] === undefined ? [] : [process.argv[1]]
}

/** Lines that a plugin writes through Vite's logger belong to its call, and are written again on a hit. */
function listenToLogger(config: ResolvedConfig, build: Build): void {
  const { observer } = build
  for (const method of LOGGER_METHODS) {
    const original = config.logger[method] as (...args: unknown[]) => void
    const listening = (...args: unknown[]): void => {
      const trace: Trace | null = observer.active
      trace?.print('vite', method, args, isPlain(args))
      if (trace?.isMuted) return
      observer.run(null, () => original.apply(config.logger, args))
    }
    config.logger[method] = listening as never
  }
}

function printAgain(effect: Extract<Effect, { kind: 'print' }>, config: ResolvedConfig): void {
  const owner: object = effect.channel === 'vite' ? config.logger : effect.channel === 'stderr' ? process.stderr : process.stdout
  const method: unknown = Reflect.get(owner, effect.method)
  if (typeof method === 'function') Reflect.apply(method, owner, effect.args as unknown[])
}

/** Plugins that `applyToEnvironment` makes for one environment appear only when that environment is set up. */
function wrapLatePlugins(config: ResolvedConfig, host: RollupLikeHost): void {
  for (const plugin of config.plugins as Plugin[]) {
    const original = plugin.applyToEnvironment
    if (typeof original !== 'function' || Object.isFrozen(plugin)) continue
    plugin.applyToEnvironment = function (environment) {
      const made: unknown = original.call(this, environment)
      const wrap = (value: unknown): unknown => {
        host.wrap([value].flat(Infinity).filter(isPlugin))
        return value
      }
      return (made instanceof Promise ? made.then(wrap) : wrap(made)) as ReturnType<typeof original>
    }
  }
}

function isPlugin(value: unknown): value is RollupLikePlugin {
  return value !== null && typeof value === 'object' && 'name' in value
}

function attachToServer(server: ViteDevServer, build: Build): void {
  server.watcher.on('all', (_event, path) => {
    build.vfs.invalidate(path)
    build.vfs.nextEpoch()
    build.performance.updates.changed()
  })
  let timer: NodeJS.Timeout | undefined
  const settled = (): void => {
    build.performance.updates.settled()
    void build.idle()
  }
  /** Also after it has run. */
  const flushSoon = (): void => {
    timer = timer?.refresh() ?? setTimeout(settled, DEV_IDLE_MS).unref()
  }
  server.middlewares.use((_request, _response, next) => {
    build.performance.updates.asked()
    flushSoon()
    next()
  })
}
