/**
 * The first difference between what a memo gave and what the call gives when it is run again; pure.
 *
 * Everything that a bundler or a person can notice is compared. The order of watch files is not: bundlers take them as a set.
 */
import type { EncodedResult } from '../host-call.ts'
import type { MemoRecord, Payload } from '../record/record.ts'
import type { Difference } from '../../types.ts'
import type { Effect } from '../trace/effect.ts'

type Outcome = Pick<MemoRecord, 'code' | 'map' | 'result' | 'effects'>

const SHOWN_CHARACTERS = 80
const KINDS: Readonly<Record<Effect['kind'], string>> = {
  'log': 'warnings', 'loader-warning': 'warnings', 'loader-log': 'logger lines', 'print': 'printed lines', 'emit': 'emitted files',
  'watch': 'watch files', 'watch-directory': 'watched directories', 'watch-missing': 'missing files that are watched', 'build-dependency': 'build dependencies',
}
const SETS: ReadonlySet<string> = new Set(['watch', 'watch-directory', 'watch-missing', 'build-dependency'])

/** @param effects What the call did besides when it was run again. @returns `null`: they are the same. */
export function firstDifference(served: MemoRecord, now: EncodedResult, effects: readonly Effect[]): Difference | null {
  if (!now.ok) return { where: 'result', served: 'one that can be stored', now: now.reason }
  const again: Outcome = { code: now.code, map: now.map, result: now.result, effects }
  return payloadDifference('code', served.code, again.code)
    ?? payloadDifference('source map', served.map, again.map)
    ?? textDifference('the rest of its result', JSON.stringify(served.result), JSON.stringify(again.result))
    ?? effectsDifference(served.effects, again.effects)
}

function payloadDifference(what: string, served: Payload | null, now: Payload | null): Difference | null {
  if (typeof served === 'string' && typeof now === 'string') return textDifference(what, served, now)
  if (served instanceof Uint8Array && now instanceof Uint8Array) return bytesDifference(what, served, now)
  if (served === now) return null
  const isOneMissing = served === null || now === null
  return { where: what, served: isOneMissing ? shownOrNone(served) : kindOf(served), now: isOneMissing ? shownOrNone(now) : kindOf(now) }
}

function kindOf(payload: Payload): string {
  return typeof payload === 'string' ? 'text' : 'bytes'
}

function bytesDifference(what: string, served: Uint8Array, now: Uint8Array): Difference | null {
  if (Buffer.compare(served, now) === 0) return null
  const at = firstByte(served, now)
  return { where: `${what}, byte ${at}`, served: String(served[at]), now: String(now[at]) }
}

function firstByte(a: Uint8Array, b: Uint8Array): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) if (a[at] !== b[at]) return at
  return length
}

function textDifference(what: string, served: string, now: string): Difference | null {
  if (served === now) return null
  const [before, after] = [served.split('\n'), now.split('\n')]
  const line = before.findIndex((text, index) => text !== after[index])
  const at = line < 0 ? before.length : line
  const [left, right] = around(before[at] ?? '', after[at] ?? '')
  return { where: before.length > 1 || after.length > 1 ? `${what}, line ${at + 1}` : what, served: left, now: right }
}

/** Of two lines the part where they begin to differ. */
function around(a: string, b: string): [string, string] {
  let same = 0
  while (same < a.length && a[same] === b[same]) same++
  const from = Math.max(0, same - SHOWN_CHARACTERS / 2)
  return [shown(a.slice(from), from > 0), shown(b.slice(from), from > 0)]
}

function shown(value: Payload, isCut = false): string {
  const text = typeof value === 'string' ? value : `${value.length} bytes`
  return `${isCut ? '…' : ''}${text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text}`
}

function shownOrNone(value: Payload | null | undefined): string {
  return value === null || value === undefined ? 'none' : shown(value)
}

function effectsDifference(served: readonly Effect[], now: readonly Effect[]): Difference | null {
  for (const kind of Object.keys(KINDS) as Effect['kind'][]) {
    const after = textsOf(now, kind)
    // ts-loader declares its configuration in the first call of a process alone: which one that is differs from build to build.
    const before = kind === 'build-dependency' ? textsOf(served, kind).filter(text => after.includes(text)) : textsOf(served, kind)
    const at = before.length > after.length ? before.findIndex((text, index) => text !== after[index]) : after.findIndex((text, index) => text !== before[index])
    if (at >= 0) return { where: KINDS[kind], served: shownOrNone(before[at]), now: shownOrNone(after[at]) }
  }
  return null
}

function textsOf(effects: readonly Effect[], kind: Effect['kind']): string[] {
  const texts = effects.filter(effect => effect.kind === kind).map(({ kind: _kind, ...rest }) => JSON.stringify(rest))
  return SETS.has(kind) ? [...new Set(texts)].sort() : texts
}
