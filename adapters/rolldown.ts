/**
 * Rolldown: `rolldown()`, `build()`, its command line, and `watch()`.
 *
 * @example
 * ```ts
 * import pitcrew from 'unplugin-pitcrew/rolldown'
 * export default { plugins: [pitcrew(), vue()] }
 * ```
 */
import type { Plugin } from 'rolldown'
import type { Options } from '../src/options.ts'
import { createPitcrew } from '../src/plugin.ts'
import { sessionHooks } from './hosts/rollup/rollup-session.ts'
import type { Bundler } from './hosts/rollup/rollup-session.ts'

const ROLLDOWN: Bundler = {
  name: 'rolldown',
  versionOf: ({ rolldownVersion }) => rolldownVersion,
  inert: ['input', 'watch', 'onwarn', 'onLog', 'logLevel', 'checks', 'output', 'devtools'],
}

const pitcrew: (options?: Options) => Plugin = options => createPitcrew(options, start => sessionHooks(ROLLDOWN, start)) as object as Plugin
export default pitcrew
