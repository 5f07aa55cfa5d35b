/**
 * Negative lookups that compilers make without saying so: files that would shadow another if they existed.
 */
import { dirname, join, resolve } from 'node:path'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'
import type { Trace } from '../trace.ts'

/** `dir` and its ancestors, up to and including `top` (or the file system's root when `dir` lies elsewhere). */
export function ancestors(dir: string, top: string): string[] {
  const dirs: string[] = []
  for (let at = dir; ; at = dirname(at)) {
    dirs.push(at)
    if (at === top || dirname(at) === at) return dirs
  }
}

/** For a type file that was resolved without its extension: the files that would have won over it. */
export function traceTypeShadows(file: string, trace: Trace): void {
  const stem = file.replace(/(?:\.d)?\.[cm]?[jt]sx?$|\.vue$/, '')
  const stems = stem.endsWith('/index') ? [stem, stem.slice(0, -'/index'.length)] : [stem]
  for (const candidate of stems) {
    for (const extension of ['.ts', '.tsx', '.d.ts', '.mts', '.d.mts', '.cts', '.d.cts', '.js', '.jsx', '.mjs', '.cjs', '.vue', '']) {
      if (candidate + extension !== file) trace.probe(candidate + extension)
    }
  }
}

const STYLE_IMPORT = /@(?:use|import|forward|require|plugin|reference|config)\s+(?:\([^)]*\)\s*)?(?:url\(\s*)?["']?([^"'()\s;]+)/g
const STYLE_EXTENSIONS = ['.scss', '.sass', '.css', '.less', '.styl', '.pcss', '.sss']

export function isStyleSheet(path: string): boolean {
  return STYLE_EXTENSIONS.some(extension => path.endsWith(extension))
}

/** What a style sheet imports, as written; without URLs and what only the compiler can put together. */
export function styleImports(content: string): string[] {
  return [...content.matchAll(STYLE_IMPORT)].map(match => match[1]!).filter(specifier => !/^[a-z]+:|^\/\/|#\{/i.test(specifier))
}

/**
 * The directories in which a new file could shadow a style sheet that was loaded: for each `@use`, `@import` or
 * `@forward` in each loaded file, the directory that its path names next to that file and in each load path.
 * Listings of names stand for all candidates in them (partials, index files, other extensions).
 */
export class StyleShadows {
  readonly #vfs: VirtualFileSystem
  readonly #loadPaths: readonly string[]
  readonly #known = new Map<string, readonly string[]>()

  constructor(vfs: VirtualFileSystem, loadPaths: readonly string[]) {
    this.#vfs = vfs
    this.#loadPaths = loadPaths
  }

  /** @param entry The file whose `code` was compiled; the other style sheets are those that the trace holds. */
  trace(entry: string, code: string, trace: Trace): void {
    for (const dir of this.#directories(entry, code)) trace.directory(dir)
    for (const file of [...trace.files]) {
      if (!isStyleSheet(file)) continue
      const key = `${file}\0${this.#vfs.digest(file)}`
      let dirs = this.#known.get(key)
      if (!dirs) {
        dirs = this.#directories(file, this.#vfs.read(file)?.toString('utf8') ?? '')
        this.#known.set(key, dirs)
      }
      for (const dir of dirs) trace.directory(dir)
    }
  }

  #directories(path: string, content: string): readonly string[] {
    const dirs = new Set<string>([dirname(path)])
    for (const specifier of styleImports(content)) {
      for (const base of [dirname(path), ...this.#loadPaths]) this.#add(dirs, resolve(base, specifier))
    }
    return [...dirs]
  }

  #add(dirs: Set<string>, target: string): void {
    dirs.add(dirname(target))
    // `x` may be a directory with an index file, unless it names a style sheet outright.
    if (!isStyleSheet(target)) dirs.add(target)
  }
}
