/** Loaders of webpack that keep nothing, and those of which little is kept: babel-loader, svelte-loader, esbuild-loader, swc-loader. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { PluginSubject } from '../../../../src/memo/recipe.ts'
import { babelLoader } from '../../../../src/memo/recipes/babel-loader.ts'
import { esbuildLoader } from '../../../../src/memo/recipes/esbuild-loader.ts'
import { recipes } from '../../../../src/memo/recipes/index.ts'
import { plainLoaders } from '../../../../src/memo/recipes/plain-loaders.ts'
import { swcLoader } from '../../../../src/memo/recipes/swc-loader.ts'
import { svelteLoader } from '../../../../src/memo/recipes/svelte-loader.ts'
import { createRecipeBench, hookOf, instanceOf, observed, subjectOf } from '../helpers/recipe-bench.ts'
import type { RecipeBench } from '../helpers/recipe-bench.ts'

let bench: RecipeBench
beforeEach(() => {
  bench = createRecipeBench({ config: { resolve: { conditionNames: ['svelte', 'import'] } } })
})
afterEach(() => bench.dispose())

const loader = (name: string, version: string, options: unknown = {}): PluginSubject => ({ ...subjectOf(name, { name, path: `/node_modules/${name}/index.js`, version, options }), host: 'webpack-like' })

describe('loaders that keep nothing', () => {
  it.each([
    ['html-loader', '5.1.0'], ['markdown-loader', '8.0.0'], ['string-replace-loader', '3.3.0'], ['raw-loader', '4.0.2'], ['graphql-tag/loader', '2.12.6'], ['source-map-loader', '3.0.2'], ['source-map-loader', '5.0.0'], ['resolve-url-loader', '4.0.0'], ['resolve-url-loader', '5.0.0'],
  ])('%s is known', (name, version) => {
    const subject = loader(name, version)
    expect(recipes.find(recipe => recipe.host === 'webpack-like' && recipe.matches(subject))).toBe(plainLoaders)
    expect(instanceOf(plainLoaders, subject, bench.kit)).toMatchObject({ optionsComplete: true, knowsDependencies: false })
  })

  it('is not known in a version that nobody has read, or without one', () => {
    expect(plainLoaders.create(loader('html-loader', '6.0.0'), bench.kit)).toBe('this version of the loader is not known')
    expect(plainLoaders.create(subjectOf('html-loader', { name: 'html-loader', path: '/x', version: null, options: {} }), bench.kit)).toBe('this version of the loader is not known')
    expect(plainLoaders.matches(loader('toString', '1.0.0'))).toBe(false)
  })
})

describe('babel-loader', () => {
  it.each<[string, (folder: string) => unknown]>([
    ['the root', folder => ({ root: folder })], ['the working directory', folder => ({ cwd: folder })], ['that of a preset', folder => ({ presets: [['@babel/preset-env', { configPath: folder }]] })],
  ])('is another one once browsers are named in a folder of its options: %s', (_what, optionsOf) => {
    const { project, vfs } = bench
    project.write('conf/other.txt', '')
    const subject = loader('babel-loader', '10.0.0', { babelrc: false, configFile: false, ...optionsOf(project.at('conf')) as object })
    const inputs = (): unknown => hookOf(instanceOf(babelLoader, subject, bench.kit), 'loader').inputs!(bench.call('src/a.js'))
    const before = inputs()
    expect(inputs()).toEqual(before)
    project.write('conf/.browserslistrc', 'ie 11')
    vfs.nextEpoch()
    expect(inputs()).not.toEqual(before)
  })

  it('takes options that hold each other', () => {
    const parts: Record<string, unknown>[] = Array.from({ length: 30 }, () => ({}))
    for (const part of parts) parts.forEach((other, index) => (part[`other${index}`] = other))
    const subject = loader('babel-loader', '10.0.0', { babelrc: false, configFile: false, parserOpts: { parts } })
    expect(hookOf(instanceOf(babelLoader, subject, bench.kit), 'loader').inputs!(bench.call('src/a.js'))).toHaveProperty('cwd')
  })
})

describe('svelte-loader', () => {
  it.each([
    ['emitCss', { emitCss: true }, 'with `emitCss` it numbers its style sheets in the order of the build'],
    ['a request for what it kept', '?cssPath=/a.svelte.0.css', 'it answers from what it kept of a component'],
    ['the option that it warns of once', { compilerOptions: { format: 'esm' } }, 'it warns of the option `format` once in a process'],
  ])('is refused with %s', (_what, options, reason) => {
    expect(svelteLoader.create(loader('svelte-loader', '3.2.4', options), bench.kit)).toBe(reason)
  })

  it('is refused where it warns when it is loaded, and in another version', () => {
    const silent = createRecipeBench()
    expect(svelteLoader.create(loader('svelte-loader', '3.2.4'), silent.kit)).toContain('conditionNames')
    silent.dispose()
    expect(svelteLoader.create(loader('svelte-loader', '4.0.0'), bench.kit)).toBe('this version of the loader is not known')
  })

  it('has the same key whichever component it compiled last', () => {
    const preprocess = { markup: () => undefined, filename: '/src/A.svelte' }
    const before = instanceOf(svelteLoader, loader('svelte-loader', '3.2.4', { preprocess }), bench.kit).options
    preprocess.filename = '/src/B.svelte'
    expect(instanceOf(svelteLoader, loader('svelte-loader', '3.2.4', { preprocess }), bench.kit).options).toEqual(before)
  })

  it('knows a style sheet that is imported where nobody saw it read, and stores nothing where it does not', () => {
    const hook = hookOf(instanceOf(svelteLoader, loader('svelte-loader', '3.2.4'), bench.kit), 'loader')
    const { project } = bench
    project.write('src/_t.scss', '$a: 1px;')
    project.write('src/A.svelte', '<p>a</p><style lang="scss">@use "t";</style>')
    project.write('src/B.svelte', '<p>a</p><style lang="scss">@use "elsewhere";</style>')
    const trace = observed(hook, bench.call('src/A.svelte'))
    expect([...trace.files]).toContain(project.at('src/_t.scss'))
    expect(trace.refusal).toBeNull()
    expect(observed(hook, bench.call('src/B.svelte')).refusal).toContain('elsewhere')
  })
})

describe('esbuild-loader', () => {
  it('depends on the nearest configuration', () => {
    const hook = hookOf(instanceOf(esbuildLoader, loader('esbuild-loader', '4.5.0'), bench.kit), 'loader')
    expect([...observed(hook, bench.call('src/a.ts')).configs]).toEqual([['tsconfig', bench.project.at('src')]])
  })

  it('has a configuration that is named in its key, and stores nothing once it has changed', () => {
    const { project, vfs } = bench
    project.write('tsconfig.build.json', '{}')
    const subject = loader('esbuild-loader', '4.5.0', { tsconfig: project.at('tsconfig.build.json') })
    const hook = hookOf(instanceOf(esbuildLoader, subject, bench.kit), 'loader')
    const call = bench.call('src/a.ts')
    const before = hook.inputs!(call)
    expect(observed(hook, call).refusal).toBeNull()
    project.write('tsconfig.build.json', '{ "compilerOptions": {} }')
    vfs.nextEpoch()
    expect(hook.inputs!(call)).not.toEqual(before)
    expect(observed(hook, call).refusal).toBe('the loader goes on with its configuration as it was')
    project.write('tsconfig.build.json', '{ "extends": "./other.json" }')
    vfs.nextEpoch()
    expect(hook.admit!(call)).toBe('its configuration extends another, which it read once')
  })

  it('is refused with code of the user’s in its place', () => {
    expect(esbuildLoader.create(loader('esbuild-loader', '4.5.0', { implementation: { transform: () => undefined } }), bench.kit)).toBe('`implementation` may be anything')
  })
})

describe('swc-loader', () => {
  const refusalOf = (options: unknown): unknown => {
    const created = swcLoader.create(loader('swc-loader', '0.2.7', options), bench.kit)
    return typeof created === 'string' ? created : null
  }

  it.each([
    [{}, null], [{ jsc: { parser: {}, experimental: {} } }, null],
    [{ jsc: { paths: {} } }, '`jsc.paths` is resolved in native code'], [{ jsc: { experimental: { plugins: [] } } }, 'plugins of swc may read anything'],
    [{ configFile: './other.json' }, 'its configuration is another file'], [{ env: { path: '..' } }, 'browsers are looked for elsewhere'],
  ])('with the options %j: %s', (options, refusal) => {
    expect(refusalOf(options)).toBe(refusal)
  })

  it('does not remember a module that has a configuration above it, unless it looks for none', () => {
    const { project, vfs } = bench
    const admitted = (options: unknown): unknown => hookOf(instanceOf(swcLoader, loader('swc-loader', '0.2.7', options), bench.kit), 'loader').admit!(bench.call('src/deep/a.ts'))
    project.write('src/deep/a.ts', '')
    expect(admitted({})).toBeNull()
    project.write('src/.swcrc', '{}')
    vfs.nextEpoch()
    expect(admitted({})).toContain('.swcrc')
    expect(admitted({ swcrc: false })).toBeNull()
  })

  it('depends on the source maps that swc would read: the one that a comment names, and the one beside the module', () => {
    const { project } = bench
    const hook = hookOf(instanceOf(swcLoader, loader('swc-loader', '0.2.7'), bench.kit), 'loader')
    project.write('src/a.ts', 'export default 1\n//# sourceMappingURL=maps/a.map\n')
    project.write('src/b.ts', 'export default 2\n//# sourceMappingURL=data:application/json;base64,e30=\n')
    project.write('src/maps/a.map', '{}')
    const { files, probes } = observed(hook, bench.call('src/a.ts?x'))
    expect([[...files], [...probes]]).toEqual([[project.at('src/maps/a.map')], [project.at('src/a.ts.map')]])
    expect([...observed(hook, bench.call('src/b.ts')).probes]).toEqual([project.at('src/b.ts.map')])
  })
})
