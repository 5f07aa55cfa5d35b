import { describe, expect, it } from 'vitest'
import { takeLock } from '../../../src/store/lock.ts'
import type { SegmentSite } from '../../../src/store/segment.ts'
import { createFakeProcesses } from './helpers/fixtures.ts'
import { createMemoryFs, errno, type MemoryFs } from './helpers/memory-fs.ts'

const MINUTE_MS = 60_000

function setUp() {
  const fs = createMemoryFs()
  fs.makeDirectory('/s')
  const first = createFakeProcesses(1)
  const second = createFakeProcesses(2)
  const site = (processes: SegmentSite['processes'], withFs: SegmentSite['fs'] = fs): SegmentSite => ({ fs: withFs, directory: '/s', processes, sharedWithHosts: false })
  return { fs, first, second, site }
}

function noLinks(fs: MemoryFs): MemoryFs {
  return { ...fs, link: () => { throw errno('EPERM') } }
}

describe('the lock', () => {
  it('is held by one, and free once released, leaving nothing', () => {
    const { fs, first, second, site } = setUp()
    const lock = takeLock(site(first))
    expect(lock).not.toBeNull()
    expect(takeLock(site(second))).toBeNull()
    lock?.release()
    expect(fs.paths()).toEqual([])
    expect(takeLock(site(second))).not.toBeNull()
  })

  it('FAULTS 14: is broken when its owner is dead', () => {
    const { fs, first, second, site } = setUp()
    takeLock(site(first))
    second.dead.add(1)
    const lock = takeLock(site(second))
    expect(lock).not.toBeNull()
    lock?.release()
    expect(fs.paths()).toEqual([])
  })

  it('is judged by age when its owner is not known, a time in the future included', () => {
    const { fs, first, second, site } = setUp()
    takeLock(site(first))
    second.unknown.add(1)
    for (const modifiedMs of [fs.nowMs - 9 * MINUTE_MS, fs.nowMs + 9 * MINUTE_MS]) {
      fs.setModified('/s/lock', modifiedMs)
      expect(takeLock(site(second))).toBeNull()
    }
    fs.setModified('/s/lock', fs.nowMs + 11 * MINUTE_MS)
    expect(takeLock(site(second))).not.toBeNull()
    fs.nowMs += 11 * MINUTE_MS
    first.unknown.add(2)
    expect(takeLock(site(first))).not.toBeNull()
  })

  it('is not broken by age while its owner lives', () => {
    const { fs, first, second, site } = setUp()
    takeLock(site(first))
    fs.nowMs += 1000 * MINUTE_MS
    expect(takeLock(site(second))).toBeNull()
  })

  it('is judged by age when its content means nothing', () => {
    const { fs, second, site } = setUp()
    fs.writeFile('/s/lock', Buffer.from('?'))
    expect(takeLock(site(second))).toBeNull()
    fs.nowMs += 11 * MINUTE_MS
    expect(takeLock(site(second))).not.toBeNull()
  })

  it('is not released by an owner who was thought dead and has lost it', () => {
    const { fs, first, second, site } = setUp()
    const lost = takeLock(site(first))
    second.dead.add(1)
    takeLock(site(second))
    lost?.release()
    expect(fs.paths()).toEqual(['/s/lock'])
    expect(takeLock(site(first))).toBeNull()
  })

  it('works where hard links do not exist', () => {
    const { fs, first, second, site } = setUp()
    const lock = takeLock(site(first, noLinks(fs)))
    expect(lock).not.toBeNull()
    expect(takeLock(site(second, noLinks(fs)))).toBeNull()
    lock?.release()
    expect(fs.paths()).toEqual([])
  })

  it('throws what the disk says, and leaves nothing', () => {
    const { fs, first, site } = setUp()
    expect(() => takeLock(site(first, { ...fs, link: () => { throw errno('EIO') } }))).toThrow('EIO')
    expect(fs.paths()).toEqual([])
    expect(fs.openCount()).toBe(0)
  })
})
