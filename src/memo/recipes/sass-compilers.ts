/**
 * Listens to the embedded Sass compiler that a plugin starts.
 *
 * Its importers run when a message from the other process comes in, and so in nobody's asynchronous context: what they read
 * would belong to no call. Here each is bound to the context in which the compilation was asked for, and it is noted what
 * they did not find, because the compiler then looks for it by itself in the load paths.
 *
 * Only a compiler that is made while `listen` waits is listened to, and nothing is left behind for others.
 */
import { AsyncResource } from 'node:async_hooks'
import { createRequire } from 'node:module'
import type { Trace } from '../trace/trace.ts'

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown
interface CompileOptions {
  readonly importer?: unknown
  readonly importers?: readonly unknown[]
  readonly functions?: Readonly<Record<string, AnyFunction>>
  readonly loadPaths?: readonly string[]
}
interface CompilerPrototype {
  compileStringAsync: (this: unknown, source: string, options?: CompileOptions) => unknown
}

/** What one compilation asked for, and where the compiler looks when an importer does not know. */
export interface Compilation {
  readonly loadPaths: readonly string[]
  /** URLs as the compiler gave them. */
  readonly unknownUrls: Set<string>
}

const LIBRARY = /[\\/]sass-embedded[\\/]dist[\\/]lib[\\/]index\.js$/

export class SassCompilers {
  readonly #activeTrace: () => Trace | null
  readonly #compilations = new WeakMap<Trace, Compilation>()

  constructor(activeTrace: () => Trace | null) {
    this.#activeTrace = activeTrace
  }

  compilationOf(trace: Trace): Compilation | undefined {
    return this.#compilations.get(trace)
  }

  /** To be called just before the caller takes `compileStringAsync` from a compiler. @returns Whether there is a library to listen to. */
  listen(): boolean {
    const prototypes = loadedPrototypes()
    for (const prototype of prototypes) {
      const original = prototype.compileStringAsync
      const amend = (options: CompileOptions | undefined): CompileOptions | undefined => this.#amend(options)
      prototype.compileStringAsync = function (source, options) {
        return original.call(this, source, amend(options))
      }
      queueMicrotask(() => {
        prototype.compileStringAsync = original
      })
    }
    return prototypes.length > 0
  }

  #amend(options: CompileOptions | undefined): CompileOptions | undefined {
    const trace = this.#activeTrace()
    if (trace === null || options === undefined) return options
    const { importer, importers, functions, loadPaths = [] } = options
    const compilation: Compilation = { loadPaths, unknownUrls: new Set() }
    this.#compilations.set(trace, compilation)
    return {
      ...options,
      ...(importer === undefined ? {} : { importer: bindImporter(importer, compilation, trace) }),
      ...(importers === undefined ? {} : { importers: importers.map(entry => bindImporter(entry, compilation, trace)) }),
      ...(functions === undefined ? {} : { functions: Object.fromEntries(Object.entries(functions).map(([name, body]) => [name, AsyncResource.bind(body)])) }),
    }
  }
}

function bindImporter(importer: unknown, { unknownUrls }: Compilation, trace: Trace): unknown {
  if (importer === null || typeof importer !== 'object' || Object.getPrototypeOf(importer) !== Object.prototype) {
    trace.refuse('one of its importers reads where it cannot be seen')
    return importer
  }
  const entries = Object.entries(importer).map(([name, value]: [string, unknown]) => {
    if (typeof value !== 'function') return [name, value]
    const bound = AsyncResource.bind((...args: unknown[]): unknown => {
      const answer: unknown = Reflect.apply(value, importer, args)
      if (name === 'canonicalize' && (answer === null || answer === undefined)) unknownUrls.add(String(args[0]))
      return answer
    })
    return [name, bound]
  })
  return Object.fromEntries(entries) as unknown
}

function loadedPrototypes(): CompilerPrototype[] {
  const { cache } = createRequire(import.meta.url)
  return Object.entries(cache).flatMap(([path, module]) => {
    if (!LIBRARY.test(path)) return []
    const library = module?.exports as { AsyncCompiler?: { prototype?: CompilerPrototype } } | undefined
    const prototype = library?.AsyncCompiler?.prototype
    return typeof prototype?.compileStringAsync === 'function' ? [prototype] : []
  })
}
