/**
 * Which of the plugins that a program made one after the other, all alike from outside, is at hand: what differs may lie in
 * their closures, as where a program builds for each language or brand with a plugin that is told which.
 *
 * The n-th of a process is taken to be the n-th of another one. What is at hand again, in a rebuild or in another
 * environment, keeps its number.
 */
import type { Digest } from '../../hash.ts'

interface Numbers {
  /** Plugin objects seen so far, by what they look like. */
  readonly counts: Map<Digest, number>
  readonly known: WeakMap<object, Map<Digest, number>>
}

const KNOWN: unique symbol = Symbol.for('unplugin-pitcrew.plugin-objects')

/** @param likeness Stands for everything that can be seen of the plugin and its build. @returns Counted from 0 in this process. */
export function numberOfPlugin(plugin: object, likeness: Digest): number {
  const { counts, known } = numbers()
  const own = known.get(plugin) ?? new Map<Digest, number>()
  known.set(plugin, own)
  const number = own.get(likeness) ?? counts.get(likeness) ?? 0
  if (!own.has(likeness)) counts.set(likeness, number + 1)
  own.set(likeness, number)
  return number
}

function numbers(): Numbers {
  const holder = process as { [KNOWN]?: Numbers }
  if (!holder[KNOWN]) Object.defineProperty(process, KNOWN, { value: { counts: new Map(), known: new WeakMap() } satisfies Numbers, enumerable: false, configurable: true })
  return holder[KNOWN]!
}
