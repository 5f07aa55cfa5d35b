/**
 * Sends a build to an OpenTelemetry collector, as JSON over HTTP. A collector that is slow, gone or refuses costs one warning and at most
 * `SEND_TIMEOUT_MS`, which is counted from the first byte to the last answer.
 */
import type { ClientRequest } from 'node:http'
import type { Fault } from '../types.ts'
import type { BuildReport } from './build-report.ts'
import { toOtlp } from './otlp.ts'

const SEND_TIMEOUT_MS = 200

/**
 * @param endpoint Base address; `/v1/traces` and `/v1/metrics` are appended, as the OTLP specification has it.
 * @returns What went wrong, or null.
 */
export async function sendOtlp(report: BuildReport, endpoint: string, env: Readonly<Record<string, string | undefined>>): Promise<Fault | null> {
  const requests: ClientRequest[] = []
  let timer: NodeJS.Timeout | undefined
  try {
    const { traces, metrics } = toOtlp(report, env)
    const base = endpoint.replace(/(?<!\/)\/+$/, '')
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${SEND_TIMEOUT_MS} ms`)), SEND_TIMEOUT_MS)
    })
    const posts = Promise.all([post(`${base}/v1/traces`, traces, requests), post(`${base}/v1/metrics`, metrics, requests)])
    await Promise.race([posts, timeout])
    return null
  } catch (error) {
    const why = error instanceof Error ? error.message || error.name : String(error)
    return { code: 'REPORT_FAULT', message: `the build could not be sent to ${endpoint} (${why}); the build is not affected; check \`otlpEndpoint\``, count: 1 }
  } finally {
    clearTimeout(timer)
    // What is still under way must not keep the process.
    for (const request of requests) request.destroy()
  }
}

async function post(url: string, body: unknown, requests: ClientRequest[]): Promise<void> {
  // Neither is needed by a build that sends nothing, and only one by one that does.
  const { request } = url.startsWith('https:') ? await import('node:https') : await import('node:http')
  const text = JSON.stringify(body)
  await new Promise<void>((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } }, response => {
      response.resume()
      const status = response.statusCode ?? 0
      response.on('end', () => (status >= 200 && status < 300 ? resolve() : reject(new Error(`${url} answered ${status}`))))
      response.on('error', reject)
    })
    sent.on('error', reject)
    requests.push(sent)
    sent.end(text)
  })
}
