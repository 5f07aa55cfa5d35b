/** Lists of plugins as people write them. */
import { rollup } from 'rollup'
import type { InputPluginOption } from 'rollup'
import { afterEach, beforeEach, expect, it } from 'vitest'
import pitcrew from '../../../../adapters/rollup.ts'
import { createProjectFiles } from '../../memo/helpers/project-files.ts'
import type { ProjectFiles } from '../../memo/helpers/project-files.ts'

let project: ProjectFiles
beforeEach(() => {
  project = createProjectFiles({ 'main.js': 'console.log(1)\n' })
})
afterEach(() => project.dispose())

it('takes lists with gaps, nothings, promises and other lists in them, as Rollup does', async () => {
  const shout = { name: 'shout', transform: (code: string) => ({ code: code.replace('1', '2'), map: null }) }
  const ours = pitcrew({ cacheDir: project.at('cache'), report: false })
  // eslint-disable-next-line no-sparse-arrays -- it is what this is about
  const plugins = [shout, , [null, , Promise.resolve(undefined)], false, ours]
  const bundle = await rollup({ input: project.at('main.js'), plugins: plugins as InputPluginOption })
  const { output } = await bundle.generate({ format: 'es' })
  await bundle.close()
  expect(output[0].code).toContain('console.log(2)')
})
