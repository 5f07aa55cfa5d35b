import { createRequire } from 'node:module'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { whoLooks, whoReads } from '../../../../src/memo/observe/caller.ts'
import { createProjectFiles } from '../helpers/project-files.ts'
import type { ProjectFiles } from '../helpers/project-files.ts'

/** Modules that look for a file by what they are given, or have another one look. */
const LOOKS = 'module.exports = function look(looked) { return looked() }\n'
const through = (name: string): string => `const look = require('${name}')\nmodule.exports = looked => look(looked)\n`
const FILES = {
  'node_modules/sass/index.js': LOOKS, 'node_modules/browserslist/index.js': LOOKS, 'node_modules/resolve/index.js': LOOKS, 'node_modules/postcss-tokens/index.js': LOOKS,
  'node_modules/.pnpm/less@4.0.0/node_modules/less/index.js': LOOKS,
  'node_modules/postcss-import/index.js': through('resolve'), 'node_modules/tokens-of-files/index.js': through('resolve'),
  'node_modules/typescript/index.js': LOOKS, 'node_modules/@vue/compiler-sfc/index.js': through('typescript'), 'node_modules/types-of-files/index.js': through('typescript'),
  'node_modules/.vite-temp/vite.config.js': LOOKS, 'plugins/own.js': LOOKS, 'plugins/by-sass.js': through('sass'), 'plugins/by-browserslist.js': through('browserslist'),
}

describe('who asks', () => {
  let project: ProjectFiles
  beforeEach(() => (project = createProjectFiles(FILES)))
  afterEach(() => project.dispose())

  /** From the event loop, as calls come: nobody of the project is below. */
  const seeker = (path: string, who: typeof whoLooks): Promise<string> => {
    const look = createRequire(import.meta.url)(project.at(path)) as (looked: () => void) => void
    return new Promise(resolve => {
      const looked = (): void => resolve(who(looked))
      setImmediate(look, looked)
    })
  }

  it.each([
    ['node_modules/sass/index.js', 'compiler'],
    ['node_modules/.pnpm/less@4.0.0/node_modules/less/index.js', 'compiler'],
    ['node_modules/postcss-import/index.js', 'compiler'],
    ['node_modules/browserslist/index.js', 'browsers'],
    ['node_modules/tokens-of-files/index.js', 'anybody'],
    ['node_modules/postcss-tokens/index.js', 'anybody'],
    ['node_modules/.vite-temp/vite.config.js', 'anybody'],
    ['plugins/own.js', 'anybody'],
    ['plugins/by-sass.js', 'anybody'],
    ['plugins/by-browserslist.js', 'anybody'],
  ])('a file is looked for by %s: %s', async (path, who) => expect(await seeker(path, whoLooks)).toBe(who))

  it.each([
    ['node_modules/sass/index.js', 'anybody'],
    ['node_modules/@vue/compiler-sfc/index.js', 'compiler'],
    ['node_modules/types-of-files/index.js', 'anybody'],
    ['node_modules/browserslist/index.js', 'anybody'],
    ['plugins/by-sass.js', 'anybody'],
  ])('a file is read by %s: %s', async (path, who) => expect(await seeker(path, whoReads)).toBe(who))
})
