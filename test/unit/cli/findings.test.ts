/** What the last build found, all of it, as a person and as code scanning read it. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runFindings } from '../../../src/cli/findings.ts'
import { importModule } from '../../../src/guidance/import-module.ts'
import { Job } from '../../../src/guidance/job.ts'
import { createProjectFiles } from '../memo/helpers/project-files.ts'
import type { ProjectFiles } from '../memo/helpers/project-files.ts'
import { sarifErrors } from '../report/sarif-schema.ts'

const COUNT = 450
const SILENT = '// pitcrew-ignore xss/markup-property: ours\nel.innerHTML = location.hash\n// pitcrew-ignore xss/markup-property\nel.innerHTML = location.hash\n'
const FILES = { ...Object.fromEntries(Array.from({ length: COUNT }, (_, index) => [`src/m${index}.js`, 'el.innerHTML = location.hash'])), 'src/silent.js': SILENT }

let project: ProjectFiles
beforeAll(async () => {
  project = createProjectFiles(FILES)
  mkdirSync(join(project.root, '.cache'))
  const job = new Job({ inHand: () => undefined, isHurried: () => false, between: () => undefined, yields: false, loadModule: importModule })
  await job.open({ root: project.root, ruleFiles: [], rules: [], gates: { warn: {}, fail: {} }, baselineFile: null, reportFile: join(project.root, '.cache/analysis/last.json'), suspects: [] }, null)
  await job.analyse(Object.keys(FILES))
  const { report } = await job.join({ edges: [], entries: [], bytes: [], packages: [], clientChunkOf: [], exposed: [], target: [], buildMs: [] })
  expect(report.findings).toHaveLength(200)
})
afterAll(() => project.dispose())

async function run(...args: string[]): Promise<string> {
  let out = ''
  const io = { cwd: project.root, env: {}, terminal: { color: false, columns: 100 }, out: (text: string) => void (out += text), err: () => undefined }
  expect(await runFindings(['--cache-dir', join(project.root, '.cache'), ...args], io)).toBe(0)
  return out
}

interface Sarif {
  readonly runs: readonly [{ readonly results: readonly { readonly ruleId: string; readonly suppressions?: readonly unknown[] }[] }]
}

describe('pitcrew findings', () => {
  it('writes every finding as SARIF, the suppressed ones as such, and the schema holds', async () => {
    const log = JSON.parse(await run('--sarif')) as Sarif
    const [{ results }] = log.runs
    expect(results).toHaveLength(COUNT + 2)
    expect(results.filter(({ suppressions }) => suppressions !== undefined)).toHaveLength(1)
    expect(sarifErrors(log)).toBeNull()
  })

  it('lists what a person can read, and all of it when asked', async () => {
    const lines = (text: string): number => text.split('\n').filter(line => line.includes('xss/markup-property, CWE-79')).length
    const short = await run()
    expect(short).toContain(`${COUNT + 1} findings, 1 suppressed, of which 200 are listed`)
    expect([lines(short.split('  advice ')[0]!), lines((await run('--all')).split('  advice ')[0]!)]).toEqual([200, COUNT + 1])
    expect((JSON.parse(await run('--json')) as { findings: unknown[] }).findings).toHaveLength(COUNT + 1)
  })

  it('says which comment silences nothing', async () => {
    expect(await run()).toContain('src/silent.js: Line 3: pitcrew-ignore xss/markup-property gives no reason, so it silences nothing')
  })
})
