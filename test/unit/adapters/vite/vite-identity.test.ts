import { expect, it } from 'vitest'
import { resolveConfig } from 'vite'
import type { InlineConfig } from 'vite'
import { configIdentity, exposedBy } from '../../../../adapters/hosts/vite/vite-identity.ts'
import { fingerprint } from '../../../../src/memo/record/fingerprint.ts'

const resolved = (more: InlineConfig) => resolveConfig({ configFile: false, logLevel: 'silent', ...more }, 'build')
const identityOf = async (more: InlineConfig): Promise<string> => fingerprint(configIdentity(await resolved(more))).text
const exposedOf = async (more: InlineConfig): Promise<string> => fingerprint(exposedBy(await resolved(more))).text

it('holds nothing that only says how chunks are written; plugins that nobody has read may ask for it', async () => {
  const named = (name: string): InlineConfig => ({ build: { rollupOptions: { output: { name } } } })
  expect(await identityOf(named('app_1'))).toBe(await identityOf(named('app_2')))
  expect(await exposedOf(named('app_1'))).not.toBe(await exposedOf(named('app_2')))
})

it('knows lists that have no order', async () => {
  const listing = (...names: string[]): InlineConfig => ({ ssr: { noExternal: [...names, /^@own\//], optimizeDeps: { exclude: names } }, resolve: { noExternal: names, dedupe: names } })
  expect(await identityOf(listing('a', 'b'))).toBe(await identityOf(listing('b', 'a')))
  expect(await identityOf(listing('a', 'b'))).not.toBe(await identityOf(listing('a', 'c')))
})

it('holds what plugins ask for', async () => {
  const plain = await identityOf({})
  for (const more of [{ base: '/app/' }, { resolve: { extensions: ['.js'] } }, { build: { target: 'es2020' } }, { build: { sourcemap: true } }, { build: { rollupOptions: { input: 'other.html' } } }, { css: { devSourcemap: true } }] as InlineConfig[]) {
    expect(await identityOf(more), JSON.stringify(more)).not.toBe(plain)
  }
})

it('survives what frameworks keep there: graphs with many circles, and getters that throw', async () => {
  const graph = (last: string): object => {
    const nodes: Record<string, unknown>[] = Array.from({ length: 40 }, (_, name) => ({ name }))
    for (const node of nodes) Object.assign(node, { nodes: [...nodes], last: node === nodes.at(-1) ? last : '' })
    return { graph: nodes[0], get broken() { throw new Error('not to be asked') } } as object
  }
  const of = async (last: string): Promise<string> => {
    const config = await resolved({})
    Object.assign(config, { custom: Object.create(Object.prototype, Object.getOwnPropertyDescriptors(graph(last))) })
    Object.defineProperty(config, 'alsoBroken', { enumerable: true, get() { throw new Error('not to be asked') } })
    return fingerprint(exposedBy(config)).text
  }
  expect(await of('a')).toBe(await of('a'))
  expect(await of('a')).not.toBe(await of('b'))
})
