/**
 * What a search gave when it was first made in this process. A compiler that looks for its configuration once in a process
 * goes on with what it found then: what it makes of one that has changed since is not what the configuration says.
 */
const KNOWN: unique symbol = Symbol.for('unplugin-pitcrew.first-seen')

/** @returns Whether `value` is what was seen first under this name, which it is the first time. */
export function isAsFirstSeen(name: string, value: string): boolean {
  const holder = process as { [KNOWN]?: Map<string, string> }
  if (!holder[KNOWN]) Object.defineProperty(process, KNOWN, { value: new Map<string, string>(), enumerable: false, configurable: true })
  const known = holder[KNOWN]!
  if (!known.has(name)) known.set(name, value)
  return known.get(name) === value
}
