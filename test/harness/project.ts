/**
 * Editable copies of playgrounds outside the repository, laid out as the repository is: a workspace with its lockfile,
 * `playground/<name>` and `playground/shared` in it, and node_modules linked. Outside, because some plugins scan
 * everything below the application's workspace.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { REPOSITORY, playgroundNamed } from './playgrounds.ts'
import type { TextEdit } from './playgrounds.ts'

export interface CopyOptions {
  /** How many modules of each catalog are kept, from its beginning. @default all */
  readonly limit?: number
  /**
   * `link`: one symbolic link to the repository's. `copy`: a tree of its own made of hard links, for a project that
   * must not know where the first one was. @default 'link'
   */
  readonly nodeModules?: 'link' | 'copy'
}

export interface Project {
  readonly name: string
  /** The workspace: what a person would have cloned. */
  readonly workspace: string
  /** The application in it. */
  readonly root: string
}

/** @param to Absolute folder of the workspace; a playground of this name must not be in it yet. */
export function copyProject(name: string, to: string, { limit, nodeModules = 'link' }: CopyOptions = {}): Project {
  const project: Project = { name, workspace: to, root: join(to, 'playground', name) }
  mkdirSync(to, { recursive: true })
  for (const file of ['package.json', 'package-lock.json']) cpSync(join(REPOSITORY, file), join(to, file))
  for (const folder of [name, 'shared']) {
    cpSync(join(REPOSITORY, 'playground', folder), join(to, 'playground', folder), { recursive: true, filter: source => !isMade(source) })
  }
  bringNodeModules(to, nodeModules)
  if (limit !== undefined) for (const catalog of playgroundNamed(name).catalogs) cutCatalog(join(project.root, catalog), limit)
  return project
}

/** The same project elsewhere, as another checkout of it: every file anew, node_modules included. */
export function moveCheckout(project: Project, to: string): Project {
  mkdirSync(to, { recursive: true })
  cpSync(project.workspace, to, { recursive: true, filter: source => !isMade(source) })
  bringNodeModules(to, 'copy')
  return { name: project.name, workspace: to, root: join(to, 'playground', project.name) }
}

/** Several playgrounds may be copied into one workspace, which then shares them as the repository does. */
function bringNodeModules(to: string, how: 'link' | 'copy'): void {
  const source = join(REPOSITORY, 'node_modules')
  if (existsSync(join(to, 'node_modules'))) return
  if (how === 'link') return symlinkSync(source, join(to, 'node_modules'), 'junction')
  execFileSync('cp', ['-al', source, join(to, 'node_modules')])
  rmSync(join(to, 'node_modules', '.cache'), { recursive: true, force: true })
  // The package links itself through node_modules, so the copy needs what is built.
  cpSync(join(REPOSITORY, 'dist'), join(to, 'dist'), { recursive: true })
}

function isMade(path: string): boolean {
  return ['dist', 'node_modules', '.cache'].includes(basename(path))
}

function cutCatalog(file: string, limit: number): void {
  const [header = '', ...lines] = readFileSync(file, 'utf8').split('\n')
  writeFileSync(file, [header, ...lines.slice(0, limit), ''].join('\n'))
}

/** @throws Error when `from` does not occur: an edit that changes nothing would prove nothing. */
export function edit({ root }: Project, { file, from, to }: TextEdit): void {
  const path = join(root, file)
  const text = readFileSync(path, 'utf8')
  if (!text.includes(from)) throw new Error(`${path} does not contain ${JSON.stringify(from)}`)
  replaceFile(path, text.replace(from, to))
}

/** Today's content again, with a new time. */
export function touch({ root }: Project, file: string): void {
  const now = new Date()
  utimesSync(join(root, file), now, now)
}

/** Writes as a checkout does: a new inode under the old name, so that a hard link elsewhere keeps its content. */
export function replaceFile(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const fresh = `${path}.fresh`
  writeFileSync(fresh, text)
  renameSync(fresh, path)
}

/** @throws Error when the plugin has not been built, which every build but `off` needs. */
export function requireDist(): void {
  if (!existsSync(join(REPOSITORY, 'dist', 'vite.js'))) throw new Error('dist is missing: run npm run build first')
}
