import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { filesOfOwnPackage } from '../../../../src/memo/identity/own-specifiers.ts'
import { VirtualFileSystem } from '../../../../src/vfs/virtual-file-system.ts'
import { createLateClock, createProjectFiles } from '../helpers/project-files.ts'
import type { ProjectFiles } from '../helpers/project-files.ts'

let project: ProjectFiles

beforeEach(() => {
  project = createProjectFiles({ 'config/a.ts': '' })
})

afterEach(() => project.dispose())

function filesOf(manifest: object | string, ...specifiers: string[]): string[] {
  project.write('package.json', typeof manifest === 'string' ? manifest : JSON.stringify(manifest))
  const vfs = new VirtualFileSystem({ maxBytes: 1_000_000, clock: createLateClock() })
  return filesOfOwnPackage(specifiers, project.at('config'), vfs).map(path => path.slice(project.root.length + 1))
}

describe('files that a module imports by the manifest of its own package', () => {
  it.each<[string, object | string, string, string[]]>([
    ['by a name of its own', { imports: { '#a': './lib/a.js', '#b': './lib/b.js' } }, '#a', ['lib/a.js']],
    ['whatever the condition', { imports: { '#a': { node: './lib/a.cjs', default: ['./lib/a.mjs'] } } }, '#a', ['lib/a.cjs', 'lib/a.mjs']],
    ['by a pattern', { imports: { '#lib/*.js': './lib/*.ts' } }, '#lib/x/a.js', ['lib/x/a.ts']],
    ['not by a pattern that is longer', { imports: { '#lib/*a': './lib/*.ts' } }, '#lib/', []],
    ['a package, by a name of its own', { imports: { '#a': 'lodash' } }, '#a', []],
    ['by its name', { name: 'app', exports: './index.js' }, 'app', ['index.js']],
    ['by its name, without exports', { name: 'app', main: './main.js' }, 'app', ['main.js']],
    ['by its name, for one condition', { name: 'app', exports: { import: './index.mjs' } }, 'app', ['index.mjs']],
    ['by its name and a path', { name: '@kit/app', exports: { '.': './index.js', './a': './lib/a.js' } }, '@kit/app/a', ['lib/a.js']],
    ['not by another name that begins alike', { name: 'app', exports: './index.js' }, 'app-kit', []],
    ['none of a manifest that is none', '{ "name": ', '#a', []],
    ['none of a manifest that is a list', '[]', 'app', []],
    ['none of a manifest that is nothing', 'null', 'app', []],
  ])('are found %s', (_how, manifest, specifier, files) => {
    expect(filesOf(manifest, './other.ts', 'node:fs', specifier)).toEqual(files)
  })
})
