import { describe, expect, it } from 'vitest'
import { publishReport } from '../../../src/report/publish.ts'
import type { Publication } from '../../../src/report/publish.ts'
import { collect } from './reports.ts'
import { scenarios } from './scenarios.ts'

function publication(said: string[], changes: Partial<Publication> = {}): Publication {
  return { mode: 'summary', file: null, traceFile: null, log: null, otlpEndpoint: null, env: {}, stream: { isTTY: false }, say: text => void said.push(text), ...changes }
}

describe('publishReport', () => {
  const report = scenarios['all hits'] ?? collect(() => undefined)

  it('says the report without the line end that channels add', async () => {
    const said: string[] = []
    expect(await publishReport(report, publication(said))).toBeNull()
    expect(said).toHaveLength(1)
    expect(said[0]).toMatch(/^pitcrew {2}built in .*[^\n]$/s)
  })

  it('says nothing when it is turned off or there is nothing to say', async () => {
    const said: string[] = []
    await publishReport(report, publication(said, { mode: false }))
    await publishReport(collect(() => undefined), publication(said))
    expect(said).toEqual([])
  })

  it('gives back a fault when the channel throws', async () => {
    const say = (): never => { throw new Error('closed') }
    expect(await publishReport(report, publication([], { say }))).toMatchObject({ code: 'REPORT_FAULT', message: expect.stringContaining('closed') })
  })
})
