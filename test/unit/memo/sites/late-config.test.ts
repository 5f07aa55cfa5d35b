import { expect, it } from 'vitest'
import { digest } from '../../../../src/hash.ts'
import { fingerprint } from '../../../../src/memo/record/fingerprint.ts'
import { PortableText } from '../../../../src/memo/record/portable-text.ts'
import { LateConfig } from '../../../../src/memo/sites/late-config.ts'
import type { LatestConfig } from '../../../../src/memo/sites/late-config.ts'
import type { HookRecipe } from '../../../../src/memo/sites/site.ts'
import type { VirtualFileSystem } from '../../../../src/vfs/virtual-file-system.ts'

const CALL = { id: '/srv/a.js', inputs: {} }
const digestOf = (value: unknown): string => digest(fingerprint(value).text)

function lateConfig(): { late: LateConfig; config: { shared: unknown; open: unknown }; vfs: { epoch: number } } {
  const [config, vfs] = [{ shared: { base: '/' }, open: { mine: 1 } } as { shared: unknown; open: unknown }, { epoch: 0 }]
  const identity = { base: {}, configured: { 'resolved config': digestOf(config.shared) }, exposed: { exposed: digestOf(config.open) } }
  const latest = (): LatestConfig => ({ configIdentity: config.shared, exposed: config.open })
  return { late: new LateConfig({ latest, identity, portable: new PortableText([]), vfs: vfs as VirtualFileSystem }), config, vfs }
}

const labels = (hook: HookRecipe): string[] => Object.keys(hook.inputs!(CALL)!)

it('adds nothing while nothing has changed', () => {
  const { late } = lateConfig()
  for (const isExposed of [true, false]) expect(labels(late.added({ inputs: () => ({ own: '1' }) }, isExposed))).toEqual(['own'])
})

it('adds what changed before the first call, for those who may read it', () => {
  const { late, config } = lateConfig()
  config.open = { mine: 2 }
  expect(labels(late.added({}, false))).toEqual([])
  expect(labels(late.added({}, true))).toEqual(['values set late'])
})

it('looks again in the next build, and not before', () => {
  const { late, config, vfs } = lateConfig()
  const hook = late.added({}, true)
  labels(hook)
  config.shared = { base: '/other/' }
  expect(labels(hook)).toEqual([])
  vfs.epoch++
  expect(labels(hook)).toEqual(['configuration set late'])
})

it('leaves unknown inputs unknown, and hooks alone where nobody can change anything', () => {
  expect(lateConfig().late.added({ inputs: () => null }, true).inputs!(CALL)).toBeNull()
  const hook: HookRecipe = {}
  const fixed = new LateConfig({ latest: undefined, identity: { base: {}, configured: {}, exposed: {} }, portable: new PortableText([]), vfs: {} as VirtualFileSystem })
  expect(fixed.added(hook, true)).toBe(hook)
})
