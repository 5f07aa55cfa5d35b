/** What is measured is true, whatever the bundler. */
import { describe, it } from 'vitest'
import { BUNDLERS, TIMEOUT_MS, expectTruth } from './timings-scene.ts'

describe.each(BUNDLERS.filter(bundler => bundler !== 'vite'))('%s', (bundler) => {
  it.each([[1, 20], [10, 60], [200, 200]])('tells nothing wrong, and with deep timings everything, at %i-way overlap', (width, count) => expectTruth(bundler, width, count), TIMEOUT_MS)
})
