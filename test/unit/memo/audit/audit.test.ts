import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Audit, auditBudgetMs } from '../../../../src/memo/audit/audit.ts'
import type { AuditParts, Mismatch } from '../../../../src/memo/audit/audit.ts'
import type { MemoParts } from '../../../../src/memo/memo.ts'
import type { Trace } from '../../../../src/memo/trace/trace.ts'
import { createMemoBench, hostOf, siteOf } from '../helpers/memo-bench.ts'
import type { FakeCall, MemoBench } from '../helpers/memo-bench.ts'

let bench: MemoBench
let mismatches: Mismatch[]
let faults: unknown[]
beforeEach(() => {
  mismatches = []
  faults = []
  bench = createMemoBench()
})
afterEach(() => bench.dispose())

interface Auditing {
  readonly audit: Audit
  /** Records a call, serves it in the next process, and offers it. */
  serve(call: FakeCall, site?: ReturnType<typeof siteOf>): Promise<void>
}

function auditing(changes: Partial<AuditParts> = {}): Auditing {
  const parts: Pick<MemoParts, 'audit'> = { audit: null }
  const memo = bench.again({ get audit() { return parts.audit } } as Partial<MemoParts>)
  const audit = new Audit({
    sample: 1, clock: bench.clock, check: () => memo.check, watch: (_trace, body) => body(), lookAgain: () => bench.vfs.nextEpoch(),
    onMismatch: mismatch => void mismatches.push(mismatch), onFault: error => void faults.push(error), ...changes,
  })
  return {
    audit,
    async serve(call, site = siteOf()) {
      await bench.memo.run(site, hostOf(call))
      const served = bench.again({ audit })
      await served.run(site, hostOf(call))
    },
  }
}

describe('an audit', () => {
  it('finds a call the same', async () => {
    const { audit, serve } = auditing()
    await serve({ code: 'a' })
    expect(await audit.run(Infinity)).toMatchObject({ audited: 1, inconclusive: 0, mismatches: [] })
    expect(await audit.run(Infinity)).toMatchObject({ audited: 0 })
  })

  it('finds a call that gives something else, and leaves its plugin alone from then on', async () => {
    const { audit, serve } = auditing()
    let count = 0
    const site = siteOf()
    await serve({ id: '/a.js', run: () => `${count++}` }, site)
    await serve({ id: '/b.js', run: () => `${count++}` }, site)
    const result = await audit.run(Infinity)
    expect(result).toMatchObject({ audited: 1, inconclusive: 1, mismatches: [{ id: '/a.js', difference: { where: 'code', served: '0', now: '2' } }] })
    expect(mismatches).toEqual(result.mismatches)
  })

  it('finds one that fails now', async () => {
    const { audit, serve } = auditing()
    let isFirst = true
    await serve({ run: () => {
      if (!isFirst) throw new Error('not again')
      isFirst = false
      return 'a'
    } })
    expect((await audit.run(Infinity)).mismatches).toMatchObject([{ difference: { where: 'outcome', now: 'an error: not again' } }])
  })

  it.each<[string, (trace: Trace | null) => unknown]>([
    ['asks another process', trace => trace?.outsourced('it starts another process')],
    ['does what cannot be repeated', trace => trace?.refuse('it asks what is gone')],
  ])('draws no conclusion from one that %s', async (_what, act) => {
    const { audit, serve } = auditing()
    let runs = 0
    await serve({ run: trace => {
      if (runs++ > 0) act(trace)
      return `${runs}`
    } })
    expect(await audit.run(Infinity)).toMatchObject({ audited: 0, inconclusive: 1, mismatches: [] })
  })

  it('draws no conclusion when what the call read is another file now', async () => {
    const { audit, serve } = auditing()
    const path = bench.project.write('dep.txt', 'one')
    await serve({ run: trace => {
      trace?.file(path)
      return 'same'
    } })
    bench.project.write('dep.txt', 'two!')
    expect(await audit.run(Infinity)).toMatchObject({ audited: 0, inconclusive: 1 })
  })

  it('does not repeat a call whose module was called with something else since', async () => {
    const { audit, serve } = auditing()
    await serve({ code: 'old' })
    audit.ran(siteOf(), '/virtual/a.js')
    const site = siteOf()
    await serve({ code: 'old' }, site)
    audit.ran(site, '/virtual/a.js')
    expect(await audit.run(Infinity)).toMatchObject({ audited: 1, inconclusive: 1 })
  })

  it('does not wait for one that never settles', async () => {
    const { audit, serve } = auditing({ sample: 0.999_999 })
    let runs = 0
    const site = siteOf()
    audit.ran(site, 'another')
    await serve({ run: () => (runs++ === 0 ? 'a' : new Promise(() => undefined)) }, site)
    expect(await audit.run(60_000)).toMatchObject({ audited: 0, inconclusive: 1, mismatches: [] })
  })

  it('takes no more time than it is given', async () => {
    const { audit, serve } = auditing()
    for (let index = 0; index < 10; index++) {
      await serve({ id: `/${index}.js`, run: () => {
        bench.clock.ms += 10
        return 'a'
      } })
    }
    const { audited, inconclusive } = await audit.run(35)
    expect([audited <= 4, audited + inconclusive]).toEqual([true, 10])
  })

  describe('of a sample', () => {
    /** What is audited of 500 hits, by number. */
    async function sampled(wall: number, { sample, isRun }: { sample: number; isRun: boolean }): Promise<number[]> {
      mismatches = []
      const audit = new Audit({
        sample, clock: { now: () => 0, wall: () => wall }, check: () => bench.memo.check, watch: (_trace, body) => body(), lookAgain: () => undefined,
        onMismatch: mismatch => void mismatches.push(mismatch), onFault: () => undefined,
      })
      for (let index = 0; index < 500; index++) {
        const record = { dependencies: [], effects: [], result: null, code: `${index}`, map: null, costMs: 0, outsourced: false }
        const key = { key: Buffer.from(String(index).padEnd(32)), inputs: {} }
        // Distinct sites, so that each one that differs is told of.
        const site = siteOf()
        if (isRun) audit.ran(site, 'another')
        audit.offer({ site, host: hostOf({ id: `${index}`, code: 'other' }), key, record })
      }
      return (await audit.run(Infinity)).mismatches.map(({ id }) => Number(id))
    }

    it('takes another one in each build, of about the size that was asked for', async () => {
      const [first, again, second] = [1_700_000_000_000, 1_700_000_000_000, 1_700_000_001_000].map(wall => sampled(wall, { sample: 0.2, isRun: true }))
      expect(await again).toEqual(await first)
      expect(await second).not.toEqual(await first)
      for (const each of [first, second]) expect(Math.abs((await each!).length - 100)).toBeLessThan(40)
    })

    it('leaves a plugin of which nothing was run alone in most builds, and takes as much in all of them together', async () => {
      const sizes: number[] = []
      for (let build = 0; build < 200; build++) sizes.push((await sampled(1_700_000_000_000 + build * 61_234, { sample: 0.01, isRun: false })).length)
      expect(sizes.filter(size => size > 0).length).toBeLessThan(20)
      expect(Math.abs(sizes.reduce((sum, size) => sum + size) / (200 * 500) - 0.01)).toBeLessThan(0.005)
    })
  })

  it('never rejects: its own faults are told', async () => {
    const { audit, serve } = auditing({ lookAgain: () => {
      throw new Error('ours')
    } })
    await serve({})
    expect(await audit.run(Infinity)).toMatchObject({ audited: 0 })
    expect(faults).toHaveLength(1)
  })
})

it('may take a fiftieth of the build, and a second at most, unless everything is audited', () => {
  expect([100, 10_000, 1_000_000].map(wallMs => auditBudgetMs(wallMs, 0.01))).toEqual([20, 200, 1000])
  expect(auditBudgetMs(100, 1)).toBe(Infinity)
})
