import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RollupLikeHost, hooksOf } from '../../../../adapters/hosts/rollup/rollup-like.ts'
import type { RollupLikePlugin } from '../../../../adapters/hosts/rollup/rollup-like.ts'
import type { Recipe, RecipeInstance } from '../../../../src/memo/recipe.ts'
import { PLUGIN_NAME } from '../../../../src/plugin.ts'
import type { Outcome } from '../../../../src/types.ts'
import { createBuildBench } from '../helpers/build-bench.ts'
import type { BuildBench, BuildChanges } from '../helpers/build-bench.ts'

let bench: BuildBench

beforeEach(() => {
  bench = createBuildBench()
})

afterEach(() => bench.dispose())

const KNOWN: RecipeInstance = { hooks: { transform: {}, load: {} }, options: null, optionsComplete: true, readsExposed: false, knowsDependencies: true, relocatable: true }

/** Remembers every plugin whose name begins with `known`. */
function recipeOf(instance: Partial<RecipeInstance> = {}): Recipe {
  return { name: 'known', host: 'rollup-like', matches: ({ name }) => name.startsWith('known'), create: () => ({ ...KNOWN, ...instance }) }
}

/** Wraps the plugins as a new build does. */
async function wrap(plugins: readonly unknown[], changes: BuildChanges = { recipes: [recipeOf()] }): Promise<RollupLikeHost> {
  const host = new RollupLikeHost(await bench.next(changes))
  host.wrap(plugins as RollupLikePlugin[])
  return host
}

type Hook = (this: unknown, ...args: unknown[]) => unknown

/** The context that a bundler would give. */
const CONTEXT = { meta: {}, warn: () => undefined, addWatchFile: () => undefined }

function callHook(plugin: object, hook: string, ...args: unknown[]): unknown {
  const value: unknown = Reflect.get(plugin, hook)
  const handler = typeof value === 'function' ? value : (value as { handler: Hook }).handler
  return Reflect.apply(handler as Hook, CONTEXT, args)
}

const transform = (plugin: object, code = 'code', id = '/virtual/a.js', options: unknown = { moduleType: 'js' }): unknown => callHook(plugin, 'transform', code, id, options)

/** A plugin that counts its calls. */
function counting(name: string): { name: string; runs: number; transform: Hook } {
  const plugin = {
    name, runs: 0,
    transform(code: unknown) {
      plugin.runs++
      return { code: `/* ${plugin.runs} */ ${String(code)}` }
    },
  }
  return plugin as { name: string; runs: number; transform: Hook }
}

async function outcomes(): Promise<Outcome[]> {
  const { outcomes: counts } = await bench.report()
  return (Object.keys(counts) as Outcome[]).flatMap(outcome => Array.from({ length: counts[outcome] }, () => outcome))
}

describe('wrapping', () => {
  it('answers a hook from what an earlier build recorded', async () => {
    const cold = counting('known')
    await wrap([cold])
    await transform(cold)
    const warm = counting('known')
    await wrap([warm])
    expect(await transform(warm)).toEqual({ code: '/* 1 */ code' })
    expect([cold.runs, warm.runs]).toEqual([1, 0])
    expect(await outcomes()).toEqual(['hit'])
  })

  it('leaves filter and order as they are, the very same objects', async () => {
    const hook = { filter: { id: /\.js$/ }, order: 'pre', handler: () => null }
    const { filter } = hook
    const plugin = { name: 'known', transform: hook }
    await wrap([plugin])
    expect(plugin.transform).toBe(hook)
    expect(hook.filter).toBe(filter)
    expect(hook.order).toBe('pre')
  })

  it('lets a plugin assign its filter late', async () => {
    const plugin = { name: 'known', transform: { handler: (code: string) => code } as { handler: Hook; filter?: unknown } }
    await wrap([plugin])
    plugin.transform.filter = { id: { include: [/\.vue$/] } }
    expect(plugin.transform.filter).toEqual({ id: { include: [/\.vue$/] } })
    expect(await transform(plugin)).toBe('code')
  })

  it('keeps a function hook a function and an object hook an object', async () => {
    const plugin = { name: 'known', transform: (code: string) => code, load: { order: 'post', handler: () => 'loaded' } }
    await wrap([plugin])
    expect([typeof plugin.transform, typeof plugin.load]).toEqual(['function', 'object'])
    expect(await callHook(plugin, 'load', '/virtual/a.js', {})).toBe('loaded')
  })

  it('gives the handler the context of the bundler and all of its arguments', async () => {
    const seen: unknown[] = []
    const plugin = { name: 'refused', renderChunk: () => null, transform(this: unknown, ...args: unknown[]) {
      seen.push(this, ...args)
    } }
    await wrap([plugin])
    const options = { moduleType: 'js', extra: true }
    transform(plugin, 'code', 'id', options)
    expect(seen[0]).toBe(CONTEXT)
    expect(seen.slice(1)).toEqual(['code', 'id', options])
    expect(seen[3]).toBe(options)
  })

  it('wraps the same plugin again for another build from its original handlers', async () => {
    const plugin = counting('known')
    await wrap([plugin])
    await transform(plugin, 'first')
    for (let build = 0; build < 3; build++) await wrap([plugin])
    await transform(plugin, 'first')
    await transform(plugin, 'second')
    expect(plugin.runs).toBe(2)
    expect(await outcomes()).toEqual(['hit', 'miss'])
  })

  it('twice for one build counts each call once', async () => {
    const plugin = counting('known')
    const host = await wrap([plugin])
    host.wrap([plugin as unknown as RollupLikePlugin])
    await transform(plugin)
    expect(await outcomes()).toEqual(['miss'])
  })

  it('leaves our own plugin and native ones alone', async () => {
    const ours = { name: PLUGIN_NAME, transform: () => null }
    const native = { name: 'builtin:vite-json', transform: () => null }
    const originals = [ours.transform, native.transform]
    await wrap([ours, native, null, undefined, false, 'text'])
    expect([ours.transform, native.transform]).toEqual(originals)
  })

  it.each<[string, (plugin: { name: string; transform: Hook }) => object]>([
    ['a frozen plugin', plugin => Object.freeze(plugin)],
    ['a plugin with a frozen hook', plugin => ({ ...plugin, transform: Object.freeze({ handler: plugin.transform }) })],
    ['a read-only hook', plugin => Object.defineProperty({ name: plugin.name }, 'transform', { value: plugin.transform, enumerable: true })],
    ['a hook behind an accessor', plugin => ({ name: plugin.name, get transform() { return plugin.transform } })],
    ['a hook behind an inherited accessor', plugin => Object.assign(Object.create({ get transform() { return plugin.transform } }) as object, { name: plugin.name })],
    ['a sealed instance of a class', plugin => Object.seal(new (class {
      name = plugin.name
      transform(...args: unknown[]): unknown { return plugin.transform(...args) }
    })())],
  ])('leaves %s alone, which works as ever', async (_what, make) => {
    const plugin = make({ name: 'known', transform: (code: unknown) => `${String(code)}!` })
    await wrap([plugin])
    expect(transform(plugin)).toBe('code!')
  })

  it('reads nothing of a plugin that no bundler would read', async () => {
    const plugin = Object.defineProperty(counting('known'), 'removedOption', { get: () => { throw new Error('mine') }, enumerable: true })
    const other = counting('known other')
    await wrap([plugin, other])
    await transform(plugin)
    await transform(other)
    expect(await outcomes()).toEqual(['miss', 'miss'])
    expect(bench.said).toEqual([])
  })

  it('of one plugin that fails does not keep the others from being wrapped', async () => {
    const recipe: Recipe = { ...recipeOf(), create: ({ name }) => {
      if (name === 'known broken') throw new Error('ours')
      return KNOWN
    } }
    const [broken, good] = [counting('known broken'), counting('known')]
    await wrap([broken, good], { recipes: [recipe] })
    expect(transform(broken)).toEqual({ code: '/* 1 */ code' })
    await transform(good)
    expect(await outcomes()).toEqual(['miss'])
    expect(bench.said.join()).toContain('known broken')
  })

  it('does what the recipe wants before another hook, and then what the plugin does', async () => {
    const order: unknown[] = []
    const before = { handleHotUpdate: (context: unknown) => void order.push('recipe', context) }
    const plugin = { name: 'known', transform: () => null, handleHotUpdate(context: unknown) {
      order.push('plugin', context)
      return ['module']
    } }
    await wrap([plugin], { recipes: [recipeOf({ before })] })
    expect(await callHook(plugin, 'handleHotUpdate', 'context')).toEqual(['module'])
    expect(order).toEqual(['recipe', 'context', 'plugin', 'context'])
  })

  it('runs the other hook although the recipe fails', async () => {
    const before = { handleHotUpdate: () => { throw new Error('ours') } }
    const plugin = { name: 'known', transform: () => null, handleHotUpdate: () => 'done' }
    await wrap([plugin], { recipes: [recipeOf({ before })] })
    expect(await callHook(plugin, 'handleHotUpdate')).toBe('done')
  })
})

describe('hooks of a plugin', () => {
  it('are named whatever they are', () => {
    expect(hooksOf({ name: 'a', enforce: 'pre', api: {}, transform: () => null, load: { handler: () => null }, renderChunk: undefined, buildEnd: null } as unknown as RollupLikePlugin)).toEqual(['api', 'transform', 'load'])
  })

  it('that are inherited or hidden are seen, and speak against remembering it', async () => {
    const seen: unknown[] = []
    class Collector {
      readonly name = 'collector'
      transform(code: unknown): void { seen.push(code) }
      generateBundle(): void { seen.length = 0 }
    }
    expect(hooksOf(new Collector() as unknown as RollupLikePlugin)).toContain('generateBundle')
    const plugin = new Collector()
    await wrap([plugin])
    transform(plugin)
    expect(await outcomes()).toEqual(['refused'])
  })

  it.each([['kit:transform', 'kit:build'], ['kit:transform', 'kit'], ['kit', 'kit:build'], ['kit-tags', 'kit'], ['kit/tags:a', 'kit'], ['@kit/vite:scan', '@kit/vite']])('of plugins of one family count together: %s and %s', async (transforms, builds) => {
    const plugin = { name: transforms, transform: () => null }
    await wrap([plugin, { name: builds, generateBundle: () => undefined }])
    transform(plugin)
    expect(await outcomes()).toEqual(['refused'])
  })

  it.each([['kit:transform', 'kits'], ['kitchen', 'kit'], ['a', 'b']])('of others do not: %s and %s', async (transforms, builds) => {
    const plugin = { name: transforms, transform: () => null }
    await wrap([plugin, { name: builds, generateBundle: () => undefined }])
    transform(plugin)
    expect(await outcomes()).not.toEqual(['refused'])
  })
})

describe('a call', () => {
  it.each<[string, unknown[], unknown[]]>([
    ['code', ['a', '/a.js', {}], ['b', '/a.js', {}]],
    ['id', ['a', '/a.js', {}], ['a', '/b.js', {}]],
    ['query', ['a', '/a.js', {}], ['a', '/a.js?raw', {}]],
    ['module type', ['a', '/a.js', { moduleType: 'js' }], ['a', '/a.js', { moduleType: 'ts' }]],
    ['ssr', ['a', '/a.js', { ssr: false }], ['a', '/a.js', { ssr: true }]],
    ['attributes', ['a', '/a.js', { attributes: { type: 'json' } }], ['a', '/a.js', { attributes: { type: 'css' } }]],
    ['absent options', ['a', '/a.js'], ['a', '/a.js', { moduleType: 'ts' }]],
  ])('with another %s is another', async (_what, one, other) => {
    const plugin = counting('known')
    await wrap([plugin])
    await callHook(plugin, 'transform', ...one)
    await callHook(plugin, 'transform', ...other)
    await bench.flush()
    await callHook(plugin, 'transform', ...one)
    expect(plugin.runs).toBe(2)
  })

  it('of another environment is another', async () => {
    const plugin = counting('known')
    await wrap([plugin])
    for (const name of ['client', 'ssr', 'client']) {
      await Reflect.apply(plugin.transform, { ...CONTEXT, environment: { name, mode: 'build', config: { consumer: name === 'client' ? 'client' : 'server' } } }, ['a', '/a.js', {}])
      await bench.flush()
    }
    expect(plugin.runs).toBe(2)
  })

  it('of the second plugin of a name is another than that of the first', async () => {
    const named = (prefix: string): object => {
      const handler = (code: unknown): string => `${prefix} ${String(code)}`
      return { name: 'known twice', transform: handler }
    }
    for (let build = 0; build < 2; build++) {
      const plugins = [named('first'), named('second')]
      await wrap(plugins)
      expect([await transform(plugins[0]!), await transform(plugins[1]!)]).toEqual(['first code', 'second code'])
    }
    expect(await outcomes()).toEqual(['hit', 'hit'])
  })

  it('gives the error of the plugin, the very same, with its stack', async () => {
    const error = new Error('mine')
    const { stack } = error
    for (const handler of [() => { throw error }, () => Promise.reject(error)]) {
      const plugin = { name: 'known', transform: handler }
      await wrap([plugin])
      await expect(transform(plugin)).rejects.toBe(error)
    }
    expect(error.stack).toBe(stack)
  })

  it('of a plugin that is not remembered throws at once what the plugin throws at once', async () => {
    const error = new Error('mine')
    const plugin = { name: 'refused', renderChunk: () => null, transform: () => { throw error } }
    await wrap([plugin])
    expect(() => transform(plugin)).toThrow(error)
  })

  it('without a context, as other plugins make them, is answered', async () => {
    const seen: unknown[] = []
    const plugin = { name: 'known', transform(this: unknown, code: unknown) {
      seen.push(this)
      return `${String(code)}!`
    } }
    await wrap([plugin])
    const { transform: handler } = plugin
    expect(await handler('code')).toBe('code!')
    expect(await Reflect.apply(handler, undefined, ['other', '/a.js'])).toBe('other!')
    expect(seen.every(context => context === undefined)).toBe(true)
  })

  it('with arguments that are none is answered as the plugin does', async () => {
    const plugin = { name: 'known', transform: (...args: unknown[]) => `${args.length}` }
    await wrap([plugin])
    expect(await callHook(plugin, 'transform')).toBe('0')
    expect(await callHook(plugin, 'transform', Symbol('code'), '/a.js')).toBe('2')
  })

  it('whose result is a thenable gives what that gives', async () => {
    const plugin = { name: 'refused', renderChunk: () => null, transform: () => ({ then: (resolve: (value: unknown) => void) => resolve('later') }) }
    await wrap([plugin])
    expect(await transform(plugin)).toBe('later')
  })

  it('after the build was closed is left to the plugin', async () => {
    const plugin = counting('known')
    await wrap([plugin])
    const { transform: stale } = plugin
    await bench.next()
    expect(Reflect.apply(stale, CONTEXT, ['code', '/a.js', {}])).toEqual({ code: '/* 1 */ code' })
  })

  it('is refused when the plugin asks its context for what may be anything', async () => {
    const make = (): object => ({ name: 'known', transform(this: { getModuleInfo?: (id: string) => unknown }, code: string) {
      this.getModuleInfo?.('a')
      return code
    } })
    for (let build = 0; build < 2; build++) {
      const plugin = make()
      await wrap([plugin])
      const handler = Reflect.get(plugin, 'transform') as Hook
      await Reflect.apply(handler, { ...CONTEXT, getModuleInfo: () => null }, ['code', '/a.js', {}])
    }
    expect(await outcomes()).toEqual(['miss'])
  })

  it('reads of files that it does not declare are seen', async () => {
    const path = bench.project.write('data.json', '1')
    const make = (): { name: string; runs: number; transform: Hook } => {
      const plugin = { name: 'known', runs: 0, async transform() {
        plugin.runs++
        const { readFile } = await import('node:fs/promises')
        return readFile(path, 'utf8')
      } }
      return plugin as unknown as { name: string; runs: number; transform: Hook }
    }
    const results: unknown[] = []
    for (const data of ['1', '1', '2']) {
      bench.project.write('data.json', data)
      const plugin = make()
      await wrap([plugin])
      results.push([await transform(plugin), plugin.runs])
    }
    expect(results).toEqual([['1', 1], ['1', 0], ['2', 1]])
  })

  it('lines that it prints are printed again', async () => {
    const make = (): object => ({ name: 'known', transform(code: string) {
      process.stderr.write('')
      return code
    } })
    for (let build = 0; build < 2; build++) {
      const plugin = make()
      await wrap([plugin])
      await transform(plugin)
    }
    expect(bench.printed).toEqual([{ kind: 'print', channel: 'stderr', method: 'write', args: [''] }])
  })
})

describe('the report', () => {
  it('names faults once, however often they happen', async () => {
    const build = await bench.next()
    for (let time = 0; time < 5; time++) build.fault('HOST_FAULT', 'it did not work.')
    expect(bench.said).toHaveLength(1)
    expect((await bench.report()).faults).toMatchObject([{ code: 'HOST_FAULT', count: 5 }])
  })
})
