import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { RecipeInstance, RecipeKit } from '../../../../src/memo/recipe.ts'
import { vue } from '../../../../src/memo/recipes/vue.ts'
import { createRecipeBench, hookOf, instanceOf, observed, subjectOf } from '../helpers/recipe-bench.ts'
import type { RecipeBench } from '../helpers/recipe-bench.ts'

interface Compiler {
  compileScript(descriptor: { filename: string }, options?: unknown): { deps?: string[]; content?: string }
  readonly version?: string
}
interface Plugin {
  readonly api: { options: { compiler?: Compiler; [name: string]: unknown } }
}

let bench: RecipeBench
let deps: string[]

beforeEach(() => {
  bench = createRecipeBench()
  deps = []
})

afterEach(() => bench.dispose())

const pluginWith = (options: Record<string, unknown> = {}): Plugin => ({ api: { options: { compiler: { compileScript: () => ({ deps, content: 'compiled' }), version: '3' }, ...options } } })
const create = (plugin: Plugin = pluginWith(), kit: RecipeKit = bench.kit): RecipeInstance => instanceOf(vue, subjectOf('vite:vue', plugin), kit)

describe('the recipe for @vitejs/plugin-vue', () => {
  it('is for that plugin alone', () => {
    expect(['vite:vue', 'vite:vue-jsx', 'unplugin-vue'].map(name => vue.matches(subjectOf(name)))).toEqual([true, false, false])
  })

  it('refuses a plugin that does not show its options', () => {
    expect(vue.create(subjectOf('vite:vue'), bench.kit)).toContain('does not show its options')
  })

  it('knows all options but those that say where and how it runs', () => {
    const { options, optionsComplete } = create(pluginWith({ template: { compilerOptions: { comments: true } }, devServer: {}, root: '/srv', isProduction: true }))
    expect(options).toMatchObject({ template: { compilerOptions: { comments: true } }, isProduction: true })
    expect(Object.keys(options as object)).not.toEqual(expect.arrayContaining(['root']))
    expect(JSON.stringify(options)).not.toContain('devServer')
    expect(optionsComplete).toBe(true)
  })

  it('shares what functions in its options read among all components', () => {
    expect(create(pluginWith({ template: { compilerOptions: { comments: true } } })).knowsDependencies).toBe(true)
    expect(create(pluginWith({ template: { compilerOptions: { isCustomElement: () => false } } })).knowsDependencies).toBe(false)
  })

  it('leaves the compiler what it is', () => {
    const plugin = pluginWith()
    create(plugin)
    expect(plugin.api.options.compiler?.version).toBe('3')
    expect(plugin.api.options.compiler?.compileScript({ filename: 'a.vue' })).toEqual({ deps: [], content: 'compiled' })
  })
})

it('lets the compiler answer, whatever becomes of what is seen of it', () => {
  const plugin = pluginWith()
  create(plugin, { ...bench.kit, activeTrace: () => { throw new Error('a fault of ours') } })
  expect(plugin.api.options.compiler?.compileScript({ filename: 'a.vue' })).toEqual({ deps: [], content: 'compiled' })
})

describe('modules that are no components', () => {
  it.each([
    ['src/a.ts', false], ['\0plugin-vue:export-helper', false], ['src/A.vue', true], ['src/A.vue?vue&type=style&index=0&lang.css', true], ['src/page.md?vue&type=script', true], ['src/vue.ts?raw', false],
  ])('%s is the plugin’s own: %s', (path, expected) => {
    for (const name of ['transform', 'load']) expect(hookOf(create(), name).concerns!(bench.call(path).id)).toBe(expected)
  })

  it('may be so where the user includes others, also later', () => {
    const plugin = pluginWith()
    const hook = hookOf(create(plugin))
    expect(hook.concerns!('/src/page.md')).toBe(false)
    plugin.api!.options = { ...plugin.api!.options, include: [/\.vue$/, /\.md$/] }
    expect(hook.concerns!('/src/page.md')).toBe(true)
  })
})

describe('a component', () => {
  it('is one unit: its blocks depend on the code of the main module', () => {
    const { hooks } = create()
    const block = bench.call('a.vue?vue&type=style&index=0&lang.css')
    const of = (code: string): unknown => {
      hooks['transform']?.inputs?.(bench.call('a.vue', code))
      return [hooks['transform']?.inputs?.(block), hooks['load']?.inputs?.(block)]
    }
    const [first, second] = [of('one'), of('two')]
    expect(first).not.toEqual(second)
    expect(of('one')).toEqual(first)
  })

  it('whose main module was not seen has blocks of which nothing is known', () => {
    const { hooks } = create()
    expect(hooks['load']?.inputs?.(bench.call('a.vue?vue&type=script'))).toBeNull()
  })

  it('of another name is another', () => {
    const { hooks } = create()
    hooks['transform']?.inputs?.(bench.call('a.vue', 'same'))
    expect(hooks['load']?.inputs?.(bench.call('b.vue?vue&type=script'))).toBeNull()
  })

  it('with a block from another file is refused', () => {
    const { hooks } = create()
    expect(hookOf(create()).admit?.(bench.call('a.vue?vue&type=script&src=true'))).not.toBeNull()
    expect(hooks['load']?.admit?.(bench.call('\0plugin-vue:export-helper'))).not.toBeNull()
    expect(hookOf(create()).admit?.(bench.call('a.vue'))).toBeNull()
  })
})

describe('the state of the plugin', () => {
  const main = (): ReturnType<RecipeBench['call']> => bench.call('a.vue', 'code')
  const block = (): ReturnType<RecipeBench['call']> => bench.call('a.vue?vue&type=style&index=0')

  it('is brought up before a block runs whose main module was served, once', async () => {
    const { hooks } = create()
    let reruns = 0
    hooks['transform']?.inputs?.(main())
    hooks['transform']?.served?.(main(), [], () => Promise.resolve(reruns++))
    for (const hook of ['load', 'transform', 'load']) await hooks[hook]?.prepare?.(block())
    expect(reruns).toBe(1)
  })

  it('is not when the main module runs itself', async () => {
    const { hooks } = create()
    let reruns = 0
    hooks['transform']?.inputs?.(main())
    hooks['transform']?.served?.(main(), [], () => Promise.resolve(reruns++))
    await hooks['transform']?.prepare?.(main())
    await hooks['load']?.prepare?.(block())
    expect(reruns).toBe(0)
  })

  it('is not when a block was served', async () => {
    const { hooks } = create()
    let reruns = 0
    hooks['transform']?.inputs?.(main())
    hooks['transform']?.served?.(block(), [], () => Promise.resolve(reruns++))
    await hooks['load']?.prepare?.(block())
    expect(reruns).toBe(0)
  })

  it('of another content is not what was served', async () => {
    const { hooks } = create()
    const reruns: string[] = []
    hooks['transform']?.inputs?.(main())
    hooks['transform']?.served?.(main(), [], () => Promise.resolve(reruns.push('old')))
    hooks['transform']?.inputs?.(bench.call('a.vue', 'edited'))
    await hooks['load']?.prepare?.(block())
    expect(reruns).toEqual([])
  })
})

describe('dependencies', () => {
  it('are those that the compiler names, with what would shadow them', () => {
    const plugin = pluginWith()
    const hook = hookOf(create(plugin))
    deps = [bench.project.at('types.ts')]
    plugin.api.options.compiler?.compileScript({ filename: bench.project.at('a.vue') })
    const trace = observed(hook, bench.call('a.vue'))
    expect([...trace.files]).toEqual(deps)
    expect([...trace.probes]).toEqual(expect.arrayContaining([bench.project.at('types.d.ts'), bench.project.at('types.tsx'), bench.project.at('types')]))
    expect([...trace.configs]).toEqual([['tsconfig', bench.project.root]])
  })

  it('of its script and template are those too, and of its styles are not', () => {
    const plugin = pluginWith()
    const { hooks } = create(plugin)
    deps = [bench.project.at('types.ts')]
    plugin.api.options.compiler?.compileScript({ filename: bench.project.at('a.vue') })
    const filesOf = (query: string): number => observed(hooks['load']!, bench.call(`a.vue?vue&${query}`)).files.size
    expect([filesOf('type=script&lang.ts'), filesOf('type=template'), filesOf('type=style&index=0')]).toEqual([1, 1, 0])
  })

  it('do not hold the component itself, which is an input', () => {
    const hook = hookOf(create())
    const trace = observed(hook, bench.call('a.vue'), each => {
      each.file(bench.project.at('a.vue'))
      each.probe(bench.project.at('a.vue'))
    })
    expect([trace.files.size, trace.probes.has(bench.project.at('a.vue'))]).toEqual([0, false])
  })

  it('are the latest that the compiler named', () => {
    const plugin = pluginWith()
    const hook = hookOf(create(plugin))
    for (const each of [['a.ts'], ['b.ts']]) {
      deps = each.map(name => bench.project.at(name))
      plugin.api.options.compiler?.compileScript({ filename: bench.project.at('a.vue') })
    }
    expect([...observed(hook, bench.call('a.vue')).files]).toEqual([bench.project.at('b.ts')])
  })
})

describe('a hot update', () => {
  async function dev(): Promise<{ instance: RecipeInstance; reruns: string[]; update(path: string): Promise<void> }> {
    bench.dispose()
    bench = createRecipeBench({ command: 'dev' })
    const instance = create()
    const reruns: string[] = []
    bench.project.write('a.vue', 'on disk')
    for (const path of ['a.vue', 'b.vue']) {
      instance.hooks['transform']?.inputs?.(bench.call(path, 'code'))
      instance.hooks['transform']?.served?.(bench.call(path, 'code'), [bench.project.at(`${path}.types.ts`)], () => Promise.resolve(reruns.push(path)))
    }
    return { instance, reruns, update: async path => instance.before?.['handleHotUpdate']?.({ file: bench.project.at(path) }) }
  }

  it('shows the plugin the component as it was when it was served', async () => {
    const { reruns, update } = await dev()
    bench.project.write('a.vue', 'edited')
    await update('a.vue')
    expect(reruns).toEqual(['a.vue'])
    expect(bench.earlier.map(files => [...files].map(([path, content]) => [path, String(content)]))).toEqual([[[bench.project.at('a.vue'), 'on disk']]])
  })

  it('of a type file concerns the components that depend on it', async () => {
    const { reruns, update } = await dev()
    await update('b.vue.types.ts')
    expect(reruns).toEqual(['b.vue'])
  })

  it('of anything else concerns none', async () => {
    const { reruns, update } = await dev()
    await update('main.ts')
    expect(reruns).toEqual([])
  })

  it('makes the component one that is not remembered any more', async () => {
    const { instance, update } = await dev()
    await update('a.vue')
    const admit = (path: string): unknown => instance.hooks['transform']?.admit?.(bench.call(path))
    expect([admit('a.vue'), admit('a.vue?vue&type=style'), admit('b.vue')]).toEqual([expect.any(String), expect.any(String), null])
  })
})
