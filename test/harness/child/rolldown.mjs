/** Rolldown and Rollup, with the project's own configuration, through their common API. It tells no duration, so it is timed. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

export const rolldown = (root, importFromProject) => bundle(root, importFromProject, 'rolldown')
export const rollup = (root, importFromProject) => bundle(root, importFromProject, 'rollup')

async function bundle(root, importFromProject, name) {
  const bundler = await importFromProject(name)
  const { default: { output, ...input } } = await import(pathToFileURL(join(root, `${name}.config.mjs`)).href)
  const warnings = []
  const startedAt = performance.now()
  const build = await bundler[name]({ ...input, onwarn: (warning) => void warnings.push(`${warning.id ?? ''}: ${warning.message}`) })
  await build.write(output)
  await build.close()
  return { bundlerMs: performance.now() - startedAt, warnings, info: [] }
}
