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

/** @param more What it does besides what the published one does. */
function loadOf(more: string): () => Promise<string | undefined> {
  const { load } = runInThisContext(`({
    async load(id, ssr) {
      if (!isBuild && !ssr)
        return null;${more}
      const isRegister = id.endsWith(SVG_ICONS_REGISTER_NAME);
      const isClient = id.endsWith(SVG_ICONS_CLIENT);
      if (ssr && !isBuild && (isRegister || isClient)) {
        return \`export default {}\`;
      }
      const { code, idSet } = await createModuleCode(cache, svgoOptions, options);
      if (isRegister) {
        return code;
      }
      if (isClient) {
        return idSet;
      }
    }
  })`) as { load: () => Promise<string | undefined> }
  return load
}

/** The published plugin as far as the recipe knows it: its text counts, so it is not compiled. */
const published = {
  name: 'vite:svg-icons',
  load: loadOf(''),
}

describe('vite:svg-icons', () => {
  it.each([
    ['/project/src/main.ts', true], ['index.html', true], ['/project/icons/a.svg?component', true],
    ['virtual:svg-icons-register', false], ['\0virtual:svg-icons-names', false],
  ])('%s: gives nothing, %s', (id, isNothing) => {
    const hook = hookOf(instanceOf(svgIcons, subjectOf('vite:svg-icons', published), bench.kit), 'load')
    expect(hook.repeats?.(id)).toBe(isNothing)
  })

  it.each([['another one', (id: string) => `export default ${JSON.stringify(id)}`], ['one that does more', loadOf(' this.addWatchFile(id);')]])(
    'is not believed to be the one that was read when its load is %s', (_what, load) => {
      expect(svgIcons.create(subjectOf('vite:svg-icons', { ...published, load }), bench.kit)).toBe('this version of the plugin is not known')
    })

  it('is no other plugin', () => {
    expect(svgIcons.matches({ ...subjectOf('vite:svg-icons', published), hooks: ['load'] })).toBe(true)
    expect(svgIcons.matches({ ...subjectOf('vite-plugin-svgr', published), hooks: ['load'] })).toBe(false)
  })
})
