/** The rules of the layout: who may import whom, and what no file may do. Read with the project's own parser. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseSource, sourceFiles, targetOf } from './harness/imports.ts'
import type { Import, SourceFile } from './harness/imports.ts'
import { REPOSITORY } from './harness/playgrounds.ts'

const MANIFEST = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as { dependencies: Record<string, string>; peerDependencies: Record<string, string> }
const BUNDLERS = Object.keys(MANIFEST.peerDependencies)
const MAX_LINES = 400

const SRC = sourceFiles('src')
const ADAPTERS = sourceFiles('adapters')
const ALL = [...SRC, ...ADAPTERS]

/** Small seams that everybody may use. */
const SEAMS = new Set(['types', 'errors', 'hash', 'clock', 'logger', 'version', 'display-id', 'folders', 'turn'])
const FEATURES = new Set(['vfs', 'memo', 'store', 'analysis', 'monitor', 'history', 'report', 'verify', 'cli'])
/** From the top: each may import what comes after it. `cli` puts features together as `build` does, each in a process of its own; `guidance` brings the analysis, which is pure, together with disk, store and threads. */
const RANKS = ['adapters', 'plugin', 'build', 'build-parts', 'performance', 'host-facts', 'options', 'cli', 'guidance', 'feature', 'breaker', 'seam'] as const

/**
 * What one feature may know of another: types alone, which are erased. The memo asks a store and a file system that it is
 * handed, and names their contracts; the history keeps what the monitor learns from.
 */
const CONTRACTS: readonly (readonly [from: string, to: string])[] = [['memo', 'src/store/store.ts'], ['memo', 'src/vfs/virtual-file-system.ts'], ['verify', 'src/report/build-report.ts'], ['report', 'src/analysis/project/project-report.ts'], ['history', 'src/monitor/build-record.ts'], ['history', 'src/monitor/build-entry.ts'],
  ['report', 'src/monitor/measure/timings.ts'], ['report', 'src/monitor/monitor-report.ts']]

/** The first folder below src, or the name of a file that lies there itself; `adapters` for all of them. */
function unitOf(path: string): string {
  const [top, name] = path.split('/')
  return top === 'adapters' ? 'adapters' : name!.replace(/\.ts$/, '')
}

function rankOf(unit: string): number {
  if (SEAMS.has(unit)) return RANKS.indexOf('seam')
  if (unit === 'cli') return RANKS.indexOf('cli')
  if (FEATURES.has(unit)) return RANKS.indexOf('feature')
  return RANKS.indexOf(unit as 'build')
}

/** What is wrong with one import, or `null`. */
function faultOf(file: SourceFile, imported: Import): string | null {
  const target = targetOf(file, imported)
  if (target === null || target === 'package.json') return null
  const [from, to] = [unitOf(file.path), unitOf(target)]
  if (from === to || rankOf(from) < rankOf(to)) return null
  if (imported.isType && CONTRACTS.some(([feature, contract]) => feature === from && contract === target)) return null
  return `${file.path} imports ${target}`
}

function faultsIn(files: readonly SourceFile[]): string[] {
  return files.flatMap(file => file.imports.map(imported => faultOf(file, imported)).filter(fault => fault !== null))
}

/** `name` or a part of it. */
const isOf = (specifier: string, name: string): boolean => specifier === name || specifier.startsWith(`${name}/`)

/** Imports of packages and of Node that `isForbidden` speaks of, as text. */
function importsOf(files: readonly SourceFile[], isForbidden: (imported: Import) => boolean): string[] {
  return files.flatMap(file => file.imports.filter(imported => targetOf(file, imported) === null && isForbidden(imported)).map(({ specifier }) => `${file.path} imports ${specifier}`))
}

describe('dependencies', () => {
  it('point one way: adapters, plugin, build, features, seams; features do not know each other', () => {
    expect(faultsIn(ALL.filter(file => file.path !== 'src/index.ts'))).toEqual([])
  })

  it('of every file are known: there is no unit without a place', () => {
    expect(ALL.map(file => file.path).filter(path => path !== 'src/index.ts' && rankOf(unitOf(path)) < 0)).toEqual([])
  })

  it('of the public entry are types, the one error class, and what declares a rule', () => {
    const entry = SRC.find(file => file.path === 'src/index.ts')!
    expect(entry.imports.filter(({ isType, specifier }) => !isType && specifier !== './errors.ts' && specifier !== './analysis/rule.ts')).toEqual([])
  })

  it('of src are no bundlers, not even their types', () => {
    expect(importsOf(SRC, ({ specifier }) => BUNDLERS.some(bundler => isOf(specifier, bundler)))).toEqual([])
  })

  it('of adapters are types of bundlers alone, because each is installed only where it is used', () => {
    expect(importsOf(ADAPTERS, ({ specifier, isType }) => !isType && BUNDLERS.some(bundler => isOf(specifier, bundler)))).toEqual([])
  })

  it('are installed with the package', () => {
    const known = [...Object.keys(MANIFEST.dependencies), ...BUNDLERS]
    expect(importsOf(ALL, ({ specifier }) => !specifier.startsWith('node:') && !known.some(name => isOf(specifier, name)))).toEqual([])
  })

  it('of Node are named as such', () => {
    expect(importsOf(ALL, ({ specifier }) => /^(?:fs|path|url|os|crypto|module|util|events|child_process|worker_threads|zlib)(?:\/|$)/.test(specifier))).toEqual([])
  })

  it('between files of ours have their extension', () => {
    expect(ALL.flatMap(file => file.imports.filter(({ specifier }) => specifier.startsWith('.') && !/\.(?:ts|json)$/.test(specifier)).map(({ specifier }) => `${file.path} imports ${specifier}`))).toEqual([])
  })
})

describe('what is pure', () => {
  const pure = SRC.filter(({ path }) => path === 'src/report/build-report.ts' || path.startsWith('src/analysis/') || path.startsWith('src/monitor/'))

  it('is there', () => {
    expect(pure.length).toBeGreaterThan(40)
  })

  it('knows no disk, no process and no network', () => {
    expect(importsOf(pure, ({ specifier }) => /^node:(?:fs|child_process|process|os|net|http|https|worker_threads)(?:\/|$)/.test(specifier))).toEqual([])
  })

  it('knows no clock and no chance', () => {
    const asked = ['Date.now', 'performance.now', 'Date', 'Math.random', 'randomBytes', 'randomUUID', 'process.hrtime']
    expect(pure.flatMap(file => asked.filter(name => file.calls.has(name)).map(name => `${file.path} asks ${name}`))).toEqual([])
  })
})

describe('no file', () => {
  it(`is longer than ${MAX_LINES} lines`, () => {
    expect(ALL.map(({ path, text }) => ({ path, lines: text.trimEnd().split('\n').length })).filter(({ lines }) => lines > MAX_LINES)).toEqual([])
  })

  it('keeps state of its module', () => {
    expect(ALL.flatMap(({ path, variables }) => variables.map(variable => `${path}: ${variable}`))).toEqual([])
  })

  it('turns the type checker off', () => {
    expect(ALL.filter(({ text }) => /@ts-(?:ignore|nocheck|expect-error)/.test(text)).map(({ path }) => path)).toEqual([])
  })

  it('begins without saying what it is', () => {
    expect(ALL.filter(({ text }) => !text.startsWith('/**') && !text.startsWith('#!')).map(({ path }) => path)).toEqual([])
  })
})

describe('these rules can fail', () => {
  const fileOf = (path: string, text: string): SourceFile => parseSource(path, text)
  const faults = (path: string, text: string): string[] => faultsIn([fileOf(path, text)])

  it.each<[string, string, string]>([
    ['a feature that imports another', 'src/report/a.ts', "import { b } from '../monitor/stats.ts'"],
    ['one that does so in passing', 'src/vfs/a.ts', "export * from '../store/store.ts'"],
    ['one that does so late', 'src/vfs/a.ts', "const a = () => import('../store/store.ts')"],
    ['a type of a feature without a contract', 'src/store/a.ts', "import type { Trace } from '../memo/trace.ts'"],
    ['a type in place', 'src/store/a.ts', "type A = import('../memo/trace.ts').Trace"],
    ['a value of a contract', 'src/memo/a.ts', "import { VirtualFileSystem } from '../vfs/virtual-file-system.ts'"],
    ['a feature that imports the build', 'src/memo/a.ts', "import type { Build } from '../build.ts'"],
    ['a build that imports an adapter', 'src/build.ts', "import { a } from '../adapters/vite.ts'"],
    ['a seam that imports a feature', 'src/types.ts', "import type { Trace } from './memo/trace.ts'"],
    ['a command that imports the build', 'src/cli/a.ts', "import { Build } from '../build.ts'"],
  ])('%s', (_what, path, text) => {
    expect(faults(path, text)).toHaveLength(1)
  })

  it.each<[string, string, string]>([
    ['the memo that names a contract', 'src/memo/a.ts', "import type { Store } from '../store/store.ts'"],
    ['a feature that uses a seam', 'src/memo/recipes/a.ts', "import { digest } from '../../hash.ts'"],
    ['a command that puts features together', 'src/cli/a.ts', "import { readLedger } from '../memo/ledger.ts'"],
    ['an adapter that uses all', 'adapters/hosts/a.ts', "import { Trace } from '../../src/memo/trace/trace.ts'"],
  ])('but not on %s', (_what, path, text) => {
    expect(faults(path, text)).toEqual([])
  })

  it('because imports of every kind are found', () => {
    const text = "import 'a'\nimport b from 'b'\nexport { c } from 'c'\nconst d = await import('d')\nconst e = require('e')\ntype F = import('f').F\nimport type { G } from 'g'\nexport type * from 'h'"
    expect(fileOf('src/a.ts', text).imports.map(({ specifier, isType }) => specifier + (isType ? ' type' : '')))
      .toEqual(['a', 'b', 'c', 'd', 'e', 'f type', 'g type', 'h type'])
  })

  it('because variables and calls are found', () => {
    const { variables, calls } = fileOf('src/a.ts', 'let a = 1\nexport var b = 2\nconst c = 3\nfunction d() { let e = Date.now(); return new Date() }')
    expect(variables).toEqual(['let a = 1', 'var b = 2'])
    expect([...calls]).toEqual(['Date.now', 'Date'])
  })
})
