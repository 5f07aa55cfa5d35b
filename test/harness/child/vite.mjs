/** Vite as its command line runs it: the project's own configuration and nothing of ours but the logger. */

export async function vite(root, importFromProject) {
  const { build, createLogger } = await importFromProject('vite')
  const log = listeningLogger(createLogger)
  await build({ root, customLogger: log.logger })
  return { bundlerMs: builtInMs(log.info), warnings: log.warnings, info: log.info }
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

/** A token is drawn for each session, and the version of pre-bundled dependencies is over the plugins' names. */
function withoutSession(text, cacheDir) {
  return text.replaceAll(/\?v=[\da-f]{8}/g, '').replaceAll(/(wsToken = )"[^"]+"/g, '$1""').replaceAll(cacheDir ?? '\0', '<deps>')
}

async function crawl(base, urls) {
  const bodies = new Map()
  let frontier = [...new Set(urls)]
  while (frontier.length > 0) {
    const texts = await Promise.all(frontier.map((url) => get(base, url)))
    frontier.forEach((url, index) => bodies.set(url, texts[index]))
    frontier = [...new Set(texts.flatMap(importsOf))].filter((url) => !bodies.has(url))
  }
  return bodies
}

async function get(base, url) {
  const response = await fetch(new URL(url, base), { headers: { accept: url === '/' ? 'text/html' : '*/*' } })
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 500)}`)
  return response.text()
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
