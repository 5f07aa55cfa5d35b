/**
 * Rollup: `rollup()`, its command line, and `rollup.watch()`.
 *
 * @example
 * ```ts
 * import pitcrew from 'unplugin-pitcrew/rollup'
 * export default { plugins: [pitcrew(), vue()] }
 * ```
 */
import type { Plugin } from 'rollup'
import type { Options } from '../src/options.ts'
import { createPitcrew } from '../src/plugin.ts'
import { sessionHooks } from './hosts/rollup/rollup-session.ts'
import type { Bundler } from './hosts/rollup/rollup-session.ts'

const ROLLUP: Bundler = {
  name: 'rollup',
  versionOf: ({ rollupVersion }) => rollupVersion,
  inert: ['input', 'cache', 'watch', 'onwarn', 'onLog', 'logLevel', 'perf', 'maxParallelFileOps', 'output'],
}

const pitcrew: (options?: Options) => Plugin = options => createPitcrew(options, start => sessionHooks(ROLLUP, start)) as object as Plugin
export default pitcrew
