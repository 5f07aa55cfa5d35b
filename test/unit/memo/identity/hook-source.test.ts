import { describe, expect, it } from 'vitest'
import { callsSomething } from '../../../../src/memo/identity/hook-source.ts'

describe('a hook that only keeps what it is given', () => {
  let kept: unknown
  const quiet: Record<string, unknown> = {
    method(config: unknown) { kept = config },
    arrow: (config: { root: string }) => { kept = config.root },
    handler: { order: 'pre', handler: function (this: unknown, config: { command: string }) { if (config.command === 'build') kept = true } },
    gives: () => ({ build: { target: 'es2022' } }),
  }
  it.each(Object.keys(quiet))('is told: %s', name => {
    expect(callsSomething(quiet, name)).toBe(false)
    void kept
  })
})

describe('a hook that may do more', () => {
  const read = (path: unknown): unknown => path
  let kept: unknown
  const busy: Record<string, unknown> = {
    method(config: unknown) { kept = read(config) },
    arrow: (config: unknown) => read(config),
    optional: (config: { find?: () => void }) => { config.find?.() },
    made: (config: string) => { kept = new URL(config) },
    default(config = read('x')) { kept = config },
    imported: async () => { kept = await import('node:fs') },
    tagged: (config: { tag: (text: TemplateStringsArray) => void }) => config.tag`x`,
    bound: read.bind(null),
  }
  it.each(Object.keys(busy))('is told: %s', name => {
    expect(callsSomething(busy, name)).toBe(true)
    void kept
  })
})
