import { expect, it, vi } from 'vitest'
import { interceptLoader, replaceWhenSet } from '../../../../adapters/hosts/webpack/webpack-intercept.ts'
import type { LoaderContext, LoaderFunction, LoaderObject } from '../../../../adapters/hosts/webpack/webpack-types.ts'

it('gives the runner another function, and a loader that looks for itself in the chain its own', () => {
  const names = ['left', 'right']
  const own: LoaderFunction[] = names.map(name => () => name)
  const loaders = names.map((path): LoaderObject & { normalExecuted: boolean } => ({ path, request: path, pitchExecuted: true, normalExecuted: false, normal: null, pitch: null }))
  const context = { loaders, loaderIndex: 1 } as unknown as LoaderContext
  for (const [index, loader] of loaders.entries()) {
    replaceWhenSet(loader, 'normal', context, original => () => `measured ${String(original())}`)
    loader.normal = own[index]!
  }
  // As loader-runner does: it takes the function, notes that the loader has run, and calls it.
  for (const index of [1, 0]) {
    context.loaderIndex = index
    const taken = loaders[index]!.normal!
    loaders[index]!.normalExecuted = true
    expect(taken()).toBe(`measured ${names[index]}`)
    expect(loaders.map(loader => loader.normal)).toEqual(own)
  }
})

it('throws what the leftmost loader throws where the runner catches it, which differs from what it is handed', async () => {
  const { run, kept } = runnerOf(() => {
    throw 'only a text'
  })
  expect(run).toThrow('only a text')
  await new Promise(resolve => setImmediate(resolve))
  expect(kept).not.toHaveBeenCalled()
})

it('lets a loader that has thrown hand on nothing more', async () => {
  const { run, handed } = runnerOf(function (this: LoaderContext) {
    const callback = this.async()
    setImmediate(() => callback(new Error('late')))
    throw new Error('early')
  })
  expect(run).toThrow('early')
  await new Promise(resolve => setTimeout(resolve, 5))
  expect(handed).not.toHaveBeenCalled()
})

it('prints what a loader throws after it has handed on its result', async () => {
  const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  const { run, kept } = runnerOf(function (this: LoaderContext) {
    this.callback(null, 'result')
    throw new Error('too late')
  })
  run()
  await new Promise(resolve => setImmediate(resolve))
  expect(kept).toHaveBeenCalledWith(['result'], expect.any(Function))
  expect(printed).toHaveBeenCalledWith(expect.stringContaining('too late'))
  printed.mockRestore()
})

/** A loader alone in its chain, as the runner calls it. */
function runnerOf(own: (this: LoaderContext) => unknown): { run: () => unknown; kept: ReturnType<typeof vi.fn>; handed: ReturnType<typeof vi.fn> } {
  const loader: LoaderObject & { normalExecuted: boolean } = { path: 'it', request: 'it', pitchExecuted: true, normalExecuted: false, normal: null, pitch: null }
  const handed = vi.fn()
  const context = { loaders: [loader], loaderIndex: 0, callback: handed, async: () => handed } as unknown as LoaderContext
  const kept = vi.fn()
  interceptLoader(loader, { context, pitching: () => undefined, view: context, measured: given => given, inside: body => body(), keep: kept })
  loader.normal = own as LoaderFunction
  return { run: () => loader.normal!('code'), kept, handed }
}
