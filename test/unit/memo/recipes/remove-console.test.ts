/** vite-plugin-remove-console, whose name looks like one of the bundler's. */
import { runInThisContext } from 'node:vm'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { removeConsole } from '../../../../src/memo/recipes/remove-console.ts'
import { createRecipeBench, hookOf, instanceOf, subjectOf } from '../helpers/recipe-bench.ts'
import type { RecipeBench } from '../helpers/recipe-bench.ts'

let bench: RecipeBench
beforeEach(() => {
  bench = createRecipeBench()
})
afterEach(() => bench.dispose())

const withTransform = (text: string): object => runInThisContext(`({ name: 'vite:remove-console', ${text} })`) as object
/** The published plugin's: its text counts, so it is not compiled. */
const PUBLISHED = 'transform(Lt,Tt){if(/node_modules/.test(Tt))return {code:Lt,map:null};let ls=/(\\.vue|\\.svelte|\\.[jt]sx?)$/.test(Tt);return Se&&Se.length>0&&k1(Se).includes(Tt)&&ls?{code:Lt,map:null}:{code:P1(Lt,ze,xr,Bt),map:null}}'

describe('vite:remove-console', () => {
  it('is concerned with modules of the application, and depends on the working directory', () => {
    const hook = hookOf(instanceOf(removeConsole, subjectOf('vite:remove-console', withTransform(PUBLISHED)), bench.kit))
    expect([hook.concerns?.('/project/src/a.vue'), hook.concerns?.('/project/node_modules/vue/index.js')]).toEqual([true, false])
    expect(hook.inputs?.(bench.call('src/a.vue'))).toEqual({ 'working directory': process.cwd() })
  })

  it.each([
    ['more in it', PUBLISHED.replace('let ls=', 'seen.add(Tt);let ls=')],
    ['another end', PUBLISHED.replace('P1(Lt,ze,xr,Bt)', 'P1(Lt,ze,xr,Bt,this)')],
    ['none', 'load() {}'],
  ])('is not believed to be the one that was read when its transform has %s', (_what, text) => {
    expect(removeConsole.create(subjectOf('vite:remove-console', withTransform(text)), bench.kit)).toBe('this version of the plugin is not known')
  })
})
