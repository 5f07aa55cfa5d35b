/** Components made of SVG files. Their plugins are known by the text of their load. */
import { runInThisContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PluginSubject } from '../../../../src/memo/recipe.ts'
import { svgPlugins, svgrLoader } from '../../../../src/memo/recipes/svg-components.ts'
import { createRecipeBench, hookOf, instanceOf, observed, subjectOf } from '../helpers/recipe-bench.ts'
import type { RecipeBench } from '../helpers/recipe-bench.ts'

let bench: RecipeBench
beforeEach(() => {
  bench = createRecipeBench()
})
afterEach(() => bench.dispose())

/** As it is published in 4.5.0. */
const SVGR = `async load(id) {
            if (filter(id)) {
                const { transform } = await import("@svgr/core");
                const { default: jsx } = await import("@svgr/plugin-jsx");
                const filePath = id.replace(postfixRE, "");
                const svgCode = await fs.promises.readFile(filePath, "utf8");
                const componentCode = await transform(svgCode, svgrOptions, {
                    filePath,
                    caller: {
                        defaultPlugins: [jsx],
                    },
                });
                const res = await transformWith(componentCode, id, useOxc ? {
                    // @ts-ignore - "lang" is required for transformWithOxc
                    lang: "jsx",
                    ...esbuildOptions,
                } : {
                    loader: "jsx",
                    ...esbuildOptions,
                });
                return {
                    code: res.code,
                    map: null, // TODO:
                };
            }
        }`

const pluginWith = (load: string, more = ''): PluginSubject => {
  const plugin = runInThisContext(`({ name: 'vite-plugin-svgr', ${load}, ${more} })`) as object
  return { ...subjectOf('vite-plugin-svgr', plugin), hooks: Object.keys(plugin).filter(name => name !== 'name') }
}

describe('vite-plugin-svgr', () => {
  it('is known by its text, and depends on configuration that it looks for above each file', () => {
    const hook = hookOf(instanceOf(svgPlugins, pluginWith(SVGR), bench.kit), 'load')
    expect([...observed(hook, bench.call('src/a.svg?react')).configs]).toEqual([['svgr', bench.project.at('src')], ['tsconfig', bench.project.at('src')]])
    expect(['/src/a.svg', '/src/a.svg?react', '/src/a.svg#b', '/src/a.ts', '/src/a.svg.ts'].map(id => hook.concerns!(id))).toEqual([true, true, true, false, false])
  })

  it.each([
    ['a load that keeps something', pluginWith(SVGR.replace('return {', 'seen.add(id); return {'))],
    ['another hook', pluginWith(SVGR, 'transform() {}')],
  ])('is refused with %s', (_what, subject) => {
    expect(svgPlugins.create(subject, bench.kit)).toBe('this version of the plugin is not known')
  })

  it('stores nothing once a search gives something else than it did at first, because the plugin does not search again', () => {
    const hook = hookOf(instanceOf(svgPlugins, pluginWith(SVGR), bench.kit), 'load')
    const { project, vfs } = bench
    expect(observed(hook, bench.call('src/a.svg')).refusal).toBeNull()
    project.write('.svgrrc.json', '{ "icon": true }')
    vfs.nextEpoch()
    expect(observed(hook, bench.call('src/a.svg')).refusal).toBe('the compiler goes on with its configuration as it was')
    project.remove('.svgrrc.json')
    vfs.nextEpoch()
    expect(observed(hook, bench.call('src/a.svg')).refusal).toBeNull()
  })
})

describe('@svgr/webpack', () => {
  const loaderWith = (options: unknown, version = '8.1.0'): PluginSubject => ({ ...subjectOf('@svgr/webpack', { name: '@svgr/webpack', path: '/loader.js', version, options }), host: 'webpack-like' })

  it('is told by its options alone where it reads no configuration', () => {
    expect(instanceOf(svgrLoader, loaderWith({ icon: true, runtimeConfig: false }), bench.kit)).toMatchObject({ optionsComplete: true, relocatable: false })
    expect(instanceOf(svgrLoader, loaderWith({ icon: true }), bench.kit)).toMatchObject({ optionsComplete: false })
    expect(instanceOf(svgrLoader, loaderWith('?icon'), bench.kit)).toMatchObject({ optionsComplete: false })
  })

  it('is refused in a version that nobody has read', () => {
    expect(svgrLoader.create(loaderWith({}, '9.0.0'), bench.kit)).toBe('this version of the loader is not known')
  })
})
