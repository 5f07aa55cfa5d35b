/** Builds that end: what is remembered of them, and what a fault of the history costs. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Build } from '../../../src/build.ts'
import type { HostFacts } from '../../../src/build.ts'
import { systemClock } from '../../../src/clock.ts'
import { History } from '../../../src/history/history.ts'
import type { BuildEntry } from '../../../src/monitor/build-entry.ts'
import { resolveOptions } from '../../../src/options.ts'
import type { Options } from '../../../src/options.ts'
import { createMemoryStore } from '../../../src/store/memory-store.ts'
import { createProjectFiles } from '../memo/helpers/project-files.ts'
import type { ProjectFiles } from '../memo/helpers/project-files.ts'

let project: ProjectFiles
let said: string[]
beforeEach(() => {
  const lock = JSON.stringify({ packages: { 'node_modules/vite': { version: '8.3.8' }, 'node_modules/left-pad': { version: '1.0.0' } } })
  project = createProjectFiles({ 'package.json': '{"name":"shop"}', 'package-lock.json': lock, '.git/HEAD': 'ref: refs/heads/main', '.git/refs/heads/main': 'c'.repeat(40) })
  said = []
})
afterEach(() => project.dispose())

function start(options: Options = {}, facts: Partial<HostFacts> = {}): Build {
  const { root } = project
  return new Build(resolveOptions({ report: false, analysis: false, ...options }, root, {}), {
    bundler: { name: 'vite', version: '8.3.8 1.3.2' }, isBundlerNative: true, command: 'build', mode: 'production', root, configFiles: [], resolvedConfig: {}, configIdentity: null, exposed: null,
    logger: { info: text => void said.push(text), warn: text => void said.push(text) }, print: () => undefined, ...facts,
  }, { clock: systemClock, idleMs: () => 0, env: {}, version: '0', recipes: [], openStore: () => createMemoryStore() })
}

const cacheDir = (): string => join(project.root, 'node_modules/.cache/pitcrew')
const remembered = async (): Promise<readonly BuildEntry[]> => (await new History(cacheDir()).readAll()).entries

describe('a build that ends', () => {
  it('is remembered with what it happened in', async () => {
    const build = start()
    build.begin()
    const report = await build.end()
    await build.close()
    const [{ record }] = await remembered() as [BuildEntry]
    expect(report?.monitor).toMatchObject({ id: record.id, builds: 0, anomalies: [], forecast: null })
    expect(record.stratum).toMatchObject({ command: 'build', mode: 'production', variant: '', bundler: 'vite@8', cache: 'cold', site: 'local' })
    expect(record.provenance).toMatchObject({ commit: 'c'.repeat(40), branch: 'main', packageVersions: { vite: '8.3.8' }, changedFiles: [] })
    expect(said).toEqual([])
  })

  it('is compared with those before, and told from rebuilds and other environments', async () => {
    const build = start()
    for (const environment of ['client', 'ssr', 'client', 'client']) {
      build.begin(environment)
      await build.end()
    }
    await build.close()
    const strata = (await remembered()).map(({ record: { stratum } }) => `${stratum.command} ${stratum.variant}`.trim())
    expect(strata).toEqual(['build', 'build ssr', 'rebuild', 'rebuild'])
  })

  it.each<[string, Options, Partial<HostFacts>, boolean]>([
    ['it has failed', {}, {}, true], ['it is a session of a dev server', {}, { command: 'dev' }, false], ['nothing is to be compared', { monitor: false }, {}, false],
  ])('is forgotten when %s', async (_what, options, facts, hasFailed) => {
    const build = start(options, facts)
    build.begin()
    const report = await build.end(hasFailed)
    await build.close()
    expect(await remembered()).toEqual([])
    expect(report?.monitor?.anomalies ?? []).toEqual([])
  })

  it('loses its comparison, and nothing else, where the history cannot be written', async () => {
    mkdirSync(cacheDir(), { recursive: true })
    writeFileSync(join(cacheDir(), 'history'), '')
    const build = start()
    build.begin()
    const report = await build.end()
    build.begin()
    await build.end()
    await build.close()
    expect(report?.faults.map(({ code }) => code)).toEqual(['HISTORY_FAILED'])
    expect(said.filter(text => text.includes('HISTORY_FAILED'))).toHaveLength(1)
  })

  it('says what is to be expected when it is asked to', async () => {
    const build = start({ monitor: { forecast: true } })
    for (let count = 0; count < 2; count++) {
      build.begin()
      await new Promise(resolve => setTimeout(resolve, 50))
      await build.end()
    }
    await build.close()
    expect(said).toEqual([])
    const next = start({ monitor: { forecast: true } })
    next.begin()
    await expect.poll(() => said.join()).toMatch(/^pitcrew {2}building… expected \d+ ms ± \d+$/)
    expect((await next.end())?.monitor?.forecast).not.toBeNull()
    await next.close()
  })
})

describe('an update of a dev server', () => {
  it('is entered into the history as a build of its own kind', async () => {
    const build = start({}, { command: 'dev' })
    build.begin()
    const { updates } = build.performance
    const place = build.meter!.register({ plugin: 'vue', hook: 'transform', kind: 'code', idOf: () => 'a.vue' })
    updates.changed()
    updates.asked()
    build.meter!.leave(build.meter!.enter(place, ['code']), 'other code')
    updates.settled()
    await vi.waitFor(async () => expect(await remembered()).toHaveLength(1))
    const [{ record }] = await remembered() as [BuildEntry]
    expect(record.stratum.command).toBe('update')
    expect(record.metrics).toMatchObject([{ plugin: 'vue', hook: 'transform', calls: 1 }])
    await build.close()
    expect(said).toEqual([])
  })
})
