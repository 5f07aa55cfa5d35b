import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { scriptsInArguments, scriptsOnStack } from '../../../adapters/hosts/calling-scripts.ts'

const SELF = fileURLToPath(import.meta.url)

describe('the scripts that configure a build', () => {
  const { argv } = process
  afterEach(() => {
    process.argv = argv
  })

  it('are those on the stack, without installed packages and our own', () => {
    const scripts = (() => scriptsOnStack())()
    expect(scripts).toContain(SELF)
    expect(scripts.filter(path => path.includes('node_modules') || path.endsWith('calling-scripts.ts'))).toEqual([])
    expect(new Set(scripts).size).toBe(scripts.length)
  })

  it('leave the depth of stacks as it was', () => {
    const { stackTraceLimit } = Error
    scriptsOnStack()
    expect(Error.stackTraceLimit).toBe(stackTraceLimit)
  })

  it('are those among the arguments that exist', () => {
    process.argv = ['node', SELF, '-c', 'no-such-file.js', '--watch', SELF]
    expect(scriptsInArguments()).toEqual([SELF])
  })
})
