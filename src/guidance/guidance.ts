/**
 * GuidanceSystem: the analysis of a build's own modules, beside the build.
 *
 * The host tells which modules the bundler loaded (`modules`) and what became of them (`chunks`); `finish` yields the
 * report. Facts of the last build come from the store and are brought up to date in another thread while the bundler
 * works; the main thread only hands over names. Whatever fails here costs the report its part about the code, and no build.
 */
import { isAbsolute, join, relative, sep } from 'node:path'
import { ANALYZER_VERSION } from '../analysis/version.ts'
import { packageFolderOf } from '../analysis/project/packages.ts'
import type { ProjectReport } from '../analysis/project/project-report.ts'
import { digestParts, keyOfParts } from '../hash.ts'
import type { Store } from '../store/store.ts'
import { Crew, workerScript } from './crew.ts'
import { lastBuildFolder } from './last-build.ts'
import type { AnalysisSettings } from './settings.ts'
import { PACK_VERSION } from './pack.ts'
import type { BuiltFacts, JobSettings } from './protocol.ts'

export interface GuidanceParts {
  readonly options: { readonly analysis: AnalysisSettings | null; readonly cacheDir: string }
  /** `root` is absolute. */
  readonly facts: { readonly root: string; readonly bundler: { readonly name: string }; readonly command: 'build' | 'watch' | 'dev'; readonly mode: string }
  readonly workspaceRoot: string
  readonly version: string
  readonly store: Pick<Store, 'get' | 'put'>
  readonly onFault: (message: string) => void
  /** How long the end of the build waits for modules that were never analysed, milliseconds. @default a share of the build */
  readonly waitMs?: number
  /** @default the thread's script, where it is built */
  readonly script?: string | null
}

/** What the bundler made of the modules it loaded. Ids are the bundler's own, of all modules. */
export interface BuiltOutput {
  readonly chunks: readonly BuiltChunk[]
  readonly entries: readonly string[]
  /** What the bundler resolved the imports of a module to; empty where it does not say. */
  readonly importsOf: (id: string) => readonly string[]
  /** Variables that it replaced by values. */
  readonly exposed: readonly (readonly [name: string, value: string | null])[]
  /** Engines that it builds for, as `chrome111`. */
  readonly target: readonly string[]
}

export interface BuiltChunk {
  readonly name: string
  /** For browsers; null: not known. */
  readonly isClient: boolean | null
  readonly modules: readonly (readonly [id: string, bytes: number])[]
}

/** Of the time that a build has taken when it waits for what is not analysed yet; and what is always given. */
const WAIT_RATIO = 0.08
const MIN_WAIT_MS = 1000

const SOURCE = /\.(?:[cm]?[jt]sx?|vue|svelte|mdx|astro)$/
const DECLARATION = /\.d\.[cm]?ts$/

export class Guidance {
  readonly #parts: GuidanceParts
  /** Null: off. A server's modules come and go with its pages, and are none of a build. */
  readonly #settings: AnalysisSettings | null
  readonly #root: string
  /** What never mixes. Nothing of it is an absolute path, so that facts are good in another checkout. */
  readonly #stratum: readonly string[]
  readonly #crew: Crew
  /** The bundler's id of each own module, by ours. */
  #ids = new Map<string, string>()
  #outputs: BuiltOutput[] = []
  readonly #buildMs = new Map<string, number>()
  #unclear: Promise<readonly string[]> | null = null
  #isOpen = false
  #beganMs = 0

  constructor(parts: GuidanceParts) {
    const { options, facts: { root, bundler, command, mode }, workspaceRoot } = parts
    this.#parts = parts
    this.#settings = command === 'dev' ? null : options.analysis
    this.#root = root
    this.#stratum = [relative(workspaceRoot, root), bundler.name, mode]
    this.#crew = new Crew({
      script: parts.script === undefined ? workerScript() : parts.script,
      onDeath: (reason, suspect) => parts.onFault(`the thread that analyses the code ended${suspect === '' ? '' : ` while it was at ${suspect}`} (${reason}).`),
    })
  }

  /** A build or a rebuild begins. */
  begin(): void {
    if (this.#settings === null) return
    this.#ids = new Map()
    this.#outputs = []
    this.#unclear = null
    this.#isOpen = true
    this.#beganMs = performance.now()
    this.#crew.hurry(false)
    this.#guard(this.#crew.ask({ kind: 'open', settings: this.#jobSettings(this.#settings), pack: this.#lastPack() }))
  }

  /** Modules that the bundler loaded. May be called again with more. */
  modules(ids: Iterable<string>): void {
    if (this.#settings === null) return
    if (!this.#isOpen) this.begin()
    const fresh: string[] = []
    for (const id of ids) {
      const own = this.#ownId(id)
      if (own === null) continue
      if (!this.#ids.has(own)) fresh.push(own)
      // A component's blocks are modules as well; the module itself knows what it imports.
      if (!this.#ids.has(own) || withoutQuery(id) === id) this.#ids.set(own, id)
    }
    this.#unclear = this.#crew.ask({ kind: 'analyse', ids: fresh })
    this.#guard(this.#unclear)
  }

  chunks(output: BuiltOutput): void {
    this.#outputs.push(output)
  }

  /** A look at the bundler's own objects, for the report alone: what it throws is a fault of ours. */
  beside(what: string, look: () => void): void {
    if (this.#settings === null) return
    try {
      look()
    } catch (error) {
      this.#parts.onFault(`${what} (${error instanceof Error ? error.message : String(error)}).`)
    }
  }

  /** What a call for a module cost, milliseconds. */
  cost(id: string, ms: number): void {
    if (ms >= 1) this.#buildMs.set(id, (this.#buildMs.get(id) ?? 0) + ms)
  }

  /** @returns Null when it is off, when there is nothing to say, and after a fault, which has been told. */
  async finish(): Promise<ProjectReport | null> {
    if (this.#unclear === null) return null
    this.#crew.hold(true)
    const patience = this.#lessPatient()
    try {
      const unclear = await this.#unclear
      const { report, pack } = await this.#crew.ask({ kind: 'join', built: this.#built(unclear) })
      if (pack !== null) this.#parts.store.put(this.#key(), pack)
      return report
    } catch (error) {
      this.#parts.onFault(`the code could not be analysed (${error instanceof Error ? error.message : String(error)}).`)
      return null
    } finally {
      clearTimeout(patience)
      this.#isOpen = false
      this.#unclear = null
      this.#crew.hold(false)
    }
  }

  /** Nobody waits long for what was never analysed: it is left for the next build. Limits that may fail a build want all of it. */
  #lessPatient(): NodeJS.Timeout | undefined {
    if (Object.keys(this.#settings?.gates.fail ?? {}).length > 0) return undefined
    const waitMs = this.#parts.waitMs ?? Math.max(MIN_WAIT_MS, WAIT_RATIO * (performance.now() - this.#beganMs))
    return setTimeout(() => this.#crew.hurry(true), waitMs)
  }

  close(): Promise<void> {
    return this.#crew.close()
  }

  /** What is asked for without waiting is waited for in `finish`, which tells what went wrong. */
  #guard(asked: Promise<unknown>): void {
    asked.catch(() => undefined)
  }

  #jobSettings({ ruleFiles, rules, gates, baselineFile }: AnalysisSettings): JobSettings {
    const name = digestParts([this.#root, ...this.#stratum]).slice(0, 16)
    return { root: this.#root, ruleFiles, rules: [...rules], gates, baselineFile, reportFile: join(lastBuildFolder(this.#parts.options.cacheDir), `${name}.json`), suspects: [] }
  }

  #key(): Buffer {
    return keyOfParts(['analysis', String(PACK_VERSION), String(ANALYZER_VERSION), this.#parts.version, this.#settings?.rulesDigest ?? '', ...this.#stratum])
  }

  #lastPack(): Uint8Array | null {
    for (const read of this.#parts.store.get(this.#key())) if (read.status === 'ok') return read.value
    return null
  }

  /** Our name of an own module: its path below the root. Null for what is virtual, a dependency's, or no source. */
  #ownId(id: string): string | null {
    const path = withoutQuery(id)
    if (!isAbsolute(path) || !SOURCE.test(path) || DECLARATION.test(path)) return null
    if (this.#settings?.includeDependencies === false && /[\\/]node_modules[\\/]/.test(path)) return null
    return this.#relative(path)
  }

  #relative(path: string): string {
    const root = this.#root
    // Most modules lie below the root, and there `relative` is a slow way to cut it off.
    const below = path.startsWith(root) && path[root.length] === sep ? path.slice(root.length + 1) : relative(root, path)
    return sep === '/' ? below : below.replaceAll(sep, '/')
  }

  #built(unclear: readonly string[]): BuiltFacts {
    return {
      ...this.#weighed(),
      edges: unclear.map(id => [id, this.#importsOf(id)]),
      entries: this.#ownIds(this.#outputs.flatMap(({ entries }) => entries)),
      exposed: this.#outputs.flatMap(({ exposed }) => exposed), target: this.#outputs[0]?.target ?? [],
      buildMs: [...this.#buildMs].flatMap(([id, ms]) => this.#ownIds([id]).map((own): [string, number] => [own, ms])),
    }
  }

  /** Bytes of modules and of packages in the chunks, and the first chunk that ships each module to a browser. */
  #weighed(): Pick<BuiltFacts, 'bytes' | 'packages' | 'clientChunkOf'> {
    const bytes = new Map<string, number>()
    const packages = new Map<string, number>()
    const clientChunkOf = new Map<string, string>()
    for (const { name, isClient, modules } of this.#outputs.flatMap(({ chunks }) => chunks)) {
      for (const [id, size] of modules) {
        const copy = packageFolderOf(withoutQuery(id).replaceAll('\\', '/'))
        if (copy !== null) add(packages, this.#relative(copy.folder), size)
        const own = this.#ownId(id)
        if (own === null) continue
        add(bytes, own, size)
        if (isClient === true && size > 0 && !clientChunkOf.has(own)) clientChunkOf.set(own, name)
      }
    }
    return { bytes: [...bytes], packages: [...packages], clientChunkOf: [...clientChunkOf] }
  }

  #importsOf(id: string): string[] {
    return this.#ownIds(this.#outputs.flatMap(({ importsOf }) => importsOf(this.#ids.get(id) ?? id)))
  }

  #ownIds(ids: readonly string[]): string[] {
    return [...new Set(ids)].flatMap(id => this.#ownId(id) ?? [])
  }
}

function add(sums: Map<string, number>, key: string, size: number): void {
  sums.set(key, (sums.get(key) ?? 0) + size)
}

function withoutQuery(id: string): string {
  const at = id.search(/[?#\0]/)
  return at < 0 ? id : id.slice(0, at)
}
