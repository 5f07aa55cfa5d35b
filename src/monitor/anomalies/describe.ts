/**
 * One sentence about an anomaly that a person can act on: who, how much, since when compared with what, and what coincides.
 */
import type { Evidence } from '../evidence.ts'
import type { Subject } from '../series.ts'
import type { Anomaly } from './anomaly.ts'

/** Plain text without a newline, ending in a full stop. */
export function describeAnomaly(anomaly: Anomaly): string {
  const who = subjectName(anomaly.subject)
  const [first] = anomaly.evidence
  const coincidence = first === undefined || anomaly.severity === 'went-away' ? [] : [evidenceText(first)]
  return `${[sentence(anomaly, who), ...coincidence].join('; ')}.`
}

/** A plugin by its name and hook; the build and its remainder in words. */
export function subjectName(subject: Subject): string {
  if (subject.kind === 'build') return 'the build'
  if (subject.kind === 'rest') return 'time outside all plugins'
  return `${subject.plugin} (${subject.hook})`
}

function sentence(anomaly: Anomaly, who: string): string {
  const { deltaMs, ratio, observed, expected } = anomaly
  if (anomaly.severity === 'went-away') return `${who} is back to ${duration(anomaly.observedMs)}, as before it became slower`
  switch (anomaly.kind) {
    case 'slower':
      return `${who} ${slowerText(anomaly)}${callsText(anomaly)}`
    case 'everything-slower':
      return `the build ${slowerText(anomaly)}: most plugins alike, so none of them is to blame; look at the machine, Node and the bundler`
    case 'machine':
      return `the machine was about ${ratio.toFixed(1)}× slower than usual (+${duration(deltaMs)}): no plugin is to blame`
    case 'more-work':
      return `${who} took ${duration(deltaMs)} longer because it had more to do: ${observed.calls} calls, was ${expected.calls}, as fast a call as before`
    case 'new':
      return `${who} is new and took ${duration(deltaMs)} in ${countText(observed.calls, 'call')}`
    case 'moved':
      return `${duration(deltaMs)} moved into ${who} from ${anomaly.counterparts.map(subjectName).join(' and ')}: the build is no slower for it`
  }
}

function slowerText(anomaly: Anomaly): string {
  const { ratio, deltaMs, pValue, baselineBuilds, severity } = anomaly
  const amount = ratio >= 1.5 ? `${ratio.toFixed(1)}× slower` : `${Math.round((ratio - 1) * 100)} % slower`
  const than = baselineBuilds === 1 ? 'the build before' : `its last ${baselineBuilds} builds`
  return `${severity === 'suspected' ? 'may be' : 'is'} ${amount} than ${than} (+${duration(deltaMs)}, ${probability(pValue)})`
}

function callsText({ subject, observed, expected }: Anomaly): string {
  if (subject.kind !== 'hook' || observed.calls <= 1) return ''
  const calls = observed.calls === expected.calls ? `the same ${observed.calls} calls` : `${observed.calls} calls, was ${expected.calls}`
  return `: ${duration(observed.perCallMs)} a call, was ${duration(expected.perCallMs)}; ${calls}`
}

const CHANGED = {
  'plugin-code': 'its own code changed',
  'plugin-options': 'its options changed',
  config: 'the config changed',
  lockfile: 'the lockfile changed',
} as const

/** What coincides, as a clause. */
export function evidenceText(evidence: Evidence): string {
  switch (evidence.kind) {
    case 'plugin-version':
    case 'package-version':
      return versionText(evidence)
    case 'node':
      return `Node went ${evidence.from} -> ${evidence.to}`
    case 'cache':
      return `the cache was ${evidence.to}, was ${evidence.from}`
    case 'files':
      return evidence.count === 1 ? `${evidence.first} changed` : `${evidence.count} files changed, ${evidence.first} among them`
    case 'commit':
      return `the commit went ${evidence.from.slice(0, 10)} -> ${evidence.to.slice(0, 10)}`
    default:
      return CHANGED[evidence.kind]
  }
}

function versionText({ name, from, to }: Extract<Evidence, { kind: 'plugin-version' | 'package-version' }>): string {
  if (from === null) return `${name} ${to} was added`
  return to === null ? `${name} ${from} was removed` : `${name} went ${from} -> ${to}`
}

function probability(pValue: number): string {
  return pValue < 0.001 ? 'p < .001' : `p = ${pValue.toFixed(3).slice(1)}`
}

function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Two significant digits below ten; seconds from one second on. */
export function duration(ms: number): string {
  const size = Math.abs(ms)
  if (size >= 1000) return `${(ms / 1000).toFixed(size >= 10_000 ? 0 : 1)} s`
  if (size >= 10) return `${Math.round(ms)} ms`
  return `${ms.toFixed(size >= 1 ? 1 : 2)} ms`
}
