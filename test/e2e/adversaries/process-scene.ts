/** A small project that a bundler builds in a process of its own, from a script; and what came of it. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BuildReport } from '../../../src/report/build-report.ts'
import { REPOSITORY } from '../../harness/playgrounds.ts'
import { replaceFile } from '../../harness/project.ts'

export interface Ended {
  readonly code: number | null
  /** Everything that it printed, without the place of the project. */
  readonly output: string
  /** By name; empty when nothing was built. */
  readonly files: Readonly<Record<string, string>>
  readonly report: BuildReport | null
}

const TIMEOUT_MS = 60_000

export class ProcessScene {
  readonly root: string

  constructor(files: Readonly<Record<string, string>>) {
    this.root = mkdtempSync(join(tmpdir(), 'pitcrew-adversary-'))
    symlinkSync(join(REPOSITORY, 'node_modules'), join(this.root, 'node_modules'), 'junction')
    this.write({ 'package.json': '{ "private": true, "type": "module" }', ...files })
  }

  write(files: Readonly<Record<string, string>>): void {
    for (const [path, text] of Object.entries(files)) replaceFile(join(this.root, path), text)
  }

  /** Runs `build.mjs`, and ends it after `timeoutMs`. */
  async build(env: Readonly<Record<string, string | undefined>> = {}, timeoutMs: number = TIMEOUT_MS): Promise<Ended> {
    rmSync(join(this.root, 'dist'), { recursive: true, force: true })
    rmSync(join(this.root, 'report.json'), { force: true })
    mkdirSync(join(this.root, 'dist'))
    const { code, output } = await this.#run(env, timeoutMs)
    const files = Object.fromEntries(readdirSync(join(this.root, 'dist'), { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)))
    const reportPath = join(this.root, 'report.json')
    const report = existsSync(reportPath) ? JSON.parse(readFileSync(reportPath, 'utf8')) as BuildReport : null
    return { code, output: output.replaceAll(this.root, '<root>'), files, report }
  }

  dispose(): void {
    rmSync(this.root, { recursive: true, force: true })
  }

  #run(env: Readonly<Record<string, string | undefined>>, timeoutMs: number): Promise<{ code: number | null; output: string }> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ['build.mjs'], {
        cwd: this.root, timeout: timeoutMs, stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, NODE_ENV: undefined, VITEST: undefined, CI: undefined, NO_COLOR: '1', FORCE_COLOR: undefined, PITCREW_CACHE_DIR: join(this.root, 'cache'), ...env },
      })
      let output = ''
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => (output += text))
      child.on('error', reject).on('close', code => resolve({ code, output }))
    })
  }
}
