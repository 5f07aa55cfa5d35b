import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { run } from './command-line.ts'
import type { Run } from './command-line.ts'
import { createProject, recordBuild } from './project.ts'
import type { Project } from './project.ts'

describe('pitcrew cache', () => {
  let project: Project

  beforeEach(async () => {
    project = createProject()
    await recordBuild(project, { minute: 0 }, ['a', 'b', 'c'].map(id => ({ id, outcome: 'miss', cause: { kind: 'new' } })))
  })

  afterEach(() => rmSync(project.root, { recursive: true }))

  function cache(...args: string[]): Promise<Run> {
    return run(['cache', ...args], project.root)
  }

  async function json(...args: string[]): Promise<unknown> {
    return JSON.parse((await cache(...args, '--json')).out)
  }

  function segmentPath(): string {
    const directory = join(project.cacheDir, 'v1')
    const name = readdirSync(directory).find(file => file.endsWith('.pack'))
    if (name === undefined) throw new Error(`no segment among ${readdirSync(directory).join(', ')}`)
    return join(directory, name)
  }

  it('stats counts records', async () => {
    const { code, out } = await cache('stats')
    expect(code).toBe(0)
    expect(out).toContain(`${project.cacheDir}: 3 records, `)
    expect(await json('stats')).toMatchObject({ version: 1, action: 'stats', location: project.cacheDir, state: 'ok', entryCount: 3 })
  })

  it('stats of a store that was never used creates nothing', async () => {
    rmSync(project.cacheDir, { recursive: true })
    expect((await cache('stats')).out).toContain(': 0 records, 0 B')
    expect(existsSync(project.cacheDir)).toBe(false)
  })

  it('verify finds all of it intact', async () => {
    expect(await cache('verify')).toMatchObject({ code: 0, out: expect.stringMatching(/^3 of 3 records intact, \d/) })
    expect(await json('verify')).toMatchObject({ okCount: 3, corruptCount: 0 })
  })

  it('verify finds a flipped byte, and says what to do', async () => {
    const path = segmentPath()
    const bytes = readFileSync(path)
    const at = bytes.indexOf('export {}')
    expect(at).toBeGreaterThan(0)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    writeFileSync(path, bytes)
    const { code, out } = await cache('verify')
    expect(code).toBe(1)
    expect(out).toMatch(/^2 of 3 records intact/)
    expect(out).toContain('1 damaged')
    expect(out).toContain('next: npx pitcrew cache gc')
    await cache('gc')
    expect((await cache('verify')).code).toBe(0)
  })

  it('gc says what it freed and what is left', async () => {
    expect(await cache('gc')).toMatchObject({ code: 0, out: expect.stringMatching(/freed; 3 records, .* kept\n$/) })
    expect(await json('gc')).toMatchObject({ outcome: 'done', entryCount: 3 })
  })

  it('gc keeps no more than it is told to', async () => {
    expect(await json('gc', '--max-bytes', '400')).toMatchObject({ outcome: 'done', sizeBytes: expect.any(Number) })
    const { entryCount } = (await json('stats')) as { entryCount: number }
    expect(entryCount).toBeLessThan(3)
  })

  it('clear deletes records and ledgers, and nothing else', async () => {
    writeFileSync(join(project.cacheDir, 'ledger', 'notes.txt'), 'mine')
    expect(await cache('clear')).toMatchObject({ code: 0, out: expect.stringMatching(/files? deleted, .* freed/) })
    expect((await cache('stats')).out).toContain(': 0 records')
    expect(readdirSync(join(project.cacheDir, 'ledger'))).toEqual(['notes.txt'])
  })

  it('a place that cannot hold a store is told of', async () => {
    writeFileSync(join(project.root, 'file'), '')
    const { code, out, err } = await cache('stats', '--cache-dir', join(project.root, 'file'))
    expect({ code, out }).toEqual({ code: 0, out: `${join(project.root, 'file')}, off: 0 records, 0 B\n` })
    expect(err).toContain('[STORE_UNAVAILABLE]')
  })
})
