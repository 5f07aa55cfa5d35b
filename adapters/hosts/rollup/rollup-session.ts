/**
 * Builds of Rollup and Rolldown on their own: when one begins, when it ends, and which plugins are wrapped for it.
 *
 * Both call `options` before each build and each rebuild, with the plugins as the user wrote them: nested arrays, promises
 * and gaps included. One plugin object of ours may serve several builds at once; those with equal options share a `Build`.
 * A bundle that nobody closes is reported once before the process ends.
 */
import type { Build, HostFacts } from '../../../src/build.ts'
import { fingerprint } from '../../../src/memo/record/fingerprint.ts'
import type { Start } from '../../../src/plugin.ts'
import { warningsOf } from '../../../src/report/warnings.ts'
import { scriptsInArguments, scriptsOnStack } from '../calling-scripts.ts'
import { printAgain, stderrLogger } from '../console-logger.ts'
import { gateFailure } from '../../../src/guidance/gate-failure.ts'
import type { Guidance } from '../../../src/guidance/guidance.ts'
import { enginesIn, outputOf } from './rollup-output.ts'
import type { Bundle, OutputContext, OutputFacts } from './rollup-output.ts'
import { definedVariables } from '../vite/vite-output.ts'
import { RollupLikeHost } from './rollup-like.ts'
import type { RollupLikePlugin } from './rollup-like.ts'

/** Input options, as far as they are looked at. */
export interface InputOptions extends Record<string, unknown> {
  plugins?: unknown
  logLevel?: unknown
}

export interface Bundler {
  readonly name: 'rollup' | 'rolldown'
  readonly versionOf: (meta: Readonly<Record<string, unknown>>) => unknown
  /** Options that say what is built, where it goes or what is told, and so count for no plugin that is known. */
  readonly inert: readonly string[]
}

interface OptionsContext {
  readonly meta: Readonly<Record<string, unknown>>
}

interface ModulesContext extends OutputContext {
  getModuleIds(): Iterable<string>
  warn(text: string): void
  error(message: string): never
}

export interface SessionHooks {
  readonly options: { readonly order: 'post'; handler(this: OptionsContext, options: InputOptions): Promise<null> }
  readonly buildStart: () => void
  readonly watchChange: (id: string) => void
  readonly buildEnd: { readonly order: 'post'; handler(this: ModulesContext, error?: unknown): Promise<void> }
  readonly renderError: () => void
  readonly generateBundle: { readonly order: 'post'; handler(this: ModulesContext, options: unknown, bundle: Bundle): void }
  readonly closeBundle: { readonly order: 'post'; handler(this: ModulesContext): Promise<void> }
  readonly closeWatcher: { readonly order: 'post'; handler(): Promise<void> }
}

export function sessionHooks(bundler: Bundler, start: Start): SessionHooks {
  const session = new RollupSession(bundler, start, scriptsOnStack())
  return {
    options: {
      order: 'post',
      async handler(options) {
        try {
          await session.prepare(options, this.meta)
        } catch (error) {
          stderrLogger(options.logLevel === 'silent').warn(`pitcrew: the plugins could not be looked at (${error instanceof Error ? error.message : String(error)}). The build goes on without it. [HOST_FAULT]`)
        }
        return null
      },
    },
    buildStart: () => session.begin(),
    watchChange: id => session.invalidate(id),
    buildEnd: {
      order: 'post',
      handler(error) {
        if (error) session.fail()
        else session.tell(guidance => guidance.modules(this.getModuleIds()))
        return session.flush()
      },
    },
    renderError: () => session.fail(),
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        session.tell(guidance => guidance.chunks(outputOf(bundle, this, session.outputFacts())))
      },
    },
    closeBundle: {
      order: 'post',
      async handler() {
        const [failure] = await session.end(text => this.warn(text))
        if (failure !== undefined) this.error(failure)
      },
    },
    closeWatcher: { order: 'post', handler: async () => void await session.close() },
  }
}

interface OpenBuild {
  readonly build: Build
  readonly host: RollupLikeHost
  readonly wrapped: WeakSet<object>
}

class RollupSession {
  readonly #bundler: Bundler
  readonly #start: Start
  readonly #callers: readonly string[]
  /** By a fingerprint of the options. */
  readonly #open = new Map<string, OpenBuild>()
  #running = 0
  #isWatch = false
  #hasFailed = false
  readonly #beforeExit = (): void => void this.close()

  constructor(bundler: Bundler, start: Start, callers: readonly string[]) {
    this.#bundler = bundler
    this.#start = start
    this.#callers = callers
  }

  async prepare(options: InputOptions, meta: OptionsContext['meta']): Promise<void> {
    this.#isWatch = meta['watchMode'] === true
    const key = fingerprint(configIdentity(options, this.#bundler)).text
    const open = this.#open.get(key) ?? this.#openBuild(options, meta)
    if (!open) return
    if (this.#open.size === 0) process.once('beforeExit', this.#beforeExit)
    this.#open.set(key, open)
    const plugins = await flatten(options.plugins)
    open.host.wrap(plugins.filter(plugin => !open.wrapped.has(plugin)))
    for (const plugin of plugins) open.wrapped.add(plugin)
  }

  #openBuild(options: InputOptions, meta: OptionsContext['meta']): OpenBuild | null {
    const build = this.#start(this.#factsOf(options, meta))
    return build && { build, host: new RollupLikeHost(build), wrapped: new WeakSet() }
  }

  begin(): void {
    const isAlone = this.#running === 0 || this.#isWatch
    if (isAlone) this.#hasFailed = false
    this.#running = isAlone ? 1 : this.#running + 1
    for (const { build } of this.#open.values()) {
      // Another build is still being counted: it goes on, but what is known of files is looked at again.
      if (isAlone) build.begin()
      else build.vfs.nextEpoch()
    }
  }

  invalidate(path: string): void {
    for (const { build } of this.#open.values()) build.vfs.invalidate(path)
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ build }) => build.flush()))
  }

  /** What is built now says nothing about other builds. */
  fail(): void {
    this.#hasFailed = true
  }

  /** Tells of modules and chunks, which do not say whose they are: only while one build is open. */
  tell(what: (guidance: Guidance) => void): void {
    if (this.#open.size !== 1) return
    for (const { build } of this.#open.values()) build.guidance.beside('its modules and chunks could not be looked at', () => what(build.guidance))
  }

  /** Rolldown has options for these; of Rollup's output nobody knows who runs it. */
  outputFacts(): OutputFacts {
    const [{ build } = { build: null }] = this.#open.values()
    const { platform, transform, define } = (build?.facts.resolvedConfig ?? {}) as { platform?: unknown; transform?: { define?: unknown; target?: unknown }; define?: unknown }
    const defined = transform?.define ?? define
    return {
      isClient: isBrowser(platform), target: enginesIn(transform?.target),
      exposed: defined !== null && typeof defined === 'object' ? definedVariables(defined as Record<string, unknown>) : [],
    }
  }

  /** @returns Why what ended is to fail. */
  async end(warn: (text: string) => void): Promise<string[]> {
    this.#running = Math.max(0, this.#running - 1)
    if (this.#running > 0) return []
    if (!this.#isWatch) return this.close(warn)
    return (await Promise.all([...this.#open.values()].map(({ build }) => this.#report(build, warn)))).flat()
  }

  async #report(build: Build, warn: (text: string) => void): Promise<string[]> {
    const report = await build.end(this.#hasFailed)
    for (const text of warningsOf(report)) warn(text)
    const failure = gateFailure(report)
    return failure === null ? [] : [failure.message]
  }

  /** Reports what was not reported yet, and releases everything. @param warn Where there is a bundler left to say it. */
  async close(warn: (text: string) => void = () => undefined): Promise<string[]> {
    process.removeListener('beforeExit', this.#beforeExit)
    const builds = [...this.#open.values()].map(({ build }) => build)
    const isReported = this.#isWatch && this.#running === 0
    this.#open.clear()
    this.#running = 0
    const failures: string[] = []
    for (const build of builds) {
      if (!isReported) failures.push(...await this.#report(build, warn))
      await build.close()
    }
    return failures
  }

  #factsOf(options: InputOptions, meta: OptionsContext['meta']): HostFacts {
    const { name, versionOf } = this.#bundler
    return {
      bundler: { name, version: String(versionOf(meta) ?? 'unknown') },
      isBundlerNative: name === 'rolldown',
      command: this.#isWatch ? 'watch' : 'build',
      mode: process.env['NODE_ENV'] ?? '',
      root: process.cwd(),
      configFiles: [...new Set([...this.#callers, ...scriptsOnStack(), ...scriptsInArguments()])],
      resolvedConfig: options,
      configIdentity: configIdentity(options, this.#bundler),
      exposed: exposedBy(options, this.#bundler),
      // Whoever was given them may change them until the first module comes.
      latest: () => ({ configIdentity: configIdentity(options, this.#bundler), exposed: exposedBy(options, this.#bundler) }),
      logger: stderrLogger(options.logLevel === 'silent'),
      print: printAgain,
    }
  }
}

/** Null for `neutral`, and where nothing is said. */
function isBrowser(platform: unknown): boolean | null {
  return platform === 'browser' || platform === 'node' ? platform === 'browser' : null
}

function configIdentity(options: InputOptions, { inert }: Bundler): unknown {
  return Object.fromEntries(Object.entries(options).filter(([name]) => name !== 'plugins' && !inert.includes(name)))
}

function exposedBy(options: InputOptions, { inert }: Bundler): unknown {
  return Object.fromEntries(inert.map(name => [name, options[name]]))
}

async function flatten(plugins: unknown): Promise<RollupLikePlugin[]> {
  const settled: unknown = await plugins
  // Also what is left out between two commas, which `map` would pass over.
  if (Array.isArray(settled)) return (await Promise.all(Array.from(settled, flatten))).flat()
  return settled !== null && typeof settled === 'object' ? [settled as RollupLikePlugin] : []
}
