/**
 * The fresh process of the store benchmark: fills a store, or reads one, and prints what that took as JSON.
 * `node <bundle> <mode> <directory> [count] [bytes]`
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSegmentStore } from '../../src/store/index.ts'

const [mode = '', directory = '', count = '0', bytes = '0', segments = '1'] = process.argv.slice(2)

function keyOf(i: number): Buffer {
  return createHash('sha256').update(`key ${i}`).digest()
}

/** Incompressible, different for each entry. */
function valueOf(i: number, length: number): Buffer {
  const value = Buffer.allocUnsafe(length)
  let block = createHash('sha256').update(`value ${i}`).digest()
  for (let at = 0; at < length; at += 32) {
    block.copy(value, at)
    if (at % 1024 === 0) block = createHash('sha256').update(block).digest()
  }
  return value
}

function fail(message: string): never {
  throw new Error(message)
}

async function fill(): Promise<unknown> {
  const perSegment = Math.ceil(Number(count) / Number(segments))
  let putMs = 0
  let closeMs = 0
  for (let segment = 0; segment < Number(segments); segment++) {
    const store = createSegmentStore({ directory, onFault: (code, message) => fail(`${code}: ${message}`) })
    for (let i = segment * perSegment; i < Math.min(Number(count), (segment + 1) * perSegment); i++) {
      const [key, value] = [keyOf(i), valueOf(i, Number(bytes))]
      const start = performance.now()
      store.put(key, value)
      putMs += performance.now() - start
    }
    const start = performance.now()
    await store.flush()
    await store.close()
    closeMs = Math.max(closeMs, performance.now() - start)
  }
  return { putMs, closeMs }
}

/** Opens and reads every value, in the order in which they were put. @param step Reads every n-th only. */
async function read(step: number): Promise<unknown> {
  const keys = Array.from({ length: Math.floor(Number(count) / step) }, (_, i) => keyOf(i * step))
  const cpu = process.cpuUsage()
  const start = performance.now()
  const store = createSegmentStore({ directory, onFault: (code, message) => fail(`${code}: ${message}`) })
  const opened = performance.now()
  let found = 0
  for (const key of keys) {
    for (const entry of store.get(key)) {
      if (entry.status === 'ok' && entry.value.length === Number(bytes)) found++
      break
    }
  }
  const done = performance.now()
  const { user, system } = process.cpuUsage(cpu)
  if (found !== keys.length) fail(`${found} of ${keys.length} entries found`)
  const { entryCount } = store.stats()
  if (entryCount !== Number(count)) fail(`${entryCount} of ${count} entries known`)
  await store.close()
  return { openMs: opened - start, readMs: done - opened, totalMs: done - start, cpuMs: (user + system) / 1000, closeMs: performance.now() - done }
}

/** The rival: a file for each entry, verified in the same way. */
function files(isFilling: boolean): unknown {
  const paths = Array.from({ length: Number(count) }, (_, i) => join(directory, keyOf(i).toString('hex')))
  if (isFilling) {
    mkdirSync(directory, { recursive: true })
    for (const [i, path] of paths.entries()) {
      const value = valueOf(i, Number(bytes))
      writeFileSync(path, Buffer.concat([createHash('sha256').update(value).digest(), value]))
    }
    return {}
  }
  const start = performance.now()
  for (const path of paths) {
    const content = readFileSync(path)
    if (!createHash('sha256').update(content.subarray(32)).digest().equals(content.subarray(0, 32))) fail(`${path} does not verify`)
  }
  return { totalMs: performance.now() - start }
}

/** What a process does that has neither. */
function nothing(): unknown {
  return { totalMs: 0 }
}

const MODES: Readonly<Record<string, () => unknown>> = {
  fill,
  read: () => read(1),
  sparse: () => read(20),
  'fill-files': () => files(true),
  'read-files': () => files(false),
  nothing,
}

const result = await (MODES[mode] ?? (() => fail(`no mode ${mode}`)))()
console.log(JSON.stringify({ ...(result as object), rssBytes: process.resourceUsage().maxRSS * 1024 }))
