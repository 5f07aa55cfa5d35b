/** Vitest runs its own plugins in the same server as the project's: what they collect from module to module must be whole. */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Stage } from '../harness/stage.ts'

requireDist()

let stage: Stage
afterEach(() => stage.dispose())

/** As Istanbul's provider does, it instruments each module, and keeps what it needs of it for the time when all tests have run. */
const COVERAGE = `
import { writeFileSync } from 'node:fs'
const seen = []
const provider = {
  name: 'custom',
  initialize(vitest) { this.options = vitest.config.coverage },
  resolveOptions() { return this.options },
  clean() {},
  onAfterSuiteRun() {},
  onFileTransform(code, id) {
    if (!id.includes('/src/')) return
    for (const from = Date.now(); Date.now() - from < 5;);
    seen.push(id.split('/').at(-1))
    return { code: code + '\\nglobalThis.ran = (globalThis.ran ?? 0) + 1\\n', map: null }
  },
  generateCoverage: () => ({}),
  reportCoverage: () => writeFileSync('seen.json', JSON.stringify(seen.sort())),
}
export default { getProvider: () => provider }
`

const SCRIPT = `
import { readFileSync } from 'node:fs'
import { startVitest } from 'vitest/node'
const vitest = await startVitest('test', [], { run: true, watch: false, reporters: [{}] })
await vitest.close()
console.log(JSON.stringify({ seen: JSON.parse(readFileSync('seen.json', 'utf8')), states: vitest.state.getFiles().map(file => file.result?.state) }))
`

describe('Vitest', () => {
  it('is told of every module that its coverage instruments', () => {
    stage = new Stage('vite', {
      'vite.config.js': "export default { plugins: [await pitcrew({ report: false })], test: { coverage: { enabled: true, provider: 'custom', customProviderModule: './coverage.mjs' } } }\n",
      'coverage.mjs': COVERAGE, 'run.mjs': SCRIPT, 'src/one.js': "export { two } from './two.js'\n", 'src/two.js': 'export const two = 2\n',
      'one.test.js': "import { expect, test } from 'vitest'\nimport { two } from './src/one.js'\ntest('two', () => expect([two, globalThis.ran]).toEqual([2, 2]))\n",
    })
    const off = stage.run('run.mjs', 'off')
    expect(off).toEqual({ seen: ['one.js', 'two.js'], states: ['pass'] })
    expect(stage.run('run.mjs', 'cold')).toEqual(off)
    expect(stage.run('run.mjs', 'warm')).toEqual(off); const rr = JSON.parse(process.getBuiltinModule('fs').readFileSync(stage.base + '/builds/report.json', 'utf8')); console.log(JSON.stringify(rr.plugins.map((p: any) => [p.name, p.outcomes, p.decision, p.reason])), JSON.stringify(rr.refusals ?? rr.notStored))
  }, 120_000)
})
