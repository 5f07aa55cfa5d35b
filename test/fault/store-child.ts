/**
 * What the fault tests run in processes of its own, to be killed: `node <bundle> <mode> <directory> [...]`.
 * Acknowledgements go to standard output by synchronous writes: what the parent has read has been flushed before.
 */

import { writeSync } from 'node:fs'
import { createSegmentStore, nodeStoreFs } from '../../src/store/index.ts'
import { takeLock } from '../../src/store/lock.ts'
import { createProcessTable } from '../../src/store/process-identity.ts'
import { keyFor, valueFor } from './store-values.ts'

const [mode = '', directory = '', name = '', count = '0'] = process.argv.slice(2)

function say(line: string): void {
  writeSync(1, `${line}\n`)
}

async function write(limit: number): Promise<void> {
  const store = createSegmentStore({ directory, onFault: (code, message) => say(`fault ${code} ${message}`) })
  for (let i = 0; i < limit; i++) {
    store.put(keyFor(name, i), valueFor(name, i))
    if (i % 7 === 6) {
      await store.flush()
      say(`ack ${i}`)
    }
    if (i % 60 === 59) await store.gc()
  }
  await store.close()
  say('done')
}

async function exitWhileFlushing(): Promise<void> {
  const store = createSegmentStore({ directory })
  for (let i = 0; i < 500; i++) store.put(keyFor(name, i), valueFor(name, i))
  void store.flush()
  for (let i = 500; i < 1000; i++) store.put(keyFor(name, i), valueFor(name, i))
  process.exit(0)
}

async function readOnlyUse(): Promise<void> {
  const store = createSegmentStore({ directory, onFault: (code) => say(`fault ${code}`) })
  say(`state ${store.stats().state}`)
  say(`found ${[...store.get(keyFor(name, 0))].filter((read) => read.status === 'ok').length}`)
  store.put(keyFor(name, 1), valueFor(name, 1))
  await store.flush()
  await store.close()
  say(`after ${store.stats().state}`)
}

function holdLock(): void {
  const lock = takeLock({ fs: nodeStoreFs, directory: `${directory}/v1`, processes: createProcessTable(), sharedWithHosts: false })
  say(lock === null ? 'taken' : 'held')
  setInterval(() => undefined, 1000)
}

if (mode === 'write') await write(Number(count))
if (mode === 'exit') await exitWhileFlushing()
if (mode === 'use') await readOnlyUse()
if (mode === 'lock') holdLock()
