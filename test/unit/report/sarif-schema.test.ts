/** What we write against the official schema of SARIF 2.1.0. */
import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../src/analysis/analyze.ts'
import { toSarif } from '../../../src/report/sarif.ts'
import { sarifErrors } from './sarif-schema.ts'

const SOURCES: Readonly<Record<string, string>> = {
  'src/a b.js': "import { exec } from 'node:child_process'\nexport const run = (request) => exec(`ls ${request.query.dir}`)\nel.innerHTML = location.hash\n",
  'src/kept.js': '// pitcrew-ignore xss/markup-property: ours\nel.innerHTML = location.hash\n',
  'src/Ünïcode.vue': '<template><p v-html="$route.query.q" /></template>\n<script setup>\nconst a = 1\n</script>',
  'src/torn.js': 'const = 1',
}

describe('SARIF', () => {
  const { analyze } = createAnalyzer()
  const log = toSarif(Object.entries(SOURCES).map(([id, source]) => analyze(id, source)), '1.2.3')

  it('is valid by the official schema, with results, flows, suppressions and notes', () => {
    expect(sarifErrors(log)).toBeNull()
    const text = JSON.stringify(log)
    for (const part of ['"codeFlows"', '"suppressions"', '"toolExecutionNotifications":[{', '"partialFingerprints":{"pitcrew/v1":"', 'src/a%20b.js']) expect(text).toContain(part)
  })

  it('is valid of nothing', () => {
    expect(sarifErrors(toSarif([], '1.2.3'))).toBeNull()
  })

  it('would be found invalid', () => {
    expect(sarifErrors({ ...log, runs: [{ tool: {} }] })).not.toBeNull()
  })
})
