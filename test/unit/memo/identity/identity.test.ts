import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { computeIdentity, findWorkspaceRoot } from '../../../../src/memo/identity/identity.ts'
import type { BuildIdentity, IdentityInputs } from '../../../../src/memo/identity/identity.ts'
import { Outlines } from '../../../../src/memo/ledger/outlines.ts'
import { PortableText } from '../../../../src/memo/record/portable-text.ts'
import { VirtualFileSystem } from '../../../../src/vfs/virtual-file-system.ts'
import { createLateClock, createProjectFiles } from '../helpers/project-files.ts'
import type { ProjectFiles } from '../helpers/project-files.ts'

const FILES = {
  'package-lock.json': '{ "lockfileVersion": 3 }',
  'package.json': '{ "name": "workspace", "scripts": { "build": "vite build" }, "browserslist": ["defaults"] }',
  'apps/web/package.json': '{ "name": "web", "version": "1.0.0" }',
  'apps/web/vite.config.ts': 'import { theme } from "./build/theme.ts"\nimport vue from "plugin-vue"\nexport default { define: { api: process.env.API_URL } }',
  'apps/web/build/theme.ts': 'export * from "./colours.ts"',
  'apps/web/build/colours.ts': 'export const theme = "red"',
  'apps/web/src/main.ts': '',
  'node_modules/plugin-vue/package.json': '{ "name": "plugin-vue", "version": "6.0.0", "main": "index.js" }',
  'node_modules/plugin-vue/index.js': 'module.exports = () => ({})',
}

let project: ProjectFiles
let vfs: VirtualFileSystem
let inputs: IdentityInputs

beforeEach(() => {
  project = createProjectFiles(FILES)
  vfs = new VirtualFileSystem({ maxBytes: 10_000_000, clock: createLateClock() })
  inputs = inputsFor(project)
})

afterEach(() => project.dispose())

function inputsFor(of: ProjectFiles): IdentityInputs {
  return {
    pitcrew: '0.1.0', bundler: { name: 'vite', version: '8.3.8' }, command: 'build', mode: 'production',
    root: of.at('apps/web'), workspaceRoot: of.root, configFiles: [of.at('apps/web/vite.config.ts')],
    resolvedConfig: { base: '/', publicDir: of.at('apps/web/public') }, exposed: { define: { A: '1' } }, env: { NODE_ENV: 'production' }, salt: [],
  }
}

function identify(changes: Partial<IdentityInputs> = {}, of = project): BuildIdentity {
  vfs.nextEpoch()
  const given = { ...inputs, ...changes }
  const portable = new PortableText([{ token: 'w', path: of.root }, { token: 'r', path: given.root }])
  return computeIdentity(given, vfs, portable, new Outlines(portable))
}

/** Labels of the parts that differ. */
function differing(one: BuildIdentity, other: BuildIdentity): string[] {
  const groups = ['base', 'configured', 'exposed'] as const
  return groups.flatMap(group => Object.keys({ ...one[group], ...other[group] }).filter(label => one[group][label] !== other[group][label]).map(label => `${group}: ${label}`))
}

/** What differs after `change`, and that it comes back when the files do. */
function differsBy(change: () => void): string[] {
  const before = identify()
  change()
  return differing(before, identify())
}

describe('a build identity', () => {
  it('is the same twice', () => {
    expect(differsBy(() => undefined)).toEqual([])
  })

  it.each<[string, Partial<IdentityInputs>, string[]]>([
    ['our own version', { pitcrew: '0.2.0' }, ['base: pitcrew']],
    ['the bundler', { bundler: { name: 'rollup', version: '8.3.8' } }, ['base: bundler']],
    ['its version', { bundler: { name: 'vite', version: '8.3.9' } }, ['base: bundler']],
    ['the command', { command: 'dev' }, ['base: command']],
    ['the mode', { mode: 'staging' }, ['base: mode']],
    ['NODE_ENV', { env: { NODE_ENV: 'development' } }, ['base: NODE_ENV']],
    ['the salt', { salt: ['api 2'] }, ['base: salt']],
    ['the parts of the salt', { salt: ['', ''] }, ['base: salt']],
    ['a variable that the configuration mentions', { env: { NODE_ENV: 'production', API_URL: 'x' } }, ['configured: config env']],
    ['that variable, empty', { env: { NODE_ENV: 'production', API_URL: '' } }, ['configured: config env']],
    ...(process.platform === 'win32' ? [] : [
      ['the time zone', { env: { NODE_ENV: 'production', TZ: 'Asia/Tokyo' } }, ['configured: region']],
      ['the language', { env: { NODE_ENV: 'production', LANG: 'de_DE.UTF-8' } }, ['configured: region']],
    ] satisfies [string, Partial<IdentityInputs>, string[]][]),
    ['the resolved configuration', { resolvedConfig: { base: '/app/' } }, ['configured: resolved config']],
    ['what the application sees', { exposed: { define: { A: '2' } } }, ['exposed: exposed']],
  ])('changes with %s, and in that part alone', (_what, changes, labels) => {
    expect(differing(identify(), identify(changes))).toEqual(labels)
  })

  it.each<[string, Record<string, string>]>([
    ['variables that nothing mentions', { NODE_ENV: 'production', HOME: '/elsewhere' }],
    ['our own variables', { NODE_ENV: 'production', PITCREW_CACHE_DIR: '/elsewhere', PITCREW: 'on' }],
  ])('does not change with %s', (_what, env) => {
    project.write('apps/web/vite.config.ts', `${FILES['apps/web/vite.config.ts']}\nprocess.env.PITCREW_CACHE_DIR`)
    expect(differing(identify(), identify({ env }))).toEqual([])
  })

  it.each<[string, string, string, string[]]>([
    ['the configuration', 'apps/web/vite.config.ts', `${FILES['apps/web/vite.config.ts']}\n`, ['configured: config']],
    ['a file that it imports', 'apps/web/build/theme.ts', 'export * from "./colours.ts" // edited', ['configured: config']],
    ['a file that such a file imports', 'apps/web/build/colours.ts', 'export const theme = "blue"', ['configured: config']],
    ['the lockfile', 'package-lock.json', '{}', ['base: lockfile']],
    ['another lockfile', 'pnpm-lock.yaml', '', ['base: lockfile']],
    ['what npm has installed in the end', 'node_modules/.package-lock.json', '{ "packages": {} }', ['base: installed']],
    ['what pnpm has installed for the application alone', 'apps/web/node_modules/.pnpm/lock.yaml', 'packages: {}', ['base: installed']],
    ['a plugin package that was patched in place', 'node_modules/plugin-vue/index.js', 'module.exports = () => ({ patched: true })', ['base: packages']],
    ['a field of package.json that configures', 'package.json', '{ "browserslist": ["ie 11"] }', ['configured: package.json']],
    ['the same in the application', 'apps/web/package.json', '{ "type": "module" }', ['configured: package.json']],
    ['a new configuration file', 'apps/web/postcss.config.mjs', 'export default {}', ['configured: config']],
    ['a new configuration file of the workspace', 'babel.config.json', '{}', ['configured: config']],
    ['a .env file', 'apps/web/.env.local', 'A=1', ['configured: config']],
    ['a tsconfig', 'apps/web/tsconfig.app.json', '{}', ['configured: config']],
    ['an rc file', '.browserslistrc', 'defaults', ['configured: config']],
  ])('changes with %s, and in that part alone', (_what, path, text, labels) => {
    expect(differsBy(() => project.write(path, text))).toEqual(labels)
  })

  it.each<[string, string, string]>([
    ['scripts of package.json', 'package.json', '{ "name": "workspace", "scripts": { "build": "vite build", "test": "vitest" }, "browserslist": ["defaults"] }'],
    ['the version of the application', 'apps/web/package.json', '{ "name": "web", "version": "1.0.1" }'],
    ['the white space of package.json', 'apps/web/package.json', '{\n  "name": "web",\n  "version": "1.0.0"\n}\n'],
    ['a module of the application', 'apps/web/src/main.ts', 'edited'],
    ['a file that nothing imports', 'apps/web/build/unused.ts', ''],
    ['a read-me', 'apps/web/README.md', ''],
    ['a test runner\'s configuration', 'apps/web/vitest.config.ts', 'export default {}'],
    ['a tool\'s rc file', '.lintstagedrc.json', '{}'],
  ])('does not change with %s', (_what, path, text) => {
    expect(differsBy(() => project.write(path, text))).toEqual([])
  })

  it('is the same in another place', () => {
    const elsewhere = createProjectFiles(FILES)
    const here = identify()
    inputs = inputsFor(elsewhere)
    expect(differing(here, identify({}, elsewhere))).toEqual([])
    elsewhere.dispose()
  })

  it('comes back when an edit is taken back', () => {
    const before = identify()
    project.write('apps/web/vite.config.ts', 'export default {}')
    identify()
    project.write('apps/web/vite.config.ts', FILES['apps/web/vite.config.ts'])
    expect(differing(before, identify())).toEqual([])
  })

  it('survives a root that does not exist', () => {
    expect(() => identify({ root: project.at('nowhere'), configFiles: [project.at('nowhere/vite.config.ts')] })).not.toThrow()
  })

  it('survives a package.json that is no JSON, and sees it change', () => {
    project.write('package.json', 'no JSON')
    expect(differsBy(() => project.write('package.json', 'no JSON either'))).toEqual(['configured: package.json'])
  })
})

describe('where there is no lockfile', () => {
  it('changes with what is installed in a folder above', () => {
    project.remove('package-lock.json')
    inputs = { ...inputs, workspaceRoot: project.at('apps/web') }
    expect(differsBy(() => project.write('node_modules/.yarn-integrity', '{ "lockfileEntries": { "sass@1": "1.0.0" } }'))).toEqual(['base: installed'])
  })
})

describe('the workspace root', () => {
  it('is the nearest directory with a lockfile, upwards', () => {
    expect(findWorkspaceRoot(project.at('apps/web'))).toBe(project.root)
    project.write('apps/web/yarn.lock', '')
    expect(findWorkspaceRoot(project.at('apps/web'))).toBe(project.at('apps/web'))
  })

  it('is the root where there is none', () => {
    project.remove('package-lock.json')
    expect(findWorkspaceRoot(project.at('apps/web'))).toBe(project.at('apps/web'))
  })
})
