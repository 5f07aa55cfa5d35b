import { describe, expect, it } from 'vitest'
import { isExponential, isQuadratic } from '../../../src/analysis/rules/regex-ambiguity.ts'

describe('isExponential', () => {
  it.each(['(a+)+b', '^(a*)*$', '(a|a)*b', '([a-z]+)+$', '(\\d|\\w)+!', '(?:x+x*)+y', '(\\s*\\w*)*z', '^(([a-z])+.)+[A-Z]([a-z])+$'.replace('.)', '[a-z]?)'), '(.*)*x', '(a{1,3})+b', '(x|xx?)*y', '(\\n\\s*)+$', '((xy)+)*$', '(a?a?)*b', '(?:a|a?)+b', '(b|a?b)*c', '(foo|\\w{3})*!', '(\\w*foo\\w*foo)+-', '(?<n>a+)+b'])('accuses %s', (pattern) => {
    expect(isExponential(pattern)).toBe(true)
  })
  it.each(['a+b+', '(ab)+', '(a+b)+c', '(?:a|b)*c', '(a{1,3}b)+x', '(a+)', '(.*,)+.+', '(a+)+aa*', '((xy)+)*xyxy', '(\\w+\\s)*$', '[(a+)+]b', '\\(a+\\)+b', '^(?:[^"\\\\]|\\\\.)*$', '(?=(a+))+b', '(a+)+', '(foo|bar)+x', ''])('accepts %s', (pattern) => {
    expect(isExponential(pattern)).toBe(false)
  })
  it('minds the flags', () => {
    expect(['', 'i'].map((flags) => isExponential('(go|GO)*!', flags))).toEqual([false, true])
  })
  it.each(['(', '[', '(?', '\\', '(a|', '(?<', 'a{', '*', ')+', '('.repeat(500), `${'(a+)+'.repeat(300)}b`])('ends on %s', (pattern) => {
    expect(typeof isExponential(pattern)).toBe('boolean')
  })
})

describe('isQuadratic', () => {
  it.each(['\\s+$', 'a*b', '<.*>', '(\\w+)=(\\w+);', '^a*a*$', '[^,]*,x', '^(.*)-(.*)-$'])('accuses %s', (pattern) => {
    expect(isQuadratic(pattern)).toBe(true)
  })
  it.each(['\\s+', '^a*b', 'ab', 'a*', '^\\s+', '^(\\w+)=', 'x\\d+', '^[^,]*,[^,]*$', 'a{1,3}b'])('accepts %s', (pattern) => {
    expect(isQuadratic(pattern)).toBe(false)
  })
})
