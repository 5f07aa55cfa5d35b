import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fingerprint } from '../../../../src/memo/record/fingerprint.ts'
import type { RecipeInstance, RecipeKit } from '../../../../src/memo/recipe.ts'
import { viteCss } from '../../../../src/memo/recipes/vite-css.ts'
import { createRecipeBench, hookOf, instanceOf, observed, subjectOf } from '../helpers/recipe-bench.ts'
import type { RecipeBench } from '../helpers/recipe-bench.ts'

let bench: RecipeBench

beforeEach(() => {
  bench = createRecipeBench()
})

afterEach(() => bench.dispose())

const kitWith = (css: Record<string, unknown>): RecipeKit => ({ ...bench.kit, config: { css, base: '/' } })
const create = (css: Record<string, unknown> = {}): RecipeInstance => instanceOf(viteCss, subjectOf('vite:css'), kitWith(css))
const refusal = (css: Record<string, unknown>): unknown => viteCss.create(subjectOf('vite:css'), kitWith(css))

describe('the recipe for vite:css', () => {
  it('is for that plugin alone', () => {
    expect(['vite:css', 'vite:css-post', 'vite:css-analysis'].map(name => viteCss.matches(subjectOf(name)))).toEqual([true, false, false])
  })

  it.each<[string, Record<string, unknown>]>([
    ['Lightning CSS', { transformer: 'lightningcss' }],
    ['an importer', { preprocessorOptions: { scss: { importers: [{ canonicalize: () => null }] } } }],
    ['a function', { preprocessorOptions: { scss: { functions: { 'x()': () => null } } } }],
    ['a plugin of Less', { preprocessorOptions: { less: { plugins: [new (class Plugin { readonly a = 1 })()] } } }],
    ['what Stylus puts before all', { preprocessorOptions: { styl: { imports: ['theme.styl'] } } }],
    ['Tailwind', { postcss: { plugins: [{ postcssPlugin: 'tailwindcss' }] } }],
    ['a PostCSS plugin without a name', { postcss: { plugins: [() => null] } }],
  ])('refuses %s', (_what, css) => {
    expect(typeof refusal(css)).toBe('string')
  })

  it('refuses a PostCSS configuration that scans the project, wherever it lies', () => {
    bench.project.write('postcss.config.mjs', 'export default { plugins: { "@tailwindcss/postcss": {} } }')
    expect(refusal({})).toContain('postcss.config.mjs')
    bench.project.remove('postcss.config.mjs')
    bench.project.write('config/.postcssrc', '{ "plugins": { "postcss-url": {} } }')
    expect([typeof refusal({}), refusal({ postcss: './config' })]).toEqual(['object', expect.stringContaining('.postcssrc')])
  })

  it.each<[string, Record<string, unknown>]>([
    ['nothing', {}],
    ['variables for Sass', { preprocessorOptions: { scss: { additionalData: '$a: 1;', loadPaths: ['styles'] } } }],
    ['data made by a function', { preprocessorOptions: { scss: { additionalData: () => '' } } }],
    ['autoprefixer', { postcss: { plugins: [{ postcssPlugin: 'autoprefixer' }] } }],
  ])('accepts %s', (_what, css) => {
    expect(typeof refusal(css)).toBe('object')
  })

  it('shares reads of PostCSS plugins among all calls', () => {
    expect(create().knowsDependencies).toBe(true)
    expect(create({ postcss: { plugins: [{ postcssPlugin: 'autoprefixer' }] } }).knowsDependencies).toBe(false)
    bench.project.write('postcss.config.js', 'module.exports = {}')
    expect(create().knowsDependencies).toBe(false)
  })

  it('shares reads of a function that adds to every style sheet among all calls', () => {
    expect(create({ preprocessorOptions: { scss: { additionalData: '$a: 1;' } } }).knowsDependencies).toBe(true)
    expect(create({ preprocessorOptions: { scss: { additionalData: (code: string) => code } } }).knowsDependencies).toBe(false)
  })

  it('has options that change with the configuration, and are incomplete with functions in it', () => {
    const of = (css: Record<string, unknown>): ReturnType<typeof fingerprint> => fingerprint(create(css).options)
    expect(of({ preprocessorOptions: { scss: { additionalData: '$a: 1;' } } }).text).not.toBe(of({ preprocessorOptions: { scss: { additionalData: '$a: 2;' } } }).text)
    expect(of({ preprocessorOptions: { scss: { additionalData: () => '' } } }).complete).toBe(false)
  })
})

describe('a module', () => {
  it.each([['a.css', true], ['a.scss?used', true], ['A.vue?vue&type=style&lang.less', true], ['a.pcss', true], ['a.ts', false], ['A.vue', false], ['a.css.ts', false]])('%s is one of its own: %s', (path, expected) => {
    expect(hookOf(create()).concerns!(bench.call(path).id)).toBe(expected)
  })
})

describe('a style sheet', () => {
  it.each<[string, boolean]>([
    ['a.css', true], ['a.scss?inline', true], ['a.vue?vue&type=style&lang.scss', true],
    ['a.module.css', false], ['a.module.scss?used', false], ['a.vue?vue&type=style&lang.module.scss', false], ['a.module.styl', false],
  ])('%s is admitted: %s', (path, admitted) => {
    expect(hookOf(create()).admit?.(bench.call(path)) === null).toBe(admitted)
  })

  it('of CSS modules is admitted where there are none', () => {
    expect(hookOf(create({ modules: false })).admit?.(bench.call('a.module.css'))).toBeNull()
  })

  it.each<[string, string, boolean]>([
    ['a{color:red}', '', true],
    ['a{background:url(data:image/png;base64,AA)}', 'a{background:url(data:image/png;base64,AA)}', true],
    ['a{background:url("https://example.com/a.png")}', '', true],
    ['a{background:url(//example.com/a.png)}', '', true],
    ['a{fill:url(#gradient)}', '', true],
    ['a{background:url(var(--image))}', '', true],
    ['a{background:url(/assets/a.png)}', '', false],
    ['a{background:url( "./a.png" )}', '', false],
    ['a{background:URL(a.png)}', '', false],
    ['a{background:url(__VITE_ASSET__abc__)}', '', false],
    ['a{background:image-set("a.png" 1x)}', '', false],
    ['a{background:url(data:image/svg+xml,x)}', 'a{background:url(./a.svg)}', false],
    ['a{background:url(data:,x)}b{background:url(data:,y)}', 'a{background:url(data:,x)}b{background:url(./b.svg)}', false],
    ['a{background:url( \'data:,x\' )}', 'a{background:url( \'data:,x\' )}', true],
    ['a{src:url(__VITE_PUBLIC_ASSET__1__)}', '', false],
    ['a{background:-webkit-image-set(url(a.png) 1x)}', '', false],
    ['@import url("./b.css");a{}', '', false],
    ['@import "./b.css";a{}', '', true],
  ])('with the result %s is admitted: %s %s', (result, source, admitted) => {
    expect(hookOf(create()).admitResult?.(bench.call('a.scss', source), result) === null).toBe(admitted)
  })

  it('depends on names that could shadow what it imports, and what that imports', () => {
    bench.project.write('styles/_tokens.scss', '@forward "parts/colours";')
    const trace = observed(hookOf(create({ preprocessorOptions: { scss: { loadPaths: ['shared'] } } })), bench.call('src/a.scss', '@use "../styles/tokens";\n@import "b.css";'), each => {
      each.file(bench.project.at('src/a.scss'))
      each.file(bench.project.at('styles/_tokens.scss'))
    })
    const dirs = ['src', 'styles', 'styles/tokens', 'styles/parts', 'styles/parts/colours', 'shared'].map(dir => bench.project.at(dir))
    expect([...trace.directories]).toEqual(expect.arrayContaining(dirs))
    expect([...trace.files]).toEqual([bench.project.at('styles/_tokens.scss')])
    expect([...trace.configs.keys()].sort()).toEqual(['babel', 'postcss'])
  })

  it('does not depend on whatever comes and goes above the project', () => {
    const trace = observed(hookOf(create()), bench.call('a.scss', '@use "../outside/x"; @use "../y";'))
    const above = bench.project.root.slice(0, bench.project.root.lastIndexOf('/'))
    expect([...trace.directories]).not.toContain(above)
    expect([...trace.probes]).toContain(`${above}/_y.scss`)
  })
})
