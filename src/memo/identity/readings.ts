/**
 * What is read out of texts of files, once for each content that a file has: a server looks at the same files again and again.
 * Only of the newest content of each path, and only where what was read is what had been hashed.
 */
import { digest } from '../../hash.ts'
import type { Digest } from '../../hash.ts'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'

export class Readings<Value> {
  readonly #vfs: VirtualFileSystem
  readonly #make: (path: string, text: string) => Value
  readonly #known = new Map<string, { readonly content: Digest; readonly value: Value }>()

  /** @param make Told the path and the text; what it gives must depend on nothing else. */
  constructor(vfs: VirtualFileSystem, make: (path: string, text: string) => Value) {
    this.#vfs = vfs
    this.#make = make
  }

  /** Of an empty text where there is no readable file. */
  of(path: string): Value {
    const content = this.#vfs.digest(path)
    const known = this.#known.get(path)
    if (known !== undefined && known.content === content) return known.value
    const bytes = this.#vfs.read(path)
    const value = this.#make(path, bytes?.toString('utf8') ?? '')
    // It may have been written since it was hashed.
    if (bytes !== null && content !== null && digest(bytes) === content) this.#known.set(path, { content, value })
    return value
  }
}
