import { expect, it } from 'vitest'
import { replaceWhenSet } from '../../../adapters/hosts/webpack-intercept.ts'
import type { LoaderContext, LoaderFunction, LoaderObject } from '../../../adapters/hosts/webpack-types.ts'

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
