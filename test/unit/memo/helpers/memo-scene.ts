/** A bench for each test, and builds with it: what the tests of the memo have in common. */
import { afterEach, beforeEach } from 'vitest'
import { createMemoBench, hostOf, siteOf } from './memo-bench.ts'
import type { FakeCall, FakeHost, MemoBench } from './memo-bench.ts'

export interface MemoScene {
  /** Of the test that runs. */
  readonly bench: MemoBench
  /** Runs the call in a memo of its own, as the next build would. */
  build(host: FakeHost, site?: ReturnType<typeof siteOf>): Promise<unknown>
  buildTwice(call: FakeCall, site?: ReturnType<typeof siteOf>): Promise<[FakeHost, FakeHost]>
  lastReport(): MemoBench['reports'][number]
}

/** Makes a bench before each test of the file, and takes it away after it. */
export function useMemoScene(): MemoScene {
  let bench: MemoBench
  beforeEach(() => {
    bench = createMemoBench()
  })
  afterEach(() => bench.dispose())
  const build: MemoScene['build'] = async (host, site = siteOf()) => bench.again().run(site, host)
  return {
    get bench() {
      return bench
    },
    build,
    async buildTwice(call, site = siteOf()) {
      const hosts: [FakeHost, FakeHost] = [hostOf(call), hostOf(call)]
      for (const host of hosts) await build(host, site)
      return hosts
    },
    lastReport: () => bench.reports.at(-1)!,
  }
}
