import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../src/analysis/analyze.ts'
import { createVocabulary } from '../../../src/analysis/mentions.ts'
import { defineRule } from '../../../src/analysis/rule.ts'
import type { RuleNode } from '../../../src/analysis/rule.ts'

describe('words that rules name', () => {
  const vocabulary = createVocabulary()
  const crypto = vocabulary.placesOf(['createHash', 'crypto'])
  const hash = vocabulary.placesOf(['md5', 'createHash'])

  it('are looked for once in a module, and only when a rule asks', () => {
    const asked: string[] = []
    const mentions = vocabulary.in(({ bare }) => (asked.push(bare), bare === 'createHash'), [])
    expect(asked).toEqual([])
    expect([mentions.any(crypto), mentions.any(hash), mentions.any(hash)]).toEqual([true, true, true])
    expect(asked).toEqual(['createHash', 'md5'])
  })

  it('may stand within what a module imports, and not across two imports', () => {
    expect(vocabulary.in(() => false, ['./x', 'node:crypto']).any(crypto)).toBe(true)
    expect(vocabulary.in(() => false, ['cry', 'pto']).any(crypto)).toBe(false)
  })

  it('are found by none in an empty list', () => {
    expect(vocabulary.in(() => true, []).any([])).toBe(false)
  })
})

describe('a rule', () => {
  const asked = (nodes: readonly RuleNode[], source: string): string[] => {
    const found: string[] = []
    const rule = defineRule({ id: 'test/asked', cwe: [1], severity: 'low', title: 'a', help: 'b', nodes, check: (node) => void found.push(source.slice(node.start, node.end)) })
    createAnalyzer({ extraRules: [rule] }).analyze('a.js', source)
    return found
  }

  it.each<[readonly RuleNode[], readonly string[]]>([
    [['Literal'], ['"text of it"', '/x+/']],
    [['Literal:regex'], ['/x+/']],
    [['MemberExpression'], ['a.b', 'a[b]']],
    [['MemberExpression:computed'], ['a[b]']],
    [['Literal:regex', 'MemberExpression:computed'], ['/x+/', 'a[b]']],
  ])('that names %j is asked about %j', (nodes, expected) => {
    expect(asked(nodes, 'f("text of it", 1, /x+/); a.b; a[b]')).toEqual(expected)
  })
})
