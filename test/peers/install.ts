/** Installs the plugins that are tested here, once, in this folder: they are no dependencies of ours. */
import { execFileSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { REPOSITORY } from '../harness/playgrounds.ts'

export default function setup(): void {
  const folder = join(REPOSITORY, 'test', 'peers')
  const installed = join(folder, 'node_modules', '.package-lock.json')
  if (existsSync(installed) && statSync(installed).mtimeMs > statSync(join(folder, 'package.json')).mtimeMs) return
  // What they want beside them, bundlers above all, they find in the repository.
  execFileSync('npm', ['install', '--legacy-peer-deps', '--no-package-lock', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' })
}
