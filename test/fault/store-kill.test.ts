/** Processes killed at any moment: nothing acknowledged is lost, nothing torn is read. */

import { spawn } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createSegmentStore, nodeStoreFs, type SegmentStore } from '../../src/store/index.ts'
import { takeLock } from '../../src/store/lock.ts'
import { createProcessTable } from '../../src/store/process-identity.ts'
import { createBench, lastAck, startChild } from './store-harness.ts'
import { keyFor, valueFor } from './store-values.ts'

/** On a machine that has a lot else to do. */
const TIMEOUT_MS = 180_000

const bench = createBench()
afterAll(() => bench.remove())

const faults: string[] = []
const open = (directory: string): SegmentStore => createSegmentStore({ directory, onFault: (code, message) => faults.push(`${code} ${message}`) })

/** Values of `writer` up to `last`: all there and right. Later ones may be there, and are right then. */
function missing(store: SegmentStore, writer: string, last: number, until: number): number[] {
  const lost: number[] = []
  for (let i = 0; i < until; i++) {
    const reads = [...store.get(keyFor(writer, i))]
    for (const read of reads) expect(read.status === 'ok' && read.value.equals(valueFor(writer, i)), `${writer} ${i}`).toBe(true)
    if (i <= last && reads.length === 0) lost.push(i)
  }
  return lost
}

describe('a store whose writers are killed', () => {
  it('FAULTS 1: has lost nothing acknowledged after a hundred kills, and read nothing torn', async () => {
    const directory = join(bench.root, 'hundred')
    const acknowledged: { writer: string; last: number }[] = []
    for (let round = 0; round < 25; round++) {
      const children = [0, 1, 2, 3].map((n) => {
        const writer = `w${round}-${n}`
        return { writer, child: startChild(bench, ['write', directory, writer, '100000']) }
      })
      await Promise.all(
        children.map(async ({ writer, child }, n) => {
          await child.seen('ack ')
          await new Promise((resolve) => setTimeout(resolve, (round * 7 + n * 13) % 40))
          child.process.kill('SIGKILL')
          expect(await child.ended).toBe('SIGKILL')
          acknowledged.push({ writer, last: lastAck(child) })
        }),
      )
      // A build that ends well in between: it merges what the killed have left.
      if (round % 5 === 4) await open(directory).close()
    }
    expect(acknowledged).toHaveLength(100)
    expect(Math.min(...acknowledged.map(({ last }) => last))).toBeGreaterThan(0)
    const store = open(directory)
    for (const { writer, last } of acknowledged) expect(missing(store, writer, last, last + 50), writer).toEqual([])
    expect(store.stats().corruptCount).toBe(0)
    await store.gc()
    await store.close()
    const compacted = open(directory)
    for (const { writer, last } of acknowledged) expect(missing(compacted, writer, last, last + 1), writer).toEqual([])
    await compacted.close()
    expect(faults).toEqual([])
    rmSync(directory, { recursive: true })
  }, TIMEOUT_MS)

  it('FAULTS 2: of eight at once, three killed, has all that the others wrote', async () => {
    const directory = join(bench.root, 'eight')
    const count = 150
    const children = Array.from({ length: 8 }, (_, n) => ({ writer: `e${n}`, child: startChild(bench, ['write', directory, `e${n}`, n < 3 ? '100000' : String(count)]) }))
    await Promise.all(
      children.map(async ({ child }, n) => {
        if (n < 3) {
          await child.seen('ack 20')
          child.process.kill('SIGKILL')
        }
        expect(await child.ended).toBe(n < 3 ? 'SIGKILL' : '0')
      }),
    )
    for (const { child } of children) expect(child.lines.filter((line) => line.startsWith('fault'))).toEqual([])
    const store = open(directory)
    for (const [n, { writer, child }] of children.entries()) expect(missing(store, writer, n < 3 ? lastAck(child) : count - 1, count), writer).toEqual([])
    await store.close()
    expect(faults).toEqual([])
  }, TIMEOUT_MS)

  it('FAULTS 23: that exits in the middle of what it does has at most the unflushed missing', { timeout: TIMEOUT_MS }, async () => {
    const directory = join(bench.root, 'exit')
    const child = startChild(bench, ['exit', directory, 'x'])
    expect(await child.ended).toBe('0')
    const store = open(directory)
    expect(missing(store, 'x', 499, 1000)).toEqual([])
    expect(store.stats().corruptCount).toBe(0)
    await store.close()
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('FAULTS 23: by %s has what it acknowledged', { timeout: TIMEOUT_MS }, async (signal) => {
    const directory = join(bench.root, signal)
    const child = startChild(bench, ['write', directory, 's', '100000'])
    await child.seen('ack 30')
    child.process.kill(signal)
    expect(await child.ended).toBe(signal)
    const store = open(directory)
    expect(missing(store, 's', lastAck(child), lastAck(child) + 50)).toEqual([])
    await store.close()
  })

  it.runIf(process.platform === 'linux')('takes a process that has ended for dead before its parent has noticed', async () => {
    const parent = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)))
      const fields = (): string[] => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? []
      while (fields()[0] !== 'Z') await new Promise((resolve) => setTimeout(resolve, 20))
      const processes = createProcessTable()
      expect(processes.liveness({ ...processes.self(), pid, startTicks: Number(fields()[19]) }, false)).toBe('dead')
    } finally {
      parent.kill('SIGKILL')
    }
  })

  it('FAULTS 14: gets rid of the lock of a killed process, and not of a living one', { timeout: TIMEOUT_MS }, async () => {
    const directory = join(bench.root, 'lock')
    const store = open(directory)
    store.put(keyFor('l', 0), valueFor('l', 0))
    await store.close()
    const site = { fs: nodeStoreFs, directory: `${directory}/v1`, processes: createProcessTable(), sharedWithHosts: false }
    const child = startChild(bench, ['lock', directory])
    await child.seen('held')
    expect(takeLock(site)).toBeNull()
    child.process.kill('SIGKILL')
    await child.ended
    const lock = takeLock(site)
    expect(lock).not.toBeNull()
    lock?.release()
  })
})
