import { describe, expect, it } from 'vitest'
import { firstDifference } from '../../../../src/memo/audit/difference.ts'
import type { EncodedResult } from '../../../../src/memo/host-call.ts'
import type { MemoRecord } from '../../../../src/memo/record/record.ts'
import type { Effect } from '../../../../src/memo/trace/effect.ts'

const SERVED: MemoRecord = { dependencies: [], effects: [], result: { form: 'object' }, code: 'a\nb\nc', map: '{"mappings":"A"}', costMs: 1, outsourced: false }
const again = (changes: Partial<Extract<EncodedResult, { ok: true }>> = {}): EncodedResult => ({ ok: true, result: { form: 'object' }, code: 'a\nb\nc', map: '{"mappings":"A"}', ...changes })
const difference = (now: EncodedResult, effects: readonly Effect[] = [], served: MemoRecord = SERVED): unknown => firstDifference(served, now, effects)

describe('the first difference', () => {
  it('is none where all is the same', () => {
    expect(difference(again())).toBeNull()
  })

  it.each<[string, EncodedResult, object]>([
    ['the code', again({ code: 'a\nB\nc' }), { where: 'code, line 2', served: 'b', now: 'B' }],
    ['a line more', again({ code: 'a\nb\nc\nd' }), { where: 'code, line 4', served: '', now: 'd' }],
    ['no code', again({ code: null }), { where: 'code', now: 'none' }],
    ['bytes instead of text', again({ code: Buffer.from('a') }), { where: 'code', served: 'text', now: 'bytes' }],
    ['the source map', again({ map: '{"mappings":"B"}' }), { where: 'source map' }],
    ['the rest', again({ result: { form: 'text' } }), { where: 'the rest of its result' }],
    ['a result that cannot be stored', { ok: false, reason: 'it is a class' }, { where: 'result', now: 'it is a class' }],
  ])('is %s', (_what, now, expected) => {
    expect(difference(now)).toMatchObject(expected)
  })

  it('is a byte of bytes', () => {
    expect(difference(again({ code: Buffer.from([1, 3]) }), [], { ...SERVED, code: Buffer.from([1, 2]) })).toMatchObject({ where: 'code, byte 1', served: '2', now: '3' })
    expect(difference(again({ code: Buffer.from([1, 2]) }), [], { ...SERVED, code: Buffer.from([1, 2]) })).toBeNull()
  })

  it.each<[string, Effect, string]>([
    ['warnings', { kind: 'log', level: 'warn', log: 'careful', position: null }, 'warnings'],
    ['prints', { kind: 'print', channel: 'stdout', method: 'write', args: ['a'] }, 'printed lines'],
    ['emitted files', { kind: 'emit', fileName: 'a.svg', name: null, source: '<svg/>', encoding: 'utf8' }, 'emitted files'],
    ['watch files', { kind: 'watch', path: '/a' }, 'watch files'],
  ])('is in %s, one more or one less', (_what, effect, where) => {
    expect(difference(again(), [effect])).toMatchObject({ where, served: 'none' })
    expect(difference(again(), [], { ...SERVED, effects: [effect] })).toMatchObject({ where, now: 'none' })
    expect(difference(again(), [effect], { ...SERVED, effects: [effect] })).toBeNull()
  })

  it('is no build dependency that is declared once a process, but one that the memo lacks', () => {
    const effect: Effect = { kind: 'build-dependency', path: '/tsconfig.json' }
    expect(difference(again(), [], { ...SERVED, effects: [effect] })).toBeNull()
    expect(difference(again(), [effect])).toMatchObject({ where: 'build dependencies', served: 'none' })
  })

  it('is not the order of watch files, but that of warnings', () => {
    const files: Effect[] = [{ kind: 'watch', path: '/a' }, { kind: 'watch', path: '/b' }]
    expect(difference(again(), files.toReversed(), { ...SERVED, effects: files })).toBeNull()
    const logs = ['a', 'b'].map((log): Effect => ({ kind: 'log', level: 'warn', log, position: null }))
    expect(difference(again(), logs.toReversed(), { ...SERVED, effects: logs })).not.toBeNull()
  })

  it('shows a part of long lines, where they begin to differ', () => {
    const line = 'x'.repeat(500)
    expect(difference(again({ code: `${line}now${line}` }), [], { ...SERVED, code: `${line}was${line}` })).toEqual({
      where: 'code', served: expect.stringMatching(/^…x{40}was.{37}…$/) as string, now: expect.stringMatching(/^…x{40}now.{37}…$/) as string,
    })
  })
})
