import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PortableText } from '../../../src/memo/portable-text.ts'
import { Observer } from '../../../src/memo/observer.ts'
import type { Effect, Trace } from '../../../src/memo/trace.ts'
import { digest } from '../../../src/hash.ts'
import { createMemoBench, hostOf, siteOf } from './helpers/memo-bench.ts'
import type { FakeCall, FakeHost, MemoBench } from './helpers/memo-bench.ts'

let bench: MemoBench

beforeEach(() => {
  bench = createMemoBench()
})

afterEach(() => bench.dispose())

/** Runs the call in a memo of its own, as the next build would. */
async function build(host: FakeHost, site = siteOf()): Promise<unknown> {
  return bench.again().run(site, host)
}

async function buildTwice(call: FakeCall, site = siteOf()): Promise<[FakeHost, FakeHost]> {
  const hosts: [FakeHost, FakeHost] = [hostOf(call), hostOf(call)]
  for (const host of hosts) await build(host, site)
  return hosts
}

const lastReport = (): MemoBench['reports'][number] => bench.reports.at(-1)!

describe('a call that was recorded', () => {
  it('is a hit, and the plugin does not run', async () => {
    const [cold, warm] = await buildTwice({ code: 'text' })
    expect([cold.runs, warm.runs]).toEqual([1, 0])
    expect(bench.outcomes()).toEqual(['miss', 'hit'])
    expect(lastReport()).toMatchObject({ cause: null, reason: null })
    expect(bench.faults).toEqual([])
  })

  it('gives the result that was recorded', async () => {
    await build(hostOf({ run: () => 'made once' }))
    expect(await build(hostOf({ run: () => 'made again' }))).toBe('made once')
  })

  it('tells what it cost when it was recorded, and what it costs now', async () => {
    await build(hostOf({ run: () => {
      bench.clock.ms += 40
      return 'text'
    } }))
    await build(hostOf({ replay: record => {
      bench.clock.ms += 2
      return record.code
    } }))
    expect(bench.reports.map(({ costMs, recordedCostMs }) => [costMs, recordedCostMs])).toEqual([[40, 0], [2, 40]])
  })

  it('replays the effects in their order', async () => {
    const effects: Effect[] = [
      { kind: 'log', level: 'warn', log: { message: 'first' }, position: null },
      { kind: 'watch', path: bench.project.at('a.json') },
      { kind: 'print', channel: 'stderr', method: 'write', args: ['second'] },
      { kind: 'log', level: 'info', log: { message: 'third' }, position: 3 },
    ]
    const [, warm] = await buildTwice({ run: trace => {
      trace?.effects.push(...effects)
      return 'text'
    } })
    expect(warm.replayed).toEqual(effects)
  })

  it('is one for its own site, id and inputs alone', async () => {
    const others: [FakeCall, ReturnType<typeof siteOf>][] = [
      [{ id: '/virtual/b.js' }, siteOf()],
      [{ id: '/virtual/a.js?inline' }, siteOf()],
      [{ code: 'other' }, siteOf()],
      [{ inputs: { code: 'code', moduleType: 'ts' } }, siteOf()],
      [{ inputs: { rawId: 'code' } }, siteOf()],
      [{}, siteOf({}, { plugin: 'other' })],
      [{}, siteOf({}, { hook: 'load' })],
      [{}, siteOf({}, { identity: { options: 'other' } })],
      [{}, siteOf({ inputs: () => ({ cwd: '/' }) })],
    ]
    await build(hostOf())
    for (const [call, site] of others) {
      const host = hostOf(call)
      await build(host, site)
      expect(host.runs, JSON.stringify([call, site])).toBe(1)
    }
    expect(new Set(bench.outcomes())).toEqual(new Set(['miss']))
  })

  it('FAULTS 17: is one for its own build identity alone', async () => {
    await bench.again({ identity: { mode: 'production' } }).run(siteOf(), hostOf())
    await bench.again({ identity: { mode: 'development' } }).run(siteOf(), hostOf())
    expect(bench.outcomes()).toEqual(['miss', 'miss'])
  })

  it('tells texts apart that only look alike in a key', async () => {
    const long = 'x'.repeat(100)
    const codes = ['', '=', 'a', '=a', long, digest(long), `=${digest(long)}`, `${long}\n`, '\u0001', '\u0001e', bench.project.root, '\u0001r', '\ud800', '\ud801', '\ufffd', `${long}\ud800`, `${long}\ud801`, `${long}\ufffd`]
    for (const code of codes) {
      const host = hostOf({ inputs: { code } })
      await build(host)
      expect(host.runs, JSON.stringify(code)).toBe(1)
    }
  })
})

describe('a dependency that changed', () => {
  const reading = (path: string): FakeCall => ({ run: trace => {
    trace?.file(path)
    return 'text'
  } })

  it('makes the call stale, names what changed, and is recorded anew', async () => {
    const path = bench.project.write('types.ts', 'one')
    await buildTwice(reading(path))
    bench.project.write('types.ts', 'two')
    await buildTwice(reading(path))
    expect(bench.outcomes()).toEqual(['miss', 'hit', 'stale', 'hit'])
    expect(bench.reports[2]).toMatchObject({ cause: { kind: 'trace', what: 'file', path: 'types.ts' } })
  })

  it('finds the memo of before when the change is taken back', async () => {
    const path = bench.project.write('types.ts', 'one')
    await build(hostOf({ ...reading(path), run: trace => {
      trace?.file(path)
      return 'made of one'
    } }))
    bench.project.write('types.ts', 'two')
    await build(hostOf(reading(path)))
    bench.project.write('types.ts', 'one')
    expect(await build(hostOf(reading(path)))).toBe('made of one')
    expect(bench.outcomes()).toEqual(['miss', 'stale', 'hit'])
  })

  it('says when a file came to be that was absent', async () => {
    const path = bench.project.at('nearer.ts')
    await build(hostOf(reading(path)))
    bench.project.write('nearer.ts', '')
    await build(hostOf(reading(path)))
    expect(lastReport()).toMatchObject({ outcome: 'stale', cause: { kind: 'trace', what: 'absent', path: 'nearer.ts' } })
  })

  it('may be a variable of the environment', async () => {
    const call: FakeCall = { run: trace => {
      trace?.env.set('API', bench.env['API'] ?? null)
      return 'text'
    } }
    await buildTwice(call)
    bench.env['API'] = 'https://b.example'
    await build(hostOf(call))
    expect(bench.outcomes()).toEqual(['miss', 'hit', 'stale'])
    expect(lastReport().cause).toMatchObject({ what: 'env', path: 'API' })
  })

  it.each([
    ['plain code', 'const a = 1 | 2', 'hit'],
    ['colours', 'throw "\u001b[31mred"', 'stale'],
    ['colours that are escaped', String.raw`throw "\u001b[31mred"`, 'stale'],
    ['the frame of a message, which has colours elsewhere', String.raw`throw "no such name\n> 1 | nam"`, 'stale'],
  ])('may be what decides about colours, by what the result has: %s', async (_what, code, expected) => {
    const call: FakeCall = { run: trace => {
      trace?.env.set('=colours CI', bench.env['CI'] ?? null)
      return code
    } }
    await build(hostOf(call))
    bench.env['CI'] = '1'
    await build(hostOf(call))
    expect(bench.outcomes()).toEqual(['miss', expected])
  })

  it('may be an answer of the bundler, which is asked again', async () => {
    const asked: unknown[] = []
    let answer = 'digest of ./a.ts'
    const call: FakeCall = {
      run: trace => {
        trace?.resolutions.set('["./a"]', answer)
        return 'text'
      },
      check: dependency => {
        asked.push(dependency)
        return Promise.resolve(answer)
      },
    }
    await buildTwice(call)
    answer = 'digest of ./a.tsx'
    await build(hostOf(call))
    expect(asked[0]).toEqual(['resolve', '["./a"]', 'digest of ./a.ts'])
    expect(bench.outcomes()).toEqual(['miss', 'hit', 'stale'])
  })

  it('is looked for on disk before the bundler is asked', async () => {
    const path = bench.project.write('a.ts', '')
    let asked = 0
    const call: FakeCall = {
      run: trace => {
        trace?.file(path)
        trace?.inputs.set('map', 'one')
        return 'text'
      },
      check: () => Promise.resolve(`${asked++}`),
    }
    await build(hostOf(call))
    bench.project.write('a.ts', 'edited')
    await build(hostOf(call))
    expect(asked).toBe(0)
  })
})

describe('errors of the plugin', () => {
  const error = Object.assign(new Error('mine'), { code: 'PLUGIN_ERROR', frame: 'x' })

  it.each<[string, NonNullable<FakeCall['run']>]>([
    ['thrown', () => { throw error }],
    ['rejected', () => Promise.reject(error)],
    ['rejected by a thenable', () => ({ then: (_resolve: unknown, reject: (reason: unknown) => void) => reject(error) })],
  ])('%s are given on as they are, and never stored', async (_how, run) => {
    for (let time = 0; time < 2; time++) await expect(build(hostOf({ run }))).rejects.toBe(error)
    expect(error).toMatchObject({ message: 'mine', code: 'PLUGIN_ERROR', frame: 'x' })
    expect(bench.outcomes()).toEqual(['miss', 'miss'])
    expect(lastReport().reason).toBe('it failed')
    expect(bench.store.stats().entryCount).toBe(0)
    expect(bench.faults).toEqual([])
  })

  it.each([undefined, null, 'text', 0])('may be %j', async thrown => {
    await expect(build(hostOf({ run: () => { throw thrown } }))).rejects.toBe(thrown)
  })

  it('are thrown at once where nothing is memoized', () => {
    const host = hostOf({ run: () => { throw error } })
    const site = siteOf({}, { decision: { kind: 'refuse', reason: 'by name', recipe: null, remedy: null } })
    expect(() => bench.memo.run(site, host)).toThrow(error)
    expect(lastReport()).toMatchObject({ outcome: 'refused', reason: 'by name' })
  })

  it('do not hide a memo of before', async () => {
    await build(hostOf({ code: 'good' }))
    await expect(build(hostOf({ code: 'bad', run: () => { throw error } }))).rejects.toBe(error)
    await build(hostOf({ code: 'good' }))
    expect(bench.outcomes()).toEqual(['miss', 'miss', 'hit'])
  })
})

describe('where nothing is memoized', () => {
  const refused = siteOf({}, { decision: { kind: 'refuse', reason: 'by shape', recipe: null, remedy: null } })
  const bypassed = siteOf({}, { decision: { kind: 'bypass', reason: 'cheap, and always run', recipe: 'fake' } })

  it.each([['refused', refused], ['bypass', bypassed]] as const)('%s: a result that came at once comes at once, and is the very same', (outcome, site) => {
    const result = { code: 'text' }
    expect(bench.memo.run(site, hostOf({ run: () => result }))).toBe(result)
    expect(bench.outcomes()).toEqual([outcome])
    expect(lastReport()).toMatchObject({ key: null, reason: site.decision.reason })
  })

  it('the plugin runs with nothing in between', async () => {
    const traces: unknown[] = []
    await bench.memo.run(refused, hostOf({ run: trace => traces.push(trace) }))
    expect(traces).toEqual([null])
  })

  it('FAULTS 19: promises and thenables give what they give', async () => {
    expect(await bench.memo.run(refused, hostOf({ run: () => Promise.resolve('later') }))).toBe('later')
    expect(await bench.memo.run(refused, hostOf({ run: () => ({ then: (resolve: (value: string) => void) => resolve('thenable') }) }))).toBe('thenable')
    expect(bench.outcomes()).toEqual(['refused', 'refused'])
  })

  it('a call that the recipe does not admit is refused with its reason', () => {
    expect(bench.memo.run(siteOf({ admit: () => 'a constant' }), hostOf({ run: () => 'at once' }))).toBe('at once')
    expect(lastReport()).toMatchObject({ outcome: 'refused', reason: 'a constant' })
  })

  it('a call whose inputs are not known is refused', () => {
    expect(bench.memo.run(siteOf({ inputs: () => null }), hostOf({ run: () => 'at once' }))).toBe('at once')
    expect(lastReport().outcome).toBe('refused')
  })

  it('a module that does not concern the plugin is not even counted', () => {
    expect(bench.memo.run(siteOf({ concerns: id => id.endsWith('.vue') }), hostOf({ run: () => null }))).toBeNull()
    expect(bench.reports).toEqual([])
  })

  it('FAULTS 20: a call that never settles disturbs no other', async () => {
    void bench.memo.run(siteOf(), hostOf({ id: '/virtual/stuck.js', run: () => new Promise(() => undefined) }))
    await bench.memo.run(siteOf(), hostOf())
    expect(bench.outcomes()).toEqual(['miss'])
  })
})

describe('a plugin of which nothing is known', () => {
  const learning = (): ReturnType<typeof siteOf> => siteOf({}, { decision: { kind: 'memoize', reason: 'nothing speaks against it', recipe: null, learning: true }, relocatable: false })
  const costing = (ms: number, id: string): FakeHost => hostOf({ id, run: () => {
    bench.clock.ms += ms
    return 'text'
  } })

  it('is recorded where it was dear, and not where it was cheap', async () => {
    const site = learning()
    await build(costing(5, '/virtual/dear.js'), site)
    await build(costing(0.1, '/virtual/cheap.js'), site)
    await build(costing(5, '/virtual/dear.js'), site)
    await build(costing(0.1, '/virtual/cheap.js'), site)
    expect(bench.outcomes()).toEqual(['miss', 'bypass', 'hit', 'bypass'])
  })

  it('runs by itself, at once, when it has proved cheap', async () => {
    const site = learning()
    for (let call = 0; call < 32; call++) await bench.memo.run(site, costing(0.01, `/virtual/${call}.js`))
    expect(bench.memo.run(site, hostOf({ run: () => 'at once' }))).toBe('at once')
    expect(lastReport()).toMatchObject({ outcome: 'bypass', reason: 'its calls are cheaper than remembering them' })
  })

  it('is judged by each kind of module apart', async () => {
    const site = learning()
    for (let call = 0; call < 40; call++) await bench.memo.run(site, costing(0.01, `/virtual/${call}.js`))
    await bench.memo.run(site, costing(20, '/virtual/a.md?raw'))
    expect(lastReport().outcome).toBe('miss')
    const again = costing(20, '/virtual/a.md?raw')
    await build(again, site)
    expect(again.runs).toBe(0)
  })

  it('goes on being answered when it is dear', async () => {
    const site = learning()
    for (let call = 0; call < 40; call++) await bench.memo.run(site, costing(3, `/virtual/${call}.js`))
    const host = costing(3, '/virtual/39.js')
    await build(host, site)
    expect(host.runs).toBe(0)
  })
})

describe('a recipe', () => {
  it('prepares the plugin before it really runs, and only then', async () => {
    const order: string[] = []
    const site = siteOf({ prepare: async () => {
      await Promise.resolve()
      order.push('prepared')
    } })
    const call: FakeCall = { run: () => {
      order.push('ran')
      return 'text'
    } }
    await buildTwice(call, site)
    expect(order).toEqual(['prepared', 'ran'])
  })

  it('is told of a hit, with the files that it depends on here', async () => {
    const path = bench.project.write('types.ts', '')
    const served: unknown[] = []
    const site = siteOf({ served: (call, paths, rerun) => {
      served.push([call.id, paths])
      void rerun()
    } })
    const [cold, warm] = await buildTwice({ run: trace => {
      trace?.file(path)
      return 'text'
    } }, site)
    expect(served).toEqual([['/virtual/a.js', [path]]])
    expect([cold.reruns, warm.reruns]).toEqual([0, 1])
  })

  it('adds what only the compiler knows', async () => {
    const path = bench.project.write('types.ts', 'one')
    const site = siteOf({ observe: (_call: unknown, trace: Trace) => trace.file(path) })
    await buildTwice({}, site)
    bench.project.write('types.ts', 'two')
    await build(hostOf(), site)
    expect(bench.outcomes()).toEqual(['miss', 'hit', 'stale'])
  })
})

describe('a call that only repeats that it gives nothing', () => {
  const nothing = { run: () => null, encode: (): ReturnType<NonNullable<FakeCall['encode']>> => ({ ok: true, result: null, code: null, map: null }), replay: () => null }
  const site = siteOf({ repeats: id => id !== '/virtual/icons' })

  it('is made once in a build, for whatever module', async () => {
    const memo = bench.again()
    const hosts = ['a', 'b', 'c'].map(name => hostOf({ id: `/virtual/${name}`, ...nothing }))
    for (const host of hosts) expect(await memo.run(site, host)).toBeNull()
    expect(hosts.map(({ runs }) => runs)).toEqual([1, 0, 0])
    expect(lastReport()).toMatchObject({ outcome: 'hit', costMs: 0, recordedCostMs: 0, call: { id: '/virtual/c' } })
  })

  it('is made again in the next build, and in each rebuild', async () => {
    const memo = bench.again()
    const hosts = ['a', 'b'].map(name => hostOf({ id: `/virtual/${name}`, ...nothing }))
    await memo.run(site, hosts[0]!)
    bench.vfs.nextEpoch()
    await memo.run(site, hosts[1]!)
    expect(hosts[1]!.runs).toBe(1)
  })

  it('is made as long as it fails', async () => {
    const memo = bench.again()
    const error = new Error('an icon is broken')
    const failing = (name: string): FakeHost => hostOf({ id: `/virtual/${name}`, run: () => { throw error } })
    for (const name of ['a', 'b']) await expect(memo.run(site, failing(name))).rejects.toBe(error)
  })

  it('does not stand for a call that gives something', async () => {
    const memo = bench.again()
    await memo.run(site, hostOf({ id: '/virtual/a', ...nothing }))
    expect(await memo.run(site, hostOf({ id: '/virtual/icons', code: 'sprite' }))).toBe('SPRITE')
    expect(await memo.run(siteOf(), hostOf({ id: '/virtual/a', code: 'of another plugin' }))).toBe('OF ANOTHER PLUGIN')
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
    await build(hostOf(callAt(bench)), site)
    const host = hostOf(callAt(other))
    const result = await other.again({ store: bench.store }).run(site, host)
    return { result, ran: host.runs > 0, replayed: host.replayed }
  }

  it('paths in ids, inputs, results, effects and dependencies move', async () => {
    for (const each of [bench, other]) each.project.write('src/a.ts', 'same')
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
    const text = `export const text = "${bench.project.root}/src"`
    for (const each of [bench, other]) each.project.write('src/a.ts', text)
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
    const root = bench.project.at('größe')
    const site = siteOf()
    const at = (path: string): ReturnType<MemoBench['again']> => bench.again({ root: path, portable: new PortableText([{ token: 'r', path }]) })
    const host = (): FakeHost => hostOf({ run: () => Buffer.from(`${root}/a`), encode: bytes => ({ ok: true, result: null, code: bytes as Buffer, map: null }) })
    await at(root).run(site, host())
    const next = host()
    await at('/srv/elsewhere').run(site, next)
    expect(next.runs).toBe(1)
  })

  it('a shallow root that may be a constant binds the memo to its place', async () => {
    const at = (path: string): ReturnType<MemoBench['again']> => bench.again({ root: path, portable: new PortableText([{ token: 'r', path }]) })
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
    const paths = ['a', 'b', 'c'].map(name => bench.project.write(`${name}.txt`, name))
    const memo = bench.again({ watch: (trace, body) => observer.run(trace, body), claims: observer.claims })
    await Promise.all(paths.map(path => memo.run(siteOf({}, { sharedReads: null }), hostOf({ id: path, run: async () => {
      await Promise.resolve()
      return readFile(path, 'utf8')
    } }))))
    detach()
    expect(bench.reports.map(report => report.dependencyCount)).toEqual([1, 1, 1])
    bench.project.write('b.txt', 'edited')
    const after = bench.again({ watch: (_trace, body) => body() })
    for (const path of paths) await after.run(siteOf(), hostOf({ id: path }))
    expect(bench.outcomes().slice(3)).toEqual(['hit', 'stale', 'hit'])
  })
})
