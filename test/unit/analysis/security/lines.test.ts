/** What people write on a line, by vulnerability class: `class ~ code` in `test/fixtures/security-lines.txt`. Written before the rules were asked. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../../src/analysis/analyze.ts'

const { analyze } = createAnalyzer()
const LINES = readFileSync(new URL('../../../fixtures/security-lines.txt', import.meta.url), 'utf8').trim().split('\n').map(line => {
  const [family = '', code = ''] = line.split(/ ~ (.*)/s)
  return [family, code] as const
})

describe('a line', () => {
  it.each(LINES)('has %s: %s', (family, code) => {
    const { findings, notes } = analyze('module.tsx', code)
    expect(notes).toEqual([])
    expect(findings.map(({ ruleId }) => ruleId.slice(0, ruleId.indexOf('/')))).toContain(family)
  })
})
