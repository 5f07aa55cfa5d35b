/**
 * webpack: builds, watch builds and dev servers; a build for each compiler of a MultiCompiler.
 *
 * @example
 * ```js
 * import pitcrew from 'unplugin-pitcrew/webpack'
 * export default { plugins: [pitcrew()] }
 * ```
 */
import type { WebpackPluginInstance } from 'webpack'
import { createPitcrew } from '../src/plugin.ts'
import type { Start } from '../src/plugin.ts'
import type { Options } from '../src/options.ts'
import { attachLifecycle } from './hosts/webpack/webpack-lifecycle.ts'
import { webpackFacts } from './hosts/webpack/webpack-facts.ts'
import { WebpackHost } from './hosts/webpack/webpack-host.ts'
import type { Compiler } from './hosts/webpack/webpack-types.ts'

const pitcrew: (options?: Options) => WebpackPluginInstance = options =>
  createPitcrew(options, start => ({ apply: compiler => attach(compiler as unknown as Compiler, start) }))
export default pitcrew

function attach(compiler: Compiler, start: Start): void {
  attachLifecycle(compiler, () => {
    const build = start(webpackFacts(compiler, 'webpack'))
    return build && { build, host: new WebpackHost(build, compiler) }
  })
}
