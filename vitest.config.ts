import { defineConfig } from 'vitest/config'

/** Tests that build real applications, with what was built of ourselves: two cores, one file at a time, after all others. */
const HEAVY = ['test/e2e/**/*.test.ts', 'test/fault/**/*.test.ts', 'test/property/random-edits/*.test.ts', 'test/pack.test.ts']
/** Of these, what takes minutes for one bundler's details, or measures times and so wants a quiet machine: `npm run test:e2e` and `test:fault` run them, `npm test` does not. */
const LONG = [
  ...['webpack-loaders', 'webpack-hazards', 'webpack-surroundings', 'esbuild-context', 'webpack-modes', 'webpack-preprocessors', 'webpack-vue', 'esbuild-plugins', 'esbuild-svelte-sass', 'esbuild-vue', 'rollup', 'timings', 'timings-bundlers', 'monitor', 'monitor-bundlers', 'dev-updates', 'vue-types', 'config-reads-webpack', 'unwatched-reads'].map(name => `test/e2e/${name}.test.ts`),
  // All but the first, which stands for what warm builds are known to lose.
  'test/e2e/adversaries/{0[2-9],1}*.test.ts', 'test/property/random-edits/*.test.ts', 'test/fault/interrupted.test.ts', 'test/fault/store-io.test.ts', 'test/fault/bundlers.test.ts', 'test/fault/killed-builds.test.ts',
]

/** Plugins of others, installed for it: `npm run test:peers`. */
const PEERS = ['test/peers/*.test.ts']

const ONE_BY_ONE = { globalSetup: ['test/harness/build-dist.ts'], fileParallelism: false, testTimeout: 300_000, hookTimeout: 300_000 }

export default defineConfig({
  test: {
    projects: [
      {
        extends: true,
        test: { name: 'fast', include: ['test/**/*.test.ts'], exclude: ['**/node_modules/**', ...HEAVY, ...PEERS], testTimeout: 60_000, hookTimeout: 60_000, maxWorkers: 2, sequence: { groupOrder: 0 } },
      },
      { extends: true, test: { ...ONE_BY_ONE, name: 'heavy', include: HEAVY, exclude: LONG, sequence: { groupOrder: 1 } } },
      { extends: true, test: { ...ONE_BY_ONE, name: 'peers', include: PEERS, globalSetup: ['test/harness/build-dist.ts', 'test/peers/install.ts'], sequence: { groupOrder: 3 } } },
      { extends: true, test: { ...ONE_BY_ONE, name: 'long', include: LONG, sequence: { groupOrder: 2 } } },
    ],
  },
})
