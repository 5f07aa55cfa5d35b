import { mkdirSync, renameSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digest } from '../../../src/hash.ts'
import { VirtualFileSystem } from '../../../src/vfs/virtual-file-system.ts'
import { createLateClock, createProjectFiles } from '../memo/helpers/project-files.ts'
import type { ProjectFiles } from '../memo/helpers/project-files.ts'

const late = createLateClock()
let project: ProjectFiles

beforeEach(() => {
  project = createProjectFiles({ 'a.txt': 'a', 'b.txt': 'bb' })
})

afterEach(() => project.dispose())

const createVfs = (maxBytes = 1_000_000, wall = late.wall): VirtualFileSystem => new VirtualFileSystem({ maxBytes, clock: { now: () => 0, wall } })
const textOf = (vfs: VirtualFileSystem, path: string): string | undefined => vfs.read(project.at(path))?.toString()

describe('reading', () => {
  it('gives content and its digest', () => {
    const vfs = createVfs()
    expect(textOf(vfs, 'a.txt')).toBe('a')
    expect(vfs.digest(project.at('a.txt'))).toBe(digest('a'))
  })

  it.each(['none.txt', '.', 'a.txt/below', 'nul\0byte'])('gives null for %j', path => {
    const vfs = createVfs()
    expect(vfs.read(project.at(path))).toBeNull()
    expect(vfs.digest(project.at(path))).toBeNull()
  })

  it('gives null for links to nowhere and in circles', () => {
    symlinkSync('nowhere', project.at('broken'))
    symlinkSync('circle', project.at('circle'))
    const vfs = createVfs()
    expect([vfs.digest(project.at('broken')), vfs.kind(project.at('circle'))]).toEqual([null, 'absent'])
  })

  it('reads each path once in an epoch', () => {
    const vfs = createVfs()
    for (let time = 0; time < 3; time++) textOf(vfs, 'a.txt')
    expect(vfs.counters()).toEqual({ hits: 3, misses: 1, evictions: 0, bytes: 1 })
  })

  it('looks once for what is absent, and again in the next epoch', () => {
    const vfs = createVfs()
    expect([vfs.digest(project.at('new.txt')), vfs.digest(project.at('new.txt'))]).toEqual([null, null])
    expect(vfs.counters().misses).toBe(1)
    project.write('new.txt', 'new')
    expect(vfs.digest(project.at('new.txt'))).toBeNull()
    vfs.nextEpoch()
    expect(textOf(vfs, 'new.txt')).toBe('new')
  })

  it('stays with one content all through an epoch', () => {
    const vfs = createVfs()
    textOf(vfs, 'a.txt')
    project.write('a.txt', 'changed')
    expect([textOf(vfs, 'a.txt'), vfs.digest(project.at('a.txt'))]).toEqual(['a', digest('a')])
  })
})

describe('a new epoch', () => {
  it('holds nothing once it was cleared, and reads again what it is asked for', () => {
    const vfs = createVfs()
    textOf(vfs, 'a.txt')
    vfs.clear()
    expect(vfs.counters().bytes).toBe(0)
    project.write('a.txt', 'other')
    expect(textOf(vfs, 'a.txt')).toBe('other')
    expect(vfs.counters().misses).toBe(2)
  })

  it('reads nothing again that did not change', () => {
    const vfs = createVfs()
    textOf(vfs, 'a.txt')
    vfs.nextEpoch()
    expect(textOf(vfs, 'a.txt')).toBe('a')
    expect(vfs.counters().misses).toBe(1)
  })

  it.each<[string, () => void]>([
    ['an edit', () => project.write('a.txt', 'changed')],
    ['an edit of the same size', () => project.write('a.txt', 'z')],
    ['an edit that keeps size and modification time', () => {
      project.write('a.txt', 'z')
      project.age('a.txt')
    }],
    ['a checkout with an older modification time', () => {
      project.write('a.txt', 'old')
      project.age('a.txt')
    }],
    ['another file moved there', () => renameSync(project.at('b.txt'), project.at('a.txt'))],
    ['a directory in its place', () => {
      project.remove('a.txt')
      mkdirSync(project.at('a.txt'))
    }],
    ['its removal', () => project.remove('a.txt')],
  ])('sees %s', (_what, change) => {
    project.age('a.txt')
    const vfs = createVfs()
    const before = vfs.digest(project.at('a.txt'))
    change()
    vfs.nextEpoch()
    expect(vfs.digest(project.at('a.txt'))).not.toBe(before)
    expect(textOf(vfs, 'a.txt')).not.toBe('a')
  })

  it('forgets the content of what is gone', () => {
    const vfs = createVfs()
    textOf(vfs, 'a.txt')
    project.remove('a.txt')
    vfs.nextEpoch()
    expect([textOf(vfs, 'a.txt'), vfs.counters().bytes]).toEqual([undefined, 0])
  })

  it('sees what a link leads to now', () => {
    symlinkSync('a.txt', project.at('link'))
    const vfs = createVfs()
    expect(textOf(vfs, 'link')).toBe('a')
    project.remove('link')
    symlinkSync('b.txt', project.at('link'))
    vfs.nextEpoch()
    expect(textOf(vfs, 'link')).toBe('bb')
  })
})

describe('a file written just before it was read', () => {
  it('is read again in the next epoch, whatever its stat says', () => {
    const vfs = createVfs(1000, () => statSync(project.at('a.txt')).ctimeMs + 10)
    vfs.digest(project.at('a.txt'))
    vfs.nextEpoch()
    vfs.digest(project.at('a.txt'))
    expect(vfs.counters().misses).toBe(2)
  })

  it('is believed once it was read later', () => {
    let wall = statSync(project.at('a.txt')).ctimeMs + 10
    const vfs = createVfs(1000, () => wall)
    vfs.digest(project.at('a.txt'))
    wall += 1000
    for (let epoch = 0; epoch < 3; epoch++) {
      vfs.nextEpoch()
      vfs.digest(project.at('a.txt'))
    }
    expect(vfs.counters().misses).toBe(2)
  })

  it('is never believed where the clock of the file system is ahead', () => {
    const vfs = createVfs(1000, () => 0)
    for (let epoch = 0; epoch < 3; epoch++) {
      vfs.digest(project.at('a.txt'))
      vfs.nextEpoch()
    }
    expect(vfs.counters().misses).toBe(3)
  })
})

describe('memory', () => {
  it('is bounded, and what was evicted is read again', () => {
    const vfs = createVfs(10)
    for (const name of ['one', 'two', 'three', 'four']) project.write(name, name)
    for (const name of ['one', 'two', 'three', 'four']) expect(textOf(vfs, name)).toBe(name)
    const { bytes, evictions } = vfs.counters()
    expect(bytes).toBeLessThanOrEqual(10)
    expect(evictions).toBe(2)
    expect(textOf(vfs, 'one')).toBe('one')
  })

  it('keeps digests of what was evicted', () => {
    const vfs = createVfs(10)
    for (const name of ['first-file', 'other-file']) vfs.digest(project.write(name, name))
    const { misses } = vfs.counters()
    expect(vfs.digest(project.at('first-file'))).toBe(digest('first-file'))
    expect(vfs.counters().misses).toBe(misses)
  })

  it('gives out a file larger than all of it', () => {
    const vfs = createVfs(4)
    project.write('large', 'larger than four')
    expect(textOf(vfs, 'large')).toBe('larger than four')
    expect(vfs.counters().bytes).toBe(0)
  })

  it('never pairs the digest of one content with another', () => {
    const vfs = createVfs(4)
    project.write('large', 'first content')
    vfs.digest(project.at('large'))
    project.write('large', 'other content')
    const content = vfs.read(project.at('large'))
    expect(vfs.digest(project.at('large'))).toBe(digest(content!))
  })

  it('counts empty files without harm', () => {
    project.write('empty', '')
    const vfs = createVfs()
    expect([textOf(vfs, 'empty'), textOf(vfs, 'empty')]).toEqual(['', ''])
    expect(vfs.digest(project.at('empty'))).toBe(digest(''))
  })
})

describe('invalidate', () => {
  it('makes one path be looked at again in the same epoch', () => {
    const vfs = createVfs()
    const path = project.at('a.txt')
    vfs.digest(path)
    vfs.kind(path)
    vfs.digest(project.at('b.txt'))
    project.remove('a.txt')
    project.write('b.txt', 'changed')
    vfs.invalidate(path)
    expect([vfs.digest(path), vfs.kind(path), vfs.digest(project.at('b.txt'))]).toEqual([null, 'absent', digest('bb')])
  })

  it('of a new file makes its directory be listed again', () => {
    const vfs = createVfs()
    const before = vfs.listing(project.root)
    vfs.invalidate(project.write('new.txt', ''))
    expect(vfs.listing(project.root)).not.toBe(before)
  })
})

describe('kind', () => {
  it('follows links', () => {
    mkdirSync(project.at('dir'))
    symlinkSync('dir', project.at('to-dir'))
    symlinkSync('a.txt', project.at('to-file'))
    const vfs = createVfs()
    expect(['a.txt', 'dir', 'to-dir', 'to-file', 'none'].map(path => vfs.kind(project.at(path)))).toEqual(['file', 'directory', 'directory', 'file', 'absent'])
  })

  it('is known for one epoch', () => {
    const vfs = createVfs()
    const kinds = (): string => vfs.kind(project.at('new.txt'))
    const before = kinds()
    project.write('new.txt', '')
    const same = kinds()
    vfs.nextEpoch()
    expect([before, same, kinds()]).toEqual(['absent', 'absent', 'file'])
  })
})

describe('listing', () => {
  it('is of names and what is a directory, not of contents', () => {
    const vfs = createVfs()
    const before = vfs.listing(project.root)
    project.write('a.txt', 'changed')
    vfs.nextEpoch()
    expect(vfs.listing(project.root)).toBe(before)
    project.write('c.txt', '')
    vfs.nextEpoch()
    expect(vfs.listing(project.root)).not.toBe(before)
  })

  it('tells a file from a directory of the same name', () => {
    const vfs = createVfs()
    const before = vfs.listing(project.root)
    project.remove('a.txt')
    mkdirSync(project.at('a.txt'))
    vfs.nextEpoch()
    expect(vfs.listing(project.root)).not.toBe(before)
  })

  it('tells a link from a file of the same name', () => {
    const vfs = createVfs()
    const before = vfs.listing(project.root)
    project.remove('a.txt')
    symlinkSync('b.txt', project.at('a.txt'))
    vfs.nextEpoch()
    expect(vfs.listing(project.root)).not.toBe(before)
  })

  it('of what is no directory is null', () => {
    const vfs = createVfs()
    expect([vfs.listing(project.at('a.txt')), vfs.listing(project.at('none'))]).toEqual([null, null])
  })
})

describe('lacks', () => {
  it('says of every name whether there is nothing of it', () => {
    mkdirSync(project.at('dir'))
    symlinkSync('nowhere', project.at('broken'))
    const vfs = createVfs()
    expect(['a.txt', 'dir', 'none', 'broken', 'A.TXT-not'].map(name => vfs.lacks(project.root, name))).toEqual([false, false, true, true, true])
  })

  it('says so of a directory that does not exist, or is none', () => {
    const vfs = createVfs()
    expect([vfs.lacks(project.at('none'), 'x'), vfs.lacks(project.at('a.txt'), 'x')]).toEqual([true, true])
  })

  it('leaves to the disk what differs in case or accents alone', () => {
    project.write('\u00e9.txt', '')
    const vfs = createVfs()
    for (const name of ['A.TXT', 'e\u0301.txt']) expect(vfs.lacks(project.root, name), name).toBe(vfs.kind(project.at(name)) === 'absent')
  })

  it('is known for one epoch, and until the name is invalidated', () => {
    const vfs = createVfs()
    const answers = [vfs.lacks(project.root, 'new')]
    project.write('new', '')
    answers.push(vfs.lacks(project.root, 'new'))
    vfs.nextEpoch()
    answers.push(vfs.lacks(project.root, 'new'))
    project.remove('new')
    vfs.invalidate(project.at('new'))
    answers.push(vfs.lacks(project.root, 'new'))
    expect(answers).toEqual([true, true, false, true])
  })
})

describe('what a directory lacks', () => {
  it('is told by one listing, and by the disk where a name differs only in case', () => {
    const dir = project.at('names')
    project.write('names/Here.scss', '')
    const vfs = createVfs()
    expect(vfs.lacks(dir, 'there.scss')).toBe(true)
    expect(vfs.lacks(dir, 'Here.scss')).toBe(false)
    // Whatever the file system says of it.
    expect(vfs.lacks(dir, 'here.scss')).toBe(vfs.kind(join(dir, 'here.scss')) === 'absent')
    expect(vfs.lacks(project.at('nowhere'), 'a')).toBe(true)
  })

  it('is looked at again in the next epoch, and after the directory was invalidated', () => {
    const dir = project.at('names')
    project.write('names/a', '')
    const vfs = createVfs()
    expect(vfs.lacks(dir, 'b')).toBe(true)
    project.write('names/b', '')
    vfs.invalidate(join(dir, 'b'))
    expect(vfs.lacks(dir, 'b')).toBe(false)
    project.remove('names/b')
    vfs.nextEpoch()
    expect(vfs.lacks(dir, 'b')).toBe(true)
  })
})
