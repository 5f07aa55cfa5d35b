import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../../src/analysis/analyze.ts'
import { INJECTION } from './injection.cases.ts'
import { FRESH } from './fresh.cases.ts'
import { GUARDS } from './guards.cases.ts'
import { LIBRARIES } from './libraries.cases.ts'
import { KEYS } from './keys.cases.ts'
import { WEB } from './web.cases.ts'

const { analyze } = createAnalyzer()

function classesIn(source: string): string[] {
  const { findings, notes } = analyze('a.tsx', source)
  expect(notes).toEqual([])
  return findings.map(({ ruleId }) => ruleId.slice(0, ruleId.indexOf('/')))
}

describe.each([INJECTION, WEB, KEYS, LIBRARIES, FRESH, GUARDS].flatMap((cases) => Object.entries(cases)))('%s', (name, { bad, good }) => {
  it.each(bad)('is seen in %s', (source) => {
    expect(classesIn(source)).toContain(name)
  })
  it.each(good)('is not seen in %s', (source) => {
    expect(classesIn(source)).not.toContain(name)
  })
})
