/**
 * esbuild-sass-plugin (`sass-plugin`).
 *
 * State that crosses its modules: with a `transform`, the CSS lies in a table from which a second load answers, in a
 * namespace of the plugin's own; it is stored with the style sheet that gave it. Its own cache knows only the greatest
 * modification time of what was loaded, and may answer with what an older content gave: a call in which it did not read its
 * file is not remembered.
 *
 * It resolves imports itself, so that its probes and reads are seen, in the embedded compiler too (`SassCompilers`). What it
 * does not find there is looked for by the compiler in the load paths, which is added, and by Node among the packages, which
 * the lockfile stands for.
 * With a `transform`, other tools run in the call: what any of them read counts for all later calls, and one that lists
 * directories (it scans the project) makes the plugin one that is not remembered.
 *
 * Its options lie in a closure, so the whole configuration is part of the key.
 */
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'
import { MissingPaths } from '../trace/missing-paths.ts'
import type { Recipe, RecipeInstance, RecipeKit } from '../recipe.ts'
import type { CallInfo, Satellite } from '../sites/site.ts'
import type { Trace } from '../trace/trace.ts'
import { isStyleSheet, sassForms, styleImports } from './probes.ts'
import { SassCompilers } from './sass-compilers.ts'
import type { Compilation } from './sass-compilers.ts'

const CHUNK_IMPORT = /^import '(css-chunk[^'\n]*)';/
const CHUNK_LOAD = 'onLoad esbuild-sass-plugin'
/** Printed by the compiler at a time that belongs to no call. */
const DEBUG_RULE = /@debug\b/

export const esbuildSass: Recipe = {
  name: 'esbuild-sass',
  host: 'esbuild',
  matches: ({ name }) => name === 'sass-plugin',
  create: (subject, kit) => new SassPlugin(subject.hooks, kit),
}

class SassPlugin implements RecipeInstance {
  readonly options: null = null
  readonly optionsComplete: false = false
  readonly readsExposed: false = false
  readonly hooks: RecipeInstance['hooks']
  readonly before: NonNullable<RecipeInstance['before']>
  /** Filled while the plugin is set up. */
  readonly #registered: readonly string[]
  readonly #kit: RecipeKit
  readonly #compilers: SassCompilers
  readonly #sheets: SheetTexts
  readonly #missing: MissingPaths
  readonly #candidatesOf = new Map<string, readonly string[]>()
  #candidatesEpoch = -1
  #isDeaf = false
  #scans = false

  constructor(registered: readonly string[], kit: RecipeKit) {
    this.#registered = registered
    this.#kit = kit
    this.#compilers = new SassCompilers(kit.activeTrace)
    this.#sheets = new SheetTexts(kit.vfs)
    this.#missing = new MissingPaths(kit.vfs)
    this.hooks = {
      onLoad: {
        inputs: () => ({ chunks: this.#chunkNamespace ?? '' }),
        satellites: (call, code) => this.#satellites(call, code),
        observe: (_call, trace) => this.#observe(trace),
      },
    }
    // It registers this for the embedded compiler, in between making it and taking its function.
    this.before = {
      onDispose: () => {
        this.#isDeaf = !this.#compilers.listen()
      },
    }
  }

  get knowsDependencies(): boolean {
    return !this.#hasTransform
  }

  /** Tools in a transform may hash absolute paths. */
  get relocatable(): boolean {
    return !this.#hasTransform
  }

  /** `undefined` without a transform. */
  get #chunkNamespace(): string | undefined {
    return this.#registered.find(hook => hook.startsWith(CHUNK_LOAD))?.slice('onLoad '.length)
  }

  get #hasTransform(): boolean {
    return this.#chunkNamespace !== undefined
  }

  #satellites({ id }: CallInfo, code: string): Satellite[] {
    const namespace = this.#chunkNamespace
    const path = namespace === undefined ? undefined : CHUNK_IMPORT.exec(code)?.[1]
    return path === undefined || namespace === undefined ? [] : [{ path, namespace, pluginData: { resolveDir: dirname(id) } }]
  }

  #observe(trace: Trace): void {
    this.#scans ||= this.#hasTransform && trace.directories.size > 0
    const compilation = this.#compilers.compilationOf(trace)
    const sheets = [...trace.files].filter(isStyleSheet)
    const objection = this.#objectionTo(trace, compilation, sheets)
    if (objection !== null) trace.refuse(objection)
    if (compilation && compilation.unknownUrls.size > 0) {
      const unknown = new Set([...compilation.unknownUrls].map(url => (url.startsWith('file:') ? fileURLToPath(url) : url)))
      for (const path of sheets) this.#traceLoadPaths(path, compilation, unknown, trace)
    }
    this.#joinMissing(trace)
  }

  #joinMissing({ probes }: Trace): void {
    for (const path of [...probes]) {
      const nearest = this.#missing.nearest(path)
      // What is below a directory that is missing is missing itself.
      if (nearest === path) continue
      probes.delete(path)
      probes.add(nearest)
    }
  }

  #objectionTo(trace: Trace, compilation: Compilation | undefined, sheets: readonly string[]): string | null {
    if (this.#scans) return 'its transform scans directories'
    if (this.#isDeaf || (trace.foreign !== null && !compilation)) return 'it runs a Sass compiler that cannot be listened to'
    if (!trace.hasReadOwn) return 'it answered from a cache of its own'
    return sheets.some(path => this.#sheets.of(path).debugs) ? '@debug prints' : null
  }

  /** What no importer knew was looked for in one load path after the other, in all its forms. */
  #traceLoadPaths(sheet: string, { loadPaths }: Compilation, unknown: ReadonlySet<string>, trace: Trace): void {
    for (const [specifier, beside] of this.#sheets.of(sheet).imports) {
      if (!unknown.has(specifier) && !unknown.has(beside)) continue
      for (const path of this.#candidates(specifier, loadPaths)) trace.probes.add(path)
    }
  }

  /** Every file that a path may mean in the load paths, up to the first load path in which there is one. */
  #candidates(specifier: string, loadPaths: readonly string[]): readonly string[] {
    const { vfs } = this.#kit
    if (this.#candidatesEpoch !== vfs.epoch) this.#candidatesOf.clear()
    this.#candidatesEpoch = vfs.epoch
    const key = [specifier, ...loadPaths].join('\0')
    const known = this.#candidatesOf.get(key)
    if (known) return known
    const candidates: string[] = []
    for (const base of loadPaths) {
      const forms = sassForms(resolve(base, specifier))
      candidates.push(...forms)
      if (forms.some(form => vfs.kind(form) === 'file')) break
    }
    this.#candidatesOf.set(key, candidates)
    return candidates
  }
}

interface Sheet {
  /** As written, and as a path beside the sheet. */
  readonly imports: readonly (readonly [specifier: string, beside: string])[]
  readonly debugs: boolean
}

/** What style sheets say, each looked at once. */
class SheetTexts {
  readonly #vfs: VirtualFileSystem
  readonly #known = new Map<string, Sheet>()

  constructor(vfs: VirtualFileSystem) {
    this.#vfs = vfs
  }

  of(path: string): Sheet {
    const key = `${this.#vfs.digest(path) ?? 'absent'} ${path}`
    const known = this.#known.get(key)
    if (known) return known
    const text = this.#vfs.read(path)?.toString('utf8') ?? ''
    const imports = styleImports(text).map(specifier => [specifier, resolve(dirname(path), specifier)] as const)
    const sheet = { imports, debugs: DEBUG_RULE.test(text) }
    this.#known.set(key, sheet)
    return sheet
  }
}
