import { describe, expect, it } from 'vitest'
import { mendStack } from '../../../../adapters/hosts/esbuild/esbuild-error.ts'
import type { Callers } from '../../../../adapters/hosts/esbuild/esbuild-error.ts'

const isOwn = (frame: string): boolean => frame.includes('/pitcrew/')
const CALLERS: Callers = {
  running: () => 'Error\n    at withCallersStack (/pitcrew/a.js:1:1)\n    at onLoad (/esbuild/main.js:1552:27)\n    at handle (/esbuild/main.js:9:9)',
  waiting: () => 'Error\n    at withCallersStack (/pitcrew/a.js:1:1)\n    at async onLoad (/esbuild/main.js:1552:21)',
}

function mended(head: string, frames: readonly string[], error: Error = new TypeError('no')): string | undefined {
  error.stack = [head, ...frames.map(frame => `    at ${frame}`)].join('\n')
  mendStack(error, CALLERS, isOwn)
  return error.stack
}

describe('the stack of an error', () => {
  it('has the frames of who called instead of ours', () => {
    expect(mended('TypeError: no', ['plugin (/plugin.js:1:1)', 'run (/pitcrew/b.js:2:2)', 'AsyncLocalStorage.run (node:async_hooks:1:1)', 'async more (/pitcrew/b.js:3:3)']))
      .toBe('TypeError: no\n    at plugin (/plugin.js:1:1)\n    at onLoad (/esbuild/main.js:1552:27)\n    at handle (/esbuild/main.js:9:9)')
  })

  it('has those that wait, after an await', () => {
    expect(mended('TypeError: no', ['plugin (/plugin.js:1:1)', 'async run (/pitcrew/b.js:2:2)'])).toBe('TypeError: no\n    at plugin (/plugin.js:1:1)\n    at async onLoad (/esbuild/main.js:1552:21)')
  })

  it('is left alone when none of ours is in it', () => {
    const frames = ['plugin (/plugin.js:1:1)', 'listOnTimeout (node:internal/timers:1:1)']
    expect(mended('TypeError: no', frames)).toBe('TypeError: no\n    at plugin (/plugin.js:1:1)\n    at listOnTimeout (node:internal/timers:1:1)')
  })

  it('is not cut in its message', () => {
    const message = 'no:\n    at other (/pitcrew/z.js:1:1)'
    expect(mended(`TypeError: ${message}`, ['plugin (/plugin.js:1:1)', 'run (/pitcrew/b.js:2:2)'], new TypeError(message)))
      .toBe(`TypeError: ${message}\n    at plugin (/plugin.js:1:1)\n    at onLoad (/esbuild/main.js:1552:27)\n    at handle (/esbuild/main.js:9:9)`)
  })

  it('keeps its first line when its message was changed', () => {
    expect(mended('TypeError: before', ['plugin (/plugin.js:1:1)', 'run (/pitcrew/b.js:2:2)'], new TypeError('after'))).toMatch(/^TypeError: before\n +at plugin/)
  })

  it('is as long as stacks are', () => {
    const frames = [...Array.from({ length: Error.stackTraceLimit - 1 }, (_, index) => `plugin (/plugin.js:${index}:1)`), 'run (/pitcrew/b.js:2:2)']
    expect(mended('TypeError: no', frames)?.split('\n')).toHaveLength(Error.stackTraceLimit + 1)
  })

  it.each([['no error', 'text'], ['nothing', undefined], ['a frozen error', Object.freeze(new Error('frozen'))], ['an error whose stack is none', Object.assign(new Error('x'), { stack: 7 })]])('of %s is nobody’s business', (_what, thrown) => {
    expect(() => mendStack(thrown, CALLERS, () => true)).not.toThrow()
  })
})
