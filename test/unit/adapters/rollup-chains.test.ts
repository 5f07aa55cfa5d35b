import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TransformChains } from '../../../adapters/hosts/rollup/transform-chains.ts'
import type { TransformChain } from '../../../adapters/hosts/rollup/transform-chains.ts'
import { VirtualFileSystem } from '../../../src/vfs/virtual-file-system.ts'
import { createLateClock, createProjectFiles } from '../memo/helpers/project-files.ts'
import type { ProjectFiles } from '../memo/helpers/project-files.ts'

let project: ProjectFiles
let vfs: VirtualFileSystem
let chains: TransformChains

beforeEach(() => {
  project = createProjectFiles({ 'a.ts': 'on disk', 'b.ts': 'on disk' })
  vfs = new VirtualFileSystem({ maxBytes: 1000, clock: createLateClock() })
  chains = new TransformChains(vfs)
})

afterEach(() => project.dispose())

const TRANSFORM = { hook: 'transform', idAt: 1 }
const chainOf = (code: string, path = 'a.ts', environment?: string): TransformChain =>
  chains.of(environment === undefined ? {} : { environment: { name: environment } }, [code, project.at(path), {}], TRANSFORM)

describe('a module is untouched', () => {
  it('while its code is what is on disk and no transform gave a result', () => {
    expect(chainOf('on disk').isUntouched()).toBe(true)
  })

  it('and not when its code is another, as after a native transform', () => {
    expect(chainOf('compiled').isUntouched()).toBe(false)
  })

  it('and not after a transform gave a result, even with the code unchanged', () => {
    chainOf('on disk').follow({ code: 'on disk' })
    expect(chainOf('on disk').isUntouched()).toBe(false)
  })

  it.each([null, undefined])('still after a transform gave %s', result => {
    expect(chainOf('on disk').follow(result)).toBe(result)
    expect(chainOf('on disk').isUntouched()).toBe(true)
  })

  it('and not after a transform gave a result later', async () => {
    const result = { code: 'x' }
    expect(await chainOf('on disk').follow(Promise.resolve(result))).toBe(result)
    await chainOf('on disk', 'b.ts').follow(Promise.resolve(null))
    expect([chainOf('on disk').isUntouched(), chainOf('on disk', 'b.ts').isUntouched()]).toEqual([false, true])
  })

  it('in one environment whatever happens in another', () => {
    chainOf('on disk', 'a.ts', 'client').follow({ code: 'x' })
    expect([chainOf('on disk', 'a.ts', 'client').isUntouched(), chainOf('on disk', 'a.ts', 'ssr').isUntouched()]).toEqual([false, true])
  })

  it('again in the next build', () => {
    chainOf('on disk').follow({ code: 'x' })
    vfs.nextEpoch()
    expect(chainOf('on disk').isUntouched()).toBe(true)
  })

  it('and never when it is not on disk', () => {
    expect(chains.of({}, ['code', '\0virtual', {}], TRANSFORM).isUntouched()).toBe(false)
  })
})

it('a transform that fails gives its error', async () => {
  const error = new Error('mine')
  await expect(chainOf('on disk').follow(Promise.reject(error))).rejects.toBe(error)
})

it('loads have no chain', () => {
  const chain = chains.of({}, [project.at('a.ts')], { hook: 'load', idAt: 0 })
  expect([chain.isUntouched(), chain.follow('result')]).toEqual([false, 'result'])
})
