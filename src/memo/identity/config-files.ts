/**
 * Configuration that compilers search upwards from each file (`.babelrc`, `postcss.config`, `tsconfig.json`), as one digest
 * for a directory: which of the known names exist there and above it, and what they hold.
 *
 * One dependency then stands for all those lookups, the failing ones included, which compilers make once for a directory
 * and answer from a cache for every other file in it.
 */
import { basename, dirname, join, resolve } from 'node:path'
import { digestParts } from '../../hash.ts'
import type { Digest } from '../../hash.ts'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'
import { packageParts, walkConfigGraph } from './config-graph.ts'
import { describeManifest, filesNamedInManifest } from './config-manifest.ts'
import { extendedBy } from './extended-configs.ts'
import { browserListsNamedIn } from './named-packages.ts'
import { Readings } from './readings.ts'

const SCRIPT_EXTENSIONS = ['.js', '.cjs', '.mjs', '.ts', '.cts', '.mts']
const DATA_EXTENSIONS = ['', '.json', '.yaml', '.yml']
const BROWSERS = ['.browserslistrc', 'browserslist', 'package.json']

const FAMILIES: Readonly<Record<ConfigFamily, readonly string[]>> = {
  babel: [...['.babelrc', 'babel.config'].flatMap(stem => [...SCRIPT_EXTENSIONS, '.json'].map(extension => stem + extension)), '.babelrc', '.babelignore', ...BROWSERS],
  postcss: [...SCRIPT_EXTENSIONS.flatMap(extension => [`.postcssrc${extension}`, `postcss.config${extension}`]), ...DATA_EXTENSIONS.map(extension => `.postcssrc${extension}`), ...BROWSERS],
  tsconfig: ['tsconfig.json', 'jsconfig.json'],
  native: ['.swcrc'],
  svgr: [
    ...['.svgrrc', '.config/svgrrc', '.svgorc', '.svgo', '.prettierrc', '.config'].flatMap(stem => [...DATA_EXTENSIONS, '.json5', '.toml', ...SCRIPT_EXTENSIONS].map(extension => stem + extension)),
    ...['svgr.config', 'svgo.config', 'prettier.config'].flatMap(stem => SCRIPT_EXTENSIONS.map(extension => stem + extension)),
    '.editorconfig', 'package.yaml', ...BROWSERS,
  ],
}

/** `native`: what compilers in native code look for, of which no call is seen to read anything. */
export type ConfigFamily = 'babel' | 'postcss' | 'tsconfig' | 'svgr' | 'native'

/** Families whose configuration may be a program, or name some. It is loaded by `import()`, of which nobody tells, and once in a process. */
const MADE_OF_MODULES: ReadonlySet<ConfigFamily> = new Set(['babel', 'postcss', 'svgr'])
/** For more names than these a directory is listed: to list it takes longer than to ask for each of so few. */
const MAX_SINGLE_NAMES = 2
const EXTENDING = /config\.json$|\.babelrc(?:\.json)?$/

interface Manifest {
  /** `null` where all of it counts. */
  readonly described: string | null
  /** Files, as it writes them. */
  readonly named: readonly string[]
}

export class ConfigFiles {
  readonly #vfs: VirtualFileSystem
  readonly #top: string
  /** Directories that are listed in any case. */
  readonly #looked = new Set<string>()
  readonly #further = new Map<string, { readonly epoch: number; readonly files: readonly string[] }>()
  readonly #digests = new Map<string, { readonly epoch: number; readonly digest: Digest }>()
  /** Since when what `digest` says was so, as asked in a batch. */
  readonly #stable = new Map<string, { readonly epoch: number; readonly batch: number | null; readonly sinceMs: number }>()
  readonly #extends: Readings<readonly string[]>
  readonly #browserLists: Readings<readonly string[]>
  readonly #manifests: Readings<(family: ConfigFamily) => Manifest>

  /** @param top The search ends here (or at the root of the file system, for directories elsewhere). */
  constructor(vfs: VirtualFileSystem, top: string) {
    this.#vfs = vfs
    this.#top = top
    this.#extends = new Readings(vfs, extendedBy)
    this.#browserLists = new Readings(vfs, browserListsNamedIn)
    this.#manifests = new Readings(vfs, (_path, text) => manifestsOf(text))
  }

  /**
   * Looks at `dir` and the directories above it now: what comes there later, such as the output of the build, is then told
   * apart from configuration that came while a call ran.
   */
  look(dir: string): void {
    this.#looked.add(dir)
    this.#vfs.lacks(dir, 'package.json')
    const above = this.#above(dir)
    if (above !== null) this.look(above)
  }

  digest(family: ConfigFamily, dir: string): Digest {
    const key = `${family}\0${dir}`
    const known = this.#digests.get(key)
    if (known && known.epoch === this.#vfs.epoch) return known.digest
    const outer = this.#above(dir)
    const above = outer === null ? 'top' : this.digest(family, outer)
    const found = FAMILIES[family].flatMap(name => (this.#lacks(family, dir, name) ? [] : this.#describe(join(dir, name), family)))
    // A directory without any is like the one above it: the digest says what applies, not where it was looked for.
    const digest = found.length === 0 ? above : digestParts([above, ...found])
    this.#digests.set(key, { epoch: this.#vfs.epoch, digest })
    return digest
  }

  /** Whether what `digest` says was true all through a call that began at `startedWallMs`. */
  wereStableSince(family: ConfigFamily, dir: string, startedWallMs: number): boolean {
    const { epoch, batch } = this.#vfs
    const key = `${family}\0${dir}`
    const known = this.#stable.get(key)
    // All calls of a batch had ended when this was asked: what was so since an earlier one began was so for each later one.
    if (batch !== null && known?.batch === batch && known.epoch === epoch && known.sinceMs <= startedWallMs) return true
    const above = this.#above(dir)
    const isStable = this.#wereStableHere(family, dir, startedWallMs) && (above === null || this.wereStableSince(family, above, startedWallMs))
    if (isStable) this.#stable.set(key, { epoch, batch, sinceMs: startedWallMs })
    return isStable
  }

  #wereStableHere(family: ConfigFamily, dir: string, startedWallMs: number): boolean {
    return FAMILIES[family].every(name => (
      this.#lacks(family, dir, name)
        ? this.#wasLackingSince(family, dir, name, startedWallMs)
        : [join(dir, name), ...this.#furtherFiles(join(dir, name), family)].every(path => this.#vfs.wasStableSince(path, startedWallMs))
    ))
  }

  /** Where the search goes on; `null` where it ends. */
  #above(dir: string): string | null {
    return dir === this.#top || dirname(dir) === dir ? null : dirname(dir)
  }

  #isAskedForEach(family: ConfigFamily, dir: string): boolean {
    return FAMILIES[family].length <= MAX_SINGLE_NAMES && !this.#looked.has(dir)
  }

  /** @param name May be one in a folder of `dir`. */
  #lacks(family: ConfigFamily, dir: string, name: string): boolean {
    if (this.#isAskedForEach(family, dir)) return this.#vfs.kind(join(dir, name)) === 'absent'
    return name.includes('/') ? this.#vfs.lacks(join(dir, dirname(name)), basename(name)) : this.#vfs.lacks(dir, name)
  }

  #wasLackingSince(family: ConfigFamily, dir: string, name: string, startedWallMs: number): boolean {
    if (this.#isAskedForEach(family, dir)) return this.#vfs.kindWasStableSince(join(dir, name), startedWallMs)
    return name.includes('/') ? this.#vfs.wasLackingSince(join(dir, dirname(name)), basename(name), startedWallMs) : this.#vfs.wasLackingSince(dir, name, startedWallMs)
  }

  #describe(path: string, family: ConfigFamily): string[] {
    const content = this.#vfs.digest(path)
    if (content === null) return []
    const own = basename(path) === 'package.json' ? `/package.json\0${this.#manifests.of(path)(family).described ?? content}` : `/${basename(path)}\0${content}`
    return [own, ...this.#furtherFiles(path, family).map(file => String(this.#vfs.digest(file))), ...this.#packagesListing(path)]
  }

  /** No lockfile tells of a package that was patched in place, and whoever reads a list of browsers keeps it for all modules. */
  #packagesListing(path: string): string[] {
    if (!BROWSERS.includes(basename(path))) return []
    return packageParts(this.#browserLists.of(path), dirname(path), this.#vfs).map(part => part.digest)
  }

  /** What a configuration is made of besides its own file, as far as it is the project's: what it extends, imports, reads or names. Found once an epoch. */
  #furtherFiles(path: string, family: ConfigFamily): readonly string[] {
    const key = `${family}\0${path}\0${this.#vfs.digest(path)}`
    const known = this.#further.get(key)
    if (known && known.epoch === this.#vfs.epoch) return known.files
    const files = basename(path) === 'package.json' ? this.#filesNamedInManifest(path, family) : this.#filesMentioned(path, family)
    this.#further.set(key, { epoch: this.#vfs.epoch, files })
    return files
  }

  #filesMentioned(path: string, family: ConfigFamily): readonly string[] {
    const imported = MADE_OF_MODULES.has(family) ? walkConfigGraph([path], this.#vfs, { packages: false }).files.map(file => file.path) : []
    return [...new Set([...EXTENDING.test(path) ? this.#extended(path, new Set()) : [], ...imported])].filter(file => file !== path).sort()
  }

  #filesNamedInManifest(path: string, family: ConfigFamily): readonly string[] {
    if (!MADE_OF_MODULES.has(family)) return []
    const named = this.#manifests.of(path)(family).named.map(name => resolve(dirname(path), name))
    return walkConfigGraph(named.flatMap(file => ['', '.js', '.cjs', '.mjs', '/index.js'].map(extension => file + extension)), this.#vfs, { packages: false }).files.map(file => file.path)
  }

  /** Absolute paths. */
  #extended(path: string, seen: Set<string>): string[] {
    seen.add(path)
    return this.#extends.of(path).filter(target => this.#isFile(target)).flatMap(target => {
      if (seen.has(target)) return []
      seen.add(target)
      return [target, ...this.#extended(target, seen)]
    })
  }

  #isFile(path: string): boolean {
    return !this.#vfs.lacks(dirname(path), basename(path)) && this.#vfs.kind(path) === 'file'
  }
}

/** For each family what its manifest says, made when it is first asked for. */
function manifestsOf(text: string): (family: ConfigFamily) => Manifest {
  const known = new Map<ConfigFamily, Manifest>()
  return family => {
    const manifest = known.get(family) ?? { described: describeManifest(text, family), named: filesNamedInManifest(text, family) }
    known.set(family, manifest)
    return manifest
  }
}
