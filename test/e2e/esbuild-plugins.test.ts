/**
 * esbuild with plugins of which nothing is known: what they read, ask and print counts, what cannot be known is not
 * remembered, errors pass untouched, and the place of `pitcrew()` is a matter of what is remembered, never of the result.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { diffDirectories } from '../harness/snapshot.ts'
import { Scene } from './esbuild-scene.ts'

requireDist()

const TIMEOUT_MS = 300_000
/** Dear enough that a call of it is worth remembering. */
const WORK = 'const work = (ms) => { for (const end = performance.now() + ms; performance.now() < end;); }\n'

const config = (plugins: string, options = ''): string => `
import esbuild from 'esbuild'
import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
${WORK}
export default { absWorkingDir: import.meta.dirname, entryPoints: ['main.js'], bundle: true, outdir, sourcemap: true, ${options} plugins: ${plugins} }`

const MAIN = "import a from './a.note'\nconsole.log(a)\n"
/** Puts what lies beside a module into it. */
const NOTES = `{ name: 'notes', setup(build) {
  build.onLoad({ filter: /\\.note$/ }, async ({ path }) => {
    work(3)
    const beside = await readFile(join(dirname(path), 'beside.txt'), 'utf8')
    return { contents: JSON.stringify([readFileSync(path, 'utf8'), beside]), loader: 'json', warnings: [{ text: 'noted', location: { file: path, line: 1, column: 0, lineText: 'x' } }], watchFiles: [path] }
  })
} }`

let scene: Scene | undefined
afterEach(() => scene?.dispose())

describe('a plugin of which nothing is known', () => {
  it('is remembered with what it reads, and its warnings are given again', async () => {
    scene = new Scene({ 'esbuild.config.mjs': config(`[...pitcrew, ${NOTES}]`), 'main.js': MAIN, 'a.note': 'one', 'beside.txt': 'two' })
    expect(await scene.compare('cold')).toMatchObject({ miss: 1 })
    expect(await scene.compare()).toMatchObject({ hit: 1 })
    scene.write({ 'beside.txt': 'three' })
    // The script names the file, so that its content may also count as configuration.
    const { stale, miss } = await scene.compare()
    expect(stale + miss).toBe(1)
    scene.write({ 'a.note': 'four' })
    expect(await scene.compare()).toMatchObject({ miss: 1 })
    expect(await scene.compare()).toMatchObject({ hit: 1 })
  }, TIMEOUT_MS)

  it('is asked again what it asked esbuild to resolve', async () => {
    const asking = `{ name: 'asking', setup(build) {
      build.onLoad({ filter: /\\.note$/ }, async ({ path }) => {
        work(3)
        const found = await build.resolve('./found', { resolveDir: dirname(path), kind: 'import-statement' })
        return { contents: JSON.stringify(found.path ? found.path.slice(-8) : 'none'), loader: 'json' }
      })
    } }`
    scene = new Scene({ 'esbuild.config.mjs': config(`[...pitcrew, ${asking}]`), 'main.js': MAIN, 'a.note': '', 'found.js': '' })
    await scene.build('cold')
    expect(await scene.compare()).toMatchObject({ hit: 1 })
    scene.write({ 'found.ts': '' })
    expect(await scene.compare()).toMatchObject({ stale: 1 })
  }, TIMEOUT_MS)

  it('is another one when what it read while it was set up is', async () => {
    const reading = `{ name: 'reading', setup(build) {
      const [name, kind] = ['settings', 'txt']
      const text = readFileSync(join(import.meta.dirname, name + '.' + kind), 'utf8')
      build.onLoad({ filter: /\\.note$/ }, () => { work(3); return { contents: JSON.stringify(text), loader: 'json' } })
    } }`
    scene = new Scene({ 'esbuild.config.mjs': config(`[...pitcrew, ${reading}]`), 'main.js': MAIN, 'a.note': '', 'settings.txt': 'one' })
    await scene.build('cold')
    expect(await scene.compare()).toMatchObject({ hit: 1 })
    scene.write({ 'settings.txt': 'two' })
    expect(await scene.compare()).toMatchObject({ stale: 1 })
  }, TIMEOUT_MS)

  it.each([
    ['before it', `{ name: 'setting', setup({ initialOptions }) { initialOptions.alias = { x: readFileSync(word, 'utf8') } } }, READER`],
    ['after it', `READER, { name: 'setting', setup({ initialOptions }) { initialOptions.alias = { x: readFileSync(word, 'utf8') } } }`],
    ['when the build starts', `READER, { name: 'setting', setup({ initialOptions, onStart }) { onStart(() => void (initialOptions.alias = { x: readFileSync(word, 'utf8') })) } }`],
  ])('sees options of esbuild as another plugin changes them %s', async (_when, plugins) => {
    const reader = `{ name: 'reading', setup({ initialOptions, onLoad }) {
      onLoad({ filter: /\\.note$/ }, ({ path }) => {
        work(3)
        return { contents: JSON.stringify([readFileSync(path, 'utf8'), initialOptions.alias]), loader: 'json' }
      })
    } }`
    const text = config(`[...pitcrew, ${plugins.replace('READER', () => reader)}]`).replace(WORK, `${WORK}const word = [import.meta.dirname, 'word'].join('/')\n`)
    scene = new Scene({ 'esbuild.config.mjs': text, 'main.js': MAIN, 'a.note': '', word: 'one' })
    await scene.compare('cold')
    expect(await scene.compare()).toMatchObject({ hit: 1 })
    scene.write({ word: 'two' })
    expect(await scene.compare()).toMatchObject({ hit: 0 })
  }, TIMEOUT_MS)

  it('prints again what it printed', async () => {
    const printing = `{ name: 'printing', setup(build) {
      build.onLoad({ filter: /\\.note$/ }, ({ path }) => { work(3); console.error('loading ' + path.length); return { contents: '1', loader: 'json' } })
    } }`
    scene = new Scene({ 'esbuild.config.mjs': config(`[...pitcrew, ${printing}]`), 'main.js': MAIN, 'a.note': '' })
    await scene.build('cold')
    const warm = await scene.build('warm')
    expect(warm.outcome.report!.outcomes).toMatchObject({ hit: 1 })
    expect(warm.outcome.warnings.filter(line => line.startsWith('loading '))).toHaveLength(1)
  }, TIMEOUT_MS)
})

describe('what cannot be known', () => {
  const cases: readonly (readonly [string, string])[] = [
    ['a nested build', `build.onLoad({ filter: /\\.note$/ }, async ({ path }) => {
        work(3)
        const { outputFiles } = await esbuild.build({ stdin: { contents: 'import "./nested.js"', resolveDir: dirname(path) }, bundle: true, write: false })
        return { contents: outputFiles[0].text }
      })`],
    ['state that is prepared at the start', `let text
      build.onStart(() => { text = readFileSync('nested.js', 'utf8') })
      build.onLoad({ filter: /\\.note$/ }, () => { work(3); return { contents: text } })`],
    ['what another process told it while it was set up', `const text = execFileSync(process.execPath, ['-p', 'fs.readFileSync("nested.js", "utf8")'], { encoding: 'utf8' })
      build.onLoad({ filter: /\\.note$/ }, () => { work(3); return { contents: text } })`],
    ['what its resolution saw', `let text
      build.onResolve({ filter: /\\.note$/ }, () => { text = readFileSync('nested.js', 'utf8'); return undefined })
      build.onLoad({ filter: /\\.note$/ }, () => { work(3); return { contents: text } })`],
    ['a second load', `let text
      build.onLoad({ filter: /main\\.js$/ }, () => { work(3); text = readFileSync('nested.js', 'utf8'); return undefined })
      build.onLoad({ filter: /\\.note$/ }, () => { work(3); return { contents: text } })`],
    ['a namespace of its own', `build.onResolve({ filter: /\\.note$/ }, () => ({ path: 'x', namespace: 'own' }))
      const text = readFileSync('nested.js', 'utf8')
      build.onLoad({ filter: /./, namespace: 'own' }, () => { work(3); return { contents: text } })`],
    ['data from a resolution that is not JSON', `build.onResolve({ filter: /\\.note$/ }, ({ resolveDir }) => ({ path: join(resolveDir, 'a.note'), pluginData: { text: () => readFileSync('nested.js', 'utf8') } }))
      build.onLoad({ filter: /\\.note$/ }, ({ pluginData }) => { work(3); return { contents: pluginData.text() } })`],
  ]
  it.each(cases)('%s is not remembered', async (_title, setup) => {
    scene = new Scene({ 'esbuild.config.mjs': config(`[...pitcrew, { name: 'odd', setup(build) { ${setup} } }]`), 'main.js': MAIN, 'a.note': '', 'nested.js': 'console.log(1)' })
    await scene.build('cold')
    scene.write({ 'nested.js': 'console.log(2)' })
    expect(await scene.compare()).toMatchObject({ hit: 0 })
  }, TIMEOUT_MS)
})

describe('a build that fails', () => {
  it('fails with the same words, and what was recorded until then is kept', async () => {
    const failing = `module.exports = { name: 'failing', setup(build) {
      build.onLoad({ filter: /\\.bad$/ }, async () => {
        await new Promise(resolve => setTimeout(resolve, 50))
        throw new Error('this is bad')
      })
    } }`
    const files = { 'main.js': "import './x.bad'\n" + MAIN, 'a.note': 'one', 'beside.txt': 'two', 'x.bad': '', 'failing.cjs': failing }
    scene = new Scene({ ...files, 'esbuild.config.mjs': config(`[...pitcrew, ${NOTES}, (await import('./failing.cjs')).default]`) })
    const off = await messageOf(scene.build('off'))
    const cold = await messageOf(scene.build('cold'))
    expect(off).toMatch(/failing\.cjs:4:14: ERROR: \[plugin: failing\] this is bad/)
    expect(firstLines(cold)).toEqual(firstLines(off))
    scene.write({ 'main.js': MAIN })
    expect(await scene.compare()).toMatchObject({ hit: 1 })
  }, TIMEOUT_MS)
})

describe('the place of pitcrew()', () => {
  it('first or last, the result is the same; last, nothing is remembered and it says so', async () => {
    const files = { 'main.js': MAIN, 'a.note': 'one', 'beside.txt': 'two' }
    scene = new Scene({ ...files, 'esbuild.config.mjs': config(`[${NOTES}, ...pitcrew]`) })
    const off = await scene.build('off')
    const warm = await scene.build('warm')
    expect(warm.outcome.report!.faults).toMatchObject([{ code: 'HOST_FAULT', message: expect.stringContaining('notes') as string }])
    expect(warm.outcome.report!.outcomes).toMatchObject({ hit: 0, miss: 0 })
    expect(diffDirectories(off.dir, warm.dir)).toBeNull()
    expect(warm.outcome.warnings).toEqual(off.outcome.warnings)
  }, TIMEOUT_MS)
})

async function messageOf(build: Promise<unknown>): Promise<string> {
  try {
    await build
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  throw new Error('the build did not fail')
}

/** What esbuild says, without the variant in the first line and without stacks. */
function firstLines(message: string): string[] {
  return message.split('\n').slice(1).filter(line => /ERROR|error:/.test(line))
}
