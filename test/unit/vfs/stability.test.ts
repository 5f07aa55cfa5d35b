/** Whether what was looked at was so all through a call. */
import { mkdirSync, statSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { VirtualFileSystem } from '../../../src/vfs/virtual-file-system.ts'
import { createLateClock, createProjectFiles } from '../memo/helpers/project-files.ts'
import type { ProjectFiles } from '../memo/helpers/project-files.ts'

const late = createLateClock()
let project: ProjectFiles

beforeEach(() => {
  project = createProjectFiles({ 'a.txt': 'a', 'b.txt': 'bb' })
})

afterEach(() => project.dispose())

const now = (): number => Date.now()
const createVfs = (maxBytes = 1_000_000, wall = late.wall): VirtualFileSystem => new VirtualFileSystem({ maxBytes, clock: { now: () => 0, wall } })

describe('stability of names', () => {
  it('is lost when one comes or goes', () => {
    const vfs = createVfs()
    expect(vfs.namesWereStableSince(project.root, late.wall())).toBe(true)
    expect(vfs.namesWereStableSince(project.root, now() - 60_000)).toBe(false)
  })

  it('of what does not exist is that of the nearest that does', () => {
    const vfs = createVfs()
    expect([vfs.namesWereStableSince(project.at('x/y/z'), late.wall()), vfs.namesWereStableSince(project.at('x/y/z'), now() - 60_000)]).toEqual([true, false])
  })

  it('above the project is nobody\'s business, and beside it is', () => {
    for (const path of ['work/app', 'wor', 'work-2']) mkdirSync(project.at(path), { recursive: true })
    const vfs = new VirtualFileSystem({ maxBytes: 1000, clock: late, projectRoot: project.at('work') })
    const stableIn = (path: string): boolean => vfs.namesWereStableSince(project.at(path), now() - 60_000)
    expect(['.', 'work', 'work/app', 'wor', 'work-2'].map(stableIn)).toEqual([true, false, false, false, false])
  })

  it('of a kind that was known before the call began needs only to be the same now', () => {
    let wall = 0
    const vfs = createVfs(1000, () => wall)
    wall = now() - 120_000
    vfs.kind(project.at('new'))
    expect(vfs.kindWasStableSince(project.at('new'), now() - 60_000)).toBe(true)
    project.write('new', '')
    expect(vfs.kindWasStableSince(project.at('new'), now() - 60_000)).toBe(false)
  })

  it('of a kind is lost where something came after it was asked for, however long before the call', () => {
    const vfs = createVfs(1000, now)
    expect(vfs.kind(project.at('new'))).toBe('absent')
    project.write('new', '')
    expect(vfs.kindWasStableSince(project.at('new'), late.wall())).toBe(false)
  })

  it('of a listing is lost although a name came and went', () => {
    const vfs = createVfs()
    vfs.listing(project.root)
    project.write('new', '')
    project.remove('new')
    expect(vfs.listingWasStableSince(project.root, now() - 60_000)).toBe(false)
    expect(vfs.listingWasStableSince(project.root, late.wall())).toBe(true)
  })

  it('of a listing is lost where a name came, and is told by another listing where it was taken just after a change', () => {
    for (const wall of [late.wall, now]) {
      const vfs = createVfs(1000, wall)
      vfs.listing(project.root)
      expect(vfs.listingWasStableSince(project.root, late.wall())).toBe(true)
      project.write(`new-${wall()}`, '')
      expect(vfs.listingWasStableSince(project.root, late.wall())).toBe(false)
    }
  })

  it('is asked of the disk once in a batch', () => {
    const vfs = createVfs()
    vfs.digest(project.at('a.txt'))
    const isStable = (): boolean => vfs.wasStableSince(project.at('a.txt'), late.wall())
    const batch = vfs.createBatch()
    batch(() => expect(isStable()).toBe(true))
    project.write('a.txt', 'changed')
    batch(() => expect(isStable()).toBe(true))
    expect(isStable()).toBe(false)
    vfs.createBatch()(() => expect(isStable()).toBe(false))
  })

  it('is asked anew in a batch for what was looked at since', async () => {
    const vfs = createVfs()
    await new Promise(resolve => setTimeout(resolve, 120))
    const startedWallMs = now()
    await new Promise(resolve => setTimeout(resolve, 20))
    const stable = (name: string): [string, boolean] => [vfs.kind(project.at(name)), vfs.kindWasStableSince(project.at(name), startedWallMs)]
    const batch = vfs.createBatch()
    batch(() => expect(stable('none')).toEqual(['absent', true]))
    project.write('made', '')
    batch(() => expect(stable('made')).toEqual(['file', false]))
  })
})

describe('wasStableSince', () => {
  const stable = (vfs: VirtualFileSystem, path: string, startedWallMs: number): boolean => vfs.wasStableSince(project.at(path), startedWallMs)

  it('is true of a file untouched for long', () => {
    expect(stable(createVfs(), 'a.txt', late.wall())).toBe(true)
  })

  it('is true of what was absent all the time', () => {
    expect(stable(createVfs(), 'none.txt', late.wall())).toBe(true)
  })

  it('is false of a file written after the call began, or just before', () => {
    const written = statSync(project.at('a.txt')).ctimeMs
    expect(stable(createVfs(), 'a.txt', written - 1000)).toBe(false)
    expect(stable(createVfs(), 'a.txt', written + 10)).toBe(false)
  })

  it('is false when the file is no more what was hashed', () => {
    const vfs = createVfs()
    vfs.digest(project.at('a.txt'))
    project.write('a.txt', 'longer')
    expect(stable(vfs, 'a.txt', late.wall())).toBe(false)
  })
})

describe('wasLackingSince', () => {
  const lackedSince = (vfs: VirtualFileSystem, name: string, startedWallMs: number): boolean => vfs.lacks(project.root, name) && vfs.wasLackingSince(project.root, name, startedWallMs)

  it('is true where no name came or went', () => {
    expect(lackedSince(createVfs(), 'none', late.wall())).toBe(true)
  })

  it('is false where names came or went, unless they were listed before the call', () => {
    expect(lackedSince(createVfs(), 'none', now() - 60_000)).toBe(false)
    let wall = now() - 120_000
    const vfs = createVfs(1000, () => wall)
    vfs.lacks(project.root, 'none')
    wall = now()
    project.write('other', '')
    expect(lackedSince(vfs, 'none', now() - 60_000)).toBe(true)
    project.write('none', '')
    expect(lackedSince(vfs, 'none', now() - 60_000)).toBe(false)
  })

  it('is true of what was listed a millisecond before the call, although other names came just then', () => {
    let wall = now()
    const vfs = createVfs(1000, () => wall)
    project.write('other', '')
    vfs.lacks(project.root, 'none')
    wall += 1
    expect([wall, wall - 1].map(startedWallMs => vfs.wasLackingSince(project.root, 'none', startedWallMs))).toEqual([true, false])
  })

  it('is false of what came after the directory was listed, however long before the call', () => {
    const vfs = createVfs(1000, now)
    expect(vfs.lacks(project.root, 'new')).toBe(true)
    project.write('new', '')
    expect(vfs.wasLackingSince(project.root, 'new', late.wall())).toBe(false)
    expect(vfs.wasLackingSince(project.root, 'other', late.wall())).toBe(true)
  })

  it('is asked of the disk where the directory does not exist', () => {
    const vfs = createVfs()
    const dir = project.at('nowhere')
    expect([vfs.lacks(dir, 'a'), vfs.wasLackingSince(dir, 'a', late.wall()), vfs.wasLackingSince(dir, 'a', now() - 60_000)]).toEqual([true, true, false])
  })
})
