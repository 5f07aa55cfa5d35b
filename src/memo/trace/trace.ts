/**
 * Trace: everything that one call depended on besides its key, and the effects that it had besides its result.
 *
 * A trace is filled while the call runs (by the host's context, by recipes and by the file observer) and sealed after
 * it. Sealing gives the dependencies with their digests, or the reason why the call must not be remembered.
 */
import { dirname, sep } from 'node:path'
import type { Digest } from '../../hash.ts'
import type { ConfigFamily } from '../identity/config-files.ts'
import type { Effect } from './effect.ts'
import { isInKey, isInPackage, isOfPackages, isPackageCode } from './package-paths.ts'
import type { SharedReads } from './shared-reads.ts'

/** Who looks for a file; see `caller.ts`. */
export type Seeker = 'compiler' | 'browsers' | 'anybody'
const asCompiler = (): Seeker => 'compiler'

/** What one call looks for may be what all know: up to so many. */
const MAX_SHARED_PROBES = 256
const MAX_SHARED_RESOLUTIONS = 32

export class Trace {
  readonly files: Set<string> = new Set()
  readonly probes: Set<string> = new Set()
  readonly directories: Set<string> = new Set()
  /** Paths of which it was asked where they lead, with the answer. */
  readonly links: Map<string, string | null> = new Map()
  /** Directories from which configuration was searched upwards, by family. */
  readonly configs: Map<ConfigFamily, string> = new Map()
  /** By name, or what `environment-names.ts` has in its place. */
  readonly env: Map<string, string | null> = new Map()
  readonly resolutions: Map<string, Digest> = new Map()
  readonly inputs: Map<string, Digest> = new Map()
  readonly effects: Effect[] = []
  /** What an earlier call looked at, and when that began. */
  readonly #inherited = new Map<string, number>()
  #refusal: string | null = null
  #foreign: string | null = null
  #hasUnknownHelper = false
  #hasMeasured = false
  #own: string | null = null
  #folder: string | null = null
  #hasReadOwn = false

  #startedWallMs: number

  /** What any call of the site was seen to look at. `null` where a recipe knows the dependencies of each call. */
  readonly #shared: SharedReads | null
  /** The same for variables of the environment, of which no compiler's list tells. */
  readonly #sharedEnv: Map<string, string | null>

  /** The trace of a call that an audit repeats: what it says reaches nobody, and nobody outside of this thread is asked. */
  static muted(startedWallMs: number): Trace {
    return new Trace(startedWallMs, null, new Map(), true)
  }

  readonly isMuted: boolean

  /** @param shared What other calls were seen to look at. */
  constructor(startedWallMs: number, shared: SharedReads | null = null, sharedEnv: Map<string, string | null> = new Map(), isMuted = false) {
    this.#startedWallMs = startedWallMs
    this.#shared = shared
    this.#sharedEnv = sharedEnv
    this.isMuted = isMuted
  }

  /** Milliseconds since the epoch when the call began: what changed later is not believed. */
  get startedWallMs(): number {
    return this.#startedWallMs
  }

  /** Takes into account that the clock may have been set back since: then the call began earlier by the new time. @param elapsedMs Of the monotonic clock. */
  setClock(wallMs: number, elapsedMs: number): void {
    this.#startedWallMs = Math.min(this.#startedWallMs, wallMs - elapsedMs)
  }

  /** The file or module that the call is about: its folder is where configuration is searched from. */
  concerns(id: string): void {
    this.#folder = dirname(id.split('?', 1)[0]!)
  }

  /** The file that the call is about, where the plugin reads it itself: each call reads its own, so it is not shared. */
  about(path: string): void {
    this.#own = path
  }

  /** Whether the call was seen to read the file that it is about. Not every way of reading can be seen. */
  get hasReadOwn(): boolean {
    return this.#hasReadOwn
  }

  /**
   * A file that the call was seen to read without declaring it.
   *
   * @param isLoaded Whether it is read to be run. Code that is read as data is data.
   * @param who Who was seen to read it.
   */
  observed(path: string, isLoaded: () => boolean = () => true, who: () => Seeker = () => 'anybody'): void {
    if (path !== this.#own && isInKey(path, isLoaded)) return
    this.files.add(path)
    if (path === this.#own) this.#hasReadOwn = true
    else if (this.#mayBeKept(path, who, this.#shared?.files)) this.#shared?.files.set(path, this.startedWallMs)
  }

  /** Everything that other calls of the site were seen to look at so far. */
  takeShared(): void {
    if (this.#shared) this.#takeReads(this.#shared)
    for (const [name, value] of this.#sharedEnv) this.#setEnv(name, value)
  }

  #takeReads(shared: SharedReads): void {
    const { probes, links, resolutions, hasMeasured } = shared
    this.#hasMeasured ||= hasMeasured
    this.inherit(shared)
    addMissing(resolutions, this.resolutions)
    // Each module's own lookups become dependencies of all modules: of so many nobody can tell which are kept.
    if (probes.size + links.size > MAX_SHARED_PROBES || resolutions.size > MAX_SHARED_RESOLUTIONS) this.refuse('its calls look for so many files that it cannot be told which of the answers it keeps')
  }

  /** What an earlier call looked at, of whose work this one makes use. */
  inherit({ files, directories, probes, links }: SharedReads): void {
    this.#inherit(files, this.files)
    this.#inherit(directories, this.directories)
    this.#inherit(probes, this.probes)
    addMissing(links, this.links)
  }

  #inherit(looks: ReadonlyMap<string, number>, into: Set<string>): void {
    for (const [path, sinceMs] of looks) {
      if (!into.has(path)) this.#inherited.set(path, sinceMs)
      into.add(path)
    }
  }

  /** Since when `path` must have been as it is: what an earlier call saw may be in a cache ever since. `Infinity`: it counts as it is now. */
  sinceMs(path: string): number {
    const inheritedMs = this.#inherited.get(path) ?? this.startedWallMs
    return inheritedMs === Infinity ? Infinity : Math.min(this.startedWallMs, inheritedMs)
  }

  /** A variable that was read, or looked for in vain. */
  readEnv(name: string, value: string | null): void {
    this.#sharedEnv.set(name, value)
    this.#setEnv(name, value)
  }

  #setEnv(name: string, value: string | null): void {
    const known = this.env.get(name)
    if (known !== undefined && known !== value) this.refuse(`${name} in the environment changed while it ran`)
    this.env.set(name, value)
  }

  /** A file that was read, or looked for in vain. */
  file(path: string): void {
    this.files.add(path)
  }

  /** A path whose existence or kind was asked for. @param who Who was seen to ask. @default what a recipe vouches for */
  probe(path: string, who: () => Seeker = asCompiler): void {
    if (isPackageCode(path)) return
    this.probes.add(path)
    if (this.#mayBeKept(path, who, this.#shared?.probes)) this.#shared?.probes.set(path, this.startedWallMs)
  }

  /** Whether the answer may be kept for other modules: that of a path known to be is, whoever asks for it again. */
  #mayBeKept(path: string, who: () => Seeker, kept: ReadonlyMap<string, unknown> | undefined): boolean {
    if (path === this.#own || kept === undefined) return false
    if (this.#shared?.trustsCompilers === false || kept.has(path)) return true
    const seeker = who()
    return seeker === 'anybody' || (seeker === 'browsers' && !isIn(dirname(path), this.#folder))
  }

  /** Configuration of a family that is searched upwards from `dir`. */
  config(family: ConfigFamily, dir: string): void {
    this.configs.set(family, dir)
  }

  directory(path: string): void {
    this.directories.add(path)
  }

  /** A path of which it was asked where it leads, or whether it is a link. @param who As with `probe`. */
  followed(path: string, target: string | null, who: () => Seeker = asCompiler): void {
    if (isOfPackages(path)) return
    this.links.set(path, target)
    if (this.#mayBeKept(path, who, this.#shared?.links)) this.#shared?.links.set(path, target)
  }

  /** A path of which it was asked what is there, with its size and its times; empty for a file that is open. */
  measured(path: string): void {
    if (isInPackage(path)) return
    this.#hasMeasured = true
    if (this.#shared) this.#shared.hasMeasured = true
  }

  /** Whether it, or a call whose answers it may use, knows the size or the times of a file: only a recipe can tell that they do not matter. */
  get hasMeasured(): boolean {
    return this.#hasMeasured
  }

  /** A directory that the call was seen to list. */
  listed(path: string): void {
    this.directory(path)
    this.#shared?.directories.set(path, this.startedWallMs)
  }

  /** @param isOwn Whether it was asked for the call's own module: then the answer is no other call's. */
  resolved(request: string, answer: Digest, isOwn: boolean): void {
    this.resolutions.set(request, answer)
    if (!isOwn) this.#shared?.resolutions.set(request, answer)
  }

  /** A line written through something other than the context. */
  print(channel: string, method: string, args: readonly unknown[], plain: boolean): void {
    if (plain) this.effects.push({ kind: 'print', channel, method, args })
    else this.refuse(`it printed something through ${channel}.${method} that cannot be stored`)
  }

  /** The call did something that cannot be replayed. The first reason is kept. */
  refuse(reason: string): void {
    this.#refusal ??= reason
  }

  get refusal(): string | null {
    return this.#refusal
  }

  /**
   * The call had something done outside of this thread, where reads cannot be seen. Only a recipe can vouch for that, and
   * only where its compiler did so by itself: a plugin of the compiler that asks git or a server is not what was read.
   *
   * @param byCompiler Whether it was one of the compilers that are known to work like that.
   */
  outsourced(reason: string, byCompiler: boolean = false): void {
    this.#foreign ??= reason
    if (!byCompiler && !this.#hasUnknownHelper) {
      this.#hasUnknownHelper = true
      this.#foreign = reason
    }
  }

  /** Whether only compilers had something done outside, of which their recipes know what they depend on. */
  get isVouchedFor(): boolean {
    return !this.#hasUnknownHelper
  }

  get foreign(): string | null {
    return this.#foreign
  }
}

/** Whether `folder` is `above` or lies below it. */
function isIn(above: string, folder: string | null): boolean {
  return folder !== null && (folder === above || folder.startsWith(above.endsWith(sep) ? above : above + sep))
}

function addMissing<Value>(from: ReadonlyMap<string, Value>, into: Map<string, Value>): void {
  for (const [name, value] of from) if (!into.has(name)) into.set(name, value)
}
