/** Programs that build again and again, each time with plugins of their own: what a build has replaced is not left to the next one. */
import fs, { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { types } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { build, createBuilder } from 'vite'
import type { InlineConfig } from 'vite'
import pitcrew from '../../adapters/vite.ts'
import type { BuildReport } from '../../src/report/build-report.ts'

const root = mkdtempSync(join(tmpdir(), 'pitcrew-again-'))
beforeAll(() => {
  mkdirSync(join(root, 'src'))
  writeFileSync(join(root, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(root, 'src/main.js'), "import './a.js'\nconsole.log('main')\n")
  writeFileSync(join(root, 'word.txt'), 'one')
  writeFileSync(join(root, 'src/a.js'), "console.log('a')\n")
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

const slow = {
  name: 'slow',
  transform(code: string) {
    const until = performance.now() + 1
    while (performance.now() < until);
    return { code: `${code};console.log('slow')`, map: null }
  },
}
/** It does not say that it reads a file. */
const reading = {
  name: 'reading',
  transform(code: string, id: string) {
    if (!id.endsWith('a.js')) return null
    const until = performance.now() + 1
    while (performance.now() < until);
    return { code: `${code};console.log(${JSON.stringify(fs.readFileSync(join(root, 'word.txt'), 'utf8'))})`, map: null }
  },
}
const buildOnce = (): Promise<unknown> => build({
  root, configFile: false, logLevel: 'silent', build: { write: false, rolldownOptions: { input: 'src/main.js' } },
  plugins: [pitcrew({ cacheDir: join(root, 'cache'), report: false }), { ...slow }],
})
/** Rolldown keeps the plugins of every build for as long as the process runs, and what they hold. */
async function buildAndRest(): Promise<void> {
  await buildOnce()
  await setTimeout(700)
}
const inPlace = (): unknown[] => [fs.readFileSync, fs.promises.readFile, process.env, process.stderr.write, structuredClone]

it('leaves the functions of node:fs, the streams and the environment as they were', async () => {
  const before = inPlace()
  for (let count = 0; count < 3; count++) {
    await buildOnce()
    expect(inPlace().map((value, index) => value === before[index])).toEqual(before.map(() => true))
  }
})

it('holds neither files nor contents of builds that are over', async () => {
  // Where that is not told there is only the memory.
  const openFiles = (): number => (process.platform === 'linux' ? fs.readdirSync('/proc/self/fd').length : 0)
  await buildAndRest()
  const [files, { arrayBuffers }] = [openFiles(), process.memoryUsage()]
  for (let count = 0; count < 6; count++) await buildAndRest()
  expect(openFiles() - files).toBeLessThanOrEqual(2)
  expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(8_000_000)
}, 60_000)

it('watches again when another environment is built with the same plugins', async () => {
  const reportFile = join(root, 'report.json')
  const builder = await createBuilder({
    root, configFile: false, logLevel: 'silent', builder: { sharedConfigBuild: true, sharedPlugins: true },
    build: { write: false, rolldownOptions: { input: 'src/main.js' } }, environments: { client: {}, other: {} },
    plugins: [pitcrew({ cacheDir: join(root, 'cache'), report: false, reportFile }), reading],
  })
  for (const name of ['client', 'other']) {
    await builder.build(builder.environments[name]!)
    await setTimeout(700)
    const { redone } = JSON.parse(readFileSync(reportFile, 'utf8')) as BuildReport
    expect(redone.filter(({ plugin }) => plugin === 'reading').length, name).toBeGreaterThan(0)
  }
  // What was read in the second one is a dependency of its records, too.
  writeFileSync(join(root, 'word.txt'), 'another')
  const second = await createBuilder({
    root, configFile: false, logLevel: 'silent', builder: { sharedConfigBuild: true, sharedPlugins: true },
    build: { write: false, rolldownOptions: { input: 'src/main.js' } }, environments: { client: {}, other: {} },
    plugins: [pitcrew({ cacheDir: join(root, 'cache'), report: false, reportFile }), reading],
  })
  for (const name of ['client', 'other']) {
    const { output } = await second.build(second.environments[name]!) as { output: { code: string }[] }
    expect(output[0]!.code, name).toContain('another')
  }
})

it('goes on after a rest although another one began meanwhile', async () => {
  const before = inPlace()
  const create = (): ReturnType<typeof createBuilder> => createBuilder({
    root, configFile: false, logLevel: 'silent', builder: { sharedConfigBuild: true, sharedPlugins: true },
    build: { write: false, rolldownOptions: { input: 'src/main.js' } }, environments: { client: {}, other: {} },
    plugins: [pitcrew({ cacheDir: join(root, 'cache'), report: false }), { ...slow }],
  })
  const builders = [await create(), await create()]
  for (const builder of builders) {
    for (const name of ['client', 'other']) {
      const { output } = await builder.build(builder.environments[name]!) as { output: { code: string }[] }
      expect(output[0]!.code, name).toContain('slow')
    }
  }
  expect(inPlace().map((value, index) => value === before[index])).toEqual(before.map(() => true))
})

describe('what a call leaves running while the bundler links and writes', () => {
  /** Whether it is watched: then it has a view of the environment. */
  let isWatched: Promise<boolean>
  let goOn = (): void => undefined
  const leaving = {
    ...slow,
    transform(code: string, id: string) {
      const told = new Promise<void>(resolve => {
        goOn = resolve
      })
      if (id.endsWith('a.js')) isWatched = told.then(() => types.isProxy(process.env))
      return slow.transform(code)
    },
  }
  const asking = {
    name: 'asking',
    async renderStart() {
      // What was recorded is written first.
      await setTimeout(200)
      goOn()
      seen.push(await isWatched)
    },
  }
  const seen: boolean[] = []
  const input = { write: false, rolldownOptions: { input: 'src/main.js' } }
  const optionsFor = (name: string): InlineConfig => ({ root, configFile: false, logLevel: 'silent', build: input, plugins: [pitcrew({ cacheDir: join(root, name), report: false }), leaving, asking] })

  it('is left alone, and so are all promises, since no call comes any more', async () => {
    await build(optionsFor('alone'))
    expect(seen.splice(0)).toEqual([false])
  })

  it('is watched where another environment may be built, whose calls may make use of it', async () => {
    const builder = await createBuilder({ ...optionsFor('two'), environments: { client: { build: input }, other: { build: input } } })
    await builder.build(builder.environments['client']!)
    expect(seen.splice(0)).toEqual([true])
  })
})
