/**
 * Builds one application again and again: a request a line on standard input, an answer a line on descriptor 3. Standard
 * output and error are what the builds print, and are kept for the answer.
 */
import { writeSync, existsSync, readFileSync, rmSync } from 'node:fs'
import Module from 'node:module'
import { createInterface } from 'node:readline'
import { sep } from 'node:path'
import { build, createLogger } from 'vite'
import { loadFreshModules } from './fresh-modules.mjs'

const renew = await loadFreshModules()
const said = []
for (const stream of [process.stdout, process.stderr]) stream.write = (text, ...rest) => {
  said.push(String(text))
  rest.find((each) => typeof each === 'function')?.()
  return true
}

/** Configurations in CommonJS would stay what they were when this process first saw them; the two processes may have seen them differ. */
function forgetConfigurations(root) {
  for (const path of Object.keys(Module._cache)) if (path.startsWith(root + sep)) delete Module._cache[path]
}

async function buildOnce({ root, env, reportFile }) {
  renew()
  forgetConfigurations(root)
  said.length = 0
  rmSync(reportFile, { force: true })
  const before = { ...process.env }
  for (const [name, value] of Object.entries(env)) {
    if (value === null) delete process.env[name]
    else process.env[name] = value
  }
  const logger = createLogger('info', { allowClearScreen: false })
  const warnings = []
  logger.info = () => {}
  logger.warn = (message) => void warnings.push(message)
  logger.warnOnce = (message) => void (warnings.includes(message) || warnings.push(message))
  try {
    await build({ root, customLogger: logger })
    const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : null
    return { failed: null, warnings, output: said.join(''), report: report && { outcomes: report.outcomes, faults: report.faults } }
  } catch (error) {
    return { failed: `${error?.plugin ?? ''} ${error?.code ?? ''} ${error?.message ?? error}`, warnings, output: said.join(''), report: null }
  } finally {
    for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name]
    Object.assign(process.env, before)
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const answer = await buildOnce(JSON.parse(line))
  writeSync(3, `${JSON.stringify(answer)}\n`)
}
