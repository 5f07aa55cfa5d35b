import { renameSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digest } from '../../../src/hash.ts'
import { Stamps } from '../../../src/vfs/stamps.ts'
import { VirtualFileSystem } from '../../../src/vfs/virtual-file-system.ts'
import { createLateClock, createProjectFiles } from '../memo/helpers/project-files.ts'
import type { ProjectFiles } from '../memo/helpers/project-files.ts'

const late = createLateClock()
let project: ProjectFiles
let stamps: Stamps

beforeEach(() => {
  project = createProjectFiles({ 'a.txt': 'first' })
  stamps = new Stamps()
})

afterEach(() => project.dispose())

const nextBuild = (wall = late.wall): VirtualFileSystem => new VirtualFileSystem({ maxBytes: 1000, clock: { now: () => 0, wall }, stamps })

describe('a build that reads what another one of its process has read', () => {
  it('knows its digest without reading it', () => {
    const path = project.at('a.txt')
    nextBuild().digest(path)
    const vfs = nextBuild()
    expect(vfs.digest(path)).toBe(digest('first'))
    expect(vfs.counters()).toMatchObject({ misses: 0, bytes: 0 })
  })

  it('reads it when it wants the content', () => {
    const path = project.at('a.txt')
    nextBuild().digest(path)
    const vfs = nextBuild()
    vfs.digest(path)
    expect([vfs.read(path)?.toString(), vfs.read(path)?.toString()]).toEqual(['first', 'first'])
    expect(vfs.counters()).toMatchObject({ misses: 1, hits: 1 })
  })

  it.each(['other', 'longer than it was'])('sees that it has become %j', content => {
    const path = project.at('a.txt')
    nextBuild().digest(path)
    // Another file in its place, as editors and git put it there: written within the same tick of the file system it has another inode.
    project.write('b.txt', content)
    renameSync(project.at('b.txt'), path)
    expect(nextBuild().digest(path)).toBe(digest(content))
  })

  it('sees that it has gone', () => {
    const path = project.at('a.txt')
    nextBuild().digest(path)
    project.remove('a.txt')
    expect(nextBuild().digest(path)).toBeNull()
  })

  it('gives content and digest that belong together when it changes in between', () => {
    const path = project.at('a.txt')
    nextBuild().digest(path)
    const vfs = nextBuild()
    vfs.digest(path)
    project.write('a.txt', 'changed')
    expect([vfs.read(path)?.toString(), vfs.digest(path)]).toEqual(['changed', digest('changed')])
  })

  it('reads it again when it was written so shortly before that its stamp says nothing', () => {
    const path = project.at('a.txt')
    nextBuild(Date.now).digest(path)
    const vfs = nextBuild(Date.now)
    vfs.digest(path)
    expect(vfs.counters().misses).toBe(1)
  })
})
