import type { BuildOptions, OnLoadArgs, OnLoadResult, Plugin, PluginBuild } from 'esbuild'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { EsbuildHost } from '../../../../adapters/hosts/esbuild/esbuild-host.ts'
import type { Build } from '../../../../src/build.ts'
import { createBuildBench } from '../helpers/build-bench.ts'
import type { BuildBench } from '../helpers/build-bench.ts'

type Load = (args: OnLoadArgs) => unknown
interface Registered {
  readonly onLoad: { readonly options: { filter: RegExp; namespace?: string }; readonly callback: Load }[]
  readonly others: string[]
}

/** As far as esbuild goes: sets plugins up one after the other, each when its turn comes. */
async function setUpAll(options: BuildOptions): Promise<Registered> {
  const registered: Registered = { onLoad: [], others: [] }
  const note = (name: string) => () => void registered.others.push(name)
  const raw = {
    initialOptions: options,
    onLoad: (loadOptions: { filter: RegExp }, callback: Load) => void registered.onLoad.push({ options: loadOptions, callback }),
    onStart: note('onStart'), onEnd: note('onEnd'), onResolve: note('onResolve'), onDispose: note('onDispose'),
    resolve: () => Promise.reject(new Error('not here')), esbuild: {},
  } as unknown as PluginBuild
  for (const plugin of options.plugins ?? []) await plugin.setup(raw)
  return registered
}

const argsFor = (path: string, more: Partial<OnLoadArgs> = {}): OnLoadArgs => ({ path, namespace: 'file', suffix: '', pluginData: undefined, with: {}, ...more })

describe('EsbuildHost', () => {
  let bench: BuildBench
  beforeEach(() => {
    bench = createBuildBench()
  })
  afterEach(() => bench.dispose())

  /** Counts its calls, each of which takes long enough to be worth remembering. */
  function countingPlugin(name: string, calls: string[], register: (build: PluginBuild, load: Load) => void = (build, load) => build.onLoad({ filter: /\.txt$/ }, load as never)): Plugin {
    const load: Load = ({ path }) => {
      calls.push(path)
      bench.clock.ms += 5
      return { contents: `${name}:${calls.length}`, loader: 'text' } satisfies OnLoadResult
    }
    return { name, setup: build => register(build, load) }
  }

  /** What esbuild has registered after all of `plugins` were set up with Pitcrew before them. */
  async function start(plugins: Plugin[], build: Build, onSetup: (error?: unknown) => void = () => undefined): Promise<{ host: EsbuildHost; registered: Registered }> {
    const options: BuildOptions = { plugins }
    const host = new EsbuildHost(build, options)
    host.wrap(plugins, onSetup)
    return { host, registered: await setUpAll(options) }
  }
  const remember = { options: { plugins: { counting: true } } }

  it('passes registrations on as they are, and adds none', async () => {
    const plugin = countingPlugin('counting', [], (build, load) => {
      build.onStart(() => undefined)
      build.onLoad({ filter: /\.a$/, namespace: 'file' }, load as never)
      build.onEnd(() => undefined)
    })
    const { registered } = await start([plugin], await bench.next())
    expect(registered.others).toEqual(['onStart', 'onEnd'])
    expect(registered.onLoad.map(({ options }) => options)).toEqual([{ filter: /\.a$/, namespace: 'file' }])
  })

  it('answers from the store in the next build, and asks the plugin when the file changed', async () => {
    const calls: string[] = []
    const path = bench.project.at('a.txt')
    bench.project.write('a.txt', 'one')
    const load = async (): Promise<unknown> => {
      const { registered } = await start([countingPlugin('counting', calls)], await bench.next(remember))
      return registered.onLoad[0]!.callback(argsFor(path))
    }
    expect(await load()).toEqual({ contents: 'counting:1', loader: 'text' })
    expect(await load()).toEqual({ contents: 'counting:1', loader: 'text' })
    bench.project.write('a.txt', 'two')
    expect(await load()).toEqual({ contents: 'counting:2', loader: 'text' })
    expect(calls).toHaveLength(2)
  })

  it.each<[string, Partial<OnLoadArgs>]>([
    ['the suffix', { suffix: '?raw' }],
    ['the data', { pluginData: { a: 1 } }],
    ['an attribute', { with: { type: 'json' } }],
    ['the namespace', { namespace: 'other' }],
  ])('tells calls apart by %s', async (_title, more) => {
    const calls: string[] = []
    const path = bench.project.at('a.txt')
    bench.project.write('a.txt', 'one')
    const { registered } = await start([countingPlugin('counting', calls)], await bench.next(remember))
    await registered.onLoad[0]!.callback(argsFor(path))
    await registered.onLoad[0]!.callback(argsFor(path, more))
    expect(calls).toHaveLength(2)
  })

  it('calls back once, after the last plugin was set up, and with what failed', async () => {
    const order: string[] = []
    const late: Plugin = { name: 'late', setup: async () => { await Promise.resolve(); order.push('late') } }
    await start([countingPlugin('counting', []), late], await bench.next(), error => order.push(`set up ${String(error)}`))
    expect(order).toEqual(['late', 'set up undefined'])
    const failing: Plugin = { name: 'failing', setup: () => { throw new Error('no') } }
    const onSetup = vi.fn()
    await expect(start([failing, late], await bench.next(), onSetup)).rejects.toThrow('no')
    expect(onSetup).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ message: 'no' }))
  })

  it('calls back at once when there is nothing to set up', async () => {
    const onSetup = vi.fn()
    await start([], await bench.next(), onSetup)
    expect(onSetup).toHaveBeenCalledExactlyOnceWith()
  })

  it('is of no effect in a build without Pitcrew, nor after its end', async () => {
    const calls: string[] = []
    const plugin = countingPlugin('counting', calls)
    const { host, registered } = await start([plugin], await bench.next(remember))
    host.end()
    expect(registered.onLoad[0]!.callback(argsFor('/nowhere'))).toEqual({ contents: 'counting:1', loader: 'text' })
    const elsewhere = await setUpAll({ plugins: [plugin] })
    expect(elsewhere.onLoad[0]!.callback(argsFor('/nowhere'))).toEqual({ contents: 'counting:2', loader: 'text' })
  })

  it('leaves a frozen plugin alone', async () => {
    const calls: string[] = []
    const { registered } = await start([Object.freeze(countingPlugin('counting', calls))], await bench.next(remember))
    expect(registered.onLoad[0]!.callback(argsFor('/nowhere'))).toEqual({ contents: 'counting:1', loader: 'text' })
  })

  it('wraps a plugin that two builds share for each of them, and not twice', async () => {
    const plugin = countingPlugin('counting', [])
    const first = await bench.next(remember)
    await start([plugin], first)
    const setup = plugin.setup
    await start([plugin], first)
    expect(plugin.setup).toBe(setup)
  })

  it('rejects with what the plugin threw', async () => {
    const error = new Error('mine')
    const plugin: Plugin = { name: 'counting', setup: build => build.onLoad({ filter: /./ }, () => { throw error }) }
    const { registered } = await start([plugin], await bench.next(remember))
    await expect(registered.onLoad[0]!.callback(argsFor(bench.project.at('a.txt')))).rejects.toBe(error)
  })

  it('does not store a result that the plugin gave before', async () => {
    const same = { contents: 'same' }
    const path = bench.project.at('a.txt')
    const plugin = (): Plugin => ({ name: 'counting', setup: build => build.onLoad({ filter: /./ }, () => { bench.clock.ms += 5; return same }) })
    bench.project.write('a.txt', 'one')
    const { registered } = await start([plugin()], await bench.next(remember))
    await registered.onLoad[0]!.callback(argsFor(path))
    await registered.onLoad[0]!.callback(argsFor(path, { suffix: '?again' }))
    const report = await bench.report()
    expect(bench.store.stats().entryCount).toBe(1)
    expect(report.outcomes).toMatchObject({ miss: 2 })
  })
})
