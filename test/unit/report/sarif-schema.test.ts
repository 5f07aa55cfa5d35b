/** What we write against the official schema of SARIF 2.1.0. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import Ajv from 'ajv-draft-04'
import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../src/analysis/analyze.ts'
import { toSarif } from '../../../src/report/sarif.ts'

const PACKAGE = dirname(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json'))
const SCHEMA = JSON.parse(readFileSync(join(PACKAGE, 'lib', 'schemas', 'sarif-2.1.0-rtm.5.json'), 'utf8')) as object
const isValid = new Ajv.default({ strict: false, validateFormats: false, allErrors: true, unicodeRegExp: false }).compile(SCHEMA)

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
    isValid(log)
    expect(isValid.errors).toBeNull()
    const text = JSON.stringify(log)
    for (const part of ['"codeFlows"', '"suppressions"', '"toolExecutionNotifications":[{', '"partialFingerprints":{"pitcrew/v1":"', 'src/a%20b.js']) expect(text).toContain(part)
  })

  it('is valid of nothing', () => {
    isValid(toSarif([], '1.2.3'))
    expect(isValid.errors).toBeNull()
  })

  it('would be found invalid', () => {
    expect(isValid({ ...log, runs: [{ tool: {} }] })).toBe(false)
  })
})
