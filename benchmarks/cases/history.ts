/**
 * Question: what does it cost to remember a build, and how large does the history become?
 *
 * Five hundred builds of two hundred hooks whose times differ from build to build are appended by one process each time anew, as
 * builds do it: what is read to append is read anew, too. Then all of it is read back, and must be what was written.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { History } from '../../src/history/history.ts'
import type { BuildRecord } from '../../src/monitor/build-record.ts'
import type { BenchCase } from '../case.ts'
import { seeded } from '../detection/inject.ts'
import { median } from '../statistics.ts'

const BUILDS = 500
const METRICS = 200
const SEED = 20_260_701
const HOOKS = ['transform', 'load', 'resolveId'] as const
const STRATUM: BuildRecord['stratum'] = { command: 'build', mode: 'production', variant: '', bundler: 'vite@8', cache: 'cold', cpuModel: 'simulated', nodeMajor: 20, site: 'local' }

const history: BenchCase = {
  name: 'history',
  question: 'What does it cost to remember a build, and how large does the history become?',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'pitcrew-bench-history-'))
    try {
      const random = seeded(SEED)
      const appendMs: number[] = []
      let cpuMs = 0
      for (let index = 0; index < BUILDS; index++) {
        const entry = { record: recordOf(index, random), findings: [], forecast: { expectedMs: 3100, low: 2900, high: 3300 } }
        const [from, cpu] = [performance.now(), process.cpuUsage()]
        const fault = await new History(folder).append('bench', entry)
        appendMs.push(performance.now() - from)
        const { user, system } = process.cpuUsage(cpu)
        cpuMs += (user + system) / 1000
        if (fault !== null) throw new Error(fault.message)
      }
      const from = performance.now()
      const { entries } = await new History(folder).read('bench', STRATUM, BUILDS)
      const readMs = performance.now() - from
      if (entries.length !== BUILDS || entries.some(({ record }) => record.metrics.length !== METRICS)) throw new Error(`of ${BUILDS} builds ${entries.length} came back`)
      const bytes = sizeOf(folder)
      const sorted = [...appendMs].sort((a, b) => a - b)
      const p95Ms = sorted[Math.floor(0.95 * sorted.length)]!
      const text = `${BUILDS} builds of ${METRICS} metrics: ${(bytes / 1e6).toFixed(2)} MB; to append one takes ${median(appendMs).toFixed(1)} ms (median; ${p95Ms.toFixed(1)} ms at most in 19 of 20; ${(cpuMs / BUILDS).toFixed(1)} ms of processor time), to read all ${readMs.toFixed(0)} ms`
      return { kind: 'figures', figures: { builds: BUILDS, metrics: METRICS, bytes, medianAppendMs: median(appendMs), p95AppendMs: p95Ms, cpuMsPerAppend: cpuMs / BUILDS, readMs }, text }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
}

export default history

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).map(name => statSync(join(folder, name))).filter(file => file.isFile()).reduce((sum, file) => sum + file.size, 0)
}

function recordOf(index: number, random: () => number): BuildRecord {
  const metrics = Array.from({ length: METRICS }, (_, metric) => ({
    plugin: `vite-plugin-${metric % 70}`, hook: HOOKS[metric % 3]!, selfMs: 1000 * random() ** 3, calls: 300 + Math.floor(20 * random()), bytes: Math.floor(1e6 * random()),
    modules: Array.from({ length: 20 }, (__, module) => ({ id: `src/features/f${Math.floor(100 * random())}/Component${module}.vue`, selfMs: 10 * random(), calls: 1 })),
  }))
  const kernel = (): number => 7 * (1 + 0.05 * random())
  return {
    id: index.toString(16).padStart(8, '0'), startedAtMs: 1_790_000_000_000 + index * 60_000, stratum: STRATUM, wallMs: 3000 + 500 * random(), work: { calls: 60_000, moduleCount: 300, bytes: 1e8 },
    calibration: { javascriptMs: kernel(), threadsMs: kernel(), fileSystemMs: kernel(), mainWaitRatio: 1 + random() / 10, threadWaitRatio: 1 + random() },
    metrics,
    provenance: {
      commit: index.toString(16).padStart(40, 'c'), branch: 'main', lockfileDigest: 'lock', configDigest: 'config', nodeVersion: '20.20.0', pluginVersions: {},
      pluginDigests: Object.fromEntries(Array.from({ length: 70 }, (_, plugin) => [`vite-plugin-${plugin}`, { source: 'aaaaaaaa', options: 'bbbbbbbb' }])),
      packageVersions: Object.fromEntries(Array.from({ length: 80 }, (_, item) => [`package-${item}`, `1.${item}.0`])), changedFiles: [`src/features/f${index % 100}/Component1.vue`],
    },
  }
}
