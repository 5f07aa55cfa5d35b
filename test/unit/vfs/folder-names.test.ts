import { mkdirSync, renameSync, statSync, symlinkSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FolderNames } from '../../../src/vfs/folder-names.ts'
import { Present } from '../../../src/vfs/present.ts'
import { createLateClock, createProjectFiles } from '../memo/helpers/project-files.ts'
import type { ProjectFiles } from '../memo/helpers/project-files.ts'

let project: ProjectFiles

beforeEach(() => {
  project = createProjectFiles({ 'dir/a.txt': 'a', 'other/b.txt': 'b' })
})

afterEach(() => project.dispose())

const createNames = (wall = createLateClock().wall): FolderNames => new FolderNames({ now: () => 0, wall }, new Present())
const namesIn = (names: FolderNames, epoch: number, dir = 'dir'): readonly string[] | null => {
  const found = names.of(project.at(dir), epoch).names
  return found && [...found]
}

describe('the names in a directory', () => {
  it('are listed once as long as it stays as it is, and are news of each epoch', () => {
    const names = createNames()
    const first = names.of(project.at('dir'), 0)
    const { tick } = first
    const next = names.of(project.at('dir'), 1)
    expect([...next.names!]).toEqual(['a.txt'])
    expect(next.names).toBe(first.names)
    expect(next.tick).toBeGreaterThan(tick)
    expect([names.seen(project.at('dir'), 1), names.seen(project.at('dir'), 2)]).toEqual([next, null])
  })

  it.each<[string, () => void, string[]]>([
    ['a file that came', () => project.write('dir/new.txt', ''), ['a.txt', 'new.txt']],
    ['a file that came, with the time of the directory put back', () => {
      project.write('dir/new.txt', '')
      project.age('dir')
    }, ['a.txt', 'new.txt']],
    ['a file that went', () => project.remove('dir/a.txt'), []],
    ['a file of another name', () => renameSync(project.at('dir/a.txt'), project.at('dir/c.txt')), ['c.txt']],
    ['another directory in its place', () => {
      project.remove('dir')
      renameSync(project.at('other'), project.at('dir'))
    }, ['b.txt']],
    ['a link in its place', () => {
      project.remove('dir')
      symlinkSync('other', project.at('dir'))
    }, ['b.txt']],
    ['a file in its place', () => {
      project.remove('dir')
      project.write('dir', '')
    }, []],
    ['nothing in its place', () => project.remove('dir'), []],
  ])('are seen to change with %s', (_what, change, expected) => {
    project.age('dir')
    const names = createNames()
    expect(namesIn(names, 0)).toEqual(['a.txt'])
    change()
    expect(namesIn(names, 0)).toEqual(['a.txt'])
    expect([...namesIn(names, 1)!].sort()).toEqual(expected)
  })

  it('are seen once it comes to be', () => {
    const names = createNames()
    expect(namesIn(names, 0, 'new')).toEqual([])
    mkdirSync(project.at('new'))
    project.write('new/x', '')
    expect(namesIn(names, 1, 'new')).toEqual(['x'])
  })

  it('are listed again where it changed just before they were listed, whatever its stat says', () => {
    const wall = statSync(project.at('dir')).ctimeMs
    const lists = [wall + 10, wall + 1_000].map(now => {
      const names = createNames(() => now)
      return names.of(project.at('dir'), 0) === names.of(project.at('dir'), 1)
    })
    expect(lists).toEqual([false, true])
  })
})
