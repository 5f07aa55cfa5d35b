/**
 * Frames: how records lie in a history file, and how they are found again whatever happened to it.
 *
 *   marker (8) · length of the payload (4) · CRC-32 of the payload (4) · payload
 *
 * Guaranteed: a frame is given back whole and as it was written, or not at all; damage costs the frames that it touches and no
 * others, because reading goes on at the next marker. Any bytes may be read. The payload may contain the marker: frames are skipped
 * by their length, and only behind damage is a marker searched for.
 */
import { crc32 } from 'node:zlib'

const MARKER = Buffer.from('\x89PCHIST\x01', 'latin1')
const LENGTH_AT = MARKER.length
const CRC_AT = LENGTH_AT + 4
const HEADER_BYTES = CRC_AT + 4
/** A build of two thousand hooks stays far below; a damaged length is mostly above. */
export const MAX_PAYLOAD_BYTES = 1_000_000

export interface Frames {
  readonly payloads: readonly Buffer[]
  /** Bytes that belong to no whole frame: torn or damaged ones. */
  readonly damagedBytes: number
}

/** @param payload At most MAX_PAYLOAD_BYTES. */
export function encodeFrame(payload: Uint8Array): Buffer {
  const frame = Buffer.alloc(HEADER_BYTES + payload.length)
  MARKER.copy(frame)
  frame.writeUInt32LE(payload.length, LENGTH_AT)
  frame.writeUInt32LE(crc32(payload), CRC_AT)
  frame.set(payload, HEADER_BYTES)
  return frame
}

/** All whole frames in the order in which they were written. The payloads share the bytes of `file`. */
export function decodeFrames(file: Buffer): Frames {
  const payloads: Buffer[] = []
  let at = 0
  let damagedBytes = 0
  while (at < file.length) {
    const payload = payloadAt(file, at)
    if (payload !== null) {
      payloads.push(payload)
      at += HEADER_BYTES + payload.length
      continue
    }
    const next = file.indexOf(MARKER, at + 1)
    const end = next < 0 ? file.length : next
    damagedBytes += end - at
    at = end
  }
  return { payloads, damagedBytes }
}

function payloadAt(file: Buffer, at: number): Buffer | null {
  const from = at + HEADER_BYTES
  if (from > file.length || !file.subarray(at, at + MARKER.length).equals(MARKER)) return null
  const length = file.readUInt32LE(at + LENGTH_AT)
  if (length > MAX_PAYLOAD_BYTES || from + length > file.length) return null
  const payload = file.subarray(from, from + length)
  return crc32(payload) === file.readUInt32LE(at + CRC_AT) ? payload : null
}
