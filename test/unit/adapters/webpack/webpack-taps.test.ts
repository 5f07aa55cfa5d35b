import { expect, it } from 'vitest'
import { TapMeter } from '../../../../adapters/hosts/webpack/webpack-taps.ts'
import type { Meter } from '../../../../src/monitor/measure/meter.ts'

it('passes over hooks that the bundler does not offer, whatever asking for them does', () => {
  const seen: string[] = []
  const offered = { taps: [], intercept: () => void seen.push('processAssets') }
  const hooks = new Proxy({}, { get: (_, name) => {
    if (name === 'processAssets') return offered
    if (name === 'optimizeTree') return undefined
    throw new Error(`Compilation.hooks.${String(name)} is not supported in rspack.`)
  } })
  new TapMeter({} as Meter, false).ofCompilation(hooks)
  expect(seen).toEqual(['processAssets'])
})
