/** Small projects made of files given as text, built by webpack or Rspack in a fresh process each time, off, cold and warm. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import type { BuildReport } from '../../src/report/build-report.ts'
import { buildPlayground } from '../harness/build-playground.ts'
import type { BuildOutcome, Variant } from '../harness/build-playground.ts'
import { REPOSITORY } from '../harness/playgrounds.ts'
import { replaceFile } from '../harness/project.ts'
import { diffDirectories } from '../harness/snapshot.ts'

export type WebpackLike = 'webpack' | 'rspack'
export type Files = Readonly<Record<string, string>>

/** Files of every project that say how it is built; `config` is the body of the configuration, after the preamble. */
export const CONFIG = 'config'

const preamble = (bundler: WebpackLike): string => `
import { createRequire } from 'node:module'
const require = createRequire(import.meta.url)
const isOff = process.env.PITCREW_PLAYGROUND === 'off'
const pitcrew = async options => isOff ? [] : [(await import('unplugin-pitcrew/${bundler}')).default({ reportFile: process.env.PITCREW_REPORT_FILE, monitor: { warn: false }, ...options })]
const common = { context: import.meta.dirname, mode: 'production', devtool: 'source-map', cache: false, optimization: { minimize: false }, performance: { hints: false }, output: { path: process.env.PITCREW_OUT_DIR } }
const file = path => require('node:path').join(import.meta.dirname, path)
`

interface Kept {
  readonly dir: string
  readonly outcome: BuildOutcome
}

export class Scene {
  readonly root: string
  readonly #base: string
  readonly #bundler: WebpackLike
  readonly env: Record<string, string | undefined> = {}
  #count = 0

  constructor(bundler: WebpackLike, files: Files) {
    this.#bundler = bundler
    this.#base = mkdtempSync(join(tmpdir(), `pitcrew-${bundler}-`))
    this.root = join(this.#base, 'project')
    mkdirSync(this.root)
    // Builds come and go in here, not beside the project, where loaders look around.
    mkdirSync(join(this.#base, 'builds'))
    symlinkSync(join(REPOSITORY, 'node_modules'), join(this.root, 'node_modules'), 'junction')
    this.write({ 'package.json': '{ "private": true }', 'package-lock.json': '{}', ...files })
  }

  write(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      if (path === CONFIG) replaceFile(join(this.root, `${this.#bundler}.config.mjs`), preamble(this.#bundler) + text)
      else replaceFile(join(this.root, path), text)
    }
  }

  remove(path: string): void {
    rmSync(join(this.root, path), { recursive: true })
  }

  async build(variant: Variant): Promise<Kept> {
    const outDir = join(this.#base, 'builds', 'out')
    rmSync(outDir, { recursive: true, force: true })
    mkdirSync(outDir)
    const outcome = await buildPlayground({ name: 'scene', runner: this.#bundler, root: this.root, variant, cacheDir: join(this.#base, 'builds', 'cache'), outDir, env: this.env })
    const dir = join(this.#base, 'builds', `kept-${this.#count++}`)
    renameSync(outDir, dir)
    return { dir, outcome }
  }

  /** A build without Pitcrew and one with what is in the store, which must be the same. @returns The report of the latter. */
  async compare(variant: 'cold' | 'warm' = 'warm'): Promise<BuildReport> {
    const off = await this.build('off')
    const other = await this.build(variant)
    expect(diffDirectories(off.dir, other.dir)).toBeNull()
    expect(other.outcome.warnings).toEqual(off.outcome.warnings)
    expect(other.outcome.report!.faults).toEqual([])
    return other.outcome.report!
  }

  /**
   * The report of a build in which nothing is left to do. It may take a few: resolvers look for packages up to the root of
   * the disk, and what lies beside a directory that somebody else changes at that moment is not stored.
   */
  async settle(): Promise<BuildReport> {
    let report = await this.compare()
    for (let round = 0; round < 4 && report.redone.length > 0; round++) report = await this.compare()
    return report
  }

  /** Runs a script of the project, which prints JSON last. */
  run(script: string, variant: Variant): unknown {
    const cacheDir = join(this.#base, 'builds', 'cache')
    if (variant === 'cold') rmSync(cacheDir, { recursive: true, force: true })
    const env = {
      ...process.env, ...this.env, NODE_ENV: undefined, VITEST: undefined, PITCREW_CACHE_DIR: cacheDir, PITCREW_OUT_DIR: join(this.#base, 'builds', 'out'),
      PITCREW_PLAYGROUND: variant === 'off' ? 'off' : undefined, PITCREW_REPORT_FILE: variant === 'off' ? undefined : join(this.#base, 'builds', 'report.json'),
    }
    const output = execFileSync(process.execPath, [script], { cwd: this.root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
    return JSON.parse(output.trimEnd().split('\n').at(-1)!)
  }

  dispose(): void {
    rmSync(this.#base, { recursive: true, force: true })
  }
}

/** Calls of a loader or a run of them, by outcome. */
export function outcomesOf(report: BuildReport, name: string): BuildReport['outcomes'] {
  const plugin = report.plugins.find(candidate => candidate.name === name)
  if (!plugin) throw new Error(`${name} made no call; there are ${report.plugins.map(known => known.name).join(', ')}`)
  return plugin.outcomes
}
