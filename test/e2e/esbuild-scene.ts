/** Small projects made of files given as text, built by esbuild in a fresh process each time, off, cold and warm. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import type { OutcomeCounts } from '../../src/types.ts'
import { buildPlayground } from '../harness/build-playground.ts'
import type { BuildOutcome, Variant } from '../harness/build-playground.ts'
import { REPOSITORY } from '../harness/playgrounds.ts'
import { replaceFile } from '../harness/project.ts'
import { diffDirectories } from '../harness/snapshot.ts'

export interface KeptBuild {
  readonly dir: string
  readonly outcome: BuildOutcome
}

export type Files = Readonly<Record<string, string>>

/** How every configuration begins: `pitcrew` is a list, empty when it is off, so that plugins can be put around it. */
export const PREAMBLE = `
const pitcrew = process.env.PITCREW_PLAYGROUND === 'off' ? [] : [(await import('unplugin-pitcrew/esbuild')).default({ reportFile: process.env.PITCREW_REPORT_FILE, monitor: { warn: false } })]
const outdir = process.env.PITCREW_OUT_DIR
`

export class Scene {
  readonly #base: string
  /** Where the project lies. */
  root: string
  #count = 0

  /** @param files Text by path; `esbuild.config.mjs` gets the preamble. */
  constructor(files: Files) {
    this.#base = mkdtempSync(join(tmpdir(), 'pitcrew-esbuild-'))
    this.root = join(this.#base, 'project')
    mkdirSync(this.root)
    symlinkSync(join(REPOSITORY, 'node_modules'), join(this.root, 'node_modules'), 'junction')
    this.write({ 'package.json': '{ "private": true, "type": "module" }', ...files })
  }

  write(files: Files): void {
    for (const [path, text] of Object.entries(files)) {
      replaceFile(join(this.root, path), path === 'esbuild.config.mjs' ? PREAMBLE + text : text)
    }
  }

  /** Another checkout: the project under another name, at another depth, and nothing where it was. */
  move(): void {
    const moved = join(this.#base, 'some', 'where', 'else')
    mkdirSync(dirname(moved), { recursive: true })
    renameSync(this.root, moved)
    this.root = moved
  }

  remove(path: string): void {
    rmSync(join(this.root, path))
  }

  async build(variant: Variant): Promise<KeptBuild> {
    const outDir = join(this.#base, 'out')
    // A build that failed left its own behind.
    rmSync(outDir, { recursive: true, force: true })
    mkdirSync(outDir)
    const outcome = await buildPlayground({ name: 'scene', runner: 'esbuild', root: this.root, variant, cacheDir: join(this.#base, 'cache'), outDir })
    const dir = join(this.#base, `kept-${this.#count++}`)
    renameSync(outDir, dir)
    return { dir, outcome }
  }

  /** Runs a script of the project, which prints JSON. */
  run(script: string, variant: Variant): unknown {
    const cacheDir = join(this.#base, 'cache')
    if (variant === 'cold') rmSync(cacheDir, { recursive: true, force: true })
    const env = {
      ...process.env, NODE_ENV: undefined, VITEST: undefined, PITCREW_CACHE_DIR: cacheDir, PITCREW_OUT_DIR: join(this.#base, 'out'),
      PITCREW_PLAYGROUND: variant === 'off' ? 'off' : undefined, PITCREW_REPORT_FILE: variant === 'off' ? undefined : join(this.#base, 'report.json'),
    }
    return JSON.parse(execFileSync(process.execPath, [script], { cwd: this.root, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }))
  }

  /** A build without Pitcrew and one with what is in the store: they must be the same. @returns The outcomes of the latter. */
  async compare(variant: 'cold' | 'warm' = 'warm'): Promise<OutcomeCounts> {
    const off = await this.build('off')
    const other = await this.build(variant)
    expectSame(other, off)
    return other.outcome.report!.outcomes
  }

  dispose(): void {
    rmSync(this.#base, { recursive: true, force: true })
  }
}

export function expectSame(kept: KeptBuild, off: KeptBuild): void {
  expect(diffDirectories(off.dir, kept.dir)).toBeNull()
  expect(kept.outcome.warnings).toEqual(off.outcome.warnings)
  expect(kept.outcome.report?.faults).toEqual([])
}
