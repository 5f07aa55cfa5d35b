import { createServer } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { sendOtlp } from '../../../src/report/otlp-send.ts'
import { pipelineOf, toOtlp } from '../../../src/report/otlp.ts'
import { callEvent, collect } from './reports.ts'

const report = collect(collector => collector.call(callEvent({ outcome: 'miss', costMs: 40, endMs: 40 })), { wallMs: 840.5 })
const GITHUB = {
  GITHUB_WORKFLOW: 'ci', GITHUB_RUN_ID: '77', GITHUB_JOB: 'build', GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY: 'acme/shop', GITHUB_SHA: 'abc', GITHUB_REF_NAME: 'main',
}

interface Span { readonly traceId: string; readonly spanId: string; readonly parentSpanId?: string; readonly startTimeUnixNano: string; readonly endTimeUnixNano: string; readonly name: string }

function spanOf(env: Record<string, string>): Span {
  return (toOtlp(report, env).traces as { resourceSpans: { scopeSpans: { spans: Span[] }[] }[] }).resourceSpans[0]!.scopeSpans[0]!.spans[0]!
}

describe('a build as OpenTelemetry has it', () => {
  it('is one span with its times in nanoseconds', () => {
    const span = spanOf({})
    expect(span).toMatchObject({ name: 'vite build', startTimeUnixNano: '1767607200000000000', endTimeUnixNano: '1767607200840500000' })
    expect(span.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(span.spanId).toMatch(/^[0-9a-f]{16}$/)
    expect(span.parentSpanId).toBeUndefined()
  })

  it('is a part of the trace that TRACEPARENT names, if it is one', () => {
    const [trace, parent] = ['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7']
    expect(spanOf({ TRACEPARENT: `00-${trace}-${parent}-01` })).toMatchObject({ traceId: trace, parentSpanId: parent })
    expect(spanOf({ TRACEPARENT: 'nonsense' }).parentSpanId).toBeUndefined()
  })

  it('has the time of each hook as a metric', () => {
    const text = JSON.stringify(toOtlp(report, {}).metrics)
    expect(text).toContain('"pitcrew.hook.duration"')
    expect(text).toContain('{"key":"pitcrew.plugin","value":{"stringValue":"vite:vue"}}')
    expect(text).toContain('"asDouble":0.04')
  })

  it('says in CI which pipeline it is of', () => {
    expect(pipelineOf(GITHUB)).toMatchObject({
      'cicd.pipeline.name': 'ci', 'cicd.pipeline.run.id': '77', 'cicd.pipeline.task.name': 'build', 'cicd.pipeline.run.url.full': 'https://github.com/acme/shop/actions/runs/77',
      'vcs.ref.head.revision': 'abc', 'vcs.ref.head.name': 'main',
    })
    expect(pipelineOf({ CI_PIPELINE_ID: '5', CI_JOB_NAME: 'web', CI_PIPELINE_URL: 'https://git/5' })).toMatchObject({ 'cicd.pipeline.run.id': '5', 'cicd.pipeline.run.url.full': 'https://git/5' })
    expect(pipelineOf({})).toEqual({})
    expect(JSON.stringify(toOtlp(report, GITHUB).traces)).toContain('cicd.pipeline.run.id')
  })
})

describe('sending', () => {
  let server: Server | null = null
  afterEach(() => void server?.close())

  async function listen(answer: number | null): Promise<{ readonly url: string; readonly got: { readonly path: string; readonly body: string }[] }> {
    const got: { path: string; body: string }[] = []
    const made = createServer((request, response) => {
      let body = ''
      request.on('data', chunk => (body += chunk))
      request.on('end', () => {
        got.push({ path: request.url ?? '', body })
        if (answer !== null) response.writeHead(answer).end('{}')
      })
    })
    server = made
    await new Promise<void>(resolve => made.listen(0, '127.0.0.1', resolve))
    return { url: `http://127.0.0.1:${(made.address() as AddressInfo).port}`, got }
  }

  it('gives both to a collector', async () => {
    const { url, got } = await listen(200)
    expect(await sendOtlp(report, `${url}/`, {})).toBeNull()
    expect(got.map(({ path }) => path).sort()).toEqual(['/v1/metrics', '/v1/traces'])
    for (const { body } of got) expect(() => JSON.parse(body) as unknown).not.toThrow()
  })

  it.each<[string, number | null]>([['refuses', 503], ['never answers', null]])('to one that %s costs a fault and no more than its time', async (_what, answer) => {
    const { url } = await listen(answer)
    const from = performance.now()
    expect((await sendOtlp(report, url, {}))?.code).toBe('REPORT_FAULT')
    expect(performance.now() - from).toBeLessThan(2000)
  })

  it('to nobody costs a fault', async () => {
    expect((await sendOtlp(report, 'http://127.0.0.1:1', {}))?.message).toContain('otlpEndpoint')
    expect((await sendOtlp(report, 'http://[', {}))?.code).toBe('REPORT_FAULT')
  })
})
