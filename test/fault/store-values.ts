/** What the processes of the fault tests store: known to those who write and to those who check. */

import { createHash } from 'node:crypto'

/** From nothing to beyond a batch. */
function sizeOf(i: number): number {
  return i % 97 === 0 ? 1_500_000 : (i * i * 31) % 9000
}

export function keyFor(writer: string, i: number): Buffer {
  return createHash('sha256').update(`${writer} ${i}`).digest()
}

export function valueFor(writer: string, i: number): Buffer {
  return Buffer.alloc(sizeOf(i), createHash('sha256').update(`value ${writer} ${i}`).digest())
}
