/** How long the calling thread has run, and how long it was ready to run and did not, as Linux tells it; null where nothing is told. */
import { readFileSync } from 'node:fs'

const OWN_THREAD = '/proc/thread-self/schedstat'
const NANOSECONDS = 1e6

export interface ThreadWaits {
  readonly ranMs: number
  readonly waitedMs: number
}

export function threadWaits(): ThreadWaits | null {
  if (process.platform !== 'linux') return null
  try {
    const [ran = NaN, waited = NaN] = readFileSync(OWN_THREAD, 'utf8').split(' ').map(Number)
    return ran > 0 ? { ranMs: ran / NANOSECONDS, waitedMs: waited / NANOSECONDS } : null
  } catch {
    // No /proc in this container, or a kernel that does not count.
    return null
  }
}
