/** @rollup/plugin-babel, whose name anybody may use: it is known by its text. */
import { runInThisContext } from 'node:vm'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { babel } from '../../../../src/memo/recipes/babel.ts'
import { createRecipeBench, hookOf, instanceOf, observed, subjectOf } from '../helpers/recipe-bench.ts'
import type { RecipeBench } from '../helpers/recipe-bench.ts'

let bench: RecipeBench
beforeEach(() => {
  bench = createRecipeBench()
})
afterEach(() => bench.dispose())

/** As it is published in 6.1.0. */
const TRANSFORM = `transform(code, filename) {
        if (!filter(filename)) return null;
        if (filename === HELPERS) return null;
        return transformCode(code, {
          ...babelOptions,
          filename
        }, overrides, customOptions, this, async transformOptions => {
          if (!skipPreflightCheck) {
            await preflightCheck(this, babelHelpers, transformOptions);
          }
          return babelHelpers === BUNDLED ? addBabelPlugin(transformOptions, importHelperPlugin) : transformOptions;
        });
      }`
const plugin = (transform: string): object => runInThisContext(`({ name: 'babel', ${transform} })`) as object

it('is known, its modules depend on what Babel looks for above them, and its helpers are loaded as always', () => {
  const subject = subjectOf('babel', plugin(TRANSFORM))
  expect(babel.matches(subject)).toBe(true)
  const instance = instanceOf(babel, subject, bench.kit)
  expect(Object.keys(instance.hooks)).toEqual(['transform'])
  expect([...observed(hookOf(instance), bench.call('src/a.jsx')).configs]).toEqual([['babel', bench.project.at('src')]])
})

it('is another plugin with anything else in its transform', () => {
  expect(babel.matches(subjectOf('babel', plugin(TRANSFORM.replace('return null;', 'return seen.get(filename);'))))).toBe(false)
  expect(babel.matches(subjectOf('babel', plugin('load() {}')))).toBe(false)
})
