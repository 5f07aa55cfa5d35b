import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecipeInstance, RecipeKit } from '../../../../src/memo/recipe.ts'
import { svelte } from '../../../../src/memo/recipes/svelte.ts'
import { Trace } from '../../../../src/memo/trace/trace.ts'
import { createRecipeBench, hookOf, instanceOf, observed, subjectOf } from '../helpers/recipe-bench.ts'
import type { RecipeBench } from '../helpers/recipe-bench.ts'

let bench: RecipeBench

beforeEach(() => {
  bench = createRecipeBench()
})

afterEach(() => bench.dispose())

function kitWith(options: Record<string, unknown> | undefined, changes: Partial<RecipeKit> = {}): RecipeKit {
  return { ...bench.kit, config: { plugins: [{ name: 'other' }, { name: 'vite-plugin-svelte:config', api: options && { options } }] }, ...changes }
}

const create = (part: string, kit: RecipeKit): RecipeInstance => instanceOf(svelte, subjectOf(`vite-plugin-svelte:${part}`), kit)

describe('the recipe for vite-plugin-svelte', () => {
  it('remembers what compiles and preprocesses, and lets everything else run', () => {
    const hooksOf = (part: string): string[] => Object.keys(create(part, kitWith({})).hooks)
    expect(['compile', 'compile-module', 'preprocess'].map(hooksOf)).toEqual([['transform'], ['transform'], ['transform']])
    expect(['config', 'load-compiled-css', 'hot-update', 'load-custom'].map(hooksOf)).toEqual([[], [], [], []])
  })

  it('lets the preprocessor run in dev', () => {
    expect(create('preprocess', kitWith({}, { command: 'dev' })).hooks).toEqual({})
  })

  it.each<[string, Record<string, unknown> | undefined]>([
    ['does not show its options', undefined],
    ['collects statistics', { stats: {} }],
    ['sends warnings to the browser', { experimental: { sendWarningsToBrowser: true } }],
  ])('refuses a plugin that %s', (_what, options) => {
    expect(typeof svelte.create(subjectOf('vite-plugin-svelte:compile'), kitWith(options))).toBe('string')
  })

  it('refuses a configuration without plugins', () => {
    expect(typeof svelte.create(subjectOf('vite-plugin-svelte:compile'), bench.kit)).toBe('string')
  })

  it('knows all options but those that say where it runs', () => {
    expect(create('compile', kitWith({ compilerOptions: { dev: false }, root: '/srv', server: {} })).options).toEqual({ compilerOptions: { dev: false } })
  })
})

describe('preprocessors', () => {
  const group = (result: unknown, part = 'style'): Record<string, (input: { content: string }) => unknown> => ({ [part]: () => result })

  it.each(['markup', 'script', 'style'])('are listened to for what they depend on: %s', async part => {
    const preprocess = group({ code: 'a', dependencies: ['/srv/_tokens.scss'] }, part)
    create('preprocess', kitWith({ preprocess }))
    bench.active = new Trace(0)
    expect(await preprocess[part]!({ content: '' })).toEqual({ code: 'a', dependencies: ['/srv/_tokens.scss'] })
    expect([...bench.active.files]).toEqual(['/srv/_tokens.scss'])
  })

  it('in a list, and those that depend on nothing, go on working', async () => {
    const preprocess = [group({ code: 'a' }), group(undefined), {}]
    create('preprocess', kitWith({ preprocess }))
    bench.active = new Trace(0)
    expect([await preprocess[0]!['style']!({ content: '' }), await preprocess[1]!['style']!({ content: '' })]).toEqual([{ code: 'a' }, undefined])
  })

  it('outside of a call go on working', async () => {
    const preprocess = group({ code: 'a', dependencies: ['/a'] })
    create('preprocess', kitWith({ preprocess }))
    expect(await preprocess['style']!({ content: '' })).toMatchObject({ code: 'a' })
  })

  it('that fail give their error', async () => {
    const error = new Error('mine')
    const preprocess = { style: () => { throw error } }
    create('preprocess', kitWith({ preprocess }))
    await expect((preprocess.style as () => unknown)()).rejects.toBe(error)
  })

  it('keep what hangs on their functions', () => {
    const style = Object.assign(() => ({ code: '' }), { __resolvedConfig: { a: 1 } })
    const preprocess = { style }
    create('preprocess', kitWith({ preprocess }))
    expect(preprocess.style.__resolvedConfig).toEqual({ a: 1 })
  })

  it('depend on what could shadow what the styles import, and on configuration', () => {
    const hook = hookOf(create('preprocess', kitWith({})))
    const trace = observed(hook, bench.call('src/A.svelte', '<style lang="scss">@use "../styles/tokens";</style>'))
    expect([...trace.directories]).toEqual(expect.arrayContaining([bench.project.at('src'), bench.project.at('styles')]))
    expect([...trace.configs]).toEqual([['tsconfig', bench.project.at('src')], ['postcss', bench.project.at('src')]])
  })
})
