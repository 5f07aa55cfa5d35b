/** What is measured is true, on Vite; the other bundlers are in timings-bundlers.test.ts. */
import { describe, it } from 'vitest'
import { TIMEOUT_MS, expectTruth } from './timings-scene.ts'

describe('vite', () => {
  it.each([[1, 20], [10, 60], [200, 200]])('tells nothing wrong, and with deep timings everything, at %i-way overlap', (width, count) => expectTruth('vite', width, count), TIMEOUT_MS)
})
