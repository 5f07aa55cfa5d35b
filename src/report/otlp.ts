/**
 * A BuildReport as OpenTelemetry has it: one span of the build, and the time of each hook as a metric. Pure.
 *
 * Hooks are no spans: what is known of them are sums, and a span that nobody measured would be a lie. In CI the names of the
 * semantic conventions for pipelines are used (`cicd.pipeline.*`, `vcs.ref.*`), and `TRACEPARENT` makes the build a part of the
 * pipeline's own trace. Formats: OTLP/JSON 1.x, W3C Trace Context 1.
 */
import { digest } from '../hash.ts'
import type { BuildReport } from './build-report.ts'

type Env = Readonly<Record<string, string | undefined>>
type AttributeValue = { readonly stringValue: string } | { readonly intValue: string } | { readonly doubleValue: number } | { readonly boolValue: boolean }

export interface Attribute {
  readonly key: string
  readonly value: AttributeValue
}

export interface OtlpRequests {
  /** For `/v1/traces`. */
  readonly traces: unknown
  /** For `/v1/metrics`. */
  readonly metrics: unknown
}

const KIND_INTERNAL = 1
const STATUS_OK = 1
const SEVERAL_HOOKS = 100
const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}$/

export function toOtlp(report: BuildReport, env: Env): OtlpRequests {
  const resource = { attributes: attributes({ 'service.name': 'unplugin-pitcrew', 'service.version': report.pitcrew, ...pipelineOf(env) }) }
  const scope = { name: 'unplugin-pitcrew', version: report.pitcrew }
  return {
    traces: { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [buildSpan(report, env)] }] }] },
    metrics: { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: buildMetrics(report) }] }] },
  }
}

function buildSpan(report: BuildReport, env: Env): unknown {
  const { bundler, command, mode, wallMs, savedMs, outcomes, monitor } = report
  const parent = TRACEPARENT.exec(env['TRACEPARENT'] ?? '')
  const id = digest(`${report.startedAt} ${process.pid} ${wallMs} ${report.root}`)
  const hex = Buffer.from(id, 'base64url').toString('hex')
  return {
    traceId: parent?.[1] ?? hex.slice(0, 32),
    spanId: hex.slice(32, 48),
    ...(parent ? { parentSpanId: parent[2] } : {}),
    name: `${bundler.name} ${command}`,
    kind: KIND_INTERNAL,
    startTimeUnixNano: nanoseconds(startOf(report)),
    endTimeUnixNano: nanoseconds(startOf(report) + wallMs),
    attributes: attributes({
      'pitcrew.bundler.name': bundler.name, 'pitcrew.bundler.version': bundler.version, 'pitcrew.command': command, 'pitcrew.mode': mode,
      'pitcrew.calls.remembered': outcomes.hit, 'pitcrew.calls.redone': report.redoneCount, 'pitcrew.saved_ms': savedMs, 'pitcrew.modules': report.moduleCount,
      ...(monitor?.forecast ? { 'pitcrew.forecast.expected_ms': monitor.forecast.expectedMs } : {}),
    }),
    events: (monitor?.anomalies ?? []).map(anomaly => ({
      name: `pitcrew.${anomaly.kind}`,
      timeUnixNano: nanoseconds(startOf(report) + wallMs),
      attributes: attributes({ 'pitcrew.severity': anomaly.severity, 'pitcrew.plugin': anomaly.plugin ?? '', 'pitcrew.hook': anomaly.hook ?? '', 'pitcrew.delta_ms': anomaly.deltaMs, 'pitcrew.message': anomaly.sentence }),
    })),
    status: { code: STATUS_OK },
  }
}

function buildMetrics(report: BuildReport): unknown[] {
  const { timings, plugins, bundler, mode, wallMs } = report
  const times = { startTimeUnixNano: nanoseconds(startOf(report)), timeUnixNano: nanoseconds(startOf(report) + wallMs) }
  const gauge = (name: string, dataPoints: readonly unknown[]): unknown => ({ name, unit: 's', gauge: { dataPoints } })
  const hooks = timings === null
    ? plugins.map(({ name, hook, costMs, calls }) => ({ plugin: name, hook, selfMs: costMs, calls, quality: 'shared' }))
    : timings.hooks
  return [
    gauge('pitcrew.build.duration', [{ ...times, asDouble: wallMs / 1000, attributes: attributes({ 'pitcrew.bundler.name': bundler.name, 'pitcrew.mode': mode }) }]),
    gauge('pitcrew.hook.duration', hooks.slice(0, SEVERAL_HOOKS).map(({ plugin, hook, selfMs, calls, quality }) => ({
      ...times, asDouble: selfMs / 1000, attributes: attributes({ 'pitcrew.plugin': plugin, 'pitcrew.hook': hook, 'pitcrew.calls': calls, 'pitcrew.quality': quality }),
    }))),
  ]
}

/** Where GitHub, GitLab and Jenkins say it, in the order in which they are asked. */
const PIPELINE_VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'cicd.pipeline.name': ['GITHUB_WORKFLOW', 'CI_PIPELINE_NAME', 'CI_PROJECT_PATH', 'JOB_NAME'],
  'cicd.pipeline.run.id': ['GITHUB_RUN_ID', 'CI_PIPELINE_ID', 'BUILD_ID'],
  'cicd.pipeline.task.name': ['GITHUB_JOB', 'CI_JOB_NAME', 'STAGE_NAME'],
  'cicd.pipeline.task.run.id': ['CI_JOB_ID'],
  // GitHub sets the first one to nothing where there is no pull request.
  'vcs.ref.head.name': ['GITHUB_HEAD_REF', 'GITHUB_REF_NAME', 'CI_COMMIT_REF_NAME', 'BRANCH_NAME'],
  'vcs.ref.head.revision': ['GITHUB_SHA', 'CI_COMMIT_SHA', 'GIT_COMMIT'],
}

function firstOf(env: Env, names: readonly string[]): string | undefined {
  return names.map(name => env[name]).find(value => value !== undefined && value !== '')
}

/** What CI says of itself, under the names of the semantic conventions; nothing elsewhere. */
export function pipelineOf(env: Env): Readonly<Record<string, string>> {
  const repository = env['GITHUB_SERVER_URL'] && env['GITHUB_REPOSITORY'] ? `${env['GITHUB_SERVER_URL']}/${env['GITHUB_REPOSITORY']}` : env['CI_PROJECT_URL']
  const known: Record<string, string | undefined> = {
    ...Object.fromEntries(Object.entries(PIPELINE_VARIABLES).map(([attribute, names]) => [attribute, firstOf(env, names)])),
    'cicd.pipeline.run.url.full': env['GITHUB_RUN_ID'] && repository ? `${repository}/actions/runs/${env['GITHUB_RUN_ID']}` : firstOf(env, ['CI_PIPELINE_URL', 'BUILD_URL']),
    'cicd.pipeline.task.type': 'build',
    'vcs.repository.url.full': repository,
  }
  if (known['cicd.pipeline.run.id'] === undefined) return {}
  return Object.fromEntries(Object.entries(known).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== ''))
}

function startOf({ startedAt }: BuildReport): number {
  return Date.parse(startedAt)
}

/** As text: nanoseconds since the epoch are beyond what a double holds. */
function nanoseconds(ms: number): string {
  return `${BigInt(Math.round(ms * 1000)) * 1000n}`
}

function attributes(values: Readonly<Record<string, string | number | boolean>>): Attribute[] {
  return Object.entries(values).filter(([, value]) => value !== '').map(([key, value]) => ({ key, value: attributeValue(value) }))
}

function attributeValue(value: string | number | boolean): AttributeValue {
  if (typeof value === 'string') return { stringValue: value }
  if (typeof value === 'boolean') return { boolValue: value }
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value }
}
