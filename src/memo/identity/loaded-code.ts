/**
 * Code that this process may have loaded in an earlier version: Node loads a module once. A program that builds again and
 * again goes on with what it has loaded, whatever lies on the disk by then; what is recorded under the new text would be the old code's.
 *
 * What counts as the loaded version is what the first build of the process saw.
 */
import { randomUUID } from 'node:crypto'
import type { Digest } from '../../hash.ts'

const KNOWN: unique symbol = Symbol.for('unplugin-pitcrew.loaded-code')

interface Loaded {
  readonly digests: Map<string, Digest>
  /** Stands for this process: nobody else's keys have it. */
  readonly process: string
}

/** @returns A part for keys: empty where everything is as it was, else a text that no other process has. */
export function changedSinceLoaded(parts: readonly { readonly path: string; readonly digest: Digest }[]): string {
  const { digests, process: own } = loadedHere()
  let isChanged = false
  for (const { path, digest } of parts) {
    const first = digests.get(path)
    if (first === undefined) digests.set(path, digest)
    else if (first !== digest) isChanged = true
  }
  return isChanged ? own : ''
}

function loadedHere(): Loaded {
  const holder = process as { [KNOWN]?: Loaded }
  if (!holder[KNOWN]) Object.defineProperty(process, KNOWN, { value: { digests: new Map<string, Digest>(), process: randomUUID() } satisfies Loaded, enumerable: false, configurable: true })
  return holder[KNOWN]!
}
