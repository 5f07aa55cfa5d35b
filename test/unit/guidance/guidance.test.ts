import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Guidance } from '../../../src/guidance/guidance.ts'
import type { BuiltOutput } from '../../../src/guidance/guidance.ts'
import { resolveAnalysis } from '../../../src/guidance/settings.ts'
import type { AnalysisOptions } from '../../../src/guidance/settings.ts'
import { createMemoryStore } from '../../../src/store/memory-store.ts'
import type { ProjectReport } from '../../../src/analysis/project/project-report.ts'
import { createProjectFiles } from '../memo/helpers/project-files.ts'
import type { ProjectFiles } from '../memo/helpers/project-files.ts'

const FILES = { 'src/a.js': "import './b'\nel.innerHTML = location.hash", 'src/b.js': "import './a'", 'node_modules/c/index.js': 'el.innerHTML = location.hash', 'src/style.css': '' }
const store = createMemoryStore()
let project: ProjectFiles
let faults: string[]
beforeEach(() => {
  project = createProjectFiles(FILES)
  faults = []
})
afterEach(() => project.dispose())

function guidance(options: boolean | AnalysisOptions = {}, command: 'build' | 'dev' = 'build'): Guidance {
  const { root } = project
  return new Guidance({
    options: { analysis: resolveAnalysis(options, root), cacheDir: join(root, '.cache') }, facts: { root, bundler: { name: 'vite' }, command, mode: 'production' },
    workspaceRoot: root, version: '1', store, onFault: message => void faults.push(message), script: null, waitMs: 60_000,
  })
}

const OUTPUT: BuiltOutput = { chunks: [], entries: [], importsOf: () => [], exposed: [], target: [] }

async function build(options: boolean | AnalysisOptions = {}, ids = Object.keys(FILES)): Promise<ProjectReport | null> {
  const system = guidance(options)
  system.begin()
  system.modules(ids.map(id => join(project.root, id)))
  system.chunks({ ...OUTPUT, chunks: [{ name: 'app.js', isClient: true, modules: [[join(project.root, 'src/a.js'), 30], [join(project.root, 'node_modules/c/index.js'), 5]] }] })
  const report = await system.finish()
  await system.close()
  return report
}

describe('the analysis of a build', () => {
  it('is about its own modules', async () => {
    const report = await build()
    expect(report).toMatchObject({ moduleCount: 2, analysedCount: 2, totals: { high: 1, isNew: 1 }, cycles: { count: 1 } })
    expect(faults).toEqual([])
  })

  it('is about those of packages when that is wanted, and of queries and virtual ids once or not at all', async () => {
    expect((await build({ includeDependencies: true }))?.moduleCount).toBe(3)
    expect((await build({}, ['src/a.js', 'src/a.js?vue&type=script', '\0virtual.js', 'src/nowhere.js']))?.moduleCount).toBe(1)
  })

  it('reads the second time only what changed', async () => {
    // What was written a moment ago is read again, as its times prove nothing yet.
    await wait(80)
    await build()
    expect((await build())?.analysedCount).toBe(0)
    writeFileSync(join(project.root, 'src/b.js'), 'export const b = 1')
    expect(await build()).toMatchObject({ analysedCount: 1, cycles: { count: 0 }, totals: { high: 1 } })
  })

  it('is off in a server, and when the user says so', async () => {
    expect(await build(false)).toBeNull()
    const dev = guidance({}, 'dev')
    dev.begin()
    dev.modules([join(project.root, 'src/a.js')])
    expect(await dev.finish()).toBeNull()
  })

  it('is a part less, with a note, when the baseline cannot be read', async () => {
    writeFileSync(join(project.root, 'pitcrew-baseline.json'), '{')
    const report = await build()
    expect(report).toMatchObject({ state: 'partial', hasBaseline: false })
    expect(report?.notes[0]?.message).toContain('pitcrew-baseline.json')
  })

  it('runs rules of the user', async () => {
    writeFileSync(join(project.root, 'rules.mjs'), `export const noTodo = { id: 'own/no-eval-name', cwe: [95], severity: 'low', title: 'a name', help: 'Rename it.', nodes: ['ImportDeclaration'], check: (node, context) => context.report(node) }`)
    const report = await build({ ruleFiles: ['rules.mjs'] })
    expect(report?.findings.map(({ ruleId, id }) => `${ruleId} ${id}`).sort()).toEqual(['own/no-eval-name src/a.js', 'own/no-eval-name src/b.js', 'xss/markup-property src/a.js'])
  })

  it('says what is wrong with rules that cannot be loaded, and no build fails', async () => {
    expect(await build({ ruleFiles: ['nowhere.mjs'] })).toBeNull()
    expect(faults.join()).toContain('nowhere.mjs')
  })
})
