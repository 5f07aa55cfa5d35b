/**
 * A memo as stored bytes: what one call returned, what it did, and what it depended on.
 *
 *     u32 length of the header | header, JSON | code | map
 *
 * Integrity is the store's business (it verifies a SHA-256 over all of it); this codec still rejects whatever it does
 * not recognise. Every text in it is portable text; `decodeRecord` restores all but the dependencies.
 */
import { mapStrings } from './plain.ts'
import type { Dependency } from '../trace/dependency.ts'
import type { Effect } from '../trace/effect.ts'

/** A payload: text, or bytes. `null` where the call returned `null`, absent where it returned `undefined`. */
export type Payload = string | Uint8Array

export interface MemoRecord {
  readonly dependencies: readonly Dependency[]
  readonly effects: readonly Effect[]
  /** Host-specific, JSON-safe: everything of the result but code and map. */
  readonly result: unknown
  readonly code: Payload | null
  /** A source map as JSON text. */
  readonly map: string | null
  /** What the recorded call cost, milliseconds, shared fairly among calls that ran at the same time. */
  readonly costMs: number
  /** Something of it was done outside of this thread, so that it cannot be repeated without effects. */
  readonly outsourced: boolean
}

type PayloadKind = 'none' | 'utf8' | 'utf16le' | 'bytes'

interface Header {
  readonly d: readonly Dependency[]
  readonly e: readonly Effect[]
  readonly r: unknown
  readonly c: readonly [PayloadKind, number]
  readonly m: readonly [PayloadKind, number]
  readonly t: number
  readonly o: boolean
}

const LENGTH_BYTES = 4

export function encodeRecord(record: MemoRecord): Buffer {
  const code = extentOf(record.code)
  const map = extentOf(record.map)
  const header: Header = {
    d: record.dependencies,
    e: record.effects,
    r: record.result,
    c: code,
    m: map,
    t: Math.round(record.costMs * 1000) / 1000,
    o: record.outsourced,
  }
  const head = JSON.stringify(header)
  const headEnd = LENGTH_BYTES + Buffer.byteLength(head)
  // In one piece: texts that are written once need not be copied together.
  const bytes = Buffer.allocUnsafe(headEnd + code[1] + map[1])
  bytes.writeUInt32LE(headEnd - LENGTH_BYTES)
  bytes.write(head, LENGTH_BYTES, 'utf8')
  writePayload(record.code, code[0], bytes, headEnd)
  writePayload(record.map, map[0], bytes, headEnd + code[1])
  return bytes
}

/** How JSON spells the marker of portable text: where it does not occur there is nothing to restore. */
const ESCAPED_MARKER = '\\u0001'

/**
 * @param restore From portable text to text of this place.
 * @throws RangeError when the bytes are not a record of this format.
 */
export function decodeRecord(bytes: Buffer, restore: (text: string) => string): MemoRecord {
  const headEnd = LENGTH_BYTES + (bytes.length >= LENGTH_BYTES ? bytes.readUInt32LE(0) : Infinity)
  if (headEnd > bytes.length) throw new RangeError('the header runs past the end of the entry')
  const head = bytes.toString('utf8', LENGTH_BYTES, headEnd)
  const header: unknown = JSON.parse(head)
  if (!isHeader(header)) throw new RangeError('the header is none of this format')
  const plain = head.includes(ESCAPED_MARKER) ? (value: unknown) => mapStrings(value, restore) : (value: unknown) => value
  const codeEnd = headEnd + header.c[1]
  const mapEnd = codeEnd + header.m[1]
  if (mapEnd !== bytes.length) throw new RangeError('the payloads do not fill the entry')
  const code = decodePayload(header.c[0], bytes.subarray(headEnd, codeEnd))
  const map = decodePayload(header.m[0], bytes.subarray(codeEnd, mapEnd))
  return {
    dependencies: header.d,
    effects: header.e.length === 0 ? header.e : plain(header.e) as Effect[],
    result: plain(header.r),
    code: typeof code === 'string' ? restore(code) : code,
    map: typeof map === 'string' ? restore(map) : null,
    costMs: header.t,
    outsourced: header.o,
  }
}

function isHeader(value: unknown): value is Header {
  const { d, e, c, m, t, o } = (value ?? {}) as Partial<Record<keyof Header, unknown>>
  return Array.isArray(d) && Array.isArray(e) && typeof t === 'number' && typeof o === 'boolean' && isExtent(c) && isExtent(m)
}

function isExtent(value: unknown): value is Header['c'] {
  if (!Array.isArray(value)) return false
  const [kind, length] = value as unknown[]
  return typeof length === 'number' && length >= 0 && (kind !== 'none' || length === 0)
}

function extentOf(payload: Payload | null): Header['c'] {
  if (payload === null) return ['none', 0]
  if (typeof payload !== 'string') return ['bytes', payload.length]
  // A lone surrogate has no UTF-8 form: it would come back as U+FFFD.
  const kind = payload.isWellFormed() ? 'utf8' : 'utf16le'
  return [kind, Buffer.byteLength(payload, kind)]
}

function writePayload(payload: Payload | null, kind: PayloadKind, target: Buffer, at: number): void {
  if (typeof payload !== 'string') target.set(payload ?? [], at)
  else target.write(payload, at, kind === 'utf16le' ? kind : 'utf8')
}

function decodePayload(kind: PayloadKind, bytes: Buffer): Payload | null {
  switch (kind) {
    case 'none': return null
    case 'utf8': return bytes.toString('utf8')
    case 'utf16le': return bytes.toString('utf16le')
    case 'bytes': return bytes
    default: throw new RangeError(`unknown payload kind ${JSON.stringify(kind)}`)
  }
}
