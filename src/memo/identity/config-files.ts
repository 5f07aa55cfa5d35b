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
import { walkConfigGraph } from './config-graph.ts'
import { extendedBy } from './extended-configs.ts'
import { filesNamedIn } from './named-packages.ts'

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

/** What counts of a manifest. Its version, its scripts and its dependencies come and go without a meaning for compilers. */
const MANIFEST_KEYS = ['babel', 'browserslist', 'postcss', 'type']
/** The same for a single family. */
const OWN_MANIFEST_KEYS: Readonly<Partial<Record<ConfigFamily, readonly string[]>>> = { svgr: ['svgr', 'svgo', 'prettier', 'cosmiconfig'] }

/** Families whose configuration may be a program, or name some. It is loaded by `import()`, of which nobody tells, and once in a process. */
const MADE_OF_MODULES: ReadonlySet<ConfigFamily> = new Set(['babel', 'postcss', 'svgr'])
const EXTENDING = /config\.json$|\.babelrc(?:\.json)?$/

export class ConfigFiles {
  readonly #vfs: VirtualFileSystem
  readonly #top: string
  readonly #further = new Map<string, { readonly epoch: number; readonly files: readonly string[] }>()
  readonly #digests = new Map<string, { readonly epoch: number; readonly digest: Digest }>()

  /** @param top The search ends here (or at the root of the file system, for directories elsewhere). */
  constructor(vfs: VirtualFileSystem, top: string) {
    this.#vfs = vfs
    this.#top = top
  }

  /**
   * Looks at `dir` and the directories above it now: what comes there later, such as the output of the build, is then told
   * apart from configuration that came while a call ran.
   */
  look(dir: string): void {
    this.#vfs.lacks(dir, 'package.json')
    if (dir !== this.#top && dirname(dir) !== dir) this.look(dirname(dir))
  }

  digest(family: ConfigFamily, dir: string): Digest {
    const key = `${family}\0${dir}`
    const known = this.#digests.get(key)
    if (known && known.epoch === this.#vfs.epoch) return known.digest
    const above = dir === this.#top || dirname(dir) === dir ? 'top' : this.digest(family, dirname(dir))
    const found = FAMILIES[family].flatMap(name => (this.#lacks(dir, name) ? [] : this.#describe(join(dir, name), family)))
    // A directory without any is like the one above it: the digest says what applies, not where it was looked for.
    const digest = found.length === 0 ? above : digestParts([above, ...found])
    this.#digests.set(key, { epoch: this.#vfs.epoch, digest })
    return digest
  }

  /** Whether what `digest` says was true all through a call that began at `startedWallMs`. */
  wereStableSince(family: ConfigFamily, dir: string, startedWallMs: number): boolean {
    const isStable = FAMILIES[family].every(name => (
      this.#lacks(dir, name)
        ? this.#wasLackingSince(dir, name, startedWallMs)
        : [join(dir, name), ...this.#furtherFiles(join(dir, name), family)].every(path => this.#vfs.wasStableSince(path, startedWallMs))
    ))
    return isStable && (dir === this.#top || dirname(dir) === dir || this.wereStableSince(family, dirname(dir), startedWallMs))
  }

  /** @param name May be one in a folder of `dir`. */
  #lacks(dir: string, name: string): boolean {
    return this.#vfs.lacks(join(dir, dirname(name)), basename(name))
  }

  #wasLackingSince(dir: string, name: string, startedWallMs: number): boolean {
    return this.#vfs.wasLackingSince(join(dir, dirname(name)), basename(name), startedWallMs)
  }

  #describe(path: string, family: ConfigFamily): string[] {
    const content = this.#vfs.digest(path)
    if (content === null) return []
    if (basename(path) === 'package.json') return [...this.#describeManifest(path, content, family), ...this.#furtherFiles(path, family).map(file => String(this.#vfs.digest(file)))]
    return [`${path.slice(dirname(path).length)}\0${content}`, ...this.#furtherFiles(path, family).map(file => String(this.#vfs.digest(file)))]
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

  /** A manifest may hold a configuration, which may name plugins by their paths. */
  #filesNamedInManifest(path: string, family: ConfigFamily): readonly string[] {
    const text = this.#vfs.read(path)?.toString('utf8') ?? ''
    if (!text.includes(`"${family}"`) || !MADE_OF_MODULES.has(family)) return []
    // Its name tells how it is to be read.
    const named = filesNamedIn(`${family}.config.json`, text).map(name => resolve(dirname(path), name))
    return walkConfigGraph(named.flatMap(file => ['', '.js', '.cjs', '.mjs', '/index.js'].map(extension => file + extension)), this.#vfs, { packages: false }).files.map(file => file.path)
  }

  /** The parts that compilers look at, or the whole text where it cannot be read. */
  #describeManifest(path: string, content: Digest, family: ConfigFamily): string[] {
    try {
      const manifest = JSON.parse(this.#vfs.read(path)?.toString('utf8') ?? '') as Record<string, unknown>
      const parts = [...MANIFEST_KEYS, ...OWN_MANIFEST_KEYS[family] ?? []].flatMap(key => (manifest[key] === undefined ? [] : [[key, manifest[key]]]))
      // Where there is one at all a package begins, and Babel's search ends.
      return [`/package.json\0${JSON.stringify(parts)}`]
    } catch {
      return [`/package.json\0${content}`]
    }
  }

  /** Absolute paths. */
  #extended(path: string, seen: Set<string>): string[] {
    seen.add(path)
    const text = this.#vfs.read(path)?.toString('utf8') ?? ''
    return extendedBy(path, text).filter(target => this.#vfs.kind(target) === 'file').flatMap(target => {
      if (seen.has(target)) return []
      seen.add(target)
      return [target, ...this.#extended(target, seen)]
    })
  }
}
