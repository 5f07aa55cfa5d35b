/**
 * A stage: a small project made of texts, in a directory of its own, built by a real bundler in a fresh process each time,
 * off, cold and warm. For the bundlers that a test names; what is built lies beside the project, where nothing scans it.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { expect } from 'vitest'
import type { BuildReport } from '../../src/report/build-report.ts'
import { buildPlayground } from './build-playground.ts'
import type { BuildOutcome, Variant } from './build-playground.ts'
import { REPOSITORY } from './playgrounds.ts'
import { replaceFile } from './project.ts'
import { diffDirectories } from './snapshot.ts'

export type StageBundler = 'vite' | 'webpack' | 'rspack' | 'esbuild' | 'rollup' | 'rolldown'

/** Text by path, relative to the project. */
export type Files = Readonly<Record<string, string>>

export interface Kept {
  readonly dir: string
  readonly outcome: BuildOutcome
}

/** A script that hangs fails its test and holds up no others. */
const RUN_TIMEOUT_MS = 120_000

/** Where each bundler's configuration is read from. */
const CONFIG: Readonly<Record<StageBundler, string>> = {
  vite: 'vite.config.js', webpack: 'webpack.config.mjs', rspack: 'rspack.config.mjs', esbuild: 'esbuild.config.mjs', rollup: 'rollup.config.mjs', rolldown: 'rolldown.config.mjs',
}
/** The part of a configuration that says where the output goes and how it is comparable. */
const OUTPUT: Readonly<Record<StageBundler, string>> = {
  vite: '{ outDir: process.env.PITCREW_OUT_DIR, emptyOutDir: true, sourcemap: true, chunkSizeWarningLimit: 10_000 }',
  webpack: '{ path: process.env.PITCREW_OUT_DIR }',
  rspack: '{ path: process.env.PITCREW_OUT_DIR }',
  esbuild: 'process.env.PITCREW_OUT_DIR',
  rollup: "{ dir: process.env.PITCREW_OUT_DIR, format: 'es', sourcemap: true }",
  rolldown: "{ dir: process.env.PITCREW_OUT_DIR, format: 'es', sourcemap: true }",
}

/** `await pitcrew(options)` is a list, empty when it is off, which does not warn of a machine that is slow just now; `output` and `file` are for the bundler at hand. */
const preamble = (bundler: StageBundler): string => `import { createRequire as createStageRequire } from 'node:module'
const require = createStageRequire(import.meta.url)
const file = path => import.meta.dirname + '/' + path
const output = ${OUTPUT[bundler]}
const pitcrew = async options => process.env.PITCREW_PLAYGROUND === 'off' ? [] : [(await import('unplugin-pitcrew/${bundler}')).default({ reportFile: process.env.PITCREW_REPORT_FILE, monitor: { warn: false }, ...options })]
`

interface StageOptions {
  /**
   * Folders of packages, of which the first that has one counts: then `node_modules` is a folder with a link to each, and
   * files may be put there. @default one link to the repository's
   */
  readonly packages?: readonly string[] | null
}

/** The repository's own packages, one by one, so that others can be put beside them. */
export const OWN_PACKAGES: readonly string[] = [join(REPOSITORY, 'node_modules')]

function bringPackages(to: string, folders: readonly string[] | null): void {
  if (folders === null) return symlinkSync(OWN_PACKAGES[0]!, to, 'junction')
  mkdirSync(to)
  for (const folder of folders) {
    for (const name of readdirSync(folder).filter(entry => !entry.startsWith('.'))) {
      const names = name.startsWith('@') ? readdirSync(join(folder, name)).map(sub => join(name, sub)) : [name]
      for (const each of names) linkOnce(join(folder, each), join(to, each))
    }
  }
}

function linkOnce(from: string, to: string): void {
  if (existsSync(to)) return
  mkdirSync(dirname(to), { recursive: true })
  symlinkSync(from, to, 'junction')
}

export class Stage {
  readonly bundler: StageBundler
  /** Where the project lies. */
  root: string
  readonly base: string
  readonly env: Record<string, string | undefined> = {}
  #count = 0

  /** @param files The configuration, under the name that its bundler gives it, gets a preamble: see above. */
  constructor(bundler: StageBundler, files: Files, { packages = null }: StageOptions = {}) {
    this.bundler = bundler
    this.base = mkdtempSync(join(tmpdir(), `pitcrew-stage-${bundler}-`))
    this.root = join(this.base, 'project')
    // Builds come and go in here, not beside the project, where loaders look around.
    mkdirSync(join(this.base, 'builds'))
    mkdirSync(this.root)
    bringPackages(join(this.root, 'node_modules'), packages)
    // In a package of strict ES modules webpack wants every extension written out.
    const isStrict = bundler !== 'webpack' && bundler !== 'rspack'
    this.write({ 'package.json': isStrict ? '{ "name": "stage", "private": true, "type": "module" }' : '{ "name": "stage", "private": true }', 'package-lock.json': '{}', ...files })
  }

  get cacheDir(): string {
    return join(this.base, 'builds', 'cache')
  }

  get configFile(): string {
    return CONFIG[this.bundler]
  }

  write(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      replaceFile(join(this.root, path), path === this.configFile ? preamble(this.bundler) + text : text)
    }
  }

  /** @throws Error when `from` does not occur: an edit that changes nothing would prove nothing. */
  edit(path: string, from: string, to: string): void {
    const text = this.read(path)
    if (!text.includes(from)) throw new Error(`${path} does not contain ${JSON.stringify(from)}`)
    replaceFile(join(this.root, path), text.replace(from, to))
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), 'utf8')
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true })
  }

  rename(from: string, to: string): void {
    mkdirSync(dirname(join(this.root, to)), { recursive: true })
    renameSync(join(this.root, from), join(this.root, to))
  }

  /** Another checkout: the project under another name, at another depth, and nothing where it was. */
  move(): void {
    const moved = join(this.base, 'some', 'where', 'else-with-a-longer-name')
    mkdirSync(dirname(moved), { recursive: true })
    renameSync(this.root, moved)
    this.root = moved
  }

  async build(variant: Variant, cacheDir: string = this.cacheDir): Promise<Kept> {
    // One with Pitcrew and one without may run at once. The place never changes otherwise: it is an option as any other.
    const outDir = join(this.base, 'builds', variant === 'off' ? 'out-plain' : 'out-owner')
    rmSync(outDir, { recursive: true, force: true })
    mkdirSync(outDir)
    const outcome = await buildPlayground({ name: 'stage', runner: this.bundler, root: this.root, variant, cacheDir, outDir, env: this.env })
    const dir = join(this.base, 'builds', `kept-${this.#count++}`)
    renameSync(outDir, dir)
    return { dir, outcome }
  }

  /** A build without Pitcrew and one with what is in the store, which must be the same. @returns The report of the latter. */
  async compare(variant: 'cold' | 'warm' = 'warm'): Promise<BuildReport> {
    const [off, other] = await Promise.all([this.build('off'), this.build(variant)])
    expectSame(other, off)
    return other.outcome.report!
  }

  /** As `compare`, with what the build made: for tests that also say what must be in it. */
  async compareOutput(variant: 'cold' | 'warm' = 'warm'): Promise<{ readonly report: BuildReport; readonly text: string }> {
    const [off, other] = await Promise.all([this.build('off'), this.build(variant)])
    expectSame(other, off)
    return { report: other.outcome.report!, text: textIn(off.dir) }
  }

  /** Runs a script of the project before anything is built. */
  prepare(script: string): void {
    execFileSync(process.execPath, [script], { cwd: this.root, stdio: 'pipe' })
  }

  /** Runs a script of the project, which prints JSON last. */
  run(script: string, variant: Variant, timeout: number = RUN_TIMEOUT_MS): unknown {
    if (variant === 'cold') rmSync(this.cacheDir, { recursive: true, force: true })
    const env = {
      ...process.env, NODE_ENV: undefined, VITEST: undefined, NO_COLOR: '1', FORCE_COLOR: undefined, ...this.env,
      PITCREW_CACHE_DIR: this.cacheDir, PITCREW_OUT_DIR: join(this.base, 'builds', 'out'),
      PITCREW_PLAYGROUND: variant === 'off' ? 'off' : undefined, PITCREW_REPORT_FILE: variant === 'off' ? undefined : join(this.base, 'builds', 'report.json'),
    }
    const output = execFileSync(process.execPath, [script], { cwd: this.root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], timeout })
    return JSON.parse(output.trimEnd().split('\n').at(-1)!)
  }

  dispose(): void {
    rmSync(this.base, { recursive: true, force: true })
  }
}

/** Every output byte, and all that was said; Pitcrew itself may not have had any trouble. */
export function expectSame(kept: Kept, off: Kept): void {
  expect(diffDirectories(off.dir, kept.dir)).toBeNull()
  expect(kept.outcome.warnings).toEqual(off.outcome.warnings)
  expect(kept.outcome.report?.faults).toEqual([])
}

/** The outcomes of one plugin's calls; a plugin that made none is a mistake of the test. */
export function outcomesOf(report: BuildReport, name: string): BuildReport['outcomes'] {
  const plugin = report.plugins.find(candidate => candidate.name === name)
  if (!plugin) throw new Error(`${name} made no call; there are ${report.plugins.map(known => known.name).join(', ')}`)
  return plugin.outcomes
}

/** Files of a fixture by relative path. */
export function fixtureFiles(name: string): Files {
  const dir = join(REPOSITORY, 'test', 'fixtures', name)
  const entries = readdirSync(dir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
  return Object.fromEntries(entries.map(entry => {
    const path = join(entry.parentPath, entry.name)
    return [relative(dir, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')]
  }))
}

/** Everything in a folder of text files, one after the other. */
export function textIn(dir: string): string {
  return readdirSync(dir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile())
    .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n')
}
