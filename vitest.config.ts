import { defineConfig } from 'vitest/config'

/** Tests that build real applications, with what was built of ourselves: two cores, one file at a time, after all others. */
const HEAVY = ['test/e2e/**/*.test.ts', 'test/fault/**/*.test.ts', 'test/pack.test.ts']

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: HEAVY, testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'heavy', include: HEAVY, globalSetup: ['test/harness/build-dist.ts'], fileParallelism: false, sequence: { groupOrder: 1 },
          testTimeout: 300_000, hookTimeout: 300_000,
        },
      },
    ],
  },
})
