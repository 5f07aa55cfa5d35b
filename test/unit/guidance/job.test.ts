import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { importModule } from '../../../src/guidance/import-module.ts'
import { Job } from '../../../src/guidance/job.ts'
import type { BuiltFacts, JobSettings, Outcome } from '../../../src/guidance/protocol.ts'
import { createProjectFiles } from '../memo/helpers/project-files.ts'
import type { ProjectFiles } from '../memo/helpers/project-files.ts'

/** A module or two more than are analysed however short of time a build is, imported by nobody else. */
const MORE = Object.fromEntries(['x', 'y'].map(name => [`src/${name}.js`, `console.log('${name}')`]))
const FILES = { ...MORE, 'src/a.js': 'export const used = 1', 'src/b.js': 'export const unused = 2', 'src/main.js': "import './b'\nimport { used } from './a'\nconsole.log(used)" }
const IDS = Object.keys(FILES)
const BUILT: BuiltFacts = { edges: [], entries: ['src/main.js', 'src/x.js', 'src/y.js'], bytes: [], packages: [], clientChunkOf: [], exposed: [], target: [], buildMs: [] }
let project: ProjectFiles
beforeEach(() => void (project = createProjectFiles(FILES)))
afterEach(() => project.dispose())

/** @param patience How many new modules are waited for. */
async function build(patience: number, pack: Uint8Array | null): Promise<Outcome> {
  const settings: JobSettings = { root: project.root, ruleFiles: [], rules: [], gates: { warn: {}, fail: {} }, baselineFile: null, reportFile: join(project.root, '.cache/report.json'), suspects: [] }
  const seen: string[] = []
  const job = new Job({ inHand: id => void (id !== '' && seen.push(id)), between: () => undefined, isHurried: () => seen.length >= patience, yields: false, loadModule: importModule })
  await job.open(settings, pack)
  await job.analyse(IDS)
  return job.join(BUILT)
}

function session(): { build(): Promise<Outcome>; edit(id: string, source: string): void } {
  const settings: JobSettings = { root: project.root, ruleFiles: [], rules: [], gates: { warn: {}, fail: {} }, baselineFile: null, reportFile: null, suspects: [] }
  const job = new Job({ inHand: () => undefined, between: () => undefined, isHurried: () => false, yields: false, loadModule: importModule })
  return {
    edit: (id, source) => void project.write(id, source),
    build: async () => {
      await job.open(settings, null)
      await job.analyse(IDS)
      return job.join(BUILT)
    },
  }
}

describe('a session of builds', () => {
  it('says of an edited module what a new session says, and writes all facts down only when many have changed', async () => {
    const { build: rebuild, edit } = session()
    expect((await rebuild()).pack).not.toBeNull()
    edit('src/b.js', "import { used } from './a'\nexport const more = used\ndocument.body.innerHTML = location.hash")
    const second = await rebuild()
    expect(second.pack).toBeNull()
    expect(second.report).toMatchObject({ analysedCount: 1, findings: [{ id: 'src/b.js', line: 3 }], dead: { list: [{ id: 'src/b.js', names: ['more'] }] } })
    const fresh = await build(Infinity, null)
    expect({ ...second.report, analysedCount: 0 }).toEqual({ ...fresh.report, analysedCount: 0 })
    for (const id of IDS) edit(id, `${id === 'src/main.js' ? "import './b'" : 'export const a = 1'}\n// edited`)
    expect((await rebuild()).pack).not.toBeNull()
  })
})

describe('a build that does not wait', () => {
  it('leaves what is not known to the next one, which goes on', async () => {
    const first = await build(2, null)
    expect(first.report).toMatchObject({ moduleCount: 4, analysedCount: 4, leftCount: 1, notes: [{ id: 'src/main.js', reason: 'left' }] })
    expect(first.stamps).toBeNull()
    const second = await build(2, first.pack)
    expect(second.report).toMatchObject({ moduleCount: 5, analysedCount: 1, leftCount: 0, notes: [] })
  })

  it('says nothing of what nobody imports before it has seen everybody', async () => {
    const first = await build(2, null)
    expect(first.report.dead).toEqual({ count: 0, list: [] })
    expect(first.report.advice.map(({ kind }) => kind)).not.toContain('dead-code')
    expect((await build(2, first.pack)).report.dead.list).toEqual([{ id: 'src/b.js', line: 1, names: ['unused'] }])
  })
})
