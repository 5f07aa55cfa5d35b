import { describe, expect, it } from 'vitest'
import { digest } from '../../../src/hash.ts'
import type { Effect } from '../../../src/memo/trace/effect.ts'
import type { Trace } from '../../../src/memo/trace/trace.ts'
import { hostOf, siteOf } from './helpers/memo-bench.ts'
import type { FakeCall, FakeHost } from './helpers/memo-bench.ts'
import { useMemoScene } from './helpers/memo-scene.ts'

const scene = useMemoScene()

describe('a call that was recorded', () => {
  it('is a hit, and the plugin does not run', async () => {
    const [cold, warm] = await scene.buildTwice({ code: 'text' })
    expect([cold.runs, warm.runs]).toEqual([1, 0])
    expect(scene.bench.outcomes()).toEqual(['miss', 'hit'])
    expect(scene.lastReport()).toMatchObject({ cause: null, reason: null })
    expect(scene.bench.faults).toEqual([])
  })

  it('gives the result that was recorded', async () => {
    await scene.build(hostOf({ run: () => 'made once' }))
    expect(await scene.build(hostOf({ run: () => 'made again' }))).toBe('made once')
  })

  it('tells what it cost when it was recorded, and what it costs now', async () => {
    await scene.build(hostOf({ run: () => {
      scene.bench.clock.ms += 40
      return 'text'
    } }))
    await scene.build(hostOf({ replay: record => {
      scene.bench.clock.ms += 2
      return record.code
    } }))
    expect(scene.bench.reports.map(({ costMs, recordedCostMs }) => [costMs, recordedCostMs])).toEqual([[40, 0], [2, 40]])
  })

  it('replays the effects in their order', async () => {
    const effects: Effect[] = [
      { kind: 'log', level: 'warn', log: { message: 'first' }, position: null },
      { kind: 'watch', path: scene.bench.project.at('a.json') },
      { kind: 'print', channel: 'stderr', method: 'write', args: ['second'] },
      { kind: 'log', level: 'info', log: { message: 'third' }, position: 3 },
    ]
    const [, warm] = await scene.buildTwice({ run: trace => {
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
    await scene.build(hostOf())
    for (const [call, site] of others) {
      const host = hostOf(call)
      await scene.build(host, site)
      expect(host.runs, JSON.stringify([call, site])).toBe(1)
    }
    expect(new Set(scene.bench.outcomes())).toEqual(new Set(['miss']))
  })

  it('FAULTS 17: is one for its own build identity alone', async () => {
    await scene.bench.again({ identity: { mode: 'production' } }).run(siteOf(), hostOf())
    await scene.bench.again({ identity: { mode: 'development' } }).run(siteOf(), hostOf())
    expect(scene.bench.outcomes()).toEqual(['miss', 'miss'])
  })

  it('tells texts apart that only look alike in a key', async () => {
    const long = 'x'.repeat(100)
    const codes = ['', '=', 'a', '=a', long, digest(long), `=${digest(long)}`, `${long}\n`, '\u0001', '\u0001e', scene.bench.project.root, '\u0001r', '\ud800', '\ud801', '\ufffd', `${long}\ud800`, `${long}\ud801`, `${long}\ufffd`]
    for (const code of codes) {
      const host = hostOf({ inputs: { code } })
      await scene.build(host)
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
    const path = scene.bench.project.write('types.ts', 'one')
    await scene.buildTwice(reading(path))
    scene.bench.project.write('types.ts', 'two')
    await scene.buildTwice(reading(path))
    expect(scene.bench.outcomes()).toEqual(['miss', 'hit', 'stale', 'hit'])
    expect(scene.bench.reports[2]).toMatchObject({ cause: { kind: 'trace', what: 'file', path: 'types.ts' } })
  })

  it('finds the memo of before when the change is taken back', async () => {
    const path = scene.bench.project.write('types.ts', 'one')
    await scene.build(hostOf({ ...reading(path), run: trace => {
      trace?.file(path)
      return 'made of one'
    } }))
    scene.bench.project.write('types.ts', 'two')
    await scene.build(hostOf(reading(path)))
    scene.bench.project.write('types.ts', 'one')
    expect(await scene.build(hostOf(reading(path)))).toBe('made of one')
    expect(scene.bench.outcomes()).toEqual(['miss', 'stale', 'hit'])
  })

  it('says when a file came to be that was absent', async () => {
    const path = scene.bench.project.at('nearer.ts')
    await scene.build(hostOf(reading(path)))
    scene.bench.project.write('nearer.ts', '')
    await scene.build(hostOf(reading(path)))
    expect(scene.lastReport()).toMatchObject({ outcome: 'stale', cause: { kind: 'trace', what: 'absent', path: 'nearer.ts' } })
  })

  it('may be a variable of the environment', async () => {
    const call: FakeCall = { run: trace => {
      trace?.env.set('API', scene.bench.env['API'] ?? null)
      return 'text'
    } }
    await scene.buildTwice(call)
    scene.bench.env['API'] = 'https://b.example'
    await scene.build(hostOf(call))
    expect(scene.bench.outcomes()).toEqual(['miss', 'hit', 'stale'])
    expect(scene.lastReport().cause).toMatchObject({ what: 'env', path: 'API' })
  })

  it.each([
    ['plain code', 'const a = 1 | 2', 'hit'],
    ['colours', 'throw "\u001b[31mred"', 'stale'],
    ['colours that are escaped', String.raw`throw "\u001b[31mred"`, 'stale'],
    ['the frame of a message, which has colours elsewhere', String.raw`throw "no such name\n> 1 | nam"`, 'stale'],
  ])('may be what decides about colours, by what the result has: %s', async (_what, code, expected) => {
    const call: FakeCall = { run: trace => {
      trace?.env.set('=colours CI', scene.bench.env['CI'] ?? null)
      return code
    } }
    await scene.build(hostOf(call))
    scene.bench.env['CI'] = '1'
    await scene.build(hostOf(call))
    expect(scene.bench.outcomes()).toEqual(['miss', expected])
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
    await scene.buildTwice(call)
    answer = 'digest of ./a.tsx'
    await scene.build(hostOf(call))
    expect(asked[0]).toEqual(['resolve', '["./a"]', 'digest of ./a.ts'])
    expect(scene.bench.outcomes()).toEqual(['miss', 'hit', 'stale'])
  })

  it('is looked for on disk before the bundler is asked', async () => {
    const path = scene.bench.project.write('a.ts', '')
    let asked = 0
    const call: FakeCall = {
      run: trace => {
        trace?.file(path)
        trace?.inputs.set('map', 'one')
        return 'text'
      },
      check: () => Promise.resolve(`${asked++}`),
    }
    await scene.build(hostOf(call))
    scene.bench.project.write('a.ts', 'edited')
    await scene.build(hostOf(call))
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
    for (let time = 0; time < 2; time++) await expect(scene.build(hostOf({ run }))).rejects.toBe(error)
    expect(error).toMatchObject({ message: 'mine', code: 'PLUGIN_ERROR', frame: 'x' })
    expect(scene.bench.outcomes()).toEqual(['miss', 'miss'])
    expect(scene.lastReport().reason).toBe('it failed')
    expect(scene.bench.store.stats().entryCount).toBe(0)
    expect(scene.bench.faults).toEqual([])
  })

  it.each([undefined, null, 'text', 0])('may be %j', async thrown => {
    await expect(scene.build(hostOf({ run: () => { throw thrown } }))).rejects.toBe(thrown)
  })

  it('are thrown at once where nothing is memoized', () => {
    const host = hostOf({ run: () => { throw error } })
    const site = siteOf({}, { decision: { kind: 'refuse', reason: 'by name', recipe: null, remedy: null } })
    expect(() => scene.bench.memo.run(site, host)).toThrow(error)
    expect(scene.lastReport()).toMatchObject({ outcome: 'refused', reason: 'by name' })
  })

  it('do not hide a memo of before', async () => {
    await scene.build(hostOf({ code: 'good' }))
    await expect(scene.build(hostOf({ code: 'bad', run: () => { throw error } }))).rejects.toBe(error)
    await scene.build(hostOf({ code: 'good' }))
    expect(scene.bench.outcomes()).toEqual(['miss', 'miss', 'hit'])
  })
})

describe('where nothing is memoized', () => {
  const refused = siteOf({}, { decision: { kind: 'refuse', reason: 'by shape', recipe: null, remedy: null } })
  const bypassed = siteOf({}, { decision: { kind: 'bypass', reason: 'cheap, and always run', recipe: 'fake' } })

  it.each([['refused', refused], ['bypass', bypassed]] as const)('%s: a result that came at once comes at once, and is the very same', (outcome, site) => {
    const result = { code: 'text' }
    expect(scene.bench.memo.run(site, hostOf({ run: () => result }))).toBe(result)
    expect(scene.bench.outcomes()).toEqual([outcome])
    expect(scene.lastReport()).toMatchObject({ key: null, reason: site.decision.reason })
  })

  it('the plugin runs with nothing in between', async () => {
    const traces: unknown[] = []
    await scene.bench.memo.run(refused, hostOf({ run: trace => traces.push(trace) }))
    expect(traces).toEqual([null])
  })

  it('FAULTS 19: promises and thenables give what they give', async () => {
    expect(await scene.bench.memo.run(refused, hostOf({ run: () => Promise.resolve('later') }))).toBe('later')
    expect(await scene.bench.memo.run(refused, hostOf({ run: () => ({ then: (resolve: (value: string) => void) => resolve('thenable') }) }))).toBe('thenable')
    expect(scene.bench.outcomes()).toEqual(['refused', 'refused'])
  })

  it('a call that the recipe does not admit is refused with its reason', () => {
    expect(scene.bench.memo.run(siteOf({ admit: () => 'a constant' }), hostOf({ run: () => 'at once' }))).toBe('at once')
    expect(scene.lastReport()).toMatchObject({ outcome: 'refused', reason: 'a constant' })
  })

  it('a call whose inputs are not known is refused', () => {
    expect(scene.bench.memo.run(siteOf({ inputs: () => null }), hostOf({ run: () => 'at once' }))).toBe('at once')
    expect(scene.lastReport().outcome).toBe('refused')
  })

  it('a module that does not concern the plugin is not even counted', () => {
    expect(scene.bench.memo.run(siteOf({ concerns: id => id.endsWith('.vue') }), hostOf({ run: () => null }))).toBeNull()
    expect(scene.bench.reports).toEqual([])
  })

  it('FAULTS 20: a call that never settles disturbs no other', async () => {
    void scene.bench.memo.run(siteOf(), hostOf({ id: '/virtual/stuck.js', run: () => new Promise(() => undefined) }))
    await scene.bench.memo.run(siteOf(), hostOf())
    expect(scene.bench.outcomes()).toEqual(['miss'])
  })
})

describe('a plugin of which nothing is known', () => {
  const learning = (): ReturnType<typeof siteOf> => siteOf({}, { decision: { kind: 'memoize', reason: 'nothing speaks against it', recipe: null, learning: true }, relocatable: false })
  const costing = (ms: number, id: string): FakeHost => hostOf({ id, run: () => {
    scene.bench.clock.ms += ms
    return 'text'
  } })

  it('is recorded where it was dear, and not where it was cheap', async () => {
    const site = learning()
    await scene.build(costing(5, '/virtual/dear.js'), site)
    await scene.build(costing(0.1, '/virtual/cheap.js'), site)
    await scene.build(costing(5, '/virtual/dear.js'), site)
    await scene.build(costing(0.1, '/virtual/cheap.js'), site)
    expect(scene.bench.outcomes()).toEqual(['miss', 'bypass', 'hit', 'bypass'])
  })

  it('runs by itself, at once, when it has proved cheap', async () => {
    const site = learning()
    for (let call = 0; call < 32; call++) await scene.bench.memo.run(site, costing(0.01, `/virtual/${call}.js`))
    expect(scene.bench.memo.run(site, hostOf({ run: () => 'at once' }))).toBe('at once')
    expect(scene.lastReport()).toMatchObject({ outcome: 'bypass', reason: 'its calls are cheaper than remembering them' })
  })

  it('is judged by each kind of module apart', async () => {
    const site = learning()
    for (let call = 0; call < 40; call++) await scene.bench.memo.run(site, costing(0.01, `/virtual/${call}.js`))
    await scene.bench.memo.run(site, costing(20, '/virtual/a.md?raw'))
    expect(scene.lastReport().outcome).toBe('miss')
    const again = costing(20, '/virtual/a.md?raw')
    await scene.build(again, site)
    expect(again.runs).toBe(0)
  })

  it('goes on being answered when it is dear', async () => {
    const site = learning()
    for (let call = 0; call < 40; call++) await scene.bench.memo.run(site, costing(3, `/virtual/${call}.js`))
    const host = costing(3, '/virtual/39.js')
    await scene.build(host, site)
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
    await scene.buildTwice(call, site)
    expect(order).toEqual(['prepared', 'ran'])
  })

  it('is told of a hit, with the files that it depends on here', async () => {
    const path = scene.bench.project.write('types.ts', '')
    const served: unknown[] = []
    const site = siteOf({ served: (call, paths, rerun) => {
      served.push([call.id, paths])
      void rerun()
    } })
    const [cold, warm] = await scene.buildTwice({ run: trace => {
      trace?.file(path)
      return 'text'
    } }, site)
    expect(served).toEqual([['/virtual/a.js', [path]]])
    expect([cold.reruns, warm.reruns]).toEqual([0, 1])
  })

  it('adds what only the compiler knows', async () => {
    const path = scene.bench.project.write('types.ts', 'one')
    const site = siteOf({ observe: (_call: unknown, trace: Trace) => trace.file(path) })
    await scene.buildTwice({}, site)
    scene.bench.project.write('types.ts', 'two')
    await scene.build(hostOf(), site)
    expect(scene.bench.outcomes()).toEqual(['miss', 'hit', 'stale'])
  })
})
