/**
 * Rspack: builds, watch builds and dev servers; a build for each compiler of a MultiCompiler.
 *
 * @example
 * ```js
 * import pitcrew from 'unplugin-pitcrew/rspack'
 * export default { plugins: [pitcrew()] }
 * ```
 */
import type { RspackPluginInstance } from '@rspack/core'
import { createPitcrew } from '../src/plugin.ts'
import type { Start } from '../src/plugin.ts'
import type { Options } from '../src/options.ts'
import { RspackHost } from './hosts/rspack/rspack-host.ts'
import { attachLifecycle } from './hosts/webpack/webpack-lifecycle.ts'
import { webpackFacts } from './hosts/webpack/webpack-facts.ts'
import type { Compiler } from './hosts/webpack/webpack-types.ts'

const pitcrew: (options?: Options) => RspackPluginInstance = options =>
  createPitcrew(options, start => ({ apply: compiler => attach(compiler as unknown as Compiler, start) }))
export default pitcrew

function attach(compiler: Compiler, start: Start): void {
  attachLifecycle(compiler, () => {
    const build = start(webpackFacts(compiler, 'rspack', compiler.rspack?.rspackVersion))
    return build && { build, host: new RspackHost(build, compiler) }
  })
}
