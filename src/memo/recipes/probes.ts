/**
 * Negative lookups that compilers make without saying so: files that would shadow another if they existed.
 */
import { basename, dirname, extname, join, parse, resolve, sep } from 'node:path'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'
import type { RecipeKit } from '../recipe.ts'
import { isInPackage } from '../trace/package-paths.ts'
import type { Trace } from '../trace/trace.ts'

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
  // Of what is no TypeScript itself, the types that lie beside it: `x.d.vue.ts` for `x.vue`.
  const extension = extname(file)
  if (!/\.[cm]?[jt]sx?$/.test(file)) trace.file(`${file.slice(0, file.length - extension.length)}.d${extension}.ts`)
}

const STYLE_IMPORT = /@(?:use|import|forward|require|plugin|reference|config)\s+(?:\([^)]*\)\s*)?(?:url\(\s*)?["']?([^"'()\s;]+)/g
const STYLE_EXTENSIONS = ['.scss', '.sass', '.css', '.less', '.styl', '.pcss', '.sss']

export function isStyleSheet(path: string): boolean {
  return STYLE_EXTENSIONS.some(extension => path.endsWith(extension))
}

const SASS_EXTENSIONS = ['.scss', '.sass', '.css', '.import.scss', '.import.sass', '.import.css']

/** Every file that Sass may mean by a path. @param target Absolute and normalised. */
export function sassForms(target: string): string[] {
  return formsOf(target, SASS_EXTENSIONS)
}

/** Every file that Sass or Less may mean by a path. @param target Absolute and normalised. */
export function styleForms(target: string): string[] {
  return formsOf(target, [...SASS_EXTENSIONS, ...STYLE_EXTENSIONS.filter(extension => !SASS_EXTENSIONS.includes(extension))])
}

function formsOf(target: string, extensions: readonly string[]): string[] {
  const [dir, name] = [dirname(target), basename(target)]
  if (isStyleSheet(name)) return [target, `${dir}${sep}_${name}`]
  const stems = [`${dir}${sep}${name}`, `${dir}${sep}_${name}`, `${target}${sep}index`, `${target}${sep}_index`]
  return stems.flatMap(stem => extensions.map(extension => stem + extension))
}

/** What a style sheet imports, as written; without URLs and what only the compiler can put together. */
export function styleImports(content: string): string[] {
  return [...content.matchAll(STYLE_IMPORT)].map(match => match[1]!).filter(specifier => !/^[a-z]+:|^\/\/|#\{/i.test(specifier))
}

/** Names of packages that a style sheet may mean by what it imports. */
function packagesImported(content: string): string[] {
  return [...content.matchAll(STYLE_IMPORT)].flatMap(match => /^(?:~|pkg:)?((?:@[\w.-]+\/)?\w[\w.-]*)/.exec(match[1]!)?.[1] ?? [])
}

/** Where a new file could shadow a style sheet that was loaded. */
interface Shadows {
  /** Directories whose names count, all of them. */
  readonly directories: ReadonlySet<string>
  /** What the imports mean, as paths without what may be left out. */
  readonly targets: ReadonlySet<string>
  /** Single paths, where the directory lies above the project: what else comes and goes there is not its business. */
  readonly paths: ReadonlySet<string>
}

/**
 * What could shadow the style sheets that were loaded: for each `@use`, `@import` or `@forward` in each loaded file, the
 * directory that its path names next to that file and in each load path. Listings of names stand for all candidates
 * in them (partials, index files, other extensions).
 */
export class StyleShadows {
  readonly #vfs: VirtualFileSystem
  readonly #workspaceRoot: string
  readonly #loadPaths: readonly string[]
  readonly #aliased: (specifier: string) => readonly string[]
  readonly #known = new Map<string, Shadows>()

  /** @param aliased Absolute paths that a specifier means by itself, wherever it is written. */
  constructor(kit: Pick<RecipeKit, 'vfs' | 'workspaceRoot'>, loadPaths: readonly string[], aliased: (specifier: string) => readonly string[] = () => []) {
    this.#vfs = kit.vfs
    this.#workspaceRoot = kit.workspaceRoot
    this.#loadPaths = loadPaths
    this.#aliased = aliased
  }

  /** @param entry The file whose `code` was compiled; the other style sheets are those that the trace holds. */
  trace(entry: string, code: string, trace: Trace): void {
    const sheets = [...trace.files].filter(isStyleSheet)
    const shadows = [this.#shadowsOf(entry, code), ...sheets.map(file => this.#shadowsIn(file))]
    const unnamed = sheets.filter(file => file !== entry && !meaningsOf(file).some(name => shadows.some(({ targets }) => targets.has(name))))
    if (unnamed.length > 0) shadows.push(this.#around(unnamed, [entry, ...sheets]))
    const found = new Set(sheets.flatMap(meaningsOf))
    for (const each of shadows) {
      add(each, trace)
      this.#traceLinks(each, found, trace)
    }
    for (const [path, content] of [[entry, code] as const, ...sheets.map(file => [file, this.#vfs.read(file)?.toString('utf8') ?? ''] as const)]) this.#traceManifests(path, content, trace)
  }

  /** What is loaded through a link is loaded from where that leads, and what it imports is looked for there. @param found What the loaded style sheets are called where they lie. */
  #traceLinks({ directories, targets }: Shadows, found: ReadonlySet<string>, trace: Trace): void {
    const linked = [...targets].filter(target => !found.has(target)).flatMap(target => this.#filesOf(target))
    for (const path of [...directories, ...linked]) {
      const target = this.#vfs.target(path)
      if (target !== null) trace.followed(path, target)
    }
  }

  /** What there is of all that an import may mean. */
  #filesOf(target: string): string[] {
    return [target, join(target, 'index')].flatMap(path => candidatesOf(basename(path)).filter(name => !this.#vfs.lacks(dirname(path), name)).map(name => join(dirname(path), name)))
      .filter(path => this.#vfs.kind(path) === 'file')
  }

  /** Of packages that are imported by name and lie in the workspace: these say which file is meant, and no lockfile pins them. */
  #traceManifests(path: string, content: string, trace: Trace): void {
    for (const name of new Set(packagesImported(content))) {
      const folder = ancestors(dirname(path), parse(path).root).map(dir => join(dir, 'node_modules', name)).find(dir => this.#vfs.kind(dir) === 'directory')
      const target = folder === undefined ? null : this.#vfs.target(folder)
      if (target !== null && !isInPackage(join(target, 'package.json'))) trace.file(join(target, 'package.json'))
    }
  }

  #shadowsIn(file: string): Shadows {
    const key = `${file}\0${this.#vfs.digest(file)}`
    const known = this.#known.get(key)
    if (known) return known
    const shadows = this.#shadowsOf(file, this.#vfs.read(file)?.toString('utf8') ?? '')
    this.#known.set(key, shadows)
    return shadows
  }

  /** Of style sheets that no import names as it is written (a path that the compiler puts together, code that a function adds): wherever the same way from another folder could lead. */
  #around(files: readonly string[], sheets: readonly string[]): Shadows {
    const bases = [...new Set([...sheets.map(sheet => dirname(sheet)), ...this.#loadPaths])]
    const around = new Collected(this.#workspaceRoot)
    for (const file of files) {
      for (const way of new Set(bases.filter(base => file.startsWith(base + sep)).map(base => file.slice(base.length + 1)))) {
        for (const base of bases) around.target(bare(stemOf(join(base, way))))
      }
    }
    return around
  }

  #shadowsOf(path: string, content: string): Shadows {
    const shadows = new Collected(this.#workspaceRoot)
    shadows.note(dirname(path), null)
    for (const specifier of styleImports(content)) {
      for (const base of [dirname(path), ...this.#loadPaths]) shadows.target(resolve(base, specifier))
      for (const target of this.#aliased(specifier)) shadows.target(target)
    }
    return shadows
  }
}

class Collected implements Shadows {
  readonly directories: Set<string> = new Set()
  readonly paths: Set<string> = new Set()
  readonly targets: Set<string> = new Set()
  readonly #workspaceRoot: string

  constructor(workspaceRoot: string) {
    this.#workspaceRoot = workspaceRoot
  }

  note(dir: string, name: string | null): void {
    const isAbove = dir !== this.#workspaceRoot && this.#workspaceRoot.startsWith(dir.endsWith(sep) ? dir : dir + sep)
    if (!isAbove) this.directories.add(dir)
    else if (name !== null) for (const candidate of candidatesOf(name)) this.paths.add(join(dir, candidate))
  }

  /** Something that an import may mean. */
  target(target: string): void {
    this.targets.add(target)
    this.note(dirname(target), basename(target))
    // `x` may be a directory with an index file, unless it names a style sheet outright.
    if (!isStyleSheet(target)) this.note(target, 'index')
  }
}

/** What an import of this style sheet may say, as paths: with or without its extension, the underscore of a partial, `index`. */
function meaningsOf(file: string): string[] {
  const [dir, name] = [dirname(file), basename(file)]
  const whole = name.replace(/^_/, '')
  const stem = stemOf(whole)
  const names = [name, whole, stemOf(name), stem, stem.replace(/\.import$/, '')].map(each => join(dir, each))
  return stem.replace(/\.import$/, '') === 'index' ? [...names, dir] : names
}

/** Without the underscore of a partial. */
function bare(path: string): string {
  return join(dirname(path), basename(path).replace(/^_/, ''))
}

/** Without its extension. An index file stands for its folder. */
function stemOf(path: string): string {
  const stem = path.replace(/\.(?:scss|sass|css|less|styl|pcss|sss)$/, '')
  return stem.replace(/[\\/]_?index$/, '')
}

function add({ directories, paths }: Shadows, trace: Trace): void {
  for (const dir of directories) trace.directory(dir)
  for (const path of paths) trace.probe(path)
}

function candidatesOf(name: string): string[] {
  return [name, ...['.import', ''].flatMap(infix => STYLE_EXTENSIONS.map(extension => name + infix + extension))].flatMap(candidate => [candidate, `_${candidate}`])
}
