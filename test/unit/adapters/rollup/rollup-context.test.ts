import { describe, expect, it } from 'vitest'
import { checkAgainst, muteContext, replayEffects, watchContext } from '../../../../adapters/hosts/rollup/rollup-context.ts'
import type { PluginContext } from '../../../../adapters/hosts/rollup/rollup-context.ts'
import type { TransformChain } from '../../../../adapters/hosts/rollup/transform-chains.ts'
import { PortableText } from '../../../../src/memo/record/portable-text.ts'
import { Trace } from '../../../../src/memo/trace/trace.ts'
import type { Dependency } from '../../../../src/memo/trace/dependency.ts'
import type { Effect } from '../../../../src/memo/trace/effect.ts'

const portable = new PortableText([{ token: 'r', path: '/srv/shop' }])

type Call = readonly [name: string, ...args: unknown[]]

/** A context with private state, as bundlers have it, that notes what is asked of it. */
class Context {
  readonly #calls: Call[] = []
  readonly meta = { watchMode: false }
  readonly environment = { name: 'client', config: {} }
  readonly fs = { readFile: () => null }
  answer: unknown = { id: '/srv/shop/src/b.ts', external: false, moduleSideEffects: true }
  map: unknown = { version: 3, mappings: 'AAAA', sources: ['/srv/shop/a.ts'] }

  get calls(): readonly Call[] {
    return this.#calls
  }

  #note(...call: Call): void {
    this.#calls.push(call)
  }

  warn(...args: unknown[]): void { this.#note('warn', ...args) }
  info(...args: unknown[]): void { this.#note('info', ...args) }
  debug(...args: unknown[]): void { this.#note('debug', ...args) }
  addWatchFile(...args: unknown[]): void { this.#note('addWatchFile', ...args) }
  emitFile(...args: unknown[]): string {
    this.#note('emitFile', ...args)
    return 'reference'
  }

  async resolve(...args: unknown[]): Promise<unknown> {
    this.#note('resolve', ...args)
    if (this.answer instanceof Error) throw this.answer
    return Promise.resolve(this.answer)
  }

  getCombinedSourcemap(): unknown {
    this.#note('getCombinedSourcemap')
    return this.map
  }

  parse(text: string): unknown {
    this.#note('parse', text)
    return { type: 'Program' }
  }

  error(error: unknown): never {
    throw error
  }

  getModuleInfo(id: string): unknown {
    this.#note('getModuleInfo', id)
    return { id }
  }

  load(id: unknown): unknown {
    this.#note('load', id)
    return Promise.resolve({ code: '' })
  }
}

interface Watched {
  readonly context: Context
  readonly trace: Trace
  /** What the plugin sees. */
  readonly plugin: Context
}

const untouched = (isUntouched: boolean): TransformChain => ({ isUntouched: () => isUntouched, follow: result => result })

function watch({ trusted = false, chain = untouched(false) }: { trusted?: boolean; chain?: TransformChain } = {}): Watched {
  const context = new Context()
  const trace = new Trace(0)
  const plugin = watchContext(context as unknown as PluginContext, { trace, portable, chain, id: '/root/src/a.js', trusted, outside: body => body() }) as unknown as Context
  return { context, trace, plugin }
}

const cyclic: Record<string, unknown> = { type: 'Element' }
cyclic['parent'] = cyclic

describe('what a plugin does through its context', () => {
  it('really happens, on the object of the bundler', () => {
    const { context, plugin } = watch()
    plugin.warn('careful', 3)
    plugin.addWatchFile('/srv/shop/a.json')
    expect(plugin.emitFile({ type: 'asset', fileName: 'a.txt', source: 'a' })).toBe('reference')
    expect(plugin.parse('x')).toEqual({ type: 'Program' })
    expect(context.calls.map(([name]) => name)).toEqual(['warn', 'addWatchFile', 'emitFile', 'parse'])
  })

  it('is kept as effects in its order', () => {
    const { trace, plugin } = watch()
    plugin.warn('careful', 3)
    plugin.info({ message: 'by the way', code: 'X' }, { line: 1, column: 2 })
    plugin.addWatchFile('/srv/shop/a.json')
    plugin.emitFile({ type: 'asset', fileName: 'a.txt', name: 'a', source: 'text' })
    plugin.emitFile({ type: 'asset', fileName: 'b.bin', source: Uint8Array.from([0, 255]) })
    expect(trace.effects).toEqual([
      { kind: 'log', level: 'warn', log: 'careful', position: 3 },
      { kind: 'log', level: 'info', log: { message: 'by the way', code: 'X' }, position: { line: 1, column: 2 } },
      { kind: 'watch', path: '/srv/shop/a.json' },
      { kind: 'emit', fileName: 'a.txt', name: 'a', source: 'text', encoding: 'utf8' },
      { kind: 'emit', fileName: 'b.bin', name: null, source: 'AP8=', encoding: 'base64' },
    ])
    expect([...trace.files]).toEqual(['/srv/shop/a.json'])
    expect(trace.refusal).toBeNull()
  })

  it('keeps a warning as it was when it was given', () => {
    const { trace, plugin } = watch()
    const log = { message: 'before', loc: { line: 1 } }
    plugin.warn(log)
    log.loc.line = 99
    expect(trace.effects).toEqual([{ kind: 'log', level: 'warn', log: { message: 'before', loc: { line: 1 } }, position: null }])
  })

  it.each<[string, (plugin: Context) => unknown]>([
    ['getModuleInfo', plugin => plugin.getModuleInfo('a')],
    ['load', plugin => plugin.load({ id: 'a' })],
    ['environment', plugin => plugin.environment],
    ['fs', plugin => plugin.fs],
    ['a chunk', plugin => plugin.emitFile({ type: 'chunk', id: 'a' })],
    ['an asset without a file name', plugin => plugin.emitFile({ type: 'asset', name: 'a', source: 'a' })],
    ['an asset without content', plugin => plugin.emitFile({ type: 'asset', fileName: 'a' })],
    ['an asset with more than is known', plugin => plugin.emitFile({ type: 'asset', fileName: 'a', source: 'a', originalFileName: 'b' })],
    ['a property that nobody has thought about', plugin => Reflect.get(plugin, 'surprise')],
    ['setting a property', plugin => Reflect.set(plugin, 'answer', 1)],
    ['a warning that is a function', plugin => plugin.warn(() => 'later')],
    ['a warning with a class instance', plugin => plugin.warn({ message: 'a', cause: new Error('b') })],
  ])('refuses %s', (_what, use) => {
    const { trace, plugin } = watch()
    use(plugin)
    expect(trace.refusal).not.toBeNull()
  })

  it('trusts a recipe with the environment', () => {
    const { trace, plugin, context } = watch({ trusted: true })
    expect(plugin.environment).toBe(context.environment)
    expect(trace.refusal).toBeNull()
  })

  it('throws what the bundler throws', () => {
    const error = new Error('mine')
    expect(() => watch().plugin.error(error)).toThrow(error)
  })
})

describe('a fault of ours in noting it never reaches the plugin', () => {
  it.each<[string, (plugin: Context) => unknown]>([
    ['a cyclic log', plugin => plugin.warn({ message: 'a', node: cyclic })],
    ['a log with a getter that throws', plugin => plugin.warn({ get message(): never { throw new Error('mine') } })],
    ['an asset that is nothing', plugin => plugin.emitFile(undefined)],
    ['an asset whose content is neither text nor bytes', plugin => plugin.emitFile({ type: 'asset', fileName: 'a', source: 7 })],
    ['a watch file that is no text', plugin => plugin.addWatchFile(7)],
  ])('%s', (_what, use) => {
    const { trace, plugin, context } = watch()
    expect(() => use(plugin)).not.toThrow()
    expect(context.calls).toHaveLength(1)
    expect(trace.refusal !== null || trace.effects.length === 0).toBe(true)
  })

  it('a resolution with a cyclic option', async () => {
    const { plugin, context, trace } = watch()
    expect(await plugin.resolve('./b', '/srv/shop/a.ts', { custom: cyclic })).toBe(context.answer)
    expect(trace.refusal).not.toBeNull()
  })

  it('a resolution whose answer cannot be described', async () => {
    const { plugin, context, trace } = watch()
    context.answer = { id: 1n }
    expect(await plugin.resolve('./b')).toBe(context.answer)
    expect(trace.refusal).not.toBeNull()
  })

  it('a combined source map that cannot be described', () => {
    const { plugin, context, trace } = watch()
    context.map = cyclic
    expect(plugin.getCombinedSourcemap()).toBe(cyclic)
    expect(trace.refusal).not.toBeNull()
  })

  it('a context that cannot be changed', () => {
    const frozen = Object.freeze({ warn: (_message: string) => undefined, meta: {} })
    const plugin = watchContext(frozen as unknown as PluginContext, { trace: new Trace(0), portable, chain: untouched(false), id: '/root/src/a.js', trusted: false, outside: body => body() }) as unknown as typeof frozen
    expect(() => plugin.warn('a')).not.toThrow()
  })
})

describe('what a plugin asks of its context', () => {
  it('a resolution is a dependency, in portable text', async () => {
    const { plugin, trace, context } = watch()
    expect(await plugin.resolve('./b', '/srv/shop/src/a.ts', { skipSelf: true })).toBe(context.answer)
    expect([...trace.resolutions.keys()]).toEqual(['["./b","\u0001r/src/a.ts",{"skipSelf":true}]'])
    expect(trace.refusal).toBeNull()
  })

  it('one that fails is a dependency too', async () => {
    const { plugin, trace, context } = watch()
    context.answer = null
    expect(await plugin.resolve('./none')).toBeNull()
    expect(trace.resolutions.size).toBe(1)
  })

  it('one that rejects is a reason not to remember, and the plugin gets its error', async () => {
    const { plugin, trace, context } = watch()
    context.answer = new Error('mine')
    await expect(plugin.resolve('./b')).rejects.toBe(context.answer)
    expect(trace.refusal).not.toBeNull()
  })

  it('the combined source map is an input', () => {
    const { plugin, trace, context } = watch()
    expect(plugin.getCombinedSourcemap()).toBe(context.map)
    expect([...trace.inputs.keys()]).toEqual(['combined source map'])
  })
})

describe('asking again', () => {
  /** The dependency that a plugin's question left. */
  async function recorded(ask: (plugin: Context) => unknown, prepare: (context: Context) => void = () => undefined, chain = untouched(false)): Promise<Extract<Dependency, readonly ['resolve' | 'input', ...unknown[]]>> {
    const { plugin, trace, context } = watch({ chain })
    prepare(context)
    await ask(plugin)
    const [resolution, input] = [[...trace.resolutions][0], [...trace.inputs][0]]
    if (resolution) return ['resolve', ...resolution]
    if (input) return ['input', ...input]
    throw new Error('nothing was asked')
  }

  async function holds(dependency: Awaited<ReturnType<typeof recorded>>, prepare: (context: Context) => void = () => undefined, chain = untouched(false)): Promise<boolean> {
    const context = new Context()
    prepare(context)
    return await checkAgainst(context as unknown as PluginContext, portable, chain)(dependency) === dependency[2]
  }

  const ask = (plugin: Context): unknown => plugin.resolve('./b', '/srv/shop/a.ts')

  it('the same answer holds', async () => {
    expect(await holds(await recorded(ask))).toBe(true)
  })

  it.each<[string, unknown]>([
    ['nothing', null],
    ['another file', { id: '/srv/shop/src/b.tsx', external: false, moduleSideEffects: true }],
    ['something external', { id: '/srv/shop/src/b.ts', external: true, moduleSideEffects: true }],
    ['no side effects', { id: '/srv/shop/src/b.ts', external: false, moduleSideEffects: false }],
    ['other metadata', { id: '/srv/shop/src/b.ts', external: false, moduleSideEffects: true, meta: { commonjs: { isCommonJS: true } } }],
    ['another kind of module', { id: '/srv/shop/src/b.ts', external: false, moduleSideEffects: true, moduleType: 'json' }],
  ])('an answer of %s does not', async (_what, answer) => {
    expect(await holds(await recorded(ask), context => {
      context.answer = answer
    })).toBe(false)
  })

  it('is asked with the very arguments of before, those of this place', async () => {
    const dependency = await recorded(ask)
    const context = new Context()
    await checkAgainst(context as unknown as PluginContext, new PortableText([{ token: 'r', path: '/ci/place' }]), untouched(false))(dependency)
    expect(context.calls).toEqual([['resolve', './b', '/ci/place/a.ts']])
  })

  it('keeps an argument that was left out in the middle left out', async () => {
    const dependency = await recorded(plugin => plugin.resolve('./b', undefined, { isEntry: true }))
      .catch(() => null)
    // No stored form is as good as one that comes back.
    if (dependency === null) return
    const context = new Context()
    await checkAgainst(context as unknown as PluginContext, portable, untouched(false))(dependency)
    expect(context.calls).toEqual([['resolve', './b', undefined, { isEntry: true }]])
  })

  it('an answer holds in another place, for the same file there', async () => {
    const dependency = await recorded(ask)
    const context = new Context()
    context.answer = { id: '/ci/place/src/b.ts', external: false, moduleSideEffects: true }
    const there = new PortableText([{ token: 'r', path: '/ci/place' }])
    expect(await checkAgainst(context as unknown as PluginContext, there, untouched(false))(dependency)).toBe(dependency[2])
  })

  it('the combined map of a module that was changed is compared', async () => {
    const dependency = await recorded(plugin => plugin.getCombinedSourcemap())
    expect(await holds(dependency)).toBe(true)
    expect(await holds(dependency, context => {
      context.map = { version: 3, mappings: 'CAAA', sources: [] }
    })).toBe(false)
  })

  it('of a module that nothing has changed it is not even computed', async () => {
    const dependency = await recorded(plugin => plugin.getCombinedSourcemap(), undefined, untouched(true))
    const context = new Context()
    expect(await checkAgainst(context as unknown as PluginContext, portable, untouched(true))(dependency)).toBe(dependency[2])
    expect(context.calls).toEqual([])
    expect(await holds(dependency, undefined, untouched(false))).toBe(false)
  })
})

describe('replaying', () => {
  const effects: Effect[] = [
    { kind: 'log', level: 'warn', log: { message: 'a' }, position: null },
    { kind: 'log', level: 'info', log: 'b', position: 7 },
    { kind: 'watch', path: '/srv/shop/a.json' },
    { kind: 'emit', fileName: 'a.txt', name: 'a', source: 'text', encoding: 'utf8' },
    { kind: 'emit', fileName: 'b.bin', name: null, source: 'AP8=', encoding: 'base64' },
    { kind: 'print', channel: 'vite', method: 'warn', args: ['c'] },
  ]

  it('does again what was done, in order', () => {
    const context = new Context()
    const printed: unknown[] = []
    replayEffects(effects, context as unknown as PluginContext, effect => printed.push(effect))
    expect(context.calls).toEqual([
      ['warn', { message: 'a' }],
      ['info', 'b', 7],
      ['addWatchFile', '/srv/shop/a.json'],
      ['emitFile', { type: 'asset', fileName: 'a.txt', name: 'a', source: 'text' }],
      ['emitFile', { type: 'asset', fileName: 'b.bin', source: Buffer.from([0, 255]) }],
    ])
    expect(printed).toEqual([effects[5]])
  })

  it('is the inverse of watching', () => {
    const { trace, plugin, context } = watch()
    plugin.warn({ message: 'a' }, { line: 1, column: 0 })
    plugin.debug('b')
    plugin.addWatchFile('/srv/shop/a.json')
    plugin.emitFile({ type: 'asset', fileName: 'a.txt', source: 'text' })
    const again = new Context()
    replayEffects(trace.effects, again as unknown as PluginContext, () => undefined)
    expect(again.calls).toEqual(context.calls)
  })

  it('does nothing at all when there is something that it cannot do', () => {
    const context = new Context()
    const unknown = { kind: 'build-dependency', path: '/a' } as const
    expect(() => replayEffects([...effects, unknown], context as unknown as PluginContext, () => undefined)).toThrow(TypeError)
    expect(context.calls).toEqual([])
  })
})

describe('a muted context', () => {
  it('has no effects, and answers as ever', async () => {
    const context = new Context()
    const muted = muteContext(context as unknown as PluginContext) as unknown as Context
    muted.warn('a')
    muted.addWatchFile('a')
    muted.emitFile({})
    expect(await muted.resolve('./b')).toBe(context.answer)
    expect(muted.meta).toBe(context.meta)
    expect(context.calls).toEqual([['resolve', './b']])
  })
})
