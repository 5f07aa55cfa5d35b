import { describe, expect, it } from 'vitest'
import { PrintClaims } from '../../../../src/memo/observe/print-claims.ts'
import type { ClaimStrength } from '../../../../src/memo/observe/print-claims.ts'
import { claimSassPrints } from '../../../../src/memo/recipes/sass-prints.ts'
import { Trace } from '../../../../src/memo/trace/trace.ts'

interface Bench {
  readonly claims: PrintClaims
  /** Adds a claim of a call in flight. */
  claim(strength: ClaimStrength): Trace
  /** A line that was printed. @returns Whether it has been dealt with, and to whom it went. */
  print(active: Trace | null, text?: string): { settled: boolean; owners: Trace[] }
}

function createBench(): Bench {
  const claims = new PrintClaims()
  return {
    claims,
    claim(strength) {
      const trace = new Trace(0)
      claims.add({ trace, strengthOf: () => strength })
      return trace
    },
    print(active, text = 'line') {
      const owners: Trace[] = []
      const settled = claims.settle(text, active, trace => void owners.push(trace))
      return { settled, owners }
    },
  }
}

describe('a line printed from outside of every call', () => {
  it('is nobody else\'s when nobody claims it', () => {
    expect(createBench().print(null)).toEqual({ settled: false, owners: [] })
  })

  it('is the call\'s that certainly owns it', () => {
    const bench = createBench()
    const maybe = bench.claim('maybe')
    const owner = bench.claim('owner')
    expect(bench.print(null)).toEqual({ settled: true, owners: [owner] })
    expect([owner.refusal, maybe.refusal]).toEqual([null, null])
  })

  it('is the call\'s that may own it when no other may', () => {
    const bench = createBench()
    const only = bench.claim('only')
    bench.claim('none')
    expect(bench.print(null)).toEqual({ settled: true, owners: [only] })
  })

  it.each<[ClaimStrength, ClaimStrength]>([['only', 'only'], ['only', 'maybe'], ['maybe', 'maybe']])('that may be of two (%s, %s) makes both calls ones that are not remembered', (one, other) => {
    const bench = createBench()
    const traces = [bench.claim(one), bench.claim(other)]
    expect(bench.print(null)).toEqual({ settled: true, owners: [] })
    expect(traces.map(trace => trace.refusal === null)).toEqual([false, false])
  })

  it('that may be of one, and nobody can tell, makes that call one that is not remembered', () => {
    const bench = createBench()
    const maybe = bench.claim('maybe')
    expect(bench.print(null).owners).toEqual([])
    expect(maybe.refusal).not.toBeNull()
  })

  it('after the call ended is not its any more', () => {
    const bench = createBench()
    const trace = new Trace(0)
    const end = bench.claims.add({ trace, strengthOf: () => 'owner' })
    end()
    expect(bench.print(null)).toEqual({ settled: false, owners: [] })
  })
})

describe('a line printed in the context of a call', () => {
  it('is that call\'s business when its compiler prints nothing from outside', () => {
    const bench = createBench()
    bench.claim('owner')
    expect(bench.print(new Trace(0))).toEqual({ settled: false, owners: [] })
  })

  it('says nothing when the compiler\'s process may have inherited that context', () => {
    const bench = createBench()
    const started = bench.claim('none')
    const owner = bench.claim('owner')
    expect(bench.print(started)).toEqual({ settled: true, owners: [owner] })
  })

  it('of a call that has ended, whose context the process inherited, is dealt with although nobody claims it', () => {
    const bench = createBench()
    const trace = new Trace(0)
    bench.claims.add({ trace, strengthOf: () => 'owner' })()
    expect(bench.print(trace)).toEqual({ settled: true, owners: [] })
  })
})

describe('what Sass prints', () => {
  const warning = (entry: string): string => `Deprecation Warning: x\n\n  ╷\n1 │ a\n  ╵\n    src/_b.scss 1:1  @use\n    ${entry} 3:1  root stylesheet\n`
  const claim = (): ReturnType<typeof claimSassPrints> => claimSassPrints('/srv/a.scss', new Trace(0))

  it('is owned by the style sheet at the bottom of the stack', () => {
    expect([claim().strengthOf(warning('/srv/a.scss')), claim().strengthOf(warning('file:///srv/a.scss')), claim().strengthOf(warning('/srv/b.scss'))]).toEqual(['owner', 'owner', 'none'])
  })

  it('of what was left out may be its own only after five of a kind', () => {
    const sass = claim()
    const omitted = '2 repetitive deprecation warnings omitted.\n'
    const strengths = [sass.strengthOf(omitted)]
    for (let time = 0; time < 5; time++) sass.strengthOf(warning('/srv/a.scss'))
    strengths.push(sass.strengthOf(omitted))
    expect(strengths).toEqual(['none', 'only'])
  })

  it('in any other form may be of anybody', () => {
    expect(claim().strengthOf('a.scss:1 DEBUG: 1\n')).toBe('maybe')
  })
})
