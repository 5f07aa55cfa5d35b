import { describe, expect, it } from 'vitest'
import { isExponential } from '../../../src/analysis/rules/regex-shape.ts'

describe('isExponential', () => {
  it.each(['(a+)+b', '^(a*)*$', '(a|a)*b', '([a-z]+)+$', '(\\d|\\w)+!', '(?:x+x*)+y', '(\\s*\\w*)*z', '^(([a-z])+.)+[A-Z]([a-z])+$'.replace('.)', '[a-z]?)'), '(.*)*x', '(?<n>a+)+b'])('accuses %s', (pattern) => {
    expect(isExponential(pattern)).toBe(true)
  })
  it.each(['a+b+', '(ab)+', '(a+b)+c', '(?:a|b)*c', '(a{1,3})+b', '(a+)', '[(a+)+]b', '\\(a+\\)+b', '^(?:[^"\\\\]|\\\\.)*$', '(?=(a+))+b', '(a+)+', '(foo|bar)+x', ''])('accepts %s', (pattern) => {
    expect(isExponential(pattern)).toBe(false)
  })
  it.each(['(', '[', '(?', '\\', '(a|', '(?<', 'a{', '*', ')+', '('.repeat(500), `${'(a+)+'.repeat(300)}b`])('ends on %s', (pattern) => {
    expect(typeof isExponential(pattern)).toBe('boolean')
  })
})
