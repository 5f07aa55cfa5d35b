/** A command that builds for browsers and then for a server: each of the two is compared with itself, and not with the other. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll, expect, it } from 'vitest'
import pitcrew from '../../adapters/vite.ts'
import type { BuildReport } from '../../src/report/build-report.ts'
import { forgetPlugins } from '../harness/new-process.ts'

const root = mkdtempSync(join(tmpdir(), 'pitcrew-two-builds-'))
beforeAll(() => {
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(root, 'main.js'), "console.log('main')\n")
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const slow = {
  name: 'slow',
  transform(code: string) {
    const until = performance.now() + 3
    while (performance.now() < until);
    return { code: `${code};console.log('slow')`, map: null }
  },
}

async function buildFor(side: 'client' | 'ssr'): Promise<BuildReport['redoneBy']> {
  const reportFile = join(root, `${side}.json`)
  forgetPlugins()
  await build({
    root, configFile: false, logLevel: 'silent',
    build: { write: false, ssr: side === 'ssr', rolldownOptions: { input: 'main.js' } },
    plugins: [pitcrew({ cacheDir: join(root, 'cache'), report: false, reportFile, plugins: { slow: true } }), { ...slow }],
  })
  return (JSON.parse(readFileSync(reportFile, 'utf8')) as BuildReport).redoneBy
}

it('says of the first build for a server that it is new, and what changed since only of what did', async () => {
  await buildFor('client')
  expect((await buildFor('ssr')).map(({ cause }) => cause.kind)).toEqual(['new'])
  writeFileSync(join(root, 'main.js'), "console.log('changed')\n")
  await buildFor('client')
  expect((await buildFor('ssr')).map(({ cause }) => cause)).toEqual([{ kind: 'key', part: 'code' }])
})
