import { describe, expect, it } from 'vitest'
import { decide, recipeFor } from '../../../../src/memo/sites/policy.ts'
import type { Policy, PolicyInputs, UserWord } from '../../../../src/memo/sites/policy.ts'
import type { PluginSubject, Recipe, RecipeInstance, RecipeKit } from '../../../../src/memo/recipe.ts'

const INSTANCE: RecipeInstance = { hooks: { transform: {} }, options: null, optionsComplete: true, readsExposed: false, knowsDependencies: true, relocatable: true }

function subjectOf(changes: Partial<PluginSubject> = {}): PluginSubject {
  const hooks = changes.hooks ?? ['transform']
  return { name: 'some-plugin', host: 'rollup-like', hooks, familyHooks: hooks, plugin: {}, ...changes }
}

function recipeOf(name: string, create: () => RecipeInstance | string = () => INSTANCE): Recipe {
  return { name: `recipe of ${name}`, host: 'rollup-like', matches: subject => subject.name === name, create }
}

interface Rules {
  readonly recipes?: readonly Recipe[]
  readonly words?: Readonly<Record<string, boolean>>
}

function decideFor(subject: PluginSubject, { recipes = [], words = {} }: Rules = {}, hook = 'transform'): Policy {
  const kit = {} as RecipeKit
  const inputs: PolicyInputs = { recipes, kit, word: (name): UserWord => words[name] }
  return decide(subject, hook, inputs, recipe => recipe.create(subject, kit))
}

const kindOf = (...args: Parameters<typeof decideFor>): string => decideFor(...args).decision.kind

describe('the policy', () => {
  it('memoizes a plugin that only transforms, and learns what it costs', () => {
    expect(decideFor(subjectOf()).decision).toEqual({ kind: 'memoize', reason: 'nothing speaks against it', recipe: null, learning: true })
  })

  it.each(['config', 'configEnvironment', 'configResolved', 'options', 'configurePreviewServer', 'applyToEnvironment'])('is not put off by %s', hook => {
    expect(kindOf(subjectOf({ hooks: ['transform', hook] }))).toBe('memoize')
  })

  it.each([
    'load', 'buildStart', 'moduleParsed', 'buildEnd', 'renderStart', 'renderChunk', 'generateBundle', 'writeBundle', 'closeBundle',
    'transformIndexHtml', 'augmentChunkHash', 'shouldTransformCachedModule', 'watchChange', 'configureServer', 'onStart', 'onEnd', 'onDispose',
    'resolveId', 'resolveDynamicImport', 'banner', 'footer', 'intro', 'outro', 'renderDynamicImport', 'resolveFileUrl', 'resolveImportMeta', 'outputOptions', 'handleHotUpdate', 'hotUpdate', 'api', 'onLog', 'onResolve',
  ])('refuses by shape a plugin that also has %s, and says what would change that', hook => {
    const { decision } = decideFor(subjectOf({ hooks: ['transform', hook] }))
    expect(decision).toMatchObject({ kind: 'refuse', recipe: null, remedy: expect.stringContaining('`plugins`') })
  })

  it('refuses a plugin that may read something while it is configured, or shows others more than hooks', () => {
    expect(decideFor(subjectOf({ preparing: ['configResolved'] })).decision).toMatchObject({ kind: 'refuse', reason: expect.stringContaining('while it is configured') })
    expect(decideFor(subjectOf({ open: ['transform', 'config', 'seen'] })).decision).toMatchObject({ kind: 'refuse', reason: expect.stringContaining('`seen`') })
    expect(kindOf(subjectOf({ open: ['transform', 'config', 'configResolved', 'transformInclude', 'vite'] }))).toBe('memoize')
  })

  it('counts the hooks of the whole family', () => {
    expect(kindOf(subjectOf({ name: 'kit:transform', familyHooks: ['transform', 'renderChunk'] }))).toBe('refuse')
  })

  it.each([
    'vite:css-post', 'vite:css-analysis', 'vite:asset', 'vite:asset-import-meta-url', 'vite:build-html', 'vite:html-inline-proxy', 'vite:worker', 'vite:worker-import-meta-url',
    'vite:import-analysis', 'vite:import-glob', 'vite:dynamic-import-vars',
    'unocss:global', 'unocss', '@tailwindcss/vite:generate:build', 'vanilla-extract', 'vite-plugin-stylex', 'wyw-in-js', 'linaria', 'vite-plugin-qwik', 'rsc:client', 'commonjs', 'imagetools',
    'unplugin-auto-import', 'unplugin-vue-components', 'unplugin-icons',
  ])('refuses %s by name, whatever its shape', name => {
    expect(decideFor(subjectOf({ name })).decision).toMatchObject({ kind: 'refuse', remedy: null })
  })

  it.each(['vite:json', 'vite:remove-console', 'native:wasm', 'builtin:vite-alias', 'rolldown:x'])('refuses %s for its prefix, which another package may have taken', (name) => {
    const { decision } = decideFor(subjectOf({ name }))
    expect(decision).toMatchObject({ kind: 'refuse', reason: 'by its name it is part of the bundler' })
    expect(decision).toHaveProperty('remedy', 'if it is not part of the bundler, and its result depends on the module alone, say so with the option `plugins`')
  })

  it.each(['vite-plugin-x', 'my-commonjs-helper', 'not-unocss', 'tailwind'])('does not refuse %s for looking like one', name => {
    expect(kindOf(subjectOf({ name }))).toBe('memoize')
  })

  it('refuses a load that nobody has read', () => {
    expect(kindOf(subjectOf({ hooks: ['load'] }), {}, 'load')).toBe('refuse')
    expect(kindOf(subjectOf({ host: 'esbuild', hooks: ['onLoad virtual'] }), {}, 'onLoad virtual')).toBe('refuse')
  })

  it('takes one load of files by esbuild, and not several', () => {
    expect(kindOf(subjectOf({ host: 'esbuild', hooks: ['onLoad'] }), {}, 'onLoad')).toBe('memoize')
    expect(kindOf(subjectOf({ host: 'esbuild', hooks: ['onLoad', 'onLoad css'] }), {}, 'onLoad')).toBe('refuse')
    expect(kindOf(subjectOf({ host: 'esbuild', hooks: ['onLoad', 'onLoad'] }), {}, 'onLoad')).toBe('refuse')
  })

  it('refuses loaders that nobody has read', () => {
    expect(kindOf(subjectOf({ host: 'webpack-like', hooks: ['loader'] }), {}, 'loader')).toBe('refuse')
  })

  describe('a recipe', () => {
    it('decides before name and shape', () => {
      const recipes = [recipeOf('vite:css')]
      expect(decideFor(subjectOf({ name: 'vite:css', hooks: ['transform', 'buildStart'] }), { recipes }))
        .toEqual({ decision: { kind: 'memoize', reason: 'known', recipe: 'recipe of vite:css', learning: false }, instance: INSTANCE })
    })

    it('refuses with its own reason', () => {
      const recipes = [recipeOf('some-plugin', () => 'it is too old')]
      expect(decideFor(subjectOf(), { recipes })).toEqual({ decision: { kind: 'refuse', reason: 'it is too old', recipe: 'recipe of some-plugin', remedy: null }, instance: null })
    })

    it('lets hooks run that it does not name', () => {
      const recipes = [recipeOf('some-plugin')]
      expect(decideFor(subjectOf(), { recipes }, 'load')).toMatchObject({ decision: { kind: 'bypass', recipe: 'recipe of some-plugin' }, instance: INSTANCE })
    })

    it('is for its own host alone', () => {
      expect(decideFor(subjectOf({ host: 'esbuild', hooks: ['onLoad'] }), { recipes: [recipeOf('some-plugin')] }, 'onLoad').decision.recipe).toBeNull()
    })

    it('is the first that matches', () => {
      const recipes = [recipeOf('some-plugin', () => 'first'), recipeOf('some-plugin', () => 'second')]
      expect(decideFor(subjectOf(), { recipes }).decision.reason).toBe('first')
    })
  })

  describe("the user's word", () => {
    it('against a plugin comes before its recipe', () => {
      const recipes = [recipeOf('some-plugin')]
      const words = { 'some-plugin': false }
      expect(decideFor(subjectOf(), { recipes, words })).toEqual({ decision: { kind: 'refuse', reason: 'the configuration says so', recipe: null, remedy: null }, instance: null })
      expect(recipeFor(subjectOf(), { recipes, word: name => words[name as 'some-plugin'] })).toBeUndefined()
    })

    it('for a plugin comes before shape and name, and after its recipe', () => {
      const words = { 'some-plugin': true, unocss: true }
      expect(kindOf(subjectOf({ hooks: ['transform', 'renderChunk'] }), { words })).toBe('memoize')
      expect(kindOf(subjectOf({ name: 'unocss' }), { words })).toBe('memoize')
      expect(kindOf(subjectOf(), { words, recipes: [recipeOf('some-plugin', () => 'it is too old')] })).toBe('refuse')
    })
  })
})
