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
/** How often what was built was looked at. */
let toldCount: number
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
  /** All at once, in words of the bundler's. */
  readonly words?: string
  readonly includeDependencies?: boolean
}

/** `opened` counts the values that were read: one to see whether the build is the same, another for the facts when it is not. */
async function build({ environment = '', ids = ['src/a.js', 'src/b.js'], bytes = 30, isTurned = false, words, includeDependencies = false }: Scene = {}): Promise<ProjectReport | null> {
  const { root } = project
  opened = 0
  const system = new Guidance({
    options: { analysis: resolveAnalysis({ includeDependencies }, root), cacheDir: join(root, '.cache') }, facts: { root, bundler: { name: 'vite' }, command: 'build', mode: 'production' },
    workspaceRoot: root, version: '1', onFault: message => expect.unreachable(message), script: null, waitMs: 60_000,
    store: { put: (key, value) => store.put(key, value), get: key => (opened++, store.get(key)) },
  })
  system.begin(environment)
  const inOrder = <T>(list: T[]): T[] => (isTurned ? list.reverse() : list)
  const modules: [string, number][] = [[join(root, 'src/a.js'), bytes], [join(root, 'src/b.js'), 12]]
  const tell = (): void => {
    toldCount++
    system.modules(inOrder(ids.map(id => join(root, id))))
    system.chunks({ chunks: [{ name: 'app.js', isClient: true, modules: inOrder(modules) }], entries: [], importsOf: () => [], exposed: [], target: [] })
  }
  toldCount = 0
  if (words === undefined) tell()
  else system.whole(words, tell)
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

describe('a build that is told in the same words as the last', () => {
  it('says the same, and nobody reads them', async () => {
    const before = await build({ words: 'as ever' })
    expect([toldCount, await build({ words: 'as ever' }), opened, toldCount]).toEqual([1, before, 1, 0])
  })

  it('is one again when the words were others for the same', async () => {
    await build({ words: 'as ever' })
    await build({ words: 'somewhere else' })
    expect([opened, toldCount]).toEqual([1, 1])
    await build({ words: 'somewhere else' })
    expect([opened, toldCount]).toEqual([1, 0])
  })

  it.each<[what: string, scene: Scene, change: () => void]>([
    ['a file is another', {}, () => writeFileSync(join(project.root, 'src/b.js'), 'export const b = 2')],
    ['the words are others', { words: 'otherwise', bytes: 31 }, () => undefined],
    ['there is a baseline now', {}, () => writeFileSync(join(project.root, 'pitcrew-baseline.json'), '{ "version": 1, "findings": {} }')],
  ])('is none when %s', async (_what, scene, change) => {
    await build({ words: 'as ever' })
    change()
    const report = await build({ words: 'as ever', ...scene })
    expect([opened, toldCount, report?.moduleCount]).toEqual([2, 1, 2])
  })

  it('is read when packages are to be looked at as well', async () => {
    await build({ words: 'as ever' })
    await build({ words: 'as ever', includeDependencies: true })
    expect(toldCount).toBe(1)
  })

  it('is read where only the bundler can resolve an import', async () => {
    writeFileSync(join(project.root, 'src/a.js'), "import '@/b'")
    await wait(80)
    await build({ words: 'as ever' })
    await build({ words: 'as ever' })
    expect([opened, toldCount]).toEqual([1, 1])
  })
})

describe('what is kept of a build', () => {
  const report = { moduleCount: 2 } as ProjectReport
  const known: KnownBuild = { stamps: new Map([['src/a.js', '1:2:3'], ['src/"odd\n\tname".js', '4:5']]), unclear: ['src/a.js'], digest: 'd', told: 't', packages: ['node_modules/p'], circumstances: 'c', report }

  it('is read as it was written', () => expect(decodeKnown(encodeKnown(known))).toEqual(known))

  it('is nothing where it is of another kind', () => expect([decodeKnown(Buffer.from('{"version":0}')), decodeKnown(Buffer.from('x')), decodeKnown(Buffer.alloc(0))]).toEqual([null, null, null]))
})
