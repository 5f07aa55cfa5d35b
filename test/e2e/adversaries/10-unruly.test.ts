/**
 * Adversary 10: plugins that throw, reject, answer with a thenable, never answer, change what they were given, or are
 * frozen. Without Pitcrew, with it for the first time, and with a store: the same end of the process, the same output, the
 * same error from the same place.
 *
 * The same place: of a stack, all frames from its top to the plugin's own last one are the same, so that none of Pitcrew's is
 * among them. What is below says who called the plugin: that is Pitcrew, and V8 keeps ten frames, so it cannot be the same on
 * every bundler. esbuild alone makes of these frames something that a person sees (where the error is, and its text): there
 * all of them are compared. Nor is compared of what class the receiver of a plugin's method seems to be: the context that a
 * hook is given is a proxy of the bundler's.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../../harness/project.ts'
import { ProcessScene } from './process-scene.ts'
import type { Ended } from './process-scene.ts'

requireDist()

const TIMEOUT_MS = 240_000
/** A build that waits for an answer that never comes is ended after so long. */
const NEVER_MS = 6000

/** How each does it. `give` makes of a text what the bundler expects. */
const UNRULY = `
const burn = () => { const until = performance.now() + 1; while (performance.now() < until); }
export class Complaint extends TypeError { name = 'Complaint'; extra = { deep: [1] } }
// Kept, because Rolldown gives up when such a promise is collected, which happens sooner or later with Pitcrew and without.
const never = new Promise(() => undefined)
export const unruly = {
  'throws': () => { throw new Complaint('this is thrown') },
  'throws what is no error': () => { throw 'only a text' },
  'rejects': async () => { await null; throw new Complaint('this is rejected') },
  'rejects late': () => new Promise((_, reject) => setTimeout(() => reject(new Complaint('this is rejected late')), 5)),
  'answers with a thenable': (code, give) => ({ then: resolve => void setTimeout(() => resolve(give(code + ';console.log("thenable")')), 5) }),
  'answers with a thenable that rejects': () => ({ then: (_, reject) => reject(new Complaint('a thenable rejects')) }),
  'never answers': () => never,
  'changes what it gave': (code, give) => { burn(); const given = give(code + ';console.log("given")'); setImmediate(() => Object.assign(given, { code: 'changed', contents: 'changed' })); return given },
  'changes what it was given': (code, give, given) => { burn(); for (const each of given) if (each && typeof each === 'object') { each.marked = 'by me'; if (each.buffer) each.fill(59, 0, 1) } return give(code + ';console.log("taken")') },
  'is frozen': (code, give) => { burn(); return give(code + ';console.log("frozen")') },
  'is frozen to the last': (code, give) => { burn(); return give(code + ';console.log("frozen")') },
}
export const KIND = process.env.KIND
export const tell = error => {
  const all = [error, ...(Array.isArray(error?.errors) ? error.errors : []), ...(error?.cause ? [error.cause] : [])]
  for (const each of all) {
    const { name, message, text, code, plugin, pluginName, hook, id, extra, loc } = Object(each)
    const frames = [each?.stack, each?.detail?.stack].join('\\n').split('\\n').filter(line => line.includes('unruly.mjs')).map(line => line.trim())
    console.log('ERROR ' + JSON.stringify({ type: typeof each, name, message, text, code, plugin, pluginName, hook, id, extra, loc, frames }))
  }
  process.exitCode = 1
}
`
const FILES = { 'main.js': "import './a.js'\nimport './b.js'\nconsole.log('main')\n", 'a.js': "console.log('a')\n", 'b.js': "console.log('b')\n", 'unruly.mjs': UNRULY }

const PITCREW = (bundler: string, more = ''): string => `
import pitcrew from 'unplugin-pitcrew/${bundler}'
import { KIND, tell, unruly } from './unruly.mjs'
const pitcrews = process.env.OFF ? [] : [pitcrew({ report: false, reportFile: 'report.json'${more} })]
`
const TRANSFORMS = `
const burn = () => { const until = performance.now() + 2; while (performance.now() < until); }
const calm = { name: 'calm', transform: (code, id) => /b\\.js$/.test(id) ? (burn(), { code: code + ';console.log("calm")', map: null }) : null }
const handler = (code, id, ...rest) => /a\\.js$/.test(id) ? unruly[KIND](code, text => ({ code: text, map: null }), rest) : null
const bad = { name: 'bad', transform: KIND === 'is frozen' ? handler : { order: null, handler } }
if (KIND === 'is frozen') Object.freeze(bad)
if (KIND === 'is frozen to the last') Object.freeze(Object.freeze(bad).transform)
`
const ROLLUP = (bundler: string): string => `import { ${bundler} } from '${bundler}'
${PITCREW(bundler)}${TRANSFORMS}
try { const bundle = await ${bundler}({ input: 'main.js', logLevel: 'silent', plugins: [...pitcrews, calm, bad] }); await bundle.write({ dir: 'dist' }); await bundle.close() } catch (error) { tell(error) }
`
const WEBPACK = (bundler: string, from: string): string => `import bundler from '${from}'
${PITCREW(bundler, ", plugins: { 'bad.mjs': true, 'calm.mjs': true }")}
const compiler = bundler({ mode: 'development', devtool: false, entry: './main.js', plugins: pitcrews, module: { rules: [
  { test: /a\\.js$/, loader: new URL('bad.mjs', import.meta.url).pathname }, { test: /b\\.js$/, loader: new URL('calm.mjs', import.meta.url).pathname },
] } })
await new Promise(resolve => compiler.run((error, stats) => {
  if (error) tell(error)
  for (const each of stats?.compilation.errors ?? []) tell(each.error ?? each)
  console.log(stats?.toString({ all: false, errors: true, warnings: true }))
  compiler.close(() => resolve())
}))
`
const SCRIPTS: Readonly<Record<string, string>> = {
  vite: `import { build } from 'vite'
${PITCREW('vite')}${TRANSFORMS}
try { await build({ configFile: false, logLevel: 'silent', plugins: [...pitcrews, calm, bad], build: { minify: false, rollupOptions: { input: 'main.js' } } }) } catch (error) { tell(error) }
`,
  rollup: ROLLUP('rollup'),
  rolldown: ROLLUP('rolldown'),
  esbuild: `import { build } from 'esbuild'
import { readFile } from 'node:fs/promises'
${PITCREW('esbuild')}
const bad = { name: 'bad', setup({ onLoad }) { onLoad({ filter: /a\\.js$/ }, args => /^changes|^is frozen/.test(KIND) ? readFile(args.path, 'utf8').then(code => unruly[KIND](code, text => ({ contents: text }), [args])) : unruly[KIND]('console.log("a")', text => ({ contents: text }), [args])) } }
if (KIND.startsWith('is frozen')) Object.freeze(bad)
try { await build({ entryPoints: ['main.js'], bundle: true, outdir: 'dist', logLevel: 'silent', plugins: [...pitcrews, bad] }) } catch (error) { tell(error) }
`,
  webpack: WEBPACK('webpack', 'webpack'),
  rspack: WEBPACK('rspack', '@rspack/core'),
}
const LOADERS = {
  'bad.mjs': "import { KIND, unruly } from './unruly.mjs'\nexport const raw = KIND === 'changes what it was given'\nexport default function (code, map) { return unruly[KIND](String(code), text => text, [code, map]) }\n",
  'calm.mjs': "export default code => { const until = performance.now() + 2; while (performance.now() < until); return code + ';console.log(\"calm\")' }\n",
}
const KINDS = ['throws', 'throws what is no error', 'rejects', 'rejects late', 'answers with a thenable', 'answers with a thenable that rejects', 'never answers', 'changes what it gave', 'changes what it was given', 'is frozen', 'is frozen to the last']
/** With an error of these the build fails. */
const FAILING = /throws|rejects/
/** Those that say nothing of what was thrown when it is no error. */
const MUTE = new Set(['vite', 'rolldown'])

let scene: ProcessScene | undefined
afterEach(() => scene?.dispose())

/** What a person and a caller see: not how long it took. */
function seen(bundler: string, { code, output, files }: Ended): object {
  const place = bundler === 'esbuild' ? (text: string) => text : toPluginsPlace
  return {
    code,
    output: place(output.replaceAll(/\d+(\.\d+)? ?m?s\b/g, '<time>').replaceAll(/^.*Warning: Detected unsettled.*$/gm, '')),
    // An error becomes code, on webpack.
    files: Object.fromEntries(Object.entries(files).map(([name, text]) => [name, place(text)])),
  }
}

/** Frames in a row, in text or in a text of JSON. */
const STACK = /(?:(?:\n|\\n) +(?:│ +)?at (?:(?!\\n)[^\n"])+)+/g
const FRAME = /(?:\n|\\n) +(?:│ +)?at (?:(?!\\n)[^\n"])+/g
const OF_PLUGIN = /(?:<root>|pitcrew-adversary-\w+|\(\.|at \.)\/[\w-]+\.mjs:/

/** Of every stack, its frames down to the plugin's own last one; of one without such a frame, the frames of Pitcrew, which has nothing to do there. */
function toPluginsPlace(text: string): string {
  return text.replaceAll(STACK, stack => {
    const frames = (stack.match(FRAME) ?? []).map(frame => frame.replace(/ at (async )?[\w$]+\.(?=[\w$<])/, ' at $1'))
    const last = frames.findLastIndex(frame => OF_PLUGIN.test(frame))
    return last < 0 ? frames.filter(frame => /\/dist\/(?:vite|webpack|rollup)-output|webpack-taps|unplugin-pitcrew/.test(frame)).join('') : frames.slice(0, last + 1).join('')
  })
}

/** What is compared is there: without Pitcrew, too, the plugin does what it is said to do. */
function expectToBeThere(bundler: string, kind: string, { output, files }: Ended): void {
  if (kind === 'never answers') return
  // Vite itself defines something on hooks.
  if (bundler === 'vite' && kind === 'is frozen to the last') return expect(output).toContain('object is not extensible')
  if (FAILING.test(kind)) expect(output).toMatch(MUTE.has(bundler) && kind === 'throws what is no error' ? /ERROR / : /ERROR .*(this is|only a text|a thenable rejects)/)
  else expect(JSON.stringify(files)).toContain(kind.startsWith('is frozen') ? 'frozen' : /thenable/.test(kind) ? 'thenable' : kind.endsWith('it gave') ? '' : 'taken')
  if (/throws$|rejects$|late$/.test(kind)) expect(output).toContain('<root>/unruly.mjs:')
}

describe.each(Object.keys(SCRIPTS))('%s', bundler => {
  it.each(KINDS)('is the same around a plugin that %s', async kind => {
    const project = (scene = new ProcessScene({ ...FILES, ...LOADERS, 'build.mjs': SCRIPTS[bundler]! }))
    const build = (env: Record<string, string> = {}): Promise<Ended> => project.build({ KIND: kind, ...env }, kind === 'never answers' ? NEVER_MS : undefined)
    const off = await build({ OFF: '1' })
    const cold = await build()
    const warm = await build()
    expect(seen(bundler, cold)).toEqual(seen(bundler, off))
    expect(seen(bundler, warm)).toEqual(seen(bundler, off))
    expect([...cold.report?.faults ?? [], ...warm.report?.faults ?? []]).toEqual([])
    expectToBeThere(bundler, kind, off)
  }, TIMEOUT_MS)
})
