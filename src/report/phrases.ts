/**
 * Causes in words. One place, so that the report at build end and `pitcrew explain` say the same.
 */
import type { Cause } from '../types.ts'
import type { BuildReport } from './build-report.ts'
import { shortenId } from './format.ts'

/** Labels of key parts that deserve better words than `<label> changed`. Labels not listed here are printed as they are. */
const KEY_PHRASES: Readonly<Record<string, string>> = {
  code: 'edited',
  format: 'recorded by another version of Pitcrew',
  pitcrew: 'recorded by another version of Pitcrew',
  bundler: "the bundler's version changed",
  runtime: 'another Node.js or platform',
  command: 'another command',
  mode: 'another mode',
  lockfile: 'the lockfile changed',
  installed: 'other packages are installed',
  packages: 'a package that the config imports changed',
  salt: 'the option `salt` changed',
  config: 'a config file or something that it imports changed',
  'resolved config': 'the resolved configuration changed',
  'config env': 'an environment variable that the config reads changed',
  'read by it': 'a file that the config reads changed',
  arguments: 'other command-line arguments',
  'plugin object': 'another plugin of the same kind in this process',
  exposed: 'an option of the bundler, an entry, the output, a define or an exposed variable changed',
  source: "the plugin's own code changed",
  options: "the plugin's options changed",
}

/**
 * Why a call was redone, as a clause that fits behind a module's name in brackets.
 * @param pathColumns Names in it are shortened to this width. @default Infinity
 */
export function describeCause(cause: Cause, pathColumns: number = Infinity): string {
  switch (cause.kind) {
    case 'new': return 'new'
    case 'key': return keyPhrase(cause.part, pathColumns)
    case 'options': return `${keyPhrase(cause.part, pathColumns)}: ${shortenId(listed(cause.names, cause.names.length, cause.moreCount), Infinity)}`
    case 'trace': return describeTrace(cause.what, shortenId(cause.path, pathColumns))
    case 'corrupt': return 'its record was damaged'
    case 'not-stored': return cause.detail === '' ? 'not in the store' : `not stored: ${shortenId(cause.detail, Infinity)}`
  }
}

function keyPhrase(part: string, pathColumns: number): string {
  return KEY_PHRASES[part] ?? `${shortenId(part, pathColumns)} changed`
}

/** `a, b and 3 more`. @param moreCount Of what is not among `names`. @default 0 */
export function listed(names: readonly string[], maxCount: number, moreCount: number = 0): string {
  const left = Math.max(0, names.length - maxCount) + moreCount
  return `${names.slice(0, maxCount).join(', ')}${left > 0 ? ` and ${left} more` : ''}`
}

function describeTrace(what: Extract<Cause, { kind: 'trace' }>['what'], path: string): string {
  switch (what) {
    case 'file': return `${path}, which it reads, changed`
    case 'absent': return `${path}, which it looks for, has appeared`
    case 'probe': return `${path}, which it looks for, is not what it was`
    case 'directory': return `${path}, which it lists, holds other files`
    case 'config': return `configuration that applies to ${path} changed`
    case 'resolve': return `${path} resolves to something else`
    case 'env': return `${path} in the environment changed`
    case 'input': return `${path} changed`
  }
}

/** What kind of redone call a cause makes, for counts: `2 edited, 1 stale`. */
export function causeWord(cause: Cause): 'new' | 'edited' | 'invalidated' | 'stale' | 'damaged' | 'not stored' {
  switch (cause.kind) {
    case 'new': return 'new'
    case 'key': return cause.part === 'code' ? 'edited' : 'invalidated'
    case 'options': return 'invalidated'
    case 'trace': return 'stale'
    case 'corrupt': return 'damaged'
    case 'not-stored': return 'not stored'
  }
}

/** Parts of the key whose change a person has made and knows of, or that concern the whole build: a module explains none of them. */
const KNOWN_PARTS: ReadonlySet<string> = new Set(['code', 'format', 'pitcrew', 'bundler', 'runtime', 'command', 'mode', 'NODE_ENV', 'lockfile', 'installed', 'packages', 'config', 'package.json', 'resolved config', 'config env', 'read by it', 'arguments', 'exposed'])

/** True when a person will ask why, so that `pitcrew explain` has something to tell. Edits explain themselves. */
export function needsExplaining(cause: Cause): boolean {
  switch (cause.kind) {
    case 'not-stored': return true
    case 'key': return !KNOWN_PARTS.has(cause.part)
    case 'trace': return cause.what !== 'file' && cause.what !== 'absent' && cause.what !== 'directory'
    case 'new':
    case 'options':
    case 'corrupt': return false
  }
}

/** Calls that are answered from the store or would be, had nothing changed. */
export function memoizableCalls(report: BuildReport): number {
  const { hit, miss, stale, corrupt } = report.outcomes
  return hit + miss + stale + corrupt
}

/** What Pitcrew itself took of the main thread, milliseconds. */
export function ownMs(report: BuildReport): number {
  if (report.timings !== null) return report.overhead.setupMs + report.timings.totals.pitcrewMs
  const { setupMs, keyMs, lookupMs, recordMs, flushMs } = report.overhead
  return setupMs + keyMs + lookupMs + recordMs + flushMs
}
