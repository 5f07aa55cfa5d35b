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
    const id = String(args[idAt])
    const module = `${(context['environment'] as { name?: string } | undefined)?.name ?? ''}\0${id}`
    const touch = (result: unknown): unknown => {
      if (result !== null && result !== undefined) this.#touched.add(module)
      return result
    }
    return {
      isUntouched: () => !this.#touched.has(module) && this.#vfs.digest(id) === digest(String(args[0])),
      follow: result => (isPromise(result) ? result.then(touch) : touch(result)),
    }
  }
}

function isPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise
}
