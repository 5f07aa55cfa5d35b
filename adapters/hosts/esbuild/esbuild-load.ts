/**
 * One call of an `onLoad` callback as the memo sees it.
 *
 * Inputs are everything that esbuild hands over and, in the `file` namespace, the content of the file: plugins read it
 * themselves. What esbuild is told (warnings, watched files and directories) is part of the result and so given again.
 */
import { resolve } from 'node:path'
import type { OnLoadArgs, PluginBuild } from 'esbuild'
import type { Build } from '../../../src/build.ts'
import { digest } from '../../../src/hash.ts'
import type { HostCall } from '../../../src/memo/host-call.ts'
import { dehydrate, isPlain } from '../../../src/memo/record/plain.ts'
import type { MemoRecord } from '../../../src/memo/record/record.ts'
import type { HostCheck } from '../../../src/memo/trace/seal.ts'
import type { CallInfo, Satellite, Site } from '../../../src/memo/sites/site.ts'
import type { Effect } from '../../../src/memo/trace/effect.ts'
import type { Trace } from '../../../src/memo/trace/trace.ts'
import { resolutionDigest } from './esbuild-resolve.ts'
import { decodeLoad, encodeLoad } from './esbuild-result.ts'
import type { LoadResult, SatelliteLoad } from './esbuild-result.ts'

export type LoadCallback = (args: OnLoadArgs) => LoadResult | Promise<LoadResult>

/** One `onLoad` registration of a plugin. */
export interface Registration {
  readonly filter: RegExp
  /** Empty: every namespace. */
  readonly namespace: string
  readonly callback: LoadCallback
  /** Counts the registrations of the plugin. */
  readonly number: number
}

/** What the calls of one plugin have in common. */
export interface PluginLoads {
  readonly build: Build
  /** esbuild's own, not what the plugin was given. */
  readonly resolve: PluginBuild['resolve']
  readonly registrations: readonly Registration[]
  /** Every result that the plugin gave: one that it gives again comes from a cache of its own, of which nothing is known. */
  readonly given: WeakSet<object>
  /** Results of satellites by namespace and path, until their main module is loaded again. */
  readonly served: Map<string, LoadResult>
}

export function loadCall(registration: Registration, args: OnLoadArgs, site: Site, loads: PluginLoads): HostCall<LoadResult> {
  const { build } = loads
  const file = args.namespace === 'file' ? args.path : null
  let traced: Trace | null = null
  let satellites: readonly SatelliteLoad[] = []
  const wantedBy = (contents: string): readonly Satellite[] => site.recipe.satellites?.(call, contents) ?? []
  const run = async (trace: Trace | null): Promise<LoadResult> => {
    traced = trace
    if (file !== null) trace?.about(file)
    const result = await registration.callback(args)
    if (isGivenAgain(result, loads)) trace?.refuse('it answered from a cache of its own')
    const contents = result?.contents
    const wanted = typeof contents === 'string' ? wantedBy(contents) : []
    // Now the plugin itself has seen the module: what was stored for its satellites is not served any more.
    for (const satellite of wanted) loads.served.delete(satelliteKey(satellite))
    if (trace === null) return result
    noteWatched(result, trace, build)
    satellites = await askForAll(wanted, loads, trace)
    return result
  }
  let inputs: Readonly<Record<string, string>> | undefined
  const call: CallInfo = {
    id: idOf(args),
    // Only when they are asked for: a plugin without a filter is called for every module, and leaves most of them alone.
    get inputs() {
      return inputs ??= site.decision.kind === 'memoize' ? inputsOf(registration, args, file, build) : {}
    },
  }
  return {
    call,
    execute: run,
    rerun: () => run(null),
    repeat: (record, trace) => repeat({ registration, args, loads, wanted: wantedBy }, record, trace, asked => {
      satellites = asked
    }),
    encode(result) {
      // Its content is in the key; that it did not change while the plugin read it is what remains to be known.
      if (file !== null) traced?.file(file)
      return encodeLoad({ result, satellites })
    },
    replay(record) {
      replayPrints(record.effects, build)
      const outcome = decodeLoad(record)
      for (const { satellite, result } of outcome.satellites) loads.served.set(satelliteKey(satellite), result)
      return outcome.result
    },
    check: checkWith(loads),
  }
}

/** Where the module lies, with what tells it apart from others at the same place. */
export function idOf({ path, namespace, suffix }: OnLoadArgs): string {
  return `${namespace === 'file' ? '' : `${namespace}:`}${path}${suffix}`
}

export function satelliteKey({ namespace, path }: { readonly namespace: string; readonly path: string }): string {
  return `${namespace}\0${path}`
}

function inputsOf({ filter, number }: Registration, args: OnLoadArgs, file: string | null, { vfs }: Build): Record<string, string> {
  const attributes = Object.entries(args.with ?? {})
  return {
    ...(file === null ? {} : { code: vfs.digest(file) ?? 'absent' }),
    registration: `${number} ${String(filter)}`,
    ...(args.pluginData === undefined ? {} : { pluginData: JSON.stringify(args.pluginData) }),
    ...(attributes.length === 0 ? {} : { attributes: JSON.stringify(attributes.sort()) }),
  }
}

interface Repetition {
  readonly registration: Registration
  readonly args: OnLoadArgs
  readonly loads: PluginLoads
  readonly wanted: (contents: string) => readonly Satellite[]
}

/** The callback once more, and what it says of the modules that go with it; esbuild is told nothing of either. */
async function repeat({ registration, args, loads, wanted }: Repetition, record: MemoRecord, trace: Trace, onSatellites: (asked: readonly SatelliteLoad[]) => void): Promise<LoadResult> {
  if (record.dependencies.some(([kind]) => kind === 'resolve')) {
    // Between two builds esbuild resolves nothing.
    trace.refuse('it asks what the bundler does not answer any more')
    throw new Error('a call that resolves cannot be repeated')
  }
  const result = await registration.callback(args)
  if (isGivenAgain(result, loads)) trace.refuse('it answered from a cache of its own')
  const contents = result?.contents
  const asked = typeof contents === 'string' ? wanted(contents) : []
  onSatellites(await Promise.all(asked.map(async satellite => ({ satellite, result: await askFor(satellite, loads) }))))
  return result
}

function isGivenAgain(result: LoadResult, { given }: PluginLoads): boolean {
  if (result === null || result === undefined) return false
  const isKnown = given.has(result)
  given.add(result)
  return isKnown
}

function noteWatched(result: LoadResult, trace: Trace, { facts }: Build): void {
  for (const path of result?.watchFiles ?? []) trace.file(resolve(facts.root, path))
  for (const path of result?.watchDirs ?? []) trace.directory(resolve(facts.root, path))
}

/** What the plugin says now is what esbuild is given when it asks. */
async function askForAll(wanted: readonly Satellite[], loads: PluginLoads, trace: Trace): Promise<SatelliteLoad[]> {
  try {
    const answers = await Promise.all(wanted.map(async satellite => ({ satellite, result: await askFor(satellite, loads) })))
    for (const { satellite, result } of answers) loads.served.set(satelliteKey(satellite), result)
    return answers
  } catch {
    // It fails again, and openly, when esbuild asks.
    trace.refuse('a module that goes with it fails')
    return []
  }
}

/** Asks the plugin for a satellite as esbuild would: the first registration that matches and answers. */
async function askFor(satellite: Satellite, { registrations }: PluginLoads): Promise<LoadResult> {
  const { path, namespace, pluginData } = satellite
  for (const registration of registrations) {
    if (registration.namespace !== '' && registration.namespace !== namespace) continue
    // Not `test`: a global filter would remember where it stopped.
    if (path.search(registration.filter) < 0) continue
    const result = await registration.callback({ path, namespace, suffix: '', pluginData, with: {} })
    if (result !== null && result !== undefined) return result
  }
  return null
}

function replayPrints(effects: readonly Effect[], { facts }: Build): void {
  for (const effect of effects) {
    if (effect.kind !== 'print') throw new TypeError(`esbuild cannot replay ${JSON.stringify(effect.kind)}`)
    facts.print(effect)
  }
}

/** Asks esbuild again what a recorded call asked. */
function checkWith({ build, resolve: ask }: PluginLoads): HostCheck {
  return async ([kind, request]) => {
    if (kind !== 'resolve') return null
    const [path, options] = JSON.parse(build.portable.restore(request)) as [string, Parameters<PluginBuild['resolve']>[1]]
    return resolutionDigest(await ask(path, options), build.portable) ?? digest('not JSON')
  }
}

/** `pluginData` is handed from resolution to load as it is; what is not JSON cannot be part of a key. */
export function hasPlainData(args: OnLoadArgs): boolean {
  return args.pluginData === undefined || isPlain(dehydrate(args.pluginData))
}
