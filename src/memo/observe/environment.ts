/**
 * Sees which environment variables a call reads: within a call that is traced `process.env` is a view that notes every
 * read, anywhere else it is the runtime's own object, for the price of one function call.
 *
 * Guarantees: the view answers as the object does (enumeration, `in`, `delete`, descriptors, assignment), and changes made
 * through either are seen through both; assigning another object to `process.env` works; what starting a process reads on
 * its own is not the call's reading; a call that changes the environment is refused. After the last build everything is
 * as it was. Two builds stack.
 *
 * Not seen: variables read before the call, such as at the top of a plugin's file; an `env` that was taken out of
 * `process` earlier (but a named import of it is); native code; values in `Object.getOwnPropertyDescriptors(process.env)`.
 * As of any proxy, there is no structured clone of the view; what is posted to a thread or cloned is given the object.
 */
import { syncBuiltinESMExports } from 'node:module'
import { ENV_NAMES, environmentValue, forColours, listedNames } from './environment-names.ts'
import { asksForColours, codeAtCallerOf } from './environment-reader.ts'
import type { Trace } from '../trace/trace.ts'

type Env = NodeJS.ProcessEnv
type Trap = (...args: never[]) => unknown
type Property = PropertyDescriptor & { readonly get?: Getter }
/** What an accessor of ours can be asked by another one that lies over it, or that finds it there. */
interface Getter {
  (): Env
  /** Runs `body` while the accessor gives the view to everyone. */
  [EXPORTING]?: (body: () => void) => void
  /** Set when it is of no use any more but could not be taken away: what it stands for. */
  [RETIRED]?: () => Property
}

/** One time that the property was replaced: an accessor that could not be taken away later still lies over what it lay over. */
interface Installation {
  below: Property
  readonly getter: Getter
}

const EXPORTING: unique symbol = Symbol.for('unplugin-pitcrew.env-exporting')
const RETIRED: unique symbol = Symbol.for('unplugin-pitcrew.env-retired')
/** Objects in what is cloned are looked into this deep for the view. */
const CLONE_DEPTH = 3

export class EnvironmentWatch {
  readonly #active: () => Trace | null
  readonly #unwatched: <T>(body: () => T) => T
  #installation: Installation | null = null
  #view: { readonly target: Env; readonly proxy: Env } | null = null
  #isQuiet = false
  #isExporting = false

  /**
   * @param active The trace of the call that is running at this point of the code, if any.
   * @param unwatched Runs what is no doing of the call.
   */
  constructor(active: () => Trace | null, unwatched: <T>(body: () => T) => T) {
    this.#active = active
    this.#unwatched = unwatched
  }

  install(): void {
    const below = Object.getOwnPropertyDescriptor(process, 'env') as Property | undefined
    // Made unchangeable by somebody (a hardened runtime): then it cannot be watched.
    if (!below?.configurable) return
    const getter: Getter = () => (this.#installation !== null && (this.#isExporting || this.#active() !== null) ? this.#viewOf(targetOf(installation)) : targetOf(installation))
    const installation: Installation = { below, getter }
    getter[EXPORTING] = body => this.#exporting(body)
    this.#installation = installation
    Object.defineProperty(process, 'env', { get: getter, set: (value: Env) => this.#assign(installation, value), enumerable: below.enumerable ?? true, configurable: true })
  }

  uninstall(): void {
    const installation = this.#installation
    if (installation === null) return
    this.#installation = null
    const { getter, below } = installation
    const isOnTop = Object.getOwnPropertyDescriptor(process, 'env')?.get === getter
    if (isOnTop) Object.defineProperty(process, 'env', lowestRetired(below))
    else getter[RETIRED] = () => installation.below
  }

  /** Runs `body`, whose synchronous reads are the runtime's own. */
  unnoted<T>(body: () => T): T {
    const wasQuiet = this.#isQuiet
    this.#isQuiet = true
    try {
      return body()
    } finally {
      this.#isQuiet = wasQuiet
    }
  }

  /** `value` with the object in the place of the view. */
  withoutView<T>(value: T, depth: number = CLONE_DEPTH): T {
    if (this.#view === null || depth < 0 || value === null || typeof value !== 'object') return value
    if (value === this.#view.proxy as unknown) return this.#view.target as T
    return Array.isArray(value) || isRecord(value) ? this.#entriesWithoutView(value, depth - 1) : value
  }

  /** @returns `value` itself where the view is not in it. */
  #entriesWithoutView<T extends object>(value: T, depth: number): T {
    let copy: T | null = null
    for (const name of Object.keys(value)) {
      const entry: unknown = Reflect.get(value, name)
      const plain = this.withoutView(entry, depth)
      if (plain === entry) continue
      copy ??= (Array.isArray(value) ? [...value as unknown[]] : { ...value }) as T
      Object.assign(copy, { [name]: plain })
    }
    return copy ?? value
  }

  #exporting(body: () => void): void {
    this.#isExporting = true
    try {
      body()
    } finally {
      this.#isExporting = false
    }
  }

  #assign(installation: Installation, value: Env): void {
    this.#active()?.refuse('it replaced process.env')
    const given = value === this.#view?.proxy ? this.#view.target : value
    if (installation.below.set) installation.below.set(given)
    else installation.below = { ...installation.below, value: given }
  }

  #viewOf(target: Env): Env {
    if (this.#view?.target !== target) this.#view = { target, proxy: new Proxy(target, this.#traps()) }
    return this.#view.proxy
  }

  #traps(): ProxyHandler<Env> {
    const note = (target: Env, name: string | symbol, trap: Trap): void => {
      const value: unknown = Reflect.get(target, name, target)
      // What every object has, such as `hasOwnProperty`, is no variable.
      if (typeof name !== 'string' || (value !== undefined && typeof value !== 'string')) return
      this.#note(trace => {
        // Whoever takes all of them does so for another end.
        const isForColours = !trace.env.has(ENV_NAMES) && this.#unwatched(() => asksForColours(name, trap))
        trace.readEnv(isForColours ? forColours(name) : name, value ?? null)
      })
    }
    const changes = (name: string | symbol): void => this.#note(trace => trace.refuse(`it changed process.env.${String(name)}`))
    /** Listing names asks for the descriptor of each: that is no reading of values. */
    let listed: { readonly names: readonly (string | symbol)[]; next: number } = { names: [], next: 0 }
    const traps: Required<Pick<ProxyHandler<Env>, 'get' | 'has' | 'ownKeys' | 'getOwnPropertyDescriptor' | 'set' | 'deleteProperty' | 'defineProperty'>> = {
      get(target, name) {
        note(target, name, traps.get)
        return Reflect.get(target, name, target) as unknown
      },
      has(target, name) {
        note(target, name, traps.has)
        return Reflect.has(target, name)
      },
      ownKeys: target => {
        const names = Reflect.ownKeys(target)
        listed = { names, next: 0 }
        this.#note(trace => {
          const wanted = listedNames(this.#unwatched(() => codeAtCallerOf(traps.ownKeys)))
          trace.readEnv(wanted, environmentValue(target, wanted))
        })
        return names
      },
      getOwnPropertyDescriptor(target, name) {
        if (listed.names[listed.next] === name) listed.next++
        else note(target, name, traps.getOwnPropertyDescriptor)
        return Reflect.getOwnPropertyDescriptor(target, name)
      },
      set(target, name, value) {
        note(target, name, traps.set)
        if (String(value) !== target[String(name)]) changes(name)
        return Reflect.set(target, name, value, target)
      },
      deleteProperty(target, name) {
        note(target, name, traps.deleteProperty)
        if (Reflect.has(target, name)) changes(name)
        return Reflect.deleteProperty(target, name)
      },
      defineProperty(target, name, descriptor) {
        changes(name)
        return Reflect.defineProperty(target, name, descriptor)
      },
    }
    return traps
  }

  #note(body: (trace: Trace) => void): void {
    const trace = this.#isQuiet ? null : this.#active()
    if (trace !== null) body(trace)
  }
}

/** Makes named imports see what was replaced; `import { env } from 'node:process'` the view, whoever installed one. */
export function syncExports(): void {
  const getter = Object.getOwnPropertyDescriptor(process, 'env')?.get as Getter | undefined
  if (getter?.[EXPORTING]) getter[EXPORTING](syncBuiltinESMExports)
  else syncBuiltinESMExports()
}

function targetOf({ below }: Installation): Env {
  return below.get ? below.get() : below.value as Env
}

/** The last of the properties below whose watches have ended already. */
function lowestRetired(property: Property): Property {
  const retired = property.get?.[RETIRED]
  return retired ? lowestRetired(retired()) : property
}

function isRecord(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
