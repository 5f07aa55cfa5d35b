/** A thousand projects that do not exist: their first ten builds are noise alone, so every alert is false. */
import type { Severity } from '../../src/monitor/anomalies/anomaly.ts'
import { detectAnomalies } from '../../src/monitor/anomalies/detect.ts'
import type { PastFinding } from '../../src/monitor/build-entry.ts'
import type { BuildRecord } from '../../src/monitor/build-record.ts'
import { seeded } from './inject.ts'

export interface ColdStart {
  readonly projects: number
  readonly builds: number
  readonly alerts: Readonly<Record<Severity, number>>
}

/** Builds of one to ten seconds with five to thirty hooks; noise of 2 to 15 %, heavy-tailed, part of it shared by all hooks. */
export function simulateColdStarts(projects: number, seed: number): ColdStart {
  const random = seeded(seed)
  const alerts = { suspected: 0, confirmed: 0, 'went-away': 0 }
  for (let project = 0; project < projects; project++) {
    const builds = simulateProject(10, random)
    // As the history keeps them, newest first.
    const earlier: (readonly PastFinding[])[] = []
    builds.forEach((build, index) => {
      const anomalies = detectAnomalies(builds.slice(0, index), build, earlier)
      for (const anomaly of anomalies) if (anomaly.isAlert) alerts[anomaly.severity]++
      earlier.unshift(anomalies.filter(({ severity }) => severity !== 'went-away'))
    })
  }
  return { projects, builds: projects * 10, alerts }
}

export function simulateProject(count: number, random: () => number): readonly BuildRecord[] {
  const noise = 0.02 + 0.13 * random()
  const shared = noise * random()
  const hooks = Array.from({ length: 5 + Math.floor(26 * random()) }, () => 20 * 50 ** random())
  const rest = 500 + 3000 * random()
  return Array.from({ length: count }, (_, index) => {
    const machine = shared * heavyTailed(random)
    const costs = [rest, ...hooks].map((ms) => ms * Math.exp(machine + noise * heavyTailed(random)))
    return record(index, costs, random)
  })
}

function record(index: number, costs: readonly number[], random: () => number): BuildRecord {
  const kernel = (): number => 7 * Math.exp(0.03 * heavyTailed(random))
  return {
    id: String(index),
    startedAtMs: index,
    stratum: { command: 'build', mode: 'production', variant: '', bundler: 'vite@8', cache: 'cold', cpuModel: 'simulated', nodeMajor: 20, site: 'local' },
    wallMs: costs.reduce((sum, ms) => sum + ms, 0),
    work: { calls: 1000, moduleCount: 300, bytes: 1e6 },
    calibration: { javascriptMs: kernel(), threadsMs: kernel(), fileSystemMs: kernel(), mainWaitRatio: 1, threadWaitRatio: 1 },
    metrics: costs.slice(1).map((selfMs, i) => ({ plugin: `plugin-${i}`, hook: 'transform', selfMs, calls: 300, bytes: 1e6, modules: [] })),
    provenance: {
      commit: null, branch: null, lockfileDigest: null, configDigest: null, nodeVersion: '20.0.0',
      pluginVersions: {}, pluginDigests: {}, packageVersions: {}, changedFiles: [],
    },
  }
}

/** Student's t with four degrees of freedom, scaled to unit variance: a normal over the root of an independent gamma. */
function heavyTailed(random: () => number): number {
  const gamma = -Math.log(1 - random()) - Math.log(1 - random())
  return gaussian(random) / Math.sqrt(gamma / 2) / Math.SQRT2
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
}
