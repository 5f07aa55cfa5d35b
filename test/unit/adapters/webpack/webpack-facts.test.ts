/** What a webpack build is before it begins, and where what a recorded call wrote is written again. */
import { afterEach, expect, it, vi } from 'vitest'
import { webpackFacts } from '../../../../adapters/hosts/webpack/webpack-facts.ts'
import type { Compiler } from '../../../../adapters/hosts/webpack/webpack-types.ts'

afterEach(() => vi.restoreAllMocks())

const compiler = { webpack: { version: '5.0.0' }, context: '/project', watchMode: false, options: { mode: 'production' }, getInfrastructureLogger: () => ({ info: () => undefined, warn: () => undefined }) } as unknown as Compiler

it.each(['stdout', 'stderr'] as const)('writes to %s what was written there', channel => {
  const write = vi.spyOn(process[channel], 'write').mockImplementation(() => true)
  webpackFacts(compiler, 'webpack').print({ kind: 'print', channel, method: 'write', args: ['a line\n'] })
  expect(write.mock.calls).toEqual([['a line\n']])
})
