/**
 * What the last build did with a module: the outcome of each hook, the parts of its key, what it traced, and for a call
 * that was redone the parts that differ from the build before. JSON-safe; the command line renders it.
 *
 * Pure but for the reader of traces, which is handed in: traces lie in the store, keys and outcomes in the ledger.
 */
import type { Cause, Outcome } from '../../types.ts'
import { findSameCall } from './cause.ts'
import type { Ledger, LedgerCall, Parts } from './ledger.ts'
import { changedOptions } from './outlines.ts'

/** One thing that a call depended on. */
export interface TracedDependency {
  readonly kind: 'file' | 'absent' | 'probe' | 'directory' | 'env' | 'resolve' | 'input' | 'place'
  /** A path relative to the root, the name of a variable, or a request. */
  readonly name: string
  /** What was seen there, as a digest or a word; null where nothing was. */
  readonly seen: string | null
}

/** One value stored under a key: it holds as long as all its dependencies do. */
export interface TraceVariant {
  readonly dependencies: readonly TracedDependency[]
  readonly costMs: number
}

export type TraceRead =
  | { readonly status: 'found'; readonly variants: readonly TraceVariant[] }
  | { readonly status: 'unknown'; readonly reason: string }

export interface TraceReader {
  /** What is stored under a key, newest first. Never throws. @param key 64 characters of hex. */
  read(key: string): TraceRead
}

/** A dependency that was another in the build before. `null`: it was none then, or is none any more. */
export interface TraceChange {
  readonly kind: TracedDependency['kind']
  readonly name: string
  readonly before: TracedDependency | null
  readonly now: TracedDependency | null
}

export interface ExplainedPart {
  readonly of: 'build' | 'plugin' | 'call'
  readonly label: string
  /** Null where only the build before had it. */
  readonly value: string | null
  /** What it was in the build before, where that is known and another; null where it was not a part then. */
  readonly before: { readonly value: string | null } | 'same' | 'unknown'
  /** Ways to options in it that are others now, as `module.rules[2]`; empty where they are not known. */
  readonly options: readonly string[]
}

export interface ExplainedCall {
  readonly id: string
  readonly plugin: string
  readonly hook: string
  readonly outcome: Outcome
  readonly cause: Cause | null
  readonly reason: string | null
  readonly costMs: number
  /** Null for calls that are not remembered. */
  readonly key: { readonly hex: string; readonly parts: readonly ExplainedPart[]; readonly trace: TraceRead } | null
  /** What differs from the trace of the build before; empty where either is not known. */
  readonly traceChanges: readonly TraceChange[]
}

export interface ModuleExplanation {
  readonly version: 1
  /** Path of the module without its query; its sub-modules, which have one, are among the calls. */
  readonly module: string
  readonly build: { readonly pitcrew: string; readonly startedAt: string; readonly bundler: string; readonly command: string; readonly mode: string }
  /** In the order of the build's first calls; empty when no call matches. */
  readonly calls: readonly ExplainedCall[]
}

export interface ExplainInputs {
  readonly ledger: Ledger
  /** The ledger of the build before, or null. */
  readonly previous: Ledger | null
  readonly traces: TraceReader
}

/** @param ids Of one module: itself and its sub-modules. @param plugin Only this plugin's calls, or all. */
export function explainModule(module: string, ids: readonly string[], plugin: string | null, inputs: ExplainInputs): ModuleExplanation {
  const { ledger } = inputs
  const { pitcrew, startedAt, bundler, command, mode } = ledger
  const calls = ids.flatMap(id => ledger.plugins.flatMap(({ name }, index) => {
    const call = plugin === null || name === plugin ? ledger.find(index, id) : null
    return call === null ? [] : [explainCall(call, inputs)]
  }))
  return { version: 1, module, build: { pitcrew, startedAt, bundler, command, mode }, calls }
}

/**
 * Modules that `query` may mean, by path without query, each with its ids: the one with exactly this path, otherwise all
 * whose path ends in it after a slash, otherwise all whose path ends in it. The ids of a path are those of the module and
 * of its sub-modules; with a question mark in it, `query` means ids instead of paths, and so single sub-modules.
 */
export function matchModules(ids: readonly string[], query: string): ReadonlyMap<string, readonly string[]> {
  const wanted = query.replaceAll('\\', '/').replace(/^(\.\/)+/, '')
  const subjectOf = wanted.includes('?') ? (id: string) => id : pathOf
  const tests: ((subject: string) => boolean)[] = [
    subject => subject === wanted,
    subject => subject.endsWith(`/${wanted}`),
    subject => subject.endsWith(wanted),
  ]
  for (const test of tests) {
    const matching = ids.filter(id => test(subjectOf(id)))
    if (matching.length > 0) return groupByPath(matching)
  }
  return new Map()
}

function groupByPath(ids: readonly string[]): Map<string, string[]> {
  const groups = new Map<string, string[]>()
  for (const id of ids) {
    const group = groups.get(pathOf(id))
    if (group) group.push(id)
    else groups.set(pathOf(id), [id])
  }
  return groups
}

/** A virtual id may begin with a question mark, which then is no query. */
function pathOf(id: string): string {
  const at = id.indexOf('?', 1)
  return at < 0 ? id : id.slice(0, at)
}

function explainCall(call: LedgerCall, { ledger, previous, traces }: ExplainInputs): ExplainedCall {
  const { id, plugin, outcome, cause, reason, costMs, key } = call
  const before = previous === null ? null : findSameCall(previous, plugin, id)
  const explained = { id, plugin: plugin.name, hook: plugin.hook, outcome, cause, reason, costMs }
  if (key === null) return { ...explained, key: null, traceChanges: [] }
  const earlier = before === null || previous === null ? NOTHING_BEFORE : { build: previous.build, plugin: before.plugin.parts, call: before.key === null ? null : before.inputs }
  const optionsIn = (before: string, now: string): string[] => changedOptions(previous?.outlines[before], ledger.outlines[now])
  const parts = [
    ...explainParts('build', ledger.build, earlier.build, optionsIn), ...explainParts('plugin', plugin.parts, earlier.plugin, optionsIn),
    ...explainParts('call', call.inputs, earlier.call, optionsIn),
  ]
  const trace = traces.read(key)
  return { ...explained, key: { hex: key, parts, trace }, traceChanges: before?.key ? changesSince(before.key, { key, outcome, trace }, traces) : [] }
}

const NOTHING_BEFORE = { build: null, plugin: null, call: null }

/** Under one key only a call that was redone has another trace than before. */
function changesSince(keyBefore: string, { key, outcome, trace }: Pick<LedgerCall, 'outcome'> & { readonly key: string; readonly trace: TraceRead }, traces: ExplainInputs['traces']): TraceChange[] {
  if (keyBefore !== key) return changesOf(trace, traces.read(keyBefore))
  return outcome === 'stale' ? changesOf(trace, null) : []
}

/** @param earlier What is stored under the key of the build before; `null` where it is the same key, under which both traces are. */
function changesOf(trace: TraceRead, earlier: TraceRead | null): TraceChange[] {
  const now = dependenciesOf(trace, 0)
  const before = earlier === null ? dependenciesOf(trace, 1) : dependenciesOf(earlier, 0)
  if (now === null || before === null) return []
  return [...new Set([...before.keys(), ...now.keys()])].flatMap(key => changeBetween(before.get(key) ?? null, now.get(key) ?? null))
}

/** @param variant Newest first. @returns `null` where nothing is known. */
function dependenciesOf(trace: TraceRead, variant: number): ReadonlyMap<string, TracedDependency> | null {
  const dependencies = trace.status === 'unknown' ? undefined : trace.variants[variant]?.dependencies
  // What was absent and is a file now is one path.
  return dependencies === undefined ? null : new Map(dependencies.map(each => [`${each.kind === 'absent' ? 'file' : each.kind}\0${each.name}`, each]))
}

function changeBetween(before: TracedDependency | null, now: TracedDependency | null): TraceChange[] {
  const subject = now ?? before
  const isSame = before?.seen === now?.seen && before?.kind === now?.kind
  return subject === null || isSame ? [] : [{ kind: subject.kind, name: subject.name, before, now }]
}

function explainParts(of: ExplainedPart['of'], now: Parts, before: Parts | null, optionsIn: (before: string, now: string) => string[]): ExplainedPart[] {
  const parts = Object.entries(now).map(([label, value]): ExplainedPart => {
    if (before === null) return { of, label, value, before: 'unknown', options: [] }
    if (before[label] === value) return { of, label, value, before: 'same', options: [] }
    return { of, label, value, before: { value: before[label] ?? null }, options: optionsIn(before[label] ?? '', value) }
  })
  const gone = Object.entries(before ?? {}).filter(([label]) => !(label in now))
  return [...parts, ...gone.map(([label, value]): ExplainedPart => ({ of, label, value: null, before: { value }, options: [] }))]
}
