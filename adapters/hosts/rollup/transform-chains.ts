/**
 * Which modules have been transformed already in this build, so that the combined source map of an untouched module need
 * not be computed to know what it is.
 *
 * A module is untouched when no wrapped plugin gave a result for it and the code that a hook is handed is, byte for byte,
 * what is on disk: native transforms, which nobody can watch, would have changed it.
 */
import { digest } from '../../../src/hash.ts'
import type { VirtualFileSystem } from '../../../src/vfs/virtual-file-system.ts'
import type { PluginContext } from './rollup-context.ts'

export interface TransformChain {
  isUntouched(): boolean
  /** Notes what a transform gave, and gives it on. */
  follow(result: unknown): unknown
}

interface Arguments {
  readonly hook: string
  readonly idAt: number
}

/** Loads have no transforms before them. */
const NO_CHAIN: TransformChain = { isUntouched: () => false, follow: result => result }

export class TransformChains {
  readonly #vfs: VirtualFileSystem
  readonly #touched = new Set<string>()
  #epoch = -1

  constructor(vfs: VirtualFileSystem) {
    this.#vfs = vfs
  }

  of(context: PluginContext, args: readonly unknown[], { hook, idAt }: Arguments): TransformChain {
    if (hook !== 'transform') return NO_CHAIN
    if (this.#epoch !== this.#vfs.epoch) this.#touched.clear()
    this.#epoch = this.#vfs.epoch
    const environment = (context['environment'] as { name?: string } | undefined)?.name ?? ''
    return new ModuleChain(this.#vfs, this.#touched, environment, String(args[idAt]), args)
  }
}

class ModuleChain implements TransformChain {
  readonly #vfs: VirtualFileSystem
  readonly #touched: Set<string>
  readonly #environment: string
  readonly #id: string
  readonly #args: readonly unknown[]

  constructor(vfs: VirtualFileSystem, touched: Set<string>, environment: string, id: string, args: readonly unknown[]) {
    this.#vfs = vfs
    this.#touched = touched
    this.#environment = environment
    this.#id = id
    this.#args = args
  }

  isUntouched(): boolean {
    return !this.#touched.has(this.#module) && this.#vfs.digest(this.#id) === digest(String(this.#args[0]))
  }

  follow(result: unknown): unknown {
    return isPromise(result) ? result.then(settled => this.#touch(settled)) : this.#touch(result)
  }

  #touch(result: unknown): unknown {
    if (result !== null && result !== undefined) this.#touched.add(this.#module)
    return result
  }

  /** It is built once for each environment. */
  get #module(): string {
    return `${this.#environment}\0${this.#id}`
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise
}
