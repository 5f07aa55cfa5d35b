import { createHash } from 'node:crypto'
import type { Clock } from '../../../../src/clock.ts'
import { NOBODY, type Liveness, type ProcessIdentity, type ProcessTable } from '../../../../src/store/process-identity.ts'
import type { RecordPlace, SegmentIndex } from '../../../../src/store/segment-index.ts'
import type { Store, StoreFaultCode, StoreRead } from '../../../../src/store/store.ts'

export function keyOf(name: string | number): Buffer {
  return createHash('sha256').update(`key ${name}`).digest()
}

/** Different for each name; `length` bytes. */
export function valueOf(name: string | number, length = 100): Buffer {
  return Buffer.alloc(length, createHash('sha256').update(`value ${name}`).digest())
}

export function readAll(store: Store, key: Buffer): StoreRead[] {
  return [...store.get(key)]
}

/** The intact values, newest first. */
export function valuesOf(store: Store, key: Buffer): Buffer[] {
  return readAll(store, key).flatMap((read) => (read.status === 'ok' ? [read.value] : []))
}

export function newest(store: Store, key: Buffer): Buffer | null {
  for (const read of store.get(key)) return read.status === 'ok' ? read.value : null
  return null
}

export function placesOf(index: SegmentIndex | null): RecordPlace[] {
  return Array.from({ length: index?.count ?? 0 }, (_, entry) => index?.placeAt(entry)).filter((place) => place !== undefined)
}

/** Time that stands still unless moved. */
export function createManualClock(): Clock & { ms: number } {
  const clock = { ms: 0, now: () => clock.ms, wall: () => 1_700_000_000_000 + clock.ms }
  return clock
}

/** A process table in which every process is as alive as the test says. */
export function createFakeProcesses(pid = 1): ProcessTable & { dead: Set<number>; unknown: Set<number> } {
  const self: ProcessIdentity = { pid, namespace: 7, startTicks: 100 + pid, boot: 'ab'.repeat(16) }
  const dead = new Set<number>()
  const unknown = new Set<number>()
  const liveness = (identity: ProcessIdentity): Liveness => (unknown.has(identity.pid) ? 'unknown' : dead.has(identity.pid) || identity.pid === NOBODY.pid ? 'dead' : 'alive')
  return { self: () => self, liveness, dead, unknown }
}

export interface ToldFault {
  readonly code: StoreFaultCode
  readonly message: string
}

export function collectFaults(): { readonly faults: ToldFault[]; readonly onFault: (code: StoreFaultCode, message: string) => void } {
  const faults: ToldFault[] = []
  return { faults, onFault: (code, message) => void faults.push({ code, message }) }
}
