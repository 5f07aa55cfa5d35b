/** Programs that call Vite again and again with a configuration of their own: what differs between two of its builds counts in each. */
import { afterEach, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Stage } from '../harness/stage.ts'

requireDist()

let stage: Stage
afterEach(() => stage.dispose())

/** What the plugin says of what it was given, and how two builds of one program differ. */
interface Case {
  /** An expression over `config`, the resolved one, and `given`, what the program handed to the plugin. */
  readonly says: string
  readonly builds: readonly [string, string]
}

const CASES: Readonly<Record<string, Case>> = {
  'a key that Vite does not know': { says: 'config.brand', builds: ["{ brand: 'one' }", "{ brand: 'two' }"] },
  'a key of a part that Vite does not know': { says: 'config.inlineConfig.build.brand', builds: ["{ build: { brand: 'one' } }", "{ build: { brand: 'two' } }"] },
  'where the output goes': { says: 'config.build.outDir', builds: ["{ build: { outDir: 'one' } }", "{ build: { outDir: 'two' } }"] },
  'the server': { says: 'config.server.origin', builds: ["{ server: { origin: 'http://one' } }", "{ server: { origin: 'http://two' } }"] },
  'a define of one environment': { says: 'config.environments.client.define', builds: ["{ environments: { client: { define: { A: '1' } } } }", "{ environments: { client: { define: { A: '2' } } } }"] },
  'another plugin': { says: "config.plugins.some(plugin => plugin.name === 'two')", builds: ["{ plugins: [{ name: 'one' }] }", "{ plugins: [{ name: 'two' }] }"] },
  'what the plugin alone was given': { says: 'given', builds: ["{ given: ['one'] }", "{ given: ['two'] }"] },
}

const PROGRAM = ({ says, builds }: Case): string => `import { build } from 'vite'
const makePitcrew = process.env.PITCREW_PLAYGROUND === 'off' ? null : (await import('unplugin-pitcrew/vite')).default
const saying = given => {
  let config
  return {
    name: 'saying', configResolved(resolved) { config = resolved },
    transform(code, id) {
      if (!id.endsWith('main.js')) return null
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
      return { code: code + 'console.log(' + JSON.stringify(${says}) + ')', map: null }
    },
  }
}
const codes = []
for (const { given = [], plugins = [], ...options } of [${builds.join(', ')}]) {
  const { output } = await build({
    root: import.meta.dirname, configFile: false, logLevel: 'silent', ...options,
    build: { write: false, rolldownOptions: { input: 'main.js' }, ...options.build },
    plugins: [makePitcrew?.({ report: false, monitor: false }), saying(given[0]), ...plugins],
  })
  codes.push(output[0].code)
}
console.log(JSON.stringify(codes))
`

it.each(Object.entries(CASES))('%s', (_what, each) => {
  stage = new Stage('vite', { 'main.js': "console.log('main')\n", 'program.mjs': PROGRAM(each) })
  const off = stage.run('program.mjs', 'off') as string[]
  // It means something, or nothing is proved.
  expect(off[0]).not.toBe(off[1])
  for (const variant of ['cold', 'warm'] as const) expect(stage.run('program.mjs', variant), variant).toEqual(off)
}, 120_000)

const SERVER = (options: string): string => `import { createServer } from 'vite'
import vue from '@vitejs/plugin-vue'
const pitcrew = process.env.PITCREW_PLAYGROUND === 'off' ? null : (await import('unplugin-pitcrew/vite')).default({ report: false, monitor: false })
const server = await createServer({
  root: import.meta.dirname, configFile: false, logLevel: 'silent', appType: 'custom', optimizeDeps: { noDiscovery: true }, ${options}
  plugins: [pitcrew, vue()],
})
const { code } = await server.transformRequest('/A.vue')
await server.close()
console.log(JSON.stringify(code))
`
const OF_SERVER: Readonly<Record<string, string>> = {
  'where it is reached': "server: { middlewareMode: true, ws: false, origin: 'http://elsewhere' },",
  'whether it updates modules': 'server: { middlewareMode: true, ws: false, hmr: false },',
  'its base': "base: '/below/', server: { middlewareMode: true, ws: false },",
}

it.each(Object.entries(OF_SERVER))('what components take from a server: %s', (_what, options) => {
  stage = new Stage('vite', {
    'A.vue': '<template><img src="./a.png"></template>\n', 'a.png': 'a',
    'server.mjs': SERVER('server: { middlewareMode: true, ws: false },'), 'other.mjs': SERVER(options),
  })
  const off = ['server.mjs', 'other.mjs'].map(script => stage.run(script, 'off'))
  expect(off[0]).not.toBe(off[1])
  expect(stage.run('server.mjs', 'cold')).toBe(off[0])
  expect(stage.run('other.mjs', 'warm')).toBe(off[1])
}, 120_000)
