/** Vite as its command line runs it: the project's own configuration and nothing of ours but the logger. */
import { request } from 'node:http'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const BROWSER_CONNECTIONS = 6

export async function vite(root, importFromProject) {
  const { build, createLogger } = await viteOf(root, importFromProject)
  const log = listeningLogger(createLogger)
  await build({ root, customLogger: log.logger })
  return { bundlerMs: builtInMs(log.info), warnings: log.warnings, info: log.info }
}

/** Version 5 keeps most of itself from who requires it. */
async function viteOf(root, importFromProject) {
  const found = await importFromProject('vite')
  return found.createLogger ? found : import(pathToFileURL(join(root, 'node_modules', 'vite', 'dist', 'node', 'index.js')).href)
}

/** A fresh server until every module has been requested once. */
export async function viteDev(root, importFromProject) {
  const { createLogger, createServer } = await importFromProject('vite')
  const log = listeningLogger(createLogger)
  const startedAt = performance.now()
  const cacheDir = process.env.PITCREW_HARNESS_DEPS
  const server = await createServer({ root, ...(cacheDir && { cacheDir }), customLogger: log.logger, server: { port: 0, host: '127.0.0.1', ws: false, watch: null } })
  await server.listen()
  const [base] = server.resolvedUrls.local
  const bodies = await crawl(base, ['/', ...entriesOf(await get(base, '/'))])
  const bundlerMs = performance.now() - startedAt
  await server.close()
  const stable = Array.from(bodies, ([url, body]) => [withoutSession(url, cacheDir), withoutSession(body, cacheDir)])
  return { bundlerMs, warnings: log.warnings, info: log.info, bodies: Object.fromEntries(stable.sort()) }
}

/**
 * The version of pre-bundled dependencies is over the plugins' names, and their place is the session's. Both are in the
 * inline source maps as well, which are therefore compared decoded.
 */
function withoutSession(text, cacheDir) {
  return text
    .replaceAll(/data:application\/json;base64,([\w+/=]+)/g, (_, base64) => Buffer.from(base64, 'base64').toString('utf8'))
    .replaceAll(/\?v=[\da-f]{8}/g, '').replaceAll(cacheDir ?? '\0', '<deps>')
}

/** Follows imports with as many requests at once as a browser makes to one host. */
async function crawl(base, urls) {
  const bodies = new Map()
  const queue = []
  const enqueue = (url) => {
    if (bodies.has(url)) return
    bodies.set(url, '')
    queue.push(url)
  }
  let pending = 0
  const work = async () => {
    while (queue.length > 0 || pending > 0) {
      const url = queue.shift()
      // Others are still waiting for modules that may import more.
      if (url === undefined) {
        await new Promise((resolve) => setTimeout(resolve, 1))
        continue
      }
      pending++
      const body = await get(base, url)
      bodies.set(url, body)
      importsOf(body).forEach(enqueue)
      pending--
    }
  }
  urls.forEach(enqueue)
  await Promise.all(Array.from({ length: BROWSER_CONNECTIONS }, work))
  // Vite's own client holds the session's token, so that even its source map differs.
  bodies.delete('/@vite/client')
  return bodies
}

/** A connection for each request: client and server share this process, so that a kept one may time out while it is busy. */
function get(base, url) {
  return new Promise((resolve, reject) => {
    const options = { agent: false, headers: { accept: url === '/' ? 'text/html' : '*/*' } }
    request(new URL(url, base), options, (response) => {
      const chunks = []
      response.on('data', (chunk) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8')
        if (response.statusCode === 200) resolve(body)
        else reject(new Error(`${url} answered ${response.statusCode}: ${body.slice(0, 500)}`))
      })
    }).on('error', reject).end()
  })
}

const entriesOf = (html) => Array.from(html.matchAll(/<script[^>]+src="([^"]+)"/g), (match) => match[1])
/** Import analysis has made every specifier an absolute URL; those of dynamic imports are followed too. */
const importsOf = (code) => Array.from(code.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)"(\/[^"]+)"/g), (match) => match[1])

export function listeningLogger(createLogger) {
  const warnings = []
  const info = []
  const logger = createLogger('info', { allowClearScreen: false })
  logger.info = (message) => void info.push(message)
  logger.warn = (message) => void warnings.push(message)
  logger.warnOnce = (message) => {
    if (!warnings.includes(message)) warnings.push(message)
  }
  return { logger, warnings, info }
}

/** Vite rounds to 10 ms. */
export function builtInMs(info) {
  const [, value, unit] = info.join('\n').match(/built in ([\d.]+)\s?(ms|s|m)\b/) ?? []
  if (value === undefined) throw new Error('vite did not say how long it took')
  return Number(value) * { ms: 1, s: 1000, m: 60_000 }[unit]
}
