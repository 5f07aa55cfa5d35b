import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { writeReportFile } from '../../../src/report/json.ts'
import { collect } from './reports.ts'

describe('writeReportFile', () => {
  let directory = ''
  const report = collect(() => undefined)

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pitcrew-report-'))
  })

  afterEach(() => rmSync(directory, { recursive: true }))

  it('writes the report, folders included, and leaves nothing else behind', async () => {
    const path = join(directory, 'a', 'b', 'report.json')
    expect(await writeReportFile(path, report)).toBeNull()
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(report)
    expect(readdirSync(join(directory, 'a', 'b'))).toEqual(['report.json'])
  })

  it('replaces an earlier report', async () => {
    const path = join(directory, 'report.json')
    writeFileSync(path, 'a much longer text that is no report and must not shine through'.repeat(100))
    expect(await writeReportFile(path, report)).toBeNull()
    expect(JSON.parse(readFileSync(path, 'utf8'))).toEqual(report)
  })

  it.each([
    ['a folder in the way', () => directory],
    ['a file where a folder should be', () => join(directory, 'file', 'report.json')],
    // Only Linux has it; elsewhere this is the case above once more.
    ['a place where nothing can be made', () => (process.platform === 'linux' ? '/proc/pitcrew-test/deep/report.json' : join(directory, 'file', 'deep', 'report.json'))],
  ])('gives back a fault for %s', async (_name, pathOf) => {
    writeFileSync(join(directory, 'file'), '')
    const path = pathOf()
    expect(await writeReportFile(path, report)).toMatchObject({ code: 'REPORT_FAULT', count: 1, message: expect.stringContaining(path) })
    expect(readdirSync(directory)).toEqual(['file'])
  })
})
