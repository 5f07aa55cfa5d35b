import { describe, expect, it } from 'vitest'
import { textsOf, withTexts } from '../../../../src/memo/record/record-texts.ts'
import type { MemoRecord } from '../../../../src/memo/record/record.ts'

const loud = (text: string): string => text.replaceAll('here', 'HERE')

function mapped(record: MemoRecord): MemoRecord {
  const { movable } = textsOf(record)
  return withTexts(record, movable, movable.map(loud), loud)
}

const RECORD: MemoRecord = {
  dependencies: [['file', 'here/a.ts', null]], effects: [{ kind: 'watch', path: '/a.ts' }], result: { form: 'object', rest: { meta: { lang: 'ts' } } },
  code: 'at here', map: '{"sources":["here/a.ts"]}', costMs: 1, outsourced: false,
}

describe('a record with something done to its texts', () => {
  it('has it done to code and map, and keeps the rest as it is', () => {
    const record = mapped(RECORD)
    expect(record).toEqual({ ...RECORD, code: 'at HERE', map: '{"sources":["HERE/a.ts"]}' })
    expect(record.result).toBe(RECORD.result)
  })

  it('has it done to every text of effects and result, names of fields included', () => {
    const record = mapped({ ...RECORD, effects: [{ kind: 'watch', path: '/here/a.ts' }], result: { here: ['a', { b: 'not here' }] } })
    expect(record.effects).toEqual([{ kind: 'watch', path: '/HERE/a.ts' }])
    expect(record.result).toEqual({ HERE: ['a', { b: 'not HERE' }] })
  })

  it('takes the map for the map where there is no code, or code that is bytes', () => {
    expect(mapped({ ...RECORD, code: null })).toMatchObject({ code: null, map: '{"sources":["HERE/a.ts"]}' })
    const bytes = Buffer.from('here')
    expect(mapped({ ...RECORD, code: bytes })).toMatchObject({ code: bytes, map: '{"sources":["HERE/a.ts"]}' })
    expect(mapped({ ...RECORD, map: null, result: 'here' })).toMatchObject({ code: 'at HERE', map: null, result: 'HERE' })
  })
})
