/** esbuild with the project's own `esbuild.config.mjs`. Its API tells no duration, so the call is timed. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export async function esbuild(root, importFromProject) {
  const { build, formatMessages } = await importFromProject('esbuild')
  const { default: config } = await import(pathToFileURL(join(root, 'esbuild.config.mjs')).href)
  const startedAt = performance.now()
  const { warnings } = await build({ ...config, logLevel: 'silent' })
  const bundlerMs = performance.now() - startedAt
  return { bundlerMs, warnings: await formatMessages(warnings, { kind: 'warning', color: false }), info: [] }
}
