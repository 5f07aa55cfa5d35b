/** What is read of git and of lockfiles, without git and without a package manager. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { gitState } from '../../../src/history/git.ts'
import { lockedVersions } from '../../../src/history/lockfile.ts'

const COMMIT = 'a'.repeat(40)
let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pitcrew-git-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

describe('git', () => {
  it('tells branch and commit from a folder within the repository', () => {
    write('.git/HEAD', 'ref: refs/heads/feature/fast\n')
    write('.git/refs/heads/feature/fast', `${COMMIT}\n`)
    write('app/src/main.ts', '')
    expect(gitState(join(root, 'app', 'src'))).toEqual({ commit: COMMIT, branch: 'feature/fast' })
  })

  it('knows packed branches and detached heads', () => {
    write('.git/HEAD', 'ref: refs/heads/main\n')
    write('.git/packed-refs', `# pack-refs with: peeled\n${'b'.repeat(40)} refs/heads/remain\n${COMMIT} refs/heads/main\n`)
    expect(gitState(root)).toEqual({ commit: COMMIT, branch: 'main' })
    write('.git/HEAD', `${COMMIT}\n`)
    expect(gitState(root)).toEqual({ commit: COMMIT, branch: null })
  })

  it('follows worktrees to the branches that they share', () => {
    write('main/.git/worktrees/side/HEAD', 'ref: refs/heads/side\n')
    write('main/.git/worktrees/side/commondir', '../..\n')
    write('main/.git/refs/heads/side', `${COMMIT}\n`)
    write('side/.git', `gitdir: ${join(root, 'main/.git/worktrees/side')}\n`)
    expect(gitState(join(root, 'side'))).toEqual({ commit: COMMIT, branch: 'side' })
  })

  it('that is not there, or says what nobody understands, is not known', () => {
    write('.git/HEAD', 'something new')
    expect(gitState(root)).toEqual({ commit: null, branch: null })
    rmSync(join(root, '.git'), { recursive: true })
    write('.git', 'what is this')
    expect(gitState(root)).toEqual({ commit: null, branch: null })
  })
})

describe('a lockfile', () => {
  const direct = new Set(['lodash'])
  const wanted = { '@vitejs/plugin-vue': '6.0.1', lodash: '4.17.21', 'sass-embedded': '1.98.0' }

  it.each<[string, string]>([
    ['package-lock.json', JSON.stringify({ packages: {
      '': { version: '0.0.0' }, 'node_modules/lodash': { version: '4.17.21' }, 'node_modules/left-pad': { version: '1.0.0' }, 'node_modules/sass-embedded': { version: '1.98.0' },
      'node_modules/@vitejs/plugin-vue': { version: '6.0.1' }, 'node_modules/x/node_modules/sass-embedded': { version: '1.97.0' }, 'packages/vite-app': { version: '1.0.0' },
    } })],
    ['pnpm-lock.yaml', "lockfileVersion: '9.0'\npackages:\n\n  '@vitejs/plugin-vue@6.0.1':\n    resolution: {}\n\n  lodash@4.17.21:\n  left-pad@1.0.0:\n  sass-embedded@1.98.0:\n"],
    ['yarn.lock', '# yarn lockfile v1\n\n"@vitejs/plugin-vue@^6.0.0":\n  version "6.0.1"\n\nlodash@^4.0.0, lodash@^4.17.0:\n  version "4.17.21"\n\nleft-pad@1:\n  version "1.0.0"\n\nsass-embedded@^1.0.0:\n  version "1.98.0"\n'],
    ['yarn.lock', '__metadata:\n  version: 8\n\n"@vitejs/plugin-vue@npm:^6.0.0":\n  version: 6.0.1\n\n"lodash@npm:^4.0.0":\n  version: 4.17.21\n\n"sass-embedded@npm:^1.0.0":\n  version: 1.98.0\n'],
    ['bun.lock', '{ "packages": {\n "@vitejs/plugin-vue": ["@vitejs/plugin-vue@6.0.1", "", {}],\n "lodash": ["lodash@4.17.21", ""],\n "sass-embedded": ["sass-embedded@1.98.0", ""] } }'],
  ])('%s tells the versions of what a build is made of', (name, text) => {
    expect(lockedVersions(name, text, direct)).toEqual(wanted)
  })

  it.each<[string[], string]>([
    [['1.9.0', '1.10.0', '1.2.9'], '1.10.0'], [['2.0.0', '10.0.0'], '10.0.0'], [['1.0.0-beta.2', '1.0.0-beta.10'], '1.0.0-beta.10'], [['1.0', '1.0.1'], '1.0.1'], [['3.1.0', '3.1.0'], '3.1.0'],
  ])('of several versions the highest counts: %j', (versions, highest) => {
    for (const order of [versions, versions.toReversed()]) {
      const packages = Object.fromEntries(order.map((version, index) => [`node_modules/x${index}/node_modules/lodash`, { version }]))
      expect(lockedVersions('package-lock.json', JSON.stringify({ packages }), direct)).toEqual({ lodash: highest })
    }
  })

  it('that is damaged or unknown tells nothing', () => {
    expect(lockedVersions('package-lock.json', '{', direct)).toEqual({})
    expect(lockedVersions('package-lock.json', '{"packages":{"node_modules/vite":null}}', direct)).toEqual({})
    expect(lockedVersions('bun.lockb', 'binary', direct)).toEqual({})
  })
})
