import { describe, expect, it } from 'vitest'
import { enginesIn } from '../../../adapters/hosts/rollup/rollup-output.ts'

describe('engines that a build is for', () => {
  it.each<[unknown, string[]]>([['node20', ['node20']], [['chrome111', 'safari16.4'], ['chrome111', 'safari16.4']], [undefined, []], [false, []], [['web', null], ['web']]])('are read from %j', (target, expected) => {
    expect(enginesIn(target)).toEqual(expected)
  })
})
