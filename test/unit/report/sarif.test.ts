import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../src/analysis/analyze.ts'
import { toSarif } from '../../../src/report/sarif.ts'

const analyze = createAnalyzer().analyze
const FIRST = 'function show(text) { document.body.innerHTML = text }\nshow(location.hash)\n// pitcrew-ignore xss/markup-property: a test\nel.innerHTML = location.hash'

describe('toSarif', () => {
  const log = JSON.parse(JSON.stringify(toSarif([analyze('src/a b.js', FIRST), analyze('c.js', 'const = 1')], '1.2.3')))
  const [run] = log.runs

  it('names the tool and each rule once', () => {
    expect(log.version).toBe('2.1.0')
    expect(run.tool.driver).toMatchObject({ name: 'pitcrew', version: '1.2.3' })
    expect(run.tool.driver.rules).toMatchObject([{ id: 'xss/markup-property', defaultConfiguration: { level: 'error' }, properties: { tags: ['security', 'external/cwe/cwe-079'] } }])
  })

  it('gives each result a place, a path and a fingerprint', () => {
    const [result] = run.results
    expect(result).toMatchObject({ ruleId: 'xss/markup-property', ruleIndex: 0, level: 'error', properties: { confidence: 'high' } })
    expect(result.locations[0].physicalLocation).toEqual({ artifactLocation: { uri: 'src/a%20b.js', uriBaseId: 'ROOT' }, region: { startLine: 1, startColumn: 23, endLine: 1, endColumn: 53 } })
    expect(result.partialFingerprints['pitcrew/v1']).toMatch(/^[\w-]{24}$/)
    expect(result.codeFlows[0].threadFlows[0].locations.length).toBeGreaterThan(1)
    expect(result.suppressions).toBeUndefined()
  })

  it('shows suppressed findings as such, and notes as notifications', () => {
    expect(run.results[1]).toMatchObject({ suppressions: [{ kind: 'inSource' }], locations: [{ physicalLocation: { region: { startLine: 4 } } }] })
    expect(run.invocations[0]).toMatchObject({ executionSuccessful: true, toolExecutionNotifications: [{ level: 'note', descriptor: { id: 'unparsable' } }] })
  })

  it('is a log without results for no modules', () => {
    expect(toSarif([], '0')).toMatchObject({ runs: [{ results: [] }] })
  })
})
