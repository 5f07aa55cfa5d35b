import { describe, expect, it } from 'vitest'
import { UpdateWatch } from '../../../src/performance/update-watch.ts'
import type { Update } from '../../../src/performance/update-watch.ts'
import { createMeterBench } from '../monitor/measure/bench.ts'

function start(): { bench: ReturnType<typeof createMeterBench>; watch: UpdateWatch; told: Update[]; serve: (ms: number) => void } {
  const bench = createMeterBench(false)
  const told: Update[] = []
  const watch = new UpdateWatch(bench.meter, { now: bench.now, wall: () => 7 } as never, update => void told.push(update))
  const transform = bench.hook('vue', (_code: string, _id: string, ms: number) => bench.work(ms))
  const serve = (ms: number): void => {
    watch.asked()
    transform('', 'a.vue', ms)
  }
  serve(100)
  return { bench, watch, told, serve }
}

describe('an update of a dev server', () => {
  it('is what was done from the first request for it to the last call', () => {
    const { bench, watch, told, serve } = start()
    watch.changed()
    bench.sleep(10)
    serve(30)
    bench.sleep(500)
    watch.settled()
    expect(told).toEqual([{ startedAtMs: 7, wallMs: 30, metrics: [{ plugin: 'vue', hook: 'transform', calls: 1, selfMs: 30, bytes: 0, modules: [] }] }])
    watch.settled()
    expect(told).toHaveLength(1)
  })

  it('is none where nobody asked for it', () => {
    const { watch, told } = start()
    watch.changed()
    watch.settled()
    expect(told).toEqual([])
  })

  it('that was asked for is over when the next change comes', () => {
    const { watch, told, serve } = start()
    watch.changed()
    serve(30)
    watch.changed()
    serve(20)
    watch.settled()
    expect(told.map(({ wallMs }) => wallMs)).toEqual([30, 20])
  })
})
