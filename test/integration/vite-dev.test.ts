/** A real dev server: what it gives is what it would give without Pitcrew, whoever noticed that a file changed. */
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createServer } from 'vite'
import type { Plugin, ViteDevServer } from 'vite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import pitcrew from '../../adapters/vite.ts'
import { forgetPlugins } from '../harness/new-process.ts'
import { REPOSITORY } from '../harness/playgrounds.ts'
import { createProjectFiles } from '../unit/memo/helpers/project-files.ts'
import type { ProjectFiles } from '../unit/memo/helpers/project-files.ts'

/** Longer than a file system's clock is coarse, and than a server that is asked in one go. */
const SETTLED_MS = 300

let project: ProjectFiles
let server: ViteDevServer | null = null
let runs: number

beforeEach(async () => {
  runs = 0
  project = createProjectFiles({
    'app/package.json': '{}', 'app/package-lock.json': '{}', 'app/index.html': '', 'app/main.stamp.js': 'export default 1', 'outside/data.txt': 'one',
  })
  mkdirSync(project.at('app/node_modules'))
  symlinkSync(join(REPOSITORY, 'node_modules', 'vite'), project.at('app/node_modules/vite'), 'junction')
  await wait(SETTLED_MS)
})

afterEach(async () => {
  await server?.close()
  server = null
  project.dispose()
})

/** Stamps modules with a file that it never declares, and takes its time. */
function stamp(): Plugin {
  return {
    name: 'stamp',
    async transform(code, id) {
      if (!id.includes('.stamp.')) return null
      runs++
      const { readFile } = await import('node:fs/promises')
      await wait(5)
      return { code: `${code}\n// stamp ${await readFile(project.at('outside/data.txt'), 'utf8')}`, map: null }
    },
  }
}

async function start(): Promise<void> {
  await server?.close()
  forgetPlugins()
  server = await createServer({
    root: project.at('app'), configFile: false, logLevel: 'silent', cacheDir: project.at('vite'),
    server: { middlewareMode: true, ws: false, hmr: false }, optimizeDeps: { noDiscovery: true },
    plugins: [pitcrew({ cacheDir: project.at('cache'), report: false }), stamp()],
  })
}

async function request(): Promise<string | undefined> {
  const result = await server!.transformRequest('/main.stamp.js')
  return /stamp (\w+)/.exec(result?.code ?? '')?.[1]
}

describe('a dev server', () => {
  it('answers from what the server before it recorded', async () => {
    await start()
    expect(await request()).toBe('one')
    await start()
    expect(await request()).toBe('one')
    expect(runs).toBe(1)
  })

  it('sees a change of a file that nobody watches, when the module is asked for again', async () => {
    await start()
    await request()
    project.write('outside/data.txt', 'two')
    await wait(SETTLED_MS)
    server!.moduleGraph.invalidateAll()
    expect(await request()).toBe('two')
  })

  it('sees it in the server that comes after', async () => {
    await start()
    await request()
    project.write('outside/data.txt', 'two')
    await start()
    expect(await request()).toBe('two')
  })
})
