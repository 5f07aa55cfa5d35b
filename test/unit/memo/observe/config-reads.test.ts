import { execFile, execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { digestOfConfigReads, leaveConfiguration, watchConfiguration } from '../../../../src/memo/observe/config-reads.ts'
import { VirtualFileSystem } from '../../../../src/vfs/virtual-file-system.ts'
import { createLateClock, createProjectFiles } from '../helpers/project-files.ts'
import type { ProjectFiles } from '../helpers/project-files.ts'

let project: ProjectFiles
const digest = (): string => digestOfConfigReads(new VirtualFileSystem({ maxBytes: 1_000_000, clock: createLateClock() }), project.root)

beforeEach(() => {
  project = createProjectFiles()
})
afterEach(() => {
  leaveConfiguration()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
  project.dispose()
})

describe('what a configuration reads', () => {
  it('counts by its content while it is evaluated, and no longer', () => {
    project.write('seen.txt', 'one')
    project.write('later.txt', 'one')
    const nothing = digest()
    watchConfiguration()
    readFileSync(project.at('seen.txt'), 'utf8')
    leaveConfiguration()
    readFileSync(project.at('later.txt'), 'utf8')
    const before = digest()
    expect(before).not.toBe(nothing)
    project.write('later.txt', 'two')
    expect(digest()).toBe(before)
    project.write('seen.txt', 'two')
    expect(digest()).not.toBe(before)
  })

  it('counts where a file comes to be there, and not where a folder does', () => {
    watchConfiguration()
    for (const name of ['file.txt', 'folder']) existsSync(project.at(name))
    leaveConfiguration()
    const before = digest()
    mkdirSync(project.at('folder'))
    expect(digest()).toBe(before)
    project.write('file.txt', '')
    expect(digest()).not.toBe(before)
  })

  it.runIf(process.platform === 'linux')('is not what the kernel makes up anew each time', () => {
    const nothing = digest()
    watchConfiguration()
    readFileSync('/proc/self/stat', 'utf8')
    existsSync('/sys/kernel')
    leaveConfiguration()
    expect(digest()).toBe(nothing)
  })

  it('counts by what processes tell it, and once where one tells the same again', () => {
    const ask = (word: string): void => {
      watchConfiguration()
      execFileSync(process.execPath, ['-p', 'process.env.WORD'], { env: { WORD: word } })
      leaveConfiguration()
    }
    const nothing = digest()
    ask('one')
    const before = digest()
    expect(before).not.toBe(nothing)
    ask('one')
    expect(digest()).toBe(before)
    ask('two')
    const after = digest()
    expect(after).not.toBe(before)
    ask('one')
    expect([before, after]).not.toContain(digest())
  })

  it('gets what a process tells as always', async () => {
    watchConfiguration()
    const told = await new Promise(resolve => execFile(process.execPath, ['-e', 'process.stdout.write("é".repeat(99999)); process.stderr.write("no"); process.exitCode = 3'], (error, stdout, stderr) => resolve([error?.code, stdout, stderr])))
    expect(told).toEqual([3, 'é'.repeat(99_999), 'no'])
  })

  it('is read as always where there is no working directory any more', () => {
    watchConfiguration()
    vi.spyOn(process, 'cwd').mockImplementation(() => {
      throw new Error('uv_cwd')
    })
    expect(existsSync('package.json')).toBe(true)
  })

  it('is watched where timers are a browser\'s', () => {
    vi.stubGlobal('setTimeout', () => 1)
    expect(() => watchConfiguration()).not.toThrow()
  })
})
