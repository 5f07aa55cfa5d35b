/**
 * How long threads of this process were ready to run and were given no processor, as Linux's scheduler counts it, in nanoseconds: what a
 * busy machine takes from a build. Sleep, locks and files that a thread waits for are not in it.
 *
 * Elsewhere, and in kernels that do not count it, nothing is known: then it is 0, and the kernels around the build have to tell.
 */
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, readSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ThreadTimes } from '../monitor/calibrate/calibrator.ts'
import type { WaitClock } from '../monitor/measure/processor-share.ts'

/** Apart from where they are read: a configuration that imports these sources would seem to read them, and to change with them. */
const OWN_THREAD = '/proc/thread-self/schedstat'
const THIS_THREAD = '/proc/thread-self'
const ALL_THREADS = '/proc/self/task'
/** Three numbers of at most twenty digits. */
const BUFFER_BYTES = 64
const SPACE = 0x20
const ZERO = 0x30
const NANOSECONDS = 1e6

/** Of the thread that opens it. A question is one system call, once it is open: 1 microsecond where it was asked just before, 30 in a build. */
export class ProcessorWaits implements WaitClock {
  readonly #buffer = Buffer.alloc(BUFFER_BYTES)
  #file: number | null = null
  #ranMs = 0

  get ranMs(): number {
    return this.#ranMs
  }

  open(): void {
    if (process.platform === 'linux') this.#file ??= orNull(() => openSync(OWN_THREAD, 'r'))
  }

  close(): void {
    const file = this.#file
    this.#file = null
    if (file !== null) orNull(() => closeSync(file))
  }

  waitedMs(): number {
    const length = this.#read()
    const line = this.#buffer
    let at = 0
    let ran = 0
    for (; at < length && line[at] !== SPACE; at++) ran = ran * 10 + line[at]! - ZERO
    this.#ranMs = at < length ? ran / NANOSECONDS : 0
    let waited = 0
    for (at++; at < length && line[at] !== SPACE; at++) waited = waited * 10 + line[at]! - ZERO
    return waited / NANOSECONDS
  }

  /** Without a closure: it is asked some hundred times in a build. @returns Bytes. */
  #read(): number {
    if (this.#file === null) return 0
    try {
      return readSync(this.#file, this.#buffer, 0, BUFFER_BYTES, 0)
    } catch (error) {
      if (error instanceof Error && 'code' in error) return 0
      throw error
    }
  }
}

/** Of each thread of the process that lives, by its number; empty where that is not told. */
export function threadTimes(): ThreadTimes {
  if (process.platform !== 'linux') return { main: '', all: new Map() }
  const threads = orNull(() => readdirSync(ALL_THREADS)) ?? []
  const all = new Map(threads.flatMap(thread => {
    // It may be gone by now.
    const text = orNull(() => readFileSync(join(ALL_THREADS, thread, 'schedstat'), 'utf8'))
    const [ran = NaN, waited = NaN] = (text ?? '').split(' ').map(Number)
    return Number.isFinite(ran + waited) ? [[thread, { ranMs: ran / NANOSECONDS, waitedMs: waited / NANOSECONDS }] as const] : []
  }))
  return { main: basename(orNull(() => readlinkSync(THIS_THREAD)) ?? ''), all }
}

/** No `/proc` in this container, or a kernel without it: nothing is known. @throws what is not the system's. */
function orNull<T>(body: () => T): T | null {
  try {
    return body()
  } catch (error) {
    if (error instanceof Error && 'code' in error) return null
    throw error
  }
}
