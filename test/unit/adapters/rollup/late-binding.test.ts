import { expect, it } from 'vitest'
import { bindLate } from '../../../../adapters/hosts/rollup/late-binding.ts'

it('a handler that was taken early is the one that its plugin has later', async () => {
  const simple: Record<string, unknown> = { transformIndexHtml: (html: string) => `${html} simple` }
  const ordered = { transformIndexHtml: { order: 'pre', handler: (html: string) => `${html} ordered` } }
  const frozen = Object.freeze({ transformIndexHtml: (html: string) => html })
  await bindLate([simple, [Promise.resolve(ordered), null, false], frozen, { name: 'without' }], 'transformIndexHtml')
  const early = simple['transformIndexHtml'] as (html: string) => string
  const orderedEarly = ordered.transformIndexHtml.handler
  expect([early('a'), orderedEarly('a'), frozen.transformIndexHtml('a')]).toEqual(['a simple', 'a ordered', 'a'])
  simple['transformIndexHtml'] = (html: string) => `${html} replaced`
  ordered.transformIndexHtml.handler = html => `${html} replaced`
  expect([early('a'), orderedEarly('a')]).toEqual(['a replaced', 'a replaced'])
})
