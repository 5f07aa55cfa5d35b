/**
 * Rebuilds of one context: each is what it would be without Pitcrew, what did not change is remembered from the rebuild
 * before, and what a plugin's own cache got wrong in a session is not remembered beyond it.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Scene } from './esbuild-scene.ts'

requireDist()

const TIMEOUT_MS = 300_000

const CONFIG = `
import svelte from 'esbuild-svelte'
import { sassPlugin } from 'esbuild-sass-plugin'
export default {
  absWorkingDir: import.meta.dirname, entryPoints: ['main.js'], bundle: true, format: 'esm', outdir, external: ['svelte', 'svelte/*'],
  conditions: ['svelte', 'browser'], logLevel: 'silent', plugins: [...pitcrew, svelte(), sassPlugin()],
}`
const FILES = {
  'esbuild.config.mjs': CONFIG,
  'main.js': "import A from './A.svelte'\nimport B from './B.svelte'\nimport './one.scss'\nconsole.log(A, B)\n",
  'A.svelte': '<p>a</p>\n<style>p { color: red }</style>\n',
  'B.svelte': '<p>b</p>\n',
  'one.scss': "@use 'part';\n.one { color: part.$color }\n",
  '_part.scss': '$color: red;\n',
}
/** Outcomes of a rebuild, from the report that it writes. */
const SESSION = `
import { context } from 'esbuild'
import { existsSync, readFileSync, renameSync, utimesSync, writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import config from './esbuild.config.mjs'

const { PITCREW_REPORT_FILE: report } = process.env
const steps = []
const session = await context({ ...config, write: false })

async function rebuild() {
  // Longer than the time within which a write may leave the same times behind.
  await setTimeout(120)
  const { outputFiles = [], warnings = [], errors = [] } = await session.rebuild().catch(error => error)
  const outcomes = report && existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).outcomes : null
  steps.push({ built: [outputFiles.map(file => [file.path, file.text]), warnings.map(({ text }) => text), errors.map(({ text }) => text)], outcomes })
}
function write(path, text) {
  writeFileSync(path + '.fresh', text)
  renameSync(path + '.fresh', path)
}
`
const END = `
await session.dispose()
process.stdout.write(JSON.stringify(steps))
`

interface Step {
  readonly built: unknown
  readonly outcomes: Readonly<Record<string, number>> | null
}

let scene: Scene | undefined
afterEach(() => scene?.dispose())

function session(script: string, variant: 'off' | 'cold' | 'warm', files: Readonly<Record<string, string>> = {}): readonly Step[] {
  scene!.write({ ...FILES, ...files, 'session.mjs': SESSION + script + END })
  return scene!.run('session.mjs', variant) as Step[]
}

const built = (steps: readonly Step[]): unknown[] => steps.map(step => step.built)
const outcomes = (steps: readonly Step[]): unknown[] => steps.map(step => ({ hit: step.outcomes!['hit'], done: step.outcomes!['miss']! + step.outcomes!['stale']! }))

describe('rebuilds', () => {
  it('are the same as without Pitcrew, through edits, errors and back', () => {
    scene = new Scene(FILES)
    const script = `
      await rebuild()
      await rebuild()
      write('A.svelte', '<p>changed</p>\\n<style>p { color: blue }</style>\\n')
      await rebuild()
      write('_part.scss', '$color: green;\\n')
      await rebuild()
      write('B.svelte', '<p>{#if}</p>\\n')
      await rebuild()
      write('B.svelte', '<p>b</p>\\n')
      write('A.svelte', '<p>a</p>\\n<style>p { color: red }</style>\\n')
      await rebuild()`
    const off = session(script, 'off')
    const cold = session(script, 'cold')
    const warm = session(script, 'warm')
    expect(built(cold)).toEqual(built(off))
    expect(built(warm)).toEqual(built(off))
    expect(outcomes(cold)).toEqual([{ hit: 0, done: 3 }, { hit: 3, done: 0 }, { hit: 2, done: 1 }, { hit: 2, done: 1 }, { hit: 2, done: 1 }, { hit: 3, done: 0 }])
    expect(outcomes(warm)[0]).toEqual({ hit: 3, done: 0 })
  }, TIMEOUT_MS)

  it('do not keep what a cache of the plugin by modification time gave', () => {
    scene = new Scene({ ...FILES, 'older.txt': '' })
    // One script for both: another one would be another configuration.
    const script = `
      await rebuild()
      if (existsSync('older.txt')) {
        write('one.scss', '.one { color: older }\\n')
        write('A.svelte', '<p>older</p>\\n')
        for (const file of ['one.scss', 'A.svelte']) utimesSync(file, 1e9, 1e9)
        await rebuild()
      }`
    const poisoned = session(script, 'cold')
    scene.remove('older.txt')
    const older = { 'A.svelte': '<p>older</p>\n', 'one.scss': '.one { color: older }\n' }
    const off = session(script, 'off', older)
    expect(built(poisoned).at(-1)).not.toEqual(built(off)[0])
    expect(built(session(script, 'warm', older))).toEqual(built(off))
  }, TIMEOUT_MS)
})
