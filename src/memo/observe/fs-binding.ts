/**
 * What lies below `node:fs`: code that took a function out of the module before a build began (`const { readFileSync } =
 * require('fs')`, a copy of the module as graceful-fs makes one) calls what was there then, and no replacement of the
 * module's functions sees it. Both end in the runtime's own binding, whose functions are looked up at each call.
 *
 * The binding is no documented interface. Where it is not there or cannot be had, such calls are not seen, as those of
 * native code are not.
 */

/** What a call of a function of the binding does with the path that is its first argument. */
export type BindingAct = 'reads' | 'opens' | 'probes' | 'measures' | 'follows' | 'lists' | 'makes' | 'writes'

export const BINDING_ACTS: Readonly<Record<string, BindingAct>> = {
  readFileUtf8: 'reads', open: 'opens', openFileHandle: 'opens',
  // The runtime finds out by `lstat` where links lead.
  stat: 'measures', lstat: 'follows', access: 'probes', existsSync: 'probes', realpath: 'follows', readlink: 'follows',
  readdir: 'lists', opendir: 'lists', opendirSync: 'lists', mkdir: 'makes',
  writeFileUtf8: 'writes', rename: 'writes', rmdir: 'writes', rmSync: 'writes', unlink: 'writes', copyFile: 'writes', link: 'writes', symlink: 'writes', mkdtemp: 'writes',
  chmod: 'writes', utimes: 'writes',
}

/** The binding, or `null` where this runtime gives none out. */
export function fsBinding(): Record<string, unknown> | null {
  return runtimeBinding('fs')
}

/** One of the runtime's own bindings by its name, or `null`. */
export function runtimeBinding(name: string): Record<string, unknown> | null {
  const get: unknown = Reflect.get(process, 'binding')
  // With this flag the runtime would warn the user of a call that is ours.
  if (typeof get !== 'function' || process.execArgv.includes('--pending-deprecation') || process.env['NODE_PENDING_DEPRECATION'] === '1') return null
  try {
    const binding: unknown = Reflect.apply(get, process, [name])
    return binding !== null && typeof binding === 'object' ? binding as Record<string, unknown> : null
  } catch {
    // A runtime that is told to permit nothing: its files cannot be read without its leave either.
    return null
  }
}
