/**
 * @vitejs/plugin-vue (`vite:vue`).
 *
 * State that crosses its modules: a descriptor cache, filled by the transform of the main module and read by the loads
 * and transforms of its `?vue` blocks; where it is empty they parse the raw file again, which is wrong when an earlier
 * plugin changed the code. So a component is one unit: the blocks are keyed with the main module's code, and before a
 * block runs for real after its main module was served, the main module runs for real, too.
 *
 * Types imported by `defineProps` never reach `addWatchFile`, and are read once in a process: the compiler's own
 * list of dependencies is taken, with the files that would shadow them and all that was looked for on the way there
 * (`type-lookups.ts`). Files of global types are asked in their order, each for all names: every component depends on them.
 *
 * The compiler goes on having the types of a file as it first read them, unless a dev server tells it of changes: what it
 * makes of a type file that has changed since is not remembered.
 *
 * In dev, `handleHotUpdate` compares with the descriptor of the file as it was: before it runs, components that were
 * served are run as they were. Output after a hot update depends on the version before it and is not remembered.
 */
import { dirname, resolve } from 'node:path'
import { digest } from '../../hash.ts'
import { fingerprint } from '../record/fingerprint.ts'
import type { Recipe, RecipeInstance, RecipeKit } from '../recipe.ts'
import type { CallInfo, HookRecipe } from '../sites/site.ts'
import { SharedReads } from '../trace/shared-reads.ts'
import type { Trace } from '../trace/trace.ts'
import { withLateOptions } from './late-options.ts'
import { traceTypeShadows } from './probes.ts'
import { TypeLookups, hasLooked } from './type-lookups.ts'
import type { Lookups } from './type-lookups.ts'

/** What the plugin shows of itself. */
export interface VueApi {
  options: Record<string, unknown> & { compiler?: VueCompiler }
}
interface Script {
  readonly content: string
}
type VueCompiler = Record<string, unknown> & { compileScript: (descriptor: { filename: string; scriptSetup?: Script | null }, options: unknown) => { deps?: string[] } }

/** A component whose main module was seen in this process. */
interface Unit {
  codeDigest: string
  /** Set while the plugin itself has not seen it, because it was served. */
  rerun: (() => Promise<unknown>) | null
  /** While the plugin is made to see it, for all that wait for that. Never rejects. */
  underway: Promise<unknown>
  paths: readonly string[]
  /** What was read when it was compiled, such as the includes of a template; `null` while it was not. */
  reads: SharedReads | null
  /** The file as it was on disk when it was served; kept in dev alone. */
  raw: Buffer | null
  /** Whether blocks of it may lie in other files. */
  hasOthers: boolean
}

/** A block that lies in a file of its own. What is within quotes is no end of the tag. */
const BLOCK_ELSEWHERE = /<(?:script|template|style)\b(?:[^>"']|"[^"]*"|'[^']*')*\ssrc\b/

export const vue: Recipe = {
  name: 'vue',
  host: 'rollup-like',
  matches: ({ name }) => name === 'vite:vue',
  create(subject, kit) {
    const api = (subject.plugin as { api?: VueApi }).api
    if (!api?.options) return 'this version of the plugin does not show its options'
    const instance = new VueUnits(api, kit).instance()
    return { ...instance, hooks: onlyComponents(instance.hooks, () => api.options['include']) }
  },
}

/** The components of one plugin, for @vitejs/plugin-vue and what was made after it. */
export class VueUnits {
  readonly #api: VueApi
  readonly #kit: RecipeKit
  #watched: VueCompiler | null = null
  /** Type files as the compiler first read them. */
  readonly #typeDigests = new Map<string, string | null>()
  readonly #units = new Map<string, Unit>()
  readonly #typeFiles = new Map<string, Set<string>>()
  /** By component, what its last compilation looked for. */
  readonly #lookups = new Map<string, Lookups>()
  readonly #typeLookups: TypeLookups
  readonly #hot = new Set<string>()

  constructor(api: VueApi, kit: RecipeKit) {
    this.#api = api
    this.#kit = kit
    this.#typeLookups = new TypeLookups(kit)
    this.#watchCompiler()
  }

  instance(): RecipeInstance {
    return {
      hooks: withLateOptions({ transform: this.#transform(), load: this.#load() }, () => this.#options(), this.#kit),
      options: this.#options(),
      optionsComplete: true,
      readsExposed: false,
      // Functions, such as `isCustomElement`, may read a file once, for all components.
      knowsDependencies: fingerprint(this.#options()).complete,
      relocatable: true,
      before: { handleHotUpdate: context => this.#beforeHotUpdate((context as { file: string }).file) },
    }
  }

  #options(): unknown {
    const { compiler: _compiler, devServer: _devServer, root: _root, ...options } = this.#api.options
    return { ...options, oxc: this.#kit.config['oxc'], server: this.#kit.command === 'dev' ? this.#ofServer() : null }
  }

  /** What the plugin takes from the configuration of a dev server: how assets are addressed, and whether components accept updates. */
  #ofServer(): unknown {
    const { base, esbuild, server } = this.#kit.config
    const { origin, hmr } = (server ?? {}) as { origin?: unknown; hmr?: unknown }
    return { base, esbuild, origin, acceptsUpdates: hmr !== false }
  }

  /** The compiler is an option of the plugin, so a wrapped one is as good as any. Some plugins find theirs only when a build starts. */
  #watchCompiler(): void {
    const { compiler } = this.#api.options
    if (!compiler || compiler === this.#watched) return
    this.#watched = {
      ...compiler,
      compileScript: (descriptor, options) => {
        try {
          const script = compiler.compileScript(descriptor, options)
          this.#typeFiles.set(descriptor.filename, new Set(script.deps ?? []))
          return script
        } finally {
          this.#seeLookups(descriptor.filename, MAY_USE_TYPES.test(descriptor.scriptSetup?.content ?? ''))
        }
      },
    }
    this.#api.options = { ...this.#api.options, compiler: this.#watched }
  }

  /** Also of a compilation that failed: what it was answered is kept all the same. Never throws: it is the compiler's own call that goes on here. */
  #seeLookups(filename: string, mayUseTypes: boolean): void {
    try {
      const trace = this.#kit.activeTrace()
      if (trace) this.#lookups.set(filename, this.#typeLookups.take(trace, filename))
      else if (mayUseTypes) this.#typeLookups.miss()
    } catch {
      // What it looked for is unknown, so nothing that may use types is remembered.
      this.#typeLookups.miss()
    }
  }

  #transform(): HookRecipe {
    return {
      admit: call => this.#admit(call),
      inputs: call => {
        const request = parseRequest(call.id)
        if (request.isMain) {
          this.#seeMain(request.filename, call)
          return {}
        }
        return this.#unitInputs(request.filename)
      },
      served: (call, paths, rerun) => {
        const request = parseRequest(call.id)
        const unit = this.#units.get(request.filename)
        if (!request.isMain || !unit) return
        unit.rerun = rerun
        unit.paths = paths
        unit.raw = this.#kit.command === 'dev' ? this.#kit.vfs.readNow(request.filename) : null
      },
      prepare: call => this.#prepare(call),
      observe: (call, trace) => this.#observe(call, trace),
    }
  }

  #load(): HookRecipe {
    return {
      admit: call => (call.id.startsWith('\0') ? 'a constant' : this.#admit(call)),
      inputs: call => this.#unitInputs(parseRequest(call.id).filename),
      prepare: call => this.#prepare(call),
      observe: (call, trace) => this.#observe(call, trace),
    }
  }

  #observe(call: CallInfo, trace: Trace): void {
    const { filename, query, isMain } = parseRequest(call.id)
    // Styles and custom blocks are given as they are written; script, template and the main module are compiled, with types.
    const isCompiled = !query.has('vue') || query.get('type') === 'script' || query.get('type') === 'template'
    if (isCompiled) this.#shareReads(filename, isMain, trace)
    if (isCompiled) this.#traceTypes(filename, trace)
    trace.config('tsconfig', dirname(filename))
    // Its own file is an input already; in dev the plugin reads it once more, for hot updates alone.
    trace.files.delete(filename)
    trace.probes.delete(filename)
  }

  /** Blocks are given what was compiled with their component: what that read (a preprocessor's includes) they are made of as well. */
  #shareReads(filename: string, isMain: boolean, trace: Trace): void {
    const unit = this.#units.get(filename)
    if (!unit) return
    if (isMain) (unit.reads = new SharedReads()).take(trace)
    else if (unit.reads) trace.inherit(unit.reads)
    // It was served: these are the files of its memo.
    else for (const path of unit.paths) trace.file(path)
  }

  #traceTypes(filename: string, trace: Trace): void {
    const files = this.#typeFiles.get(filename) ?? new Set()
    for (const file of [...files, ...this.#globalTypeFiles()]) {
      trace.file(file)
      if (files.has(file)) traceTypeShadows(file, trace)
      if (this.#hasChanged(file)) trace.refuse(`the compiler still has the types of ${file} as they were`)
    }
    const lookups = this.#lookups.get(filename)
    if (lookups && (files.size > 0 || hasLooked(lookups))) this.#typeLookups.add(trace, lookups)
  }

  #globalTypeFiles(): string[] {
    const script = this.#api.options['script'] as { globalTypeFiles?: unknown } | undefined
    return Array.isArray(script?.globalTypeFiles) ? script.globalTypeFiles.map(file => resolve(String(file))) : []
  }

  #hasChanged(file: string): boolean {
    const digest = this.#kit.vfs.digest(file)
    if (!this.#typeDigests.has(file)) this.#typeDigests.set(file, digest)
    return this.#typeDigests.get(file) !== digest
  }

  #admit(call: CallInfo): string | null {
    const { filename, query } = parseRequest(call.id)
    if (query.has('src')) return 'blocks from other files are cached under another name'
    return this.#hot.has(filename) ? 'after a hot update its output depends on the version before' : null
  }

  #unitInputs(filename: string): Readonly<Record<string, string>> | null {
    const unit = this.#units.get(filename)
    return unit ? { component: unit.codeDigest } : null
  }

  #seeMain(filename: string, call: CallInfo): void {
    const codeDigest = digest(call.inputs['code'] ?? '')
    const known = this.#units.get(filename)
    if (known?.codeDigest === codeDigest) return
    this.#units.set(filename, { codeDigest, rerun: null, underway: Promise.resolve(), paths: [], reads: null, raw: null, hasOthers: BLOCK_ELSEWHERE.test(call.inputs['code'] ?? '') })
  }

  #prepare(call: CallInfo): Promise<void> | undefined {
    this.#watchCompiler()
    const request = parseRequest(call.id)
    return request.query.has('src') ? this.#bringUpOwners().then(() => this.#prepareUnit(request)) : this.#prepareUnit(request)
  }

  /** @returns Nothing where there is nothing to wait for. */
  #prepareUnit({ filename, isMain }: Request): Promise<void> | undefined {
    const unit = this.#units.get(filename)
    if (!unit) return undefined
    if (!isMain) return this.#bringUp(filename, unit)
    unit.rerun = null
    return undefined
  }

  /** A block in a file of its own does not say whose it is, and its component tells the plugin what becomes of it. */
  async #bringUpOwners(): Promise<void> {
    for (const [filename, unit] of this.#units) if (unit.hasOthers) await this.#bringUp(filename, unit)
  }

  /** Lets the plugin see a component that was served. Whatever fails here fails again, and openly, where it is used. */
  async #bringUp(filename: string, unit: Unit): Promise<void> {
    const { rerun, raw } = unit
    if (!rerun) return void await unit.underway
    unit.rerun = null
    const seeing = raw === null ? rerun() : this.#kit.withFiles(new Map([[filename, raw]]), rerun)
    unit.underway = seeing.catch(() => undefined)
    await seeing
  }

  async #beforeHotUpdate(file: string): Promise<void> {
    for (const [filename, unit] of this.#units) {
      const dependsOnIt = filename === file || unit.paths.includes(file) || this.#typeFiles.get(filename)?.has(file)
      if (!dependsOnIt) continue
      await this.#bringUp(filename, unit)
      this.#hot.add(filename)
    }
  }
}

/** Where types are imported, or may be global. */
const MAY_USE_TYPES = /\bdefine(?:Props|Emits|Slots|Model)\s*</

/** What `include` is where the user says nothing. */
const DEFAULT_INCLUDE = String(/\.vue$/)

/** Other modules are left alone, of which a plugin without a filter that the bundler applies is asked as well. @param include As it is now: others may set it. */
export function onlyComponents(hooks: RecipeInstance['hooks'], include: () => unknown): RecipeInstance['hooks'] {
  const concerns = (id: string): boolean => String(include() ?? DEFAULT_INCLUDE) !== DEFAULT_INCLUDE || isComponent(id)
  return Object.fromEntries(Object.entries(hooks).map(([hook, recipe]) => [hook, { ...recipe, concerns }]))
}

/** The plugin has constants of its own, too, whose names begin with NUL. */
function isComponent(id: string): boolean {
  if (id.startsWith('\0')) return false
  if (!id.includes('?')) return id.endsWith('.vue')
  const { filename, query } = parseRequest(id)
  return filename.endsWith('.vue') || query.has('vue')
}

interface Request {
  readonly filename: string
  readonly query: Pick<URLSearchParams, 'has' | 'get'>
  /** The component itself. */
  readonly isMain: boolean
}

const NO_QUERY: Request['query'] = new URLSearchParams()

/** A module's file and what its query asks of it. */
export function parseRequest(id: string): Request {
  const at = id.indexOf('?')
  if (at < 0) return { filename: id, query: NO_QUERY, isMain: true }
  const filename = id.slice(0, at)
  const query = new URLSearchParams(id.slice(at + 1))
  return { filename, query, isMain: !query.has('vue') && !query.has('raw') && !query.has('url') }
}
