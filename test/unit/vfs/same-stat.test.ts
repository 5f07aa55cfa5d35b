/**
 * Two contents with one stat: kernels before 6.13 stamp files with the time of their last tick, so that two writes within
 * milliseconds look the same. Here every stat of the file is held still, whatever the kernel.
 */
import type { BigIntStats } from 'node:fs'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { digest } from '../../../src/hash.ts'
import { VirtualFileSystem } from '../../../src/vfs/virtual-file-system.ts'
import { createProjectFiles } from '../memo/helpers/project-files.ts'
import type { ProjectFiles } from '../memo/helpers/project-files.ts'

const held = vi.hoisted(() => ({ stat: undefined as unknown }))
vi.mock('node:fs', async original => {
  const fs = await original<typeof import('node:fs')>()
  return { ...fs, statSync: (...args: Parameters<typeof fs.statSync>) => held.stat ?? fs.statSync(...args) }
})

let project: ProjectFiles
let path: string
let writtenMs: number

beforeEach(async () => {
  project = createProjectFiles()
  path = project.write('racy.txt', 'one')
  const { statSync } = await vi.importActual<typeof import('node:fs')>('node:fs')
  const stat: BigIntStats = statSync(path, { bigint: true })
  held.stat = stat
  writtenMs = Number(stat.ctimeNs / 1_000_000n)
})

afterEach(() => {
  held.stat = undefined
  project.dispose()
})

const vfsAt = (wallMs: () => number): VirtualFileSystem => new VirtualFileSystem({ maxBytes: 1000, clock: { now: () => 0, wall: wallMs } })

it('a second content is seen in the next epoch when the first was read soon after it was written', () => {
  const vfs = vfsAt(() => writtenMs + 20)
  expect(vfs.digest(path)).toBe(digest('one'))
  project.write('racy.txt', 'two')
  vfs.nextEpoch()
  expect(vfs.digest(path)).toBe(digest('two'))
})

it('the first content is not taken for what a later call saw', () => {
  const vfs = vfsAt(() => writtenMs + 20)
  expect(vfs.digest(path)).toBe(digest('one'))
  project.write('racy.txt', 'two')
  expect(vfs.wasStableSince(path, writtenMs + 1000)).toBe(false)
})

it('a content that stayed is', () => {
  const vfs = vfsAt(() => writtenMs + 20)
  vfs.digest(path)
  expect(vfs.wasStableSince(path, writtenMs + 1000)).toBe(true)
})
