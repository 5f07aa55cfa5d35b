/** Recipes of plugins whose options lie in closures: Babel, MDX. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { recipes } from '../../../../src/memo/recipes/index.ts'
import { babel } from '../../../../src/memo/recipes/babel.ts'
import { mdx } from '../../../../src/memo/recipes/mdx.ts'
import { createRecipeBench, hookOf, instanceOf, observed, subjectOf } from '../helpers/recipe-bench.ts'
import type { RecipeBench } from '../helpers/recipe-bench.ts'

let bench: RecipeBench

beforeEach(() => {
  bench = createRecipeBench()
})

afterEach(() => bench.dispose())

describe('the recipe for Babel', () => {
  it.each(['@rolldown/plugin-babel', 'vite:react-babel', 'vite:vue-jsx'])('is for %s, whose options nobody sees', name => {
    expect(recipes.find(recipe => recipe.matches(subjectOf(name)))).toBe(babel)
    expect(instanceOf(babel, subjectOf(name), bench.kit)).toMatchObject({ optionsComplete: false, knowsDependencies: false })
  })

  it('is not for what only looks like it', () => {
    expect(['vite:react-refresh', 'babel', 'vite:babel'].some(name => babel.matches(subjectOf(name)))).toBe(false)
  })

  it('makes every call depend on the configuration of its directory', () => {
    const hook = hookOf(instanceOf(babel, subjectOf('vite:react-babel'), bench.kit))
    expect([...observed(hook, bench.call('src/deep/a.tsx?v=1')).configs]).toEqual([['babel', bench.project.at('src/deep')]])
    expect([...observed(hook, bench.call('\0virtual')).configs]).toEqual([])
  })
})

describe('the recipe for MDX', () => {
  const hook = (): ReturnType<typeof hookOf> => hookOf(instanceOf(mdx, subjectOf('@mdx-js/rollup'), bench.kit))

  /** Whether a module is remembered. */
  const isRemembered = (path: string): boolean => {
    const { concerns, admit } = hook()
    const call = bench.call(path)
    return (concerns?.(call.id) ?? true) && (admit?.(call) ?? null) === null
  }

  it.each(['a.mdx', 'a.md', 'a.mdx?raw', 'a.markdown'])('remembers %s', path => {
    expect(isRemembered(path)).toBe(true)
  })

  it.each(['a.ts', 'a.mdx.ts', 'md.js'])('leaves %s alone', path => {
    expect(isRemembered(path)).toBe(false)
  })
})

describe('the recipes', () => {
  it('have names of their own among those of their host', () => {
    const names = recipes.map(recipe => `${recipe.host} ${recipe.name}`)
    expect(new Set(names).size).toBe(names.length)
  })

  it.each(['vite:css-post', 'unocss:global', '@tailwindcss/vite:scan', 'some-plugin', ''])('leave %j to the policy', name => {
    expect(recipes.filter(recipe => recipe.host === 'rollup-like' && recipe.matches(subjectOf(name)))).toEqual([])
  })
})
