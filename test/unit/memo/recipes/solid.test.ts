/** vite-plugin-solid, whose name anybody may use: it is known by its text. */
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

const LOAD = `load(id) {
      if (id === runtimePublicPath) return runtimeCode;
    }`
const TRANSFORM = `async transform(source, id, transformOptions) {
      if (!filter(id)) return null;
      const opts = {
        root: projectRoot,
        configFile: false,
        babelrc: false,
        parserOpts: { plugins }
      };
      const babelOptions = mergeAndConcat(babelUserOptions, opts);
      const {
        code,
        map
      } = await babel.transformAsync(source, babelOptions);
      return {
        code,
        map
      };
    }`
/** The published plugin as far as the recipe knows it: its text counts, so it is not compiled. */
const plugin = (load: string, transform: string): object => runInThisContext(`({ name: 'solid', ${load}, ${transform} })`) as object

it.each([
  ['as an ES module', plugin(LOAD, TRANSFORM)],
  ['as a CommonJS module', plugin(LOAD, TRANSFORM.replace('mergeAndConcat', 'mergeAnything.mergeAndConcat').replace('babel.', 'babel__namespace.'))],
  ['with its imports by name', plugin(LOAD, TRANSFORM.replace('babel.', ''))],
])('is known %s, and its modules depend on what Babel looks for above them', (_what, published) => {
  const subject = subjectOf('solid', published)
  expect(babel.matches(subject)).toBe(true)
  const trace = observed(hookOf(instanceOf(babel, subject, bench.kit)), bench.call('src/a.tsx'))
  expect([...trace.configs]).toEqual([['babel', bench.project.at('src')]])
})

it.each([
  ['another load', plugin(LOAD.replace('runtimeCode', 'seen.get(id)'), TRANSFORM)],
  ['a load that does more', plugin(LOAD.replace('return runtimeCode;', 'return runtimeCode;\n seen.add(id);'), TRANSFORM)],
  ['configuration files', plugin(LOAD, TRANSFORM.replace('babelrc: false', 'babelrc: true'))],
  ['more after Babel', plugin(LOAD, TRANSFORM.replace('return {\n', 'seen.add(code);\n return {\n'))],
])('is another plugin with %s', (_what, other) => {
  expect(babel.matches(subjectOf('solid', other))).toBe(false)
})
