import { describe, expect, it } from 'vitest'
import { RULES } from '../../../src/analysis/rules/index.ts'
import { found } from './helpers.ts'
import { BROWSER } from './rules/browser.cases.ts'
import type { Cases } from './rules/cases.ts'
import { INPUT } from './rules/input.cases.ts'
import { SECRETS } from './rules/secrets.cases.ts'

const CASES: Readonly<Record<string, Cases>> = { ...BROWSER, ...INPUT, ...SECRETS }

const ids = RULES.map((rule) => rule.id)

describe('rules', () => {
  it('have unique ids, a CWE, words for people, and cases here', () => {
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => !CASES[id] || CASES[id].bad.length === 0 || CASES[id].good.length === 0)).toEqual([])
    expect(Object.keys(CASES).filter((id) => !ids.includes(id))).toEqual([])
    for (const { cwe, title, help } of RULES) {
      expect(cwe[0]).toBeGreaterThan(0)
      expect(title).toMatch(/^\S.{8,}[^.]$/)
      expect(help).toMatch(/^[A-Za-z].{5,}\.$/)
    }
  })

  describe.each(ids)('%s', (id) => {
    it.each(CASES[id]?.bad ?? [])('reports %s', (source) => {
      expect(found(source).map((each) => each.split(':')[0])).toContain(id)
    })
    it.each(CASES[id]?.good ?? [])('accepts %s', (source) => {
      expect(found(source).map((each) => each.split(':')[0])).not.toContain(id)
    })
  })
})
