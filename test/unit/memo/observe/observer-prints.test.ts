import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Observer } from '../../../../src/memo/observe/observer.ts'
import { Trace } from '../../../../src/memo/trace/trace.ts'

let observer: Observer
let detach: () => void

beforeEach(() => {
  observer = new Observer()
  detach = observer.attach()
})

afterEach(() => detach())

async function traced(body: () => unknown): Promise<Trace> {
  const trace = new Trace(0)
  await observer.run(trace, async () => body())
  return trace
}

/** Waits for a function with a callback. */
const called = (start: (done: (error: unknown) => void) => void): Promise<unknown> => new Promise(resolve => start(resolve))

describe('lines that a call prints', () => {
  it('are effects, in their order, and are printed', async () => {
    const trace = await traced(async () => {
      process.stdout.write('')
      await Promise.resolve()
      process.stderr.write('')
    })
    expect(trace.effects).toEqual([
      { kind: 'print', channel: 'stdout', method: 'write', args: [''] },
      { kind: 'print', channel: 'stderr', method: 'write', args: [''] },
    ])
  })

  it('give what the stream gives', async () => {
    let written: unknown
    await traced(() => called(done => {
      written = process.stdout.write('', 'utf8', error => done(error))
    }))
    expect(written).toBe(true)
  })

  it('outside of any call are none', () => {
    const trace = new Trace(0)
    observer.run(trace, () => undefined)
    process.stdout.write('')
    expect(trace.effects).toEqual([])
  })
})
