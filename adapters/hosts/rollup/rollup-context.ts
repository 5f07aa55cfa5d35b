/**
 * The plugin context of a Rollup-like hook, watched: what the plugin does through it is replayed on a hit, traced, or
 * makes the call one that is not remembered.
 *
 * The bundler's own object stays the receiver of every method (it may have private fields). What is not listed here is
 * refused: a context method that nobody has thought about may have any effect.
 */
import { digest } from '../../../src/hash.ts'
import type { Digest } from '../../../src/hash.ts'
import { fingerprint } from '../../../src/memo/record/fingerprint.ts'
import { dehydrate, isPlain } from '../../../src/memo/record/plain.ts'
import type { PortableText } from '../../../src/memo/record/portable-text.ts'
import type { HostCheck } from '../../../src/memo/trace/seal.ts'
import type { MemoRecord } from '../../../src/memo/record/record.ts'
import type { Effect } from '../../../src/memo/trace/effect.ts'
import type { Trace } from '../../../src/memo/trace/trace.ts'
import type { TransformChain } from './transform-chains.ts'

/** Stands for the map of a module that nothing has transformed yet: asking for it would compute one. */
const UNTOUCHED = 'untouched'

type Method = (...args: unknown[]) => unknown
export type PluginContext = Record<string, unknown>

const REPLAYED: ReadonlySet<string> = new Set(['log', 'watch', 'emit', 'print'])
const LOG_LEVELS = new Set(['warn', 'info', 'debug'])
/** Of no effect, and with answers that the key or the input already determines. */
const HARMLESS = new Set(['meta', 'error', 'parse', 'pluginName', 'filename', 'ssr'])
export interface ContextWatch {
  readonly trace: Trace
  readonly portable: PortableText
  readonly chain: TransformChain
  /** Of the module that the call is about. */
  readonly id: string
  /**
   * A recipe vouches for what the plugin takes from `this.environment`, which leads everywhere (module graph, server).
   * It is not wrapped: bundlers key weak maps with it.
   */
  readonly trusted: boolean
  /** Runs the bundler's own code: what that reads or prints is not the plugin's doing. */
  readonly outside: <T>(body: () => T) => T
}

export function watchContext(context: PluginContext, watch: ContextWatch): PluginContext {
  const { trace, trusted } = watch
  if (Object.isFrozen(context)) {
    // A proxy must give what a frozen object gives.
    trace.refuse('its context is frozen')
    return context
  }
  return new Proxy(context, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof name === 'symbol') return value
      if (typeof value !== 'function') {
        if (!HARMLESS.has(name) && !(trusted && name === 'environment')) trace.refuse(`it used this.${name}`)
        return value
      }
      return watchMethod(name, value as Method, target, watch)
    },
    set(target, name, value) {
      trace.refuse(`it set this.${String(name)}`)
      return Reflect.set(target, name, value, target)
    },
  })
}

function watchMethod(name: string, method: Method, context: PluginContext, watch: ContextWatch): Method {
  const { trace, portable, chain, outside } = watch
  const call = (args: unknown[]): unknown => outside(() => Reflect.apply(method, context, args))
  if (LOG_LEVELS.has(name)) return (...args) => {
    noting(trace, () => noteLog(name as 'warn', args, trace))
    return call(args)
  }
  switch (name) {
    case 'addWatchFile': return (...args) => {
      noting(trace, () => noteWatch(args[0], trace))
      return call(args)
    }
    case 'emitFile': return (...args) => {
      noting(trace, () => noteEmit(args[0], trace))
      return call(args)
    }
    case 'resolve': return async (...args) => {
      try {
        const answer = await call(args)
        noting(trace, () => noteResolve(args, answer, watch))
        return answer
      } catch (error) {
        trace.refuse('a resolution failed')
        throw error
      }
    }
    case 'getCombinedSourcemap': return (...args) => {
      const map = call(args)
      noting(trace, () => trace.inputs.set('combined source map', chain.isUntouched() ? UNTOUCHED : mapDigest(map, portable)))
      return map
    }
    default:
      if (!HARMLESS.has(name)) trace.refuse(`it used this.${name}()`)
      return (...args) => call(args)
  }
}

/** Noting runs inside of the plugin's own call: a fault in it must not become the plugin's. */
function noting(trace: Trace, body: () => void): void {
  try {
    body()
  } catch {
    // A getter that throws, an answer that has no digest: what cannot be noted cannot be replayed or checked.
    trace.refuse('what it did through its context could not be noted')
  }
}

function noteLog(level: 'warn' | 'info' | 'debug', args: readonly unknown[], trace: Trace): void {
  const log = dehydrate(args[0])
  const position = args[1] ?? null
  if (isPlain(log) && isPlain(position)) trace.effects.push({ kind: 'log', level, log, position })
  else trace.refuse(`it called this.${level}() with something that is not JSON`)
}

function noteWatch(file: unknown, trace: Trace): void {
  if (typeof file !== 'string') return
  trace.effects.push({ kind: 'watch', path: file })
  trace.file(file)
}

function noteEmit(file: unknown, trace: Trace): void {
  const asset = file as { type?: unknown; fileName?: unknown; name?: unknown; source?: unknown }
  const known = Object.keys(asset).every(key => ['type', 'fileName', 'name', 'source'].includes(key))
  if (!known || asset.type !== 'asset' || typeof asset.fileName !== 'string' || asset.source === undefined) {
    trace.refuse('it emitted a file whose name the bundler chooses')
    return
  }
  const isText = typeof asset.source === 'string'
  trace.effects.push({
    kind: 'emit', fileName: asset.fileName, name: typeof asset.name === 'string' ? asset.name : null,
    source: isText ? asset.source as string : Buffer.from(asset.source as Uint8Array).toString('base64'),
    encoding: isText ? 'utf8' : 'base64',
  })
}

/** What is asked of `this.resolve`, as JSON that another place reads the same way. */
function noteResolve(args: readonly unknown[], answer: unknown, { trace, portable, id }: ContextWatch): void {
  const request = dehydrate(args)
  if (!isPlain(request)) {
    trace.refuse('it called this.resolve() with something that is not JSON')
    return
  }
  trace.resolved(portable.tokenise(JSON.stringify(request)), answerDigest(answer, portable), args[1] === id)
}

function answerDigest(answer: unknown, portable: PortableText): Digest {
  if (answer === null || answer === undefined) return digest('unresolved')
  const plain = dehydrate(answer)
  if (!isPlain(plain)) throw new TypeError('a resolution that is not JSON')
  return digest(portable.tokenise(fingerprint(plain).text))
}

function mapDigest(map: unknown, portable: PortableText): Digest {
  return digest(portable.tokenise(JSON.stringify(map) ?? 'none'))
}

/** Asks the bundler again what a recorded call asked. */
export function checkAgainst(context: PluginContext, portable: PortableText, chain: TransformChain): HostCheck {
  return async ([kind, request, recorded]) => {
    if (kind === 'resolve') {
      const args = JSON.parse(portable.restore(request)) as unknown[]
      return answerDigest(await Reflect.apply(context['resolve'] as Method, context, args), portable)
    }
    if (recorded === UNTOUCHED) return chain.isUntouched() ? UNTOUCHED : null
    const read = context['getCombinedSourcemap']
    return typeof read === 'function' ? mapDigest(Reflect.apply(read as Method, context, []), portable) : null
  }
}

type Print = (effect: Extract<Effect, { kind: 'print' }>) => void

export function replayEffects(effects: readonly Effect[], context: PluginContext, print: Print): void {
  // All or nothing: what fails half-way would be said twice when the call then runs for real.
  const unknown = effects.find(({ kind }) => !REPLAYED.has(kind))
  if (unknown) throw new TypeError(`a Rollup-like host cannot replay ${JSON.stringify(unknown.kind)}`)
  for (const effect of effects) replay(effect, context, print)
}

function replay(effect: Effect, context: PluginContext, print: Print): void {
  const call = (name: string, ...args: unknown[]): unknown => Reflect.apply(context[name] as Method, context, args)
  switch (effect.kind) {
    case 'log':
      if (effect.position === null) call(effect.level, effect.log)
      else call(effect.level, effect.log, effect.position)
      break
    case 'watch':
      call('addWatchFile', effect.path)
      break
    case 'emit':
      call('emitFile', {
        type: 'asset', fileName: effect.fileName, ...(effect.name === null ? {} : { name: effect.name }),
        source: effect.encoding === 'utf8' ? effect.source : Buffer.from(effect.source, 'base64'),
      })
      break
    case 'print':
      print(effect)
      break
    default:
  }
}

/** The same context with every effect on the bundler muted, for bringing a plugin's own state up to date. */
export function muteContext(context: PluginContext): PluginContext {
  const muted = new Set([...LOG_LEVELS, 'addWatchFile', 'emitFile', 'setAssetSource'])
  return new Proxy(context, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      return typeof name === 'string' && muted.has(name) ? () => undefined : (value as Method).bind(target)
    },
  })
}

/** Methods that ask and change nothing: all that a repeated call may use. */
const ASKING = new Set(['resolve', 'getModuleInfo', 'getModuleIds', 'getWatchFiles'])

/**
 * The context for a call that an audit repeats: watched, and without any effect. What the bundler does not answer any more,
 * now that the build is over, makes the repetition one that proves nothing.
 */
export function repeatContext(context: PluginContext, watch: ContextWatch): PluginContext {
  const gone = (error: unknown): never => {
    watch.trace.refuse('it asks what the bundler does not answer any more')
    throw error
  }
  const asking = (method: Method): Method => (...args) => {
    try {
      const answer: unknown = Reflect.apply(method, context, args)
      return answer instanceof Promise ? answer.catch(gone) : answer
    } catch (error) {
      return gone(error)
    }
  }
  const quiet = new Proxy(context, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function' || typeof name === 'symbol') return value
      if (name === 'error' || name === 'parse') return (...args: unknown[]) => Reflect.apply(value, target, args) as unknown
      return ASKING.has(name) ? asking(value as Method) : () => undefined
    },
    set: () => true,
  })
  return watchContext(quiet, watch)
}

/** Whether a repeated call is given all that the recorded one was. */
export function isRepeatable({ dependencies, code }: MemoRecord): boolean {
  // The source map of what came before has been added to; the reference to an emitted file was the bundler's answer.
  return !dependencies.some(([kind]) => kind === 'input') && !(typeof code === 'string' && code.includes('ROLLUP_FILE_URL_'))
}
