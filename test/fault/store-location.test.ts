/** Places where a cache cannot be, or only half: found out at once, said once, survived. */

import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { createSegmentStore, nodeStoreFs, type SegmentStore } from '../../src/store/index.ts'
import { keyOf, newest, readAll, valueOf } from '../unit/store/helpers/fixtures.ts'
import { createBench, startChild } from './store-harness.ts'
import { keyFor, valueFor } from './store-values.ts'

/** On a machine that has a lot else to do. */
const TIMEOUT_MS = 180_000

const bench = createBench()
afterAll(() => bench.remove())
chmodSync(bench.root, 0o755)

const faults: { code: string; message: string }[] = []
afterEach(() => void faults.splice(0))
const open = (directory: string): SegmentStore => createSegmentStore({ directory, onFault: (code, message) => faults.push({ code, message }) })

const isLinux = process.platform === 'linux'
const isRoot = process.getuid?.() === 0

/** A small file system in memory at `path`, or null where this machine does not let us. */
function mountSmall(path: string, size: string): { remount(options: string): void; unmount(): void } | null {
  mkdirSync(path, { recursive: true })
  const run = (...args: string[]): void => void execFileSync(args[0] ?? '', args.slice(1), { stdio: 'pipe' })
  try {
    run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', path)
  } catch (error) {
    console.warn(`skipped: a tmpfs cannot be mounted here (${error instanceof Error ? error.message.split('\n')[0] : String(error)})`)
    return null
  }
  return { remount: (options) => run('mount', '-o', `remount,${options}`, path), unmount: () => run('umount', '-l', path) }
}

async function useUnusable(directory: string): Promise<void> {
  const start = performance.now()
  const store = open(directory)
  expect(store.stats()).toMatchObject({ state: 'off', entryCount: 0 })
  store.put(keyOf(1), valueOf(1))
  await store.flush()
  expect(readAll(store, keyOf(1))).toEqual([])
  store.refresh()
  expect(await store.gc()).toBeNull()
  expect(await store.clear()).toEqual({ removedFiles: 0, freedBytes: 0, failedFiles: 0 })
  await store.close()
  expect(performance.now() - start).toBeLessThan(1000)
  expect(faults.map(({ code }) => code)).toEqual(['STORE_UNAVAILABLE'])
  expect(faults[0]?.message).toContain(directory)
}

describe('FAULTS 12: a cache directory that cannot be', () => {
  it('because it is a file', async () => {
    const path = join(bench.root, 'file')
    writeFileSync(path, 'a file')
    await useUnusable(path)
  })

  it('because it is below a file', async () => {
    const path = join(bench.root, 'file2')
    writeFileSync(path, 'a file')
    await useUnusable(join(path, 'deeper', 'still'))
  })

  it('because its format directory is a file', async () => {
    const path = join(bench.root, 'format')
    mkdirSync(path)
    writeFileSync(join(path, 'v1'), 'a file')
    await useUnusable(path)
  })

  it.runIf(isLinux).each(['/proc/pitcrew/cache', '/proc/self/cache', '/sys/pitcrew', '/dev/null/cache', '/dev/null'])('because it is %s', async (path) => {
    await useUnusable(path)
  })

  it('because its name cannot be', async () => {
    await useUnusable(join(bench.root, 'n'.repeat(5000)))
    faults.splice(0)
    await useUnusable(`${bench.root}/nul\0byte`)
  })
})

describe('FAULTS 10: a cache directory that can only be read', { timeout: TIMEOUT_MS }, () => {
  // Permissions do not stop root: the child is somebody else.
  it.runIf(isLinux && isRoot)('by its permissions', async () => {
    const directory = join(bench.root, 'permissions')
    const store = open(directory)
    store.put(keyFor('p', 0), valueFor('p', 0))
    await store.close()
    const child = startChild(bench, ['use', directory, 'p'], { uid: 65534, gid: 65534 })
    expect(await child.ended).toBe('0')
    expect(child.lines).toEqual(['fault STORE_READ_ONLY', 'state read-only', 'found 1', 'after read-only'])
  })

  it.runIf(isLinux && isRoot)('and does not exist yet', async () => {
    const parent = join(bench.root, 'parent')
    mkdirSync(parent)
    const child = startChild(bench, ['use', join(parent, 'cache'), 'p'], { uid: 65534, gid: 65534 })
    expect(await child.ended).toBe('0')
    expect(child.lines).toEqual(['fault STORE_UNAVAILABLE', 'state off', 'found 0', 'after off'])
  })

  it('as the disk says only when something is written', async () => {
    const directory = join(bench.root, 'late')
    const first = open(directory)
    first.put(keyOf(1), valueOf(1))
    await first.close()
    const fs = { ...nodeStoreFs, open: (path: string, mode: 'read' | 'create' | 'replace') => {
      if (mode !== 'read') throw Object.assign(new Error('EROFS'), { code: 'EROFS' })
      return nodeStoreFs.open(path, mode)
    } }
    const store = createSegmentStore({ directory, fs, onFault: (code, message) => faults.push({ code, message }) })
    store.put(keyOf(2), valueOf(2))
    await store.flush()
    expect(store.stats().state).toBe('read-only')
    expect(newest(store, keyOf(1))).toEqual(valueOf(1))
    await store.close()
    expect(faults.map(({ code }) => code)).toEqual(['STORE_READ_ONLY'])
  })

  it.runIf(isLinux && isRoot)('as a whole file system', async ({ skip }) => {
    const path = join(bench.root, 'rofs')
    const mounted = mountSmall(path, '2m')
    if (mounted === null) return skip()
    try {
      const store = open(join(path, 'cache'))
      store.put(keyOf(1), valueOf(1))
      await store.close()
      mounted.remount('ro')
      const later = open(join(path, 'cache'))
      later.put(keyOf(2), valueOf(2))
      expect(newest(later, keyOf(1))).toEqual(valueOf(1))
      expect(later.stats().state).toBe('read-only')
      await later.close()
      expect(faults.map(({ code }) => code)).toEqual(['STORE_READ_ONLY'])
    } finally {
      mounted.unmount()
    }
  })
})

describe('FAULTS 7: a disk that is full', () => {
  it.runIf(isLinux && isRoot)('stops writing with one message, keeps reading, and is used again when there is room', async ({ skip }) => {
    const path = join(bench.root, 'full')
    const mounted = mountSmall(path, '4m')
    if (mounted === null) return skip()
    try {
      const directory = join(path, 'cache')
      const first = open(directory)
      for (let i = 0; i < 10; i++) first.put(keyOf(i), valueOf(i, 100_000))
      await first.close()
      const store = open(directory)
      for (let i = 10; i < 100; i++) store.put(keyOf(i), valueOf(i, 100_000))
      await store.flush()
      for (let i = 0; i < 10; i++) expect(newest(store, keyOf(i))?.equals(valueOf(i, 100_000))).toBe(true)
      expect(store.stats().state).toBe('read-only')
      await store.close()
      expect(faults.map(({ code }) => code)).toEqual(['STORE_WRITE_FAILED'])
      expect(faults[0]?.message).toContain('ENOSPC')

      const later = open(directory)
      let found = 0
      for (let i = 0; i < 100; i++) for (const read of later.get(keyOf(i))) if (read.status === 'ok' && read.value.equals(valueOf(i, 100_000))) found++
      expect(found).toBeGreaterThan(19)
      expect(later.stats().corruptCount).toBe(0)
      await later.clear()
      later.put(keyOf('again'), valueOf('again', 1_000_000))
      await later.close()
      expect(newest(open(directory), keyOf('again'))?.equals(valueOf('again', 1_000_000))).toBe(true)
      expect(readdirSync(join(directory, 'v1')).filter((name) => name.endsWith('.pack'))).toHaveLength(1)
    } finally {
      mounted.unmount()
    }
  })
})
