import { describe, expect, it } from 'vitest'
import { PitcrewError } from '../../src/errors.ts'
import { resolveOptions, validateOptions } from '../../src/options.ts'
import type { Options } from '../../src/options.ts'

function problemsOf(options: unknown): string[] {
  try {
    validateOptions(options)
    return []
  } catch (error) {
    if (!(error instanceof PitcrewError)) throw error
    expect(error.code).toBe('OPTIONS_INVALID')
    return error.message.split('\n').slice(1)
  }
}

describe('valid options', () => {
  it.each<[string, Options | undefined]>([
    ['none', undefined],
    ['an empty object', {}],
    ['all of them', {
      enabled: false, cacheDir: '.pitcrew', store: { maxBytes: 1 }, vfs: { maxBytes: 0.5 }, report: 'full', reportFile: 'report.json', plugins: { a: true, b: false }, salt: ['x', ''],
    }],
    ['every kind of report', { report: false }],
    ['what is undefined', { enabled: undefined, store: { maxBytes: undefined } } as unknown as Options],
    ['empty groups', { store: {}, vfs: {} }],
    ['an object without a prototype', Object.assign(Object.create(null), { enabled: true }) as Options],
  ])('are %s', (_what, options) => {
    expect(problemsOf(options)).toEqual([])
  })
})

describe('invalid options', () => {
  it.each<[string, unknown, string]>([
    ['null', null, 'the options must be an object'],
    ['a text', 'off', 'the options must be an object'],
    ['a list', [], 'the options must be an object'],
    ['enabled', { enabled: 'yes' }, 'enabled is "yes", but must be true or false'],
    ['cacheDir', { cacheDir: '' }, 'cacheDir is "", but must be a path that is not empty'],
    ['store', { store: 5 }, 'store is 5, but must be an object'],
    ['store of null', { store: null }, 'store is null, but must be an object'],
    ['store.maxBytes', { store: { maxBytes: 0 } }, 'store.maxBytes is 0, but must be a positive number of bytes'],
    ['vfs.maxBytes', { vfs: { maxBytes: '100 MB' } }, 'vfs.maxBytes is "100 MB", but must be a positive number of bytes'],
    ['vfs.maxBytes that is no number', { vfs: { maxBytes: NaN } }, 'vfs.maxBytes is NaN, but must be a positive number of bytes'],
    ['vfs.maxBytes without end', { vfs: { maxBytes: Infinity } }, 'vfs.maxBytes is Infinity, but must be a positive number of bytes'],
    ['report', { report: true }, "report is true, but must be false, 'summary' or 'full'"],
    ['reportFile', { reportFile: 3 }, 'reportFile is 3, but must be a path that is not empty'],
    ['plugins', { plugins: ['vue'] }, 'plugins is ["vue"], but must be an object of plugin names and true or false'],
    ['a word that is none', { plugins: { vue: 'no' } }, 'plugins is {"vue":"no"}, but must be an object of plugin names and true or false'],
    ['salt', { salt: 'x' }, 'salt is "x", but must be an array of strings'],
    ['salt of numbers', { salt: [1] }, 'salt is [1], but must be an array of strings'],
    ['a function', { report: () => 'full' }, "report is a function, but must be false, 'summary' or 'full'"],
    ['a bigint', { store: { maxBytes: 5n } }, 'store.maxBytes is 5n, but must be a positive number of bytes'],
  ])('%s is named, with what it accepts', (_what, options, problem) => {
    expect(problemsOf(options)).toEqual([`  - ${problem}`])
  })

  it.each(['cachedir', 'store.size', 'constructor', 'toString', '__proto__x', 'hasOwnProperty'])('%s is no option, and those that there are are named', name => {
    const [group, key] = name.split('.') as [string, string | undefined]
    const options = key === undefined ? { [group]: 1 } : { [group]: { [key]: 1 } }
    const [problem] = problemsOf(options)
    expect(problem).toContain(`${name} is not an option`)
    expect(problem).toContain('cacheDir, store.maxBytes, vfs.maxBytes')
  })

  it('are all told at once', () => {
    expect(problemsOf({ enabled: 1, cacheDir: 1, store: { maxBytes: -1, other: 1 }, vfs: [], colour: 'red' })).toHaveLength(6)
  })

  it('may hold a cycle', () => {
    const cyclic: Record<string, unknown> = {}
    cyclic['self'] = cyclic
    expect(problemsOf({ salt: cyclic })).toHaveLength(1)
  })
})

describe('resolved options', () => {
  it('have every default', () => {
    expect(resolveOptions(undefined, '/srv/shop', {})).toEqual({
      enabled: true, cacheDir: '/srv/shop/node_modules/.cache/pitcrew', storeMaxBytes: 1_000_000_000, vfsMaxBytes: 100_000_000,
      auditSample: 0.01, report: 'summary', reportFile: null, timings: true, traceFile: null, plugins: new Map(), salt: [],
      analysis: null,
      monitor: { warn: true, forecast: null }, otlpEndpoint: null,
    })
  })

  it('of an analysis that is wanted have every default', () => {
    expect(resolveOptions({ analysis: true }, '/srv/shop', {}).analysis).toEqual({
      includeDependencies: false, wait: false, rules: new Map(), ruleFiles: [], rulesDigest: '', baselineFile: '/srv/shop/pitcrew-baseline.json', gates: { warn: {}, fail: {} },
    })
  })

  it('take paths from the root', () => {
    expect(resolveOptions({ cacheDir: '../cache', reportFile: 'out/report.json' }, '/srv/shop', {})).toMatchObject({ cacheDir: '/srv/cache', reportFile: '/srv/shop/out/report.json' })
    expect(resolveOptions({ cacheDir: '/tmp/cache', reportFile: '/tmp/report.json' }, '/srv/shop', {})).toMatchObject({ cacheDir: '/tmp/cache', reportFile: '/tmp/report.json' })
  })

  it.each<[string, Options | undefined, NodeJS.ProcessEnv, string]>([
    ['the environment wins over the default', undefined, { PITCREW_CACHE_DIR: '/env' }, '/env'],
    ['the option wins over the environment', { cacheDir: '/option' }, { PITCREW_CACHE_DIR: '/env' }, '/option'],
    ['an empty variable is none', undefined, { PITCREW_CACHE_DIR: '' }, '/srv/shop/node_modules/.cache/pitcrew'],
  ])('cacheDir: %s', (_what, options, env, expected) => {
    expect(resolveOptions(options, '/srv/shop', env).cacheDir).toBe(expected)
  })

  it.each<[Options | undefined, NodeJS.ProcessEnv, boolean]>([
    [undefined, {}, true], [{ enabled: true }, { PITCREW: 'off' }, false], [{ enabled: false }, {}, false], [undefined, { PITCREW: 'on' }, true],
  ])('enabled with %j and %j is %s', (options, env, enabled) => {
    expect(resolveOptions(options, '/srv/shop', env).enabled).toBe(enabled)
  })

  it("have the user's words by name, whatever the name", () => {
    const { plugins } = resolveOptions({ plugins: { 'vite:vue': false, constructor: true } }, '/', {})
    expect([plugins.get('vite:vue'), plugins.get('constructor'), plugins.get('toString')]).toEqual([false, true, undefined])
  })
})

describe('what pitcrew verify orders', () => {
  const orders = { cacheDir: '/scratch/store', reportFile: '/scratch/report.json', without: ['vue'] }

  it('wins over options and environment', () => {
    const resolved = resolveOptions({ cacheDir: '/option', reportFile: '/mine.json', plugins: { vue: true, css: true } }, '/srv/shop', { PITCREW_CACHE_DIR: '/env', PITCREW_VERIFY: JSON.stringify(orders) })
    expect(resolved).toMatchObject({ cacheDir: '/scratch/store', reportFile: '/scratch/report.json' })
    expect([...resolved.plugins]).toEqual([['vue', false], ['css', true]])
  })

  it.each(['', 'on', '1', '{}', 'null', '{"cacheDir":5,"reportFile":"","without":[]}'])('is nothing where it says %j', text => {
    expect(resolveOptions({}, '/srv/shop', { PITCREW_VERIFY: text })).toEqual(resolveOptions({}, '/srv/shop', {}))
  })
})
