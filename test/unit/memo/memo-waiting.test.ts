import { describe, expect, it } from 'vitest'
import { digest } from '../../../src/hash.ts'
import { hostOf, siteOf } from './helpers/memo-bench.ts'
import type { FakeCall } from './helpers/memo-bench.ts'
import { useMemoScene } from './helpers/memo-scene.ts'

const scene = useMemoScene()

/** A call that asked its context for something, which was answered with `answer`. */
function asking(answer: string, check: FakeCall['check'] = () => Promise.resolve(digest(answer))): FakeCall {
  return {
    check,
    run: trace => {
      trace?.resolved('request', digest(answer), false)
      return `with ${answer}`
    },
  }
}

describe('a call for which nothing is stored', () => {
  it('begins at once, as it would without Pitcrew', async () => {
    const host = hostOf()
    const result = scene.bench.memo.run(siteOf(), host)
    expect(host.runs).toBe(1)
    expect(await result).toBe('CODE')
  })

  it('waits for what its recipe prepares', async () => {
    const steps: string[] = []
    const prepared = Promise.resolve().then(() => void steps.push('prepared'))
    await scene.bench.memo.run(siteOf({ prepare: () => prepared }), hostOf({ run: () => steps.push('run') && 'text' }))
    expect(steps).toEqual(['prepared', 'run'])
  })

  it('is given a failure as a rejection, also where it fails at once', async () => {
    const failure = new Error('of the plugin')
    const fail = (): never => {
      throw failure
    }
    const result = scene.bench.memo.run(siteOf(), hostOf({ run: fail }))
    await expect(result).rejects.toBe(failure)
  })
})

describe('a record that the host has to be asked about', () => {
  it('is followed by the next one where the answer is another', async () => {
    await scene.build(hostOf(asking('one')))
    await scene.build(hostOf(asking('two')))
    const host = hostOf(asking('one'))
    expect(await scene.build(host)).toBe('with one')
    expect([host.runs, scene.bench.outcomes()]).toEqual([0, ['miss', 'stale', 'hit']])
  })

  it('is a miss where the host fails to answer', async () => {
    await scene.build(hostOf(asking('one')))
    const host = hostOf(asking('one', () => Promise.reject(new Error('of the host'))))
    expect(await scene.build(host)).toBe('with one')
    expect([host.runs, scene.bench.faults.map(({ where }) => where), scene.bench.outcomes()]).toEqual([1, ['lookup'], ['miss', 'miss']])
  })
})
