import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Guidance } from '../../../src/guidance/guidance.ts'
import { decodeKnown, encodeKnown } from '../../../src/guidance/known-build.ts'
import type { KnownBuild } from '../../../src/guidance/known-build.ts'
import { resolveAnalysis } from '../../../src/guidance/settings.ts'
import type { ProjectReport } from '../../../src/analysis/project/project-report.ts'
import { createMemoryStore } from '../../../src/store/memory-store.ts'
import type { Store } from '../../../src/store/store.ts'
import { createProjectFiles } from '../memo/helpers/project-files.ts'
import type { ProjectFiles } from '../memo/helpers/project-files.ts'

const FILES = { 'src/a.js': "import './b'\nel.innerHTML = location.hash", 'src/b.js': 'export const b = 1', 'src/c.js': 'export const c = 1', '.cache/.keep': '' }
let project: ProjectFiles
let store: Store
let opened: number
beforeEach(async () => {
  project = createProjectFiles(FILES)
  store = createMemoryStore()
  // What was written a moment ago has times that prove nothing.
  await wait(80)
  await build()
})
afterEach(() => project.dispose())

interface Scene {
  readonly environment?: string
  readonly ids?: readonly string[]
  readonly bytes?: number
  readonly isTurned?: boolean
}

/** `opened` counts the values that were read: one to see whether the build is the same, another for the facts when it is not. */
async function build({ environment = '', ids = ['src/a.js', 'src/b.js'], bytes = 30, isTurned = false }: Scene = {}): Promise<ProjectReport | null> {
  const { root } = project
  opened = 0
  const system = new Guidance({
    options: { analysis: resolveAnalysis(true, root), cacheDir: join(root, '.cache') }, facts: { root, bundler: { name: 'vite' }, command: 'build', mode: 'production' },
    workspaceRoot: root, version: '1', onFault: message => expect.unreachable(message), script: null, waitMs: 60_000,
    store: { put: (key, value) => store.put(key, value), get: key => (opened++, store.get(key)) },
  })
  system.begin(environment)
  const inOrder = <T>(list: T[]): T[] => (isTurned ? list.reverse() : list)
  const modules: [string, number][] = [[join(root, 'src/a.js'), bytes], [join(root, 'src/b.js'), 12]]
  system.modules(inOrder(ids.map(id => join(root, id))))
  system.chunks({ chunks: [{ name: 'app.js', isClient: true, modules: inOrder(modules) }], entries: [], importsOf: () => [], exposed: [], target: [] })
  const report = await system.finish()
  await system.close()
  return report
}

describe('a build that is the same as the last', () => {
  it('says the same, and nothing is started, read or joined for it', async () => {
    const before = await build()
    expect(before).toMatchObject({ moduleCount: 2, analysedCount: 0, totals: { high: 1 } })
    expect([await build(), opened]).toEqual([before, 1])
  })

  it('is one whatever the order in which the bundler names its modules', async () => {
    await build()
    await build({ isTurned: true })
    expect(opened).toBe(1)
  })

  it('is none when a file is another, and then only that is analysed', async () => {
    writeFileSync(join(project.root, 'src/b.js'), 'el.innerHTML = location.hash')
    expect([await build(), opened]).toMatchObject([{ analysedCount: 1, totals: { high: 2 } }, 2])
  })

  it('is one in each environment, although another was built in between', async () => {
    const server: Scene = { environment: 'ssr', ids: ['src/a.js', 'src/c.js'] }
    await build(server)
    for (const scene of [{}, server]) expect([(await build(scene))?.moduleCount, opened]).toEqual([2, 1])
  })

  it.each<[what: string, scene: Scene, change: () => void]>([
    ['there are other modules', { ids: ['src/a.js', 'src/b.js', 'src/c.js'] }, () => undefined],
    ['one module less is there', { ids: ['src/a.js'] }, () => undefined],
    ['the bundler made something else of them', { bytes: 31 }, () => undefined],
    ['there is a baseline now', {}, () => writeFileSync(join(project.root, 'pitcrew-baseline.json'), '{ "version": 1, "findings": {} }')],
    ['the report for `pitcrew findings` is gone', {}, () => rmSync(join(project.root, '.cache/analysis'), { recursive: true })],
  ])('is none when %s', async (_what, scene, change) => {
    change()
    await build(scene)
    expect(opened).toBe(2)
  })
})

describe('what is kept of a build', () => {
  const report = { moduleCount: 2 } as ProjectReport
  const known: KnownBuild = { stamps: new Map([['src/a.js', '1:2:3'], ['src/"odd\n\tname".js', '4:5']]), unclear: ['src/a.js'], digest: 'd', report }

  it('is read as it was written', () => expect(decodeKnown(encodeKnown(known))).toEqual(known))

  it('is nothing where it is of another kind', () => expect([decodeKnown(Buffer.from('{"version":0}')), decodeKnown(Buffer.from('x')), decodeKnown(Buffer.alloc(0))]).toEqual([null, null, null]))
})
