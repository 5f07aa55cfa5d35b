/**
 * Where the time went, by plugin: what is known first, and no number that may be another plugin's.
 *
 * A plugin whose time was seen, or most likely is its own, has a number (`about` unless it was all seen). One whose time may as well
 * be the bundler's or another plugin's is a part of the rest, with what it is at least and at most.
 */
import type { BuildTimings, HookTiming } from '../monitor/measure/timings.ts'
import type { BuildReport, PluginReport } from './build-report.ts'
import { formatMs, printable, wrapWords } from './format.ts'
import type { Row } from './paint.ts'
import { ownMs } from './phrases.ts'

const TIMED_PLUGINS = 4
const UNSURE_PLUGINS = 2
/** Bounds within this of each other make one number. */
const CLOSE_RATIO = 0.2

interface Share {
  readonly name: string
  readonly isExact: boolean
  readonly lowMs: number
  readonly ms: number
  readonly highMs: number
}

/** Empty without timings: then nothing is known of any plugin. */
export function timeRow(report: BuildReport, columns: number): Row {
  const { timings, wallMs } = report
  const worthMs = Math.max(1, wallMs / 100)
  const shares = (timings === null ? [] : sharesOf(timings)).filter(({ highMs }) => highMs >= worthMs)
  const known = shares.filter(isClose)
  const unsure = shares.filter(share => !isClose(share)).sort((a, b) => b.highMs - a.highMs).slice(0, UNSURE_PLUGINS)
  const parts = known.map(share => ({ text: `${share.name} ${share.isExact ? '' : 'about '}${formatMs(share.ms)}`, ms: share.ms })).sort((a, b) => b.ms - a.ms).slice(0, TIMED_PLUGINS)
  const ownPartMs = ownMs(report)
  const restMs = wallMs - (timings === null ? 0 : sum(sharesOf(timings).map(share => (isClose(share) ? share.ms : 0)))) - ownPartMs
  // Between requests a dev server waits: the rest of its time is nobody's.
  if (timings !== null && report.command !== 'dev' && restMs >= 1) parts.push({ text: `${report.bundler.name} and the rest ${formatMs(restMs)}${withUnsure(unsure, restMs)}`, ms: restMs })
  parts.sort((a, b) => b.ms - a.ms)
  const own = ownPartMs >= 1 && parts.length > 0 ? `; pitcrew's own part ${formatMs(ownPartMs)}` : ''
  return { label: 'time', lines: parts.length > 0 ? wrapWords(parts.map(({ text }) => text).join(', ') + own, columns) : [], tone: 'plain' }
}

/** What a hook took without doubt; its fair share of the time that passed where nothing is timed. */
export function spentMs({ timings }: BuildReport, { name, hook, costMs }: PluginReport): number {
  return timings === null ? costMs : timings.hooks.find(timing => timing.plugin === name && timing.hook === hook)?.likelyMinMs ?? 0
}

/** The same for a table; empty when none of its calls was made. */
export function spentText({ timings }: BuildReport, { name, hook, costMs }: PluginReport): string {
  if (timings === null) return formatMs(costMs)
  const timing = timings.hooks.find(known => known.plugin === name && known.hook === hook)
  if (timing === undefined) return ''
  const { likelyMinMs, likelyMaxMs, selfMs } = timing
  if (likelyMaxMs - likelyMinMs <= CLOSE_RATIO * likelyMaxMs) return formatMs(selfMs)
  return likelyMinMs >= 1 ? `≥ ${formatMs(likelyMinMs)}` : `≤ ${formatMs(likelyMaxMs)}`
}

function withUnsure(shares: readonly Share[], restMs: number): string {
  if (shares.length === 0) return ''
  const texts = shares.map(({ name, lowMs, highMs }) => (lowMs >= 1 ? `${name} ${formatMs(lowMs)} to ${formatMs(Math.min(highMs, restMs))}` : `${name} at most ${formatMs(Math.min(highMs, restMs))}`))
  return ` (in it ${texts.join(', ')})`
}

function isClose({ lowMs, highMs, isExact }: Share): boolean {
  return isExact || highMs - lowMs <= CLOSE_RATIO * highMs
}

function sharesOf({ hooks }: BuildTimings): Share[] {
  const byPlugin = new Map<string, HookTiming[]>()
  for (const hook of hooks) byPlugin.set(hook.plugin, [...byPlugin.get(hook.plugin) ?? [], hook])
  return Array.from(byPlugin, ([plugin, own]): Share => ({
    name: printable(plugin), isExact: own.every(({ quality }) => quality === 'exact'),
    lowMs: sum(own.map(hook => hook.likelyMinMs)), ms: sum(own.map(hook => hook.selfMs)), highMs: sum(own.map(hook => hook.likelyMaxMs)),
  }))
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
