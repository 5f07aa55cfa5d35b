/** vite-plugin-svg-icons, whose load hook looks at every icon for every module. */
import { runInThisContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { svgIcons } from '../../../../src/memo/recipes/svg-icons.ts'
import { createRecipeBench, hookOf, instanceOf, subjectOf } from '../helpers/recipe-bench.ts'
import type { RecipeBench } from '../helpers/recipe-bench.ts'

let bench: RecipeBench
beforeEach(() => {
  bench = createRecipeBench()
})
afterEach(() => bench.dispose())

/** The published plugin as far as the recipe knows it: its text counts, so it is not compiled. */
const published = {
  name: 'vite:svg-icons',
  load: runInThisContext(`(async function load(id, ssr) {
    const { code, idSet } = await createModuleCode(cache, svgoOptions, options);
    if (isRegister) {
      return code;
    }
    if (isClient) {
      return idSet;
    }
  })`) as () => Promise<string | undefined>,
}

describe('vite:svg-icons', () => {
  it.each([
    ['/project/src/main.ts', true], ['index.html', true], ['/project/icons/a.svg?component', true],
    ['virtual:svg-icons-register', false], ['\0virtual:svg-icons-names', false],
  ])('%s: gives nothing, %s', (id, isNothing) => {
    const hook = hookOf(instanceOf(svgIcons, subjectOf('vite:svg-icons', published), bench.kit), 'load')
    expect(hook.repeats?.(id)).toBe(isNothing)
  })

  it('is not believed to be the one that was read when its load is another one', () => {
    const other = { ...published, load: (id: string) => `export default ${JSON.stringify(id)}` }
    expect(svgIcons.create(subjectOf('vite:svg-icons', other), bench.kit)).toBe('this version of the plugin is not known')
  })

  it('is no other plugin', () => {
    expect(svgIcons.matches({ ...subjectOf('vite:svg-icons', published), hooks: ['load'] })).toBe(true)
    expect(svgIcons.matches({ ...subjectOf('vite-plugin-svgr', published), hooks: ['load'] })).toBe(false)
  })
})
