import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Observer } from '../../../src/memo/observe/observer.ts'
import { PortableText } from '../../../src/memo/record/portable-text.ts'
import type { Effect } from '../../../src/memo/trace/effect.ts'
import { createMemoBench, hostOf, siteOf } from './helpers/memo-bench.ts'
import type { FakeCall, FakeHost, MemoBench } from './helpers/memo-bench.ts'
import { useMemoScene } from './helpers/memo-scene.ts'

const scene = useMemoScene()

describe('a call that only repeats that it gives nothing', () => {
  const nothing = { run: () => null, encode: (): ReturnType<NonNullable<FakeCall['encode']>> => ({ ok: true, result: null, code: null, map: null }), replay: () => null }
  const site = siteOf({ repeats: id => id !== '/virtual/icons' })

  it('is made once in a build, for whatever module', async () => {
    const memo = scene.bench.again()
    const hosts = ['a', 'b', 'c'].map(name => hostOf({ id: `/virtual/${name}`, ...nothing }))
    for (const host of hosts) expect(await memo.run(site, host)).toBeNull()
    expect(hosts.map(({ runs }) => runs)).toEqual([1, 0, 0])
    expect(scene.lastReport()).toMatchObject({ outcome: 'hit', costMs: 0, recordedCostMs: 0, call: { id: '/virtual/c' } })
  })

  it('is made again in the next build, and in each rebuild', async () => {
    const memo = scene.bench.again()
    const hosts = ['a', 'b'].map(name => hostOf({ id: `/virtual/${name}`, ...nothing }))
    await memo.run(site, hosts[0]!)
    scene.bench.vfs.nextEpoch()
    await memo.run(site, hosts[1]!)
    expect(hosts[1]!.runs).toBe(1)
  })

  it('is made as long as it fails', async () => {
    const memo = scene.bench.again()
    const error = new Error('an icon is broken')
    const failing = (name: string): FakeHost => hostOf({ id: `/virtual/${name}`, run: () => { throw error } })
    for (const name of ['a', 'b']) await expect(memo.run(site, failing(name))).rejects.toBe(error)
  })

  it('does not stand for a call that gives something', async () => {
    const memo = scene.bench.again()
    await memo.run(site, hostOf({ id: '/virtual/a', ...nothing }))
    expect(await memo.run(site, hostOf({ id: '/virtual/icons', code: 'sprite' }))).toBe('SPRITE')
    expect(await memo.run(siteOf(), hostOf({ id: '/virtual/a', code: 'of another plugin' }))).toBe('OF ANOTHER PLUGIN')
  })
})

describe('a plugin that nobody has read, whose compiler may be native', () => {
  const unread = siteOf({}, { decision: { kind: 'memoize', reason: 'nothing speaks against it', recipe: null, learning: false } })

  it.each([['beside the module', 'src/deep/.swcrc'], ['above it', 'src/.swcrc']])('is asked again once a configuration %s comes, changes or goes', async (_what, path) => {
    const { project, vfs } = scene.bench
    project.write('src/deep/a.ts', '')
    const runs = async (): Promise<number> => {
      vfs.nextEpoch()
      const host = hostOf({ id: project.at('src/deep/a.ts?x') })
      await scene.build(host, unread)
      return host.runs
    }
    expect([await runs(), await runs()]).toEqual([1, 0])
    project.write(path, '{}')
    expect([await runs(), await runs()]).toEqual([1, 0])
    project.write(path, '{ "minify": true }')
    expect([await runs(), await runs()]).toEqual([1, 0])
    project.remove(path)
    expect(await runs()).toBe(0)
  })
})

describe('a script that was compiled from another one', () => {
  const unread = siteOf({}, { decision: { kind: 'memoize', reason: 'nothing speaks against it', recipe: null, learning: false } })

  it.each([['that it names', 'src/maps/one.map'], ['beside it', 'src/a.js.map']])('is asked again once the map %s comes, changes or goes, which a native compiler would read', async (_what, path) => {
    const { project, vfs } = scene.bench
    project.write('src/a.js', 'export default 1\n//# sourceMappingURL=maps/one.map\n')
    const runs = async (): Promise<number> => {
      vfs.nextEpoch()
      const host = hostOf({ id: project.at('src/a.js') })
      await scene.build(host, unread)
      return host.runs
    }
    expect([await runs(), await runs()]).toEqual([1, 0])
    project.write(path, '{}')
    expect([await runs(), await runs()]).toEqual([1, 0])
    project.write(path, '{ "version": 3 }')
    expect([await runs(), await runs()]).toEqual([1, 0])
    project.remove(path)
    expect(await runs()).toBe(0)
  })
})

describe('in another place', () => {
  const elsewhere = createMemoBench
  let other: MemoBench

  beforeEach(() => {
    other = elsewhere()
  })

  afterEach(() => other.dispose())

  /** Records here, and asks there. @returns What is given there, and whether the plugin ran for it. */
  async function move(callAt: (of: MemoBench) => FakeCall, site = siteOf()): Promise<{ result: unknown; ran: boolean; replayed: Effect[] }> {
    await scene.build(hostOf(callAt(scene.bench)), site)
    const host = hostOf(callAt(other))
    const result = await other.again({ store: scene.bench.store }).run(site, host)
    return { result, ran: host.runs > 0, replayed: host.replayed }
  }

  it('paths in ids, inputs, results, effects and dependencies move', async () => {
    for (const each of [scene.bench, other]) each.project.write('src/a.ts', 'same')
    const { result, ran, replayed } = await move(({ project }) => ({
      id: project.at('src/a.js'), code: `import "${project.at('src/b.ts')}"`,
      run: trace => {
        trace?.file(project.at('src/a.ts'))
        trace?.effects.push({ kind: 'watch', path: project.at('src/a.ts') })
        return `export const file = "${project.at('src/a.js')}"`
      },
    }))
    expect(ran).toBe(false)
    expect(result).toBe(`export const file = "${other.project.at('src/a.js')}"`)
    expect(replayed).toEqual([{ kind: 'watch', path: other.project.at('src/a.ts') }])
  })

  it('a plugin that nobody has read is asked again', async () => {
    expect((await move(() => ({}), siteOf({}, { relocatable: false }))).ran).toBe(true)
    expect(other.reports.at(-1)).toMatchObject({ outcome: 'stale', cause: { what: 'input', path: 'the place of the project' } })
  })

  it('the first root as text of a file that the call reads itself stays that text', async () => {
    const text = `export const text = "${scene.bench.project.root}/src"`
    for (const each of [scene.bench, other]) each.project.write('src/a.ts', text)
    const { result, ran } = await move(({ project }) => ({
      id: project.at('src/a.ts'),
      run: trace => {
        trace?.file(project.at('src/a.ts'))
        return text
      },
    }))
    expect(result).toBe(text)
    expect(ran).toBe(true)
  })

  it.each<[string, (of: MemoBench) => FakeCall]>([
    ['a root behind an escape', ({ project }) => ({ run: () => `"\\n${project.root}"` })],
    ['a percent-encoded root', ({ project }) => ({ run: () => `"${encodeURIComponent(project.root)}"` })],
    ['an inline source map', () => ({ run: () => '//# sourceMappingURL=data:application/json;base64,e30=' })],
    ['a root in bytes', ({ project }) => ({ run: () => Buffer.from(project.at('größe')), encode: bytes => ({ ok: true, result: null, code: bytes as Buffer, map: null }) })],
    ['a root in an asset that is no text', ({ project }) => ({ run: trace => {
      trace?.effects.push({ kind: 'emit', fileName: 'a.bin', name: null, source: Buffer.from(`\xff${project.root}`).toString('base64'), encoding: 'base64' })
      return ''
    } })],
  ])('%s binds the memo to its place', async (_what, callAt) => {
    expect((await move(callAt)).ran).toBe(true)
  })

  it('bytes that name a root with letters beyond ASCII bind the memo to its place', async () => {
    const root = scene.bench.project.at('größe')
    const site = siteOf()
    const at = (path: string): ReturnType<MemoBench['again']> => scene.bench.again({ root: path, portable: new PortableText([{ token: 'r', path }]) })
    const host = (): FakeHost => hostOf({ run: () => Buffer.from(`${root}/a`), encode: bytes => ({ ok: true, result: null, code: bytes as Buffer, map: null }) })
    await at(root).run(site, host())
    const next = host()
    await at('/srv/elsewhere').run(site, next)
    expect(next.runs).toBe(1)
  })

  it('a shallow root that may be a constant binds the memo to its place', async () => {
    const at = (path: string): ReturnType<MemoBench['again']> => scene.bench.again({ root: path, portable: new PortableText([{ token: 'r', path }]) })
    await at('/app').run(siteOf(), hostOf({ run: () => 'const route = "/app/users"' }))
    const next = hostOf()
    await at('/srv').run(siteOf(), next)
    expect(next.runs).toBe(1)
  })
})

describe('what a call prints and reads', () => {
  it('reaches its own trace although calls overlap', async () => {
    const observer = new Observer()
    const detach = observer.attach()
    const { readFile } = await import('node:fs/promises')
    const paths = ['a', 'b', 'c'].map(name => scene.bench.project.write(`${name}.txt`, name))
    const memo = scene.bench.again({ watch: (trace, body) => observer.run(trace, body), claims: observer.claims })
    await Promise.all(paths.map(path => memo.run(siteOf({}, { sharedReads: null }), hostOf({ id: path, run: async () => {
      await Promise.resolve()
      return readFile(path, 'utf8')
    } }))))
    detach()
    expect(scene.bench.reports.map(report => report.dependencyCount)).toEqual([1, 1, 1])
    scene.bench.project.write('b.txt', 'edited')
    const after = scene.bench.again({ watch: (_trace, body) => body() })
    for (const path of paths) await after.run(siteOf(), hostOf({ id: path }))
    expect(scene.bench.outcomes().slice(3)).toEqual(['hit', 'stale', 'hit'])
  })
})
