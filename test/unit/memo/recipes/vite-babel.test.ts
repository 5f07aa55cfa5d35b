/** vite-plugin-babel, whose name within Vite anybody may use: it is known by its text. */
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

/** As it is published in 1.7.3. */
const TRANSFORM = `async (code, id) => {
    if (!transformFilter(id)) return;
    const babelOptions = getBabelOptions();
    return babel.transformAsync(code, { ...babelOptions, filename: id }).then((result) => ({ code: result?.code ?? "", map: result?.map }));
  }`
const plugin = (transform: string): object => runInThisContext(`({ name: 'babel-plugin', transform: ${transform}, config() { return { optimizeDeps: getOptimizeDeps() } } })`) as object

it('is known, and its modules depend on what Babel looks for at the root and above them', () => {
  const subject = subjectOf('babel-plugin', plugin(TRANSFORM))
  expect(babel.matches(subject)).toBe(true)
  const hook = hookOf(instanceOf(babel, subject, bench.kit))
  const call = bench.call('src/a.jsx')
  expect([...observed(hook, call).configs]).toEqual([['babel', bench.project.at('src')]])
  const before = hook.inputs!(call)
  bench.project.write('babel.config.json', '{ "comments": false }')
  bench.vfs.nextEpoch()
  expect(hook.inputs!(call)).not.toEqual(before)
})

it('stores nothing once the configuration at the root is another one, because it goes on with the first', () => {
  const hook = hookOf(instanceOf(babel, subjectOf('babel-plugin', plugin(TRANSFORM)), bench.kit))
  expect(observed(hook, bench.call('src/a.jsx')).refusal).toBeNull()
  bench.project.write('babel.config.json', '{ "comments": false }')
  bench.vfs.nextEpoch()
  expect(observed(hook, bench.call('src/a.jsx')).refusal).toBe('the compiler goes on with its configuration as it was')
})

it('is another plugin with anything else in its transform', () => {
  expect(babel.matches(subjectOf('babel-plugin', plugin(TRANSFORM.replace('return;', 'return seen.get(id);'))))).toBe(false)
  expect(babel.matches(subjectOf('other-plugin', plugin(TRANSFORM)))).toBe(false)
})
