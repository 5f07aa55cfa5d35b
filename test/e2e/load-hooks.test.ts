/** Load hooks that read their own file: each module depends on its own, and on nothing that another one is. */
import { afterEach, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Stage, outcomesOf } from '../harness/stage.ts'

requireDist()

let stage: Stage
afterEach(() => stage.dispose())

const config = (plugins: string): string => `import { readFileSync } from 'node:fs'
const text = { name: 'text', load(id) {
  if (!id.endsWith('.txt')) return null
  for (const end = performance.now() + 3; performance.now() < end;);
  return 'export default ' + JSON.stringify(readFileSync(id, 'utf8') + readFileSync(file('footer.txt'), 'utf8'))
} }
export default { input: 'main.js', plugins: [...await pitcrew(${plugins}), text], output }
`

it('an edited file is stale, and the others that were loaded before and after it are not; what all of them read counts for all', async () => {
  stage = new Stage('rollup', {
    'rollup.config.mjs': config('{ plugins: { text: true } }'),
    'main.js': "import a from './a.txt'\nimport b from './b.txt'\nimport c from './c.txt'\nconsole.log(a, b, c)\n",
    'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n', 'footer.txt': 'end\n',
  })
  await stage.compare('cold')
  for (const name of ['a', 'b', 'c']) {
    stage.write({ [`${name}.txt`]: 'edited\n' })
    expect(outcomesOf(await stage.compare(), 'text')).toMatchObject({ stale: 1, miss: 0 })
  }
  stage.write({ 'footer.txt': 'fin\n' })
  expect(outcomesOf(await stage.compare(), 'text')).toMatchObject({ hit: 0 })
}, 120_000)
