/** Input options of Rollup and Rolldown that a plugin changes after Pitcrew has looked at them, and another one keeps: what it makes of them is never remembered from before. */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Stage } from '../harness/stage.ts'

requireDist()

let stage: Stage
afterEach(() => stage.dispose())

/** @param order Of the hook by which the plugin is given them. */
const keeping = (order: string): string => `(() => {
  let kept
  return {
    name: 'keeping',
    options: { order: ${order}, handler(given) { kept = given } },
    transform(code, id) {
      for (const end = performance.now() + 5; id.endsWith('.note') && performance.now() < end;);
      return id.endsWith('.note') ? { code: 'export default ' + JSON.stringify(kept.external), map: { mappings: '' }, moduleType: 'js' } : null
    },
  }
})()`

describe.each(['rollup', 'rolldown'] as const)('%s', bundler => {
  it.each([
    ['in place', `{ name: 'setting', options: { order: 'post', handler(given) { given.external = [word()] } } }, ${keeping('null')}`],
    ['when the build starts', `(() => { let own; return { name: 'setting', options(given) { own = given }, buildStart() { own.external = [word()] } } })(), ${keeping('null')}`],
    ['by giving others', `{ name: 'setting', options: { order: 'post', handler: given => ({ ...given, external: [word()] }) } }, ${keeping("'post'")}`],
  ])('are seen as they are changed %s', async (_how, plugins) => {
    const config = `import { readFileSync } from 'node:fs'\nconst word = () => readFileSync(file(['the', 'word'].join('-')), 'utf8')\nexport default { input: 'main.js', output, plugins: [await pitcrew(), ${plugins}] }\n`
    stage = new Stage(bundler, { [`${bundler}.config.mjs`]: config, 'main.js': "import note from './a.note'\nconsole.log(note)\n", 'a.note': '', 'the-word': 'one' })
    await stage.compare('cold')
    await stage.compare()
    stage.write({ 'the-word': 'two' })
    expect((await stage.compareOutput()).text).toContain('two')
  }, 120_000)
})
