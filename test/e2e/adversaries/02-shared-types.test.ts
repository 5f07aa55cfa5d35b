/** Two Vue components share a type file that no import of the output shows: an edit of it reaches both, in builds and in dev. */
import { afterAll, describe, expect, it } from 'vitest'
import { requireDist } from '../../harness/project.ts'
import { Stage } from '../../harness/stage.ts'
import { BUNDLERS, vueApplication } from './vue-application.ts'

requireDist()

const EDITED = "import type { Base } from './base'\nexport interface Item extends Base { name: string, shelf?: boolean }\n"
const BASE = 'export interface Base { serial: string }\n'

describe.each(BUNDLERS)('%s', bundler => {
  const stage = new Stage(bundler, vueApplication(bundler))
  afterAll(() => stage.dispose())

  it('does both components again when the types change, directly and through another file', async () => {
    await stage.compare('cold')
    const { report, text } = await stage.compareOutput()
    expect(report.outcomes.hit).toBeGreaterThan(1)
    expect(text).not.toContain('shelf')
    const types = stage.read('src/types.ts')
    stage.write({ 'src/types.ts': EDITED })
    const edited = await stage.compareOutput()
    expect(edited.text.split('shelf').length).toBeGreaterThan(2)
    for (const name of ['First.vue', 'Second.vue']) expect(edited.report.redone.some(call => call.id.includes(name)), name).toBe(true)
    stage.write({ 'src/types.ts': types, 'src/base.ts': BASE })
    const through = await stage.compareOutput()
    expect(through.text.split('serial').length).toBeGreaterThan(2)
    for (const name of ['First.vue', 'Second.vue']) expect(through.report.redone.some(call => call.id.includes(name)), name).toBe(true)
  })
})

/** A server, both components, an edit that its watcher sees, and both again. */
const DEV = `
import { createServer } from 'vite'
import { writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
const server = await createServer({ root: import.meta.dirname, logLevel: 'error', server: { middlewareMode: true, ws: false }, optimizeDeps: { noDiscovery: true } })
const ask = async () => Promise.all(['/src/First.vue', '/src/Second.vue'].map(async url => (await server.transformRequest(url)).code))
const changed = () => new Promise((resolve, reject) => {
  server.watcher.once('change', resolve)
  void setTimeout(20_000, null, { ref: false }).then(() => reject(new Error('the watcher saw nothing')))
})
await setTimeout(1000)
const bodies = [await ask(), await ask()]
for (const [file, text] of [['src/types.ts', ${JSON.stringify(EDITED)}], ['src/base.ts', ${JSON.stringify(BASE)}]]) {
  const seen = changed()
  writeFileSync(file, text)
  await seen
  await setTimeout(400)
  bodies.push(await ask())
}
await server.close()
const clean = code => code.replaceAll(/\\?[tv]=[\\da-f]+/g, '').replaceAll(/data:application\\/json;base64,[\\w+/=]+/g, '')
process.stdout.write(JSON.stringify(bodies.map(codes => codes.map(clean))) + '\\n')
process.exitCode = 0
`

describe('vite dev', () => {
  const stage = new Stage('vite', vueApplication('vite', { 'dev.mjs': DEV }))
  afterAll(() => stage.dispose())
  const { 'src/types.ts': types, 'src/base.ts': base } = vueApplication('vite')
  const session = (variant: 'off' | 'cold' | 'warm'): string[][] => {
    stage.write({ 'src/types.ts': types!, 'src/base.ts': base! })
    return stage.run('dev.mjs', variant) as string[][]
  }

  it('serves what it would have served, before and after each edit', () => {
    const off = session('off')
    expect(off[2]!.every(code => code.includes('shelf'))).toBe(true)
    expect(session('cold')).toEqual(off)
    expect(session('warm')).toEqual(off)
    expect(session('warm')).toEqual(off)
  })
})
