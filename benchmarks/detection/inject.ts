/** Changes made on purpose to real builds: each returns a new record and leaves the phases that it does not name untouched. */
import type { BuildRecord, HookMetric } from '../../src/monitor/build-record.ts'

/** `phase` takes `addedMs` longer, and so does the build. */
export function slowPhase(build: BuildRecord, phase: string, addedMs: number): BuildRecord {
  return { ...build, wallMs: build.wallMs + addedMs, metrics: mapPhase(build, phase, addedMs) }
}

/** `ms` of work happen in `to` instead of in `from`; the build takes as long as before. */
export function movePhase(build: BuildRecord, from: string, to: string, ms: number): BuildRecord {
  const taken = { ...build, metrics: mapPhase(build, from, -ms) }
  return { ...taken, metrics: mapPhase(taken, to, ms) }
}

/** Everything takes `factor` times as long. */
export function slowMachine(build: BuildRecord, factor: number): BuildRecord {
  return { ...build, wallMs: build.wallMs * factor, metrics: build.metrics.map((metric) => ({ ...metric, selfMs: metric.selfMs * factor })) }
}

function mapPhase(build: BuildRecord, phase: string, addedMs: number): readonly HookMetric[] {
  return build.metrics.map((metric) => (metric.plugin === phase ? { ...metric, selfMs: metric.selfMs + addedMs } : metric))
}

/** Uniform numbers in [0, 1) that depend on the seed alone (xorshift32). */
export function seeded(seed: number): () => number {
  let state = seed | 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 2 ** 32
  }
}
