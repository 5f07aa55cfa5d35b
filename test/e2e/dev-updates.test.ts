/** A real dev server that is asked over HTTP: each update of a saved file is a build of its own in the history, and one that became slower is said. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import { createLogger, createServer } from 'vite'
import type { Plugin, ViteDevServer } from 'vite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { BuildRecord } from '../../src/monitor/build-record.ts'
import { REPOSITORY } from '../harness/playgrounds.ts'

const { default: pitcrew } = await import(pathToFileURL(join(REPOSITORY, 'dist', 'vite.js')).href) as { default: (options: object) => Plugin }
const CLI = join(REPOSITORY, 'dist', 'cli.js')
/** After the last request an update is over; what ends it waits a second. */
const SETTLED_MS = 1500
const USUAL_UPDATES = 11
const MODULES = ['src/a.js', 'src/b.js', 'src/c.js']

let root: string
let server: ViteDevServer | null = null
let warnings: string[]
let workMs = 30
/** Files whose updates the server has worked out. */
let noticed: string[]

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pitcrew-updates-'))
  mkdirSync(join(root, 'src'))
  ;[warnings, noticed] = [[], []]
  workMs = 30
  const files = { 'package.json': '{"name":"updates"}', 'package-lock.json': '{}', 'index.html': '<script type="module" src="/src/main.js"></script>', 'src/main.js': MODULES.map(file => `import '/${file}'`).join('\n') }
  for (const [file, text] of Object.entries(files)) writeFileSync(join(root, file), text)
  for (const file of MODULES) writeFileSync(join(root, file), 'export default 0\n')
})
afterEach(async () => {
  await server?.close()
  server = null
  rmSync(root, { recursive: true, force: true })
})

/** Blocks the thread for as long however busy the processors are. */
function stamp(): Plugin {
  return {
    name: 'stamp',
    transform(code, id) {
      if (!/src\/[abc]\.js/.test(id)) return null
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, workMs)
      return { code: `${code}\n// stamped`, map: null }
    },
    hotUpdate: ({ file }) => void noticed.push(file),
  }
}

async function start(): Promise<void> {
  server = await createServer({
    root, configFile: false, customLogger: { ...createLogger('silent'), warn: text => void warnings.push(text) }, cacheDir: join(root, 'vite'),
    server: { port: 0, host: '127.0.0.1' }, optimizeDeps: { noDiscovery: true },
    plugins: [pitcrew({ cacheDir: join(root, 'cache'), report: false, plugins: { stamp: false } }), stamp()],
  })
  await server.listen()
  for (const file of ['index.html', 'src/main.js', ...MODULES]) await ask(file)
}

/** As a browser does. */
async function ask(path: string): Promise<string> {
  const address = server!.httpServer!.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return (await fetch(`http://127.0.0.1:${port}/${path}`)).text()
}

async function save(file: string, text: string): Promise<void> {
  const before = noticed.length
  writeFileSync(join(root, file), text)
  for (let times = 0; noticed.length === before && times < 200; times++) await wait(50)
  expect(noticed.at(-1)).toContain(file)
}

async function update(file: string, text: string): Promise<void> {
  await save(file, text)
  expect(await ask(`${file}?t=${Date.now()}`)).toContain('// stamped')
  await wait(SETTLED_MS)
}

function updates(): readonly BuildRecord[] {
  const text = execFileSync(process.execPath, [CLI, 'history', '--json', '--cache-dir', join(root, 'cache')], { cwd: root, encoding: 'utf8' })
  return (JSON.parse(text) as { readonly builds: readonly BuildRecord[] }).builds.filter(({ stratum }) => stratum.command === 'update')
}

it('each update is in the history with the calls that it made, and what became slower is warned of', async () => {
  await start()
  await wait(SETTLED_MS)
  for (let count = 0; count < USUAL_UPDATES; count++) await update(MODULES[count % MODULES.length]!, `export default ${count + 1}\n`)
  // Saved, and nobody looks.
  await save(MODULES[0]!, 'export default "unseen"\n')
  await wait(SETTLED_MS)
  const usual = updates()
  expect(usual).toHaveLength(USUAL_UPDATES)
  for (const { wallMs, metrics } of usual) {
    expect(metrics.find(({ plugin, hook }) => plugin === 'stamp' && hook === 'transform')).toMatchObject({ calls: 1 })
    expect(wallMs).toBeGreaterThanOrEqual(29)
    expect(wallMs).toBeLessThan(5000)
  }
  expect(warnings.filter(text => text.includes('stamp'))).toEqual([])
  workMs = 400
  await update(MODULES[1]!, 'export default "slow"\n')
  expect(updates()).toHaveLength(USUAL_UPDATES + 1)
  expect(warnings.join('\n')).toMatch(/stamp \(transform\) may be .*slower than its last \d+ builds/)
})

it('looks at the files again however closely requests follow each other', async () => {
  const shared = join(root, 'src', 'shared.txt')
  const reading: Plugin = {
    name: 'reading',
    transform(code, id) {
      if (!/src\/[ab]\.js/.test(id)) return null
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3)
      return { code: `${code}\nexport const text = ${JSON.stringify(readFileSync(shared, 'utf8'))}`, map: null }
    },
  }
  const open = async (): Promise<ViteDevServer> => (server = await createServer({
    root, configFile: false, logLevel: 'silent', cacheDir: join(root, 'vite'), appType: 'custom', server: { middlewareMode: true, ws: false, watch: null }, optimizeDeps: { noDiscovery: true },
    plugins: [pitcrew({ cacheDir: join(root, 'cache'), report: false }), reading],
  }))
  const textOf = async (file: string): Promise<unknown> => (await server!.ssrLoadModule(`/${file}`))['text']
  writeFileSync(shared, 'before')
  await wait(200)
  await open()
  expect([await textOf('src/a.js'), await textOf('src/b.js')]).toEqual(['before', 'before'])
  await wait(600)
  await server!.close()
  await open()
  expect(await textOf('src/a.js')).toBe('before')
  writeFileSync(shared, 'after')
  await wait(40)
  expect(await textOf('src/b.js')).toBe('after')
})
