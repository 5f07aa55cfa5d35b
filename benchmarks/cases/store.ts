/**
 * Question: how long does a fresh process take to open the store, and to read and verify what is in it?
 *
 * Wanted: 5,000 entries of 10 KB opened, read and verified in 150 ms; 100,000 entries opened in 25 ms. Every sample is a process
 * of its own that checks what it found; files are in the page cache, as after any build. One file an entry is the rival.
 *
 * Alone: node --import ./test/harness/typescript.mjs benchmarks/cases/store.ts
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import type { BenchCase, FiguresResult, RunOptions } from '../case.ts'
import { deviation, median } from '../statistics.ts'
import { REPOSITORY } from '../../test/harness/playgrounds.ts'

const ENTRIES = 5000
const ENTRY_BYTES = 10 * 1024
const MANY = 100_000
const MANY_BYTES = 200
const SEGMENTS = 100

type Times = Readonly<Record<string, number>>

interface Row {
  readonly name: string
  readonly targetMs: number | null
  readonly samples: readonly number[]
}

/** Runs the child program in a mode. @returns what it measured. */
type Child = (...args: readonly (string | number)[]) => Times

function withChild<T>(use: (child: Child, root: string) => T): T {
  const root = mkdtempSync(join(tmpdir(), 'pitcrew-bench-store-'))
  try {
    const path = join(root, 'child.mjs')
    buildSync({ entryPoints: [join(REPOSITORY, 'benchmarks/store/child.ts')], bundle: true, platform: 'node', format: 'esm', outfile: path, logLevel: 'error' })
    return use((...args) => JSON.parse(execFileSync(process.execPath, [path, ...args.map(String)], { encoding: 'utf8' })) as Times, root)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

function sampleAll(child: Child, root: string, { rounds, say }: RunOptions): Row[] {
  const [big, many, scattered, files] = ['big', 'many', 'scattered', 'files'].map((name) => join(root, name)) as [string, string, string, string]
  child('fill', big, ENTRIES, ENTRY_BYTES)
  child('fill', many, MANY, MANY_BYTES)
  child('fill', scattered, ENTRIES, ENTRY_BYTES, SEGMENTS)
  child('fill-files', files, ENTRIES, ENTRY_BYTES)
  const taken = new Map<string, number[]>()
  const take = (name: string, ms: number | undefined): void => void taken.set(name, [...(taken.get(name) ?? []), ms ?? Number.NaN])
  for (let round = 0; round < rounds; round++) {
    const read = child('read', big, ENTRIES, ENTRY_BYTES)
    const opened = child('sparse', many, MANY, MANY_BYTES)
    const apart = child('read', scattered, ENTRIES, ENTRY_BYTES)
    const rival = child('read-files', files, ENTRIES, ENTRY_BYTES)
    const cold = child('fill', join(root, `cold-${round}`), ENTRIES, ENTRY_BYTES)
    rmSync(join(root, `cold-${round}`), { recursive: true })
    take('open and read', read['totalMs'])
    take('processor', read['cpuMs'])
    take('open many', opened['openMs'])
    take('read scattered', apart['totalMs'])
    take('read files', rival['totalMs'])
    take('put', cold['putMs'])
    take('flush and close', cold['closeMs'])
    take('close after hits', read['closeMs'])
    take('memory', (read['rssBytes'] ?? 0) - (child('nothing')['rssBytes'] ?? 0))
    say(`round ${round + 1} of ${rounds}: read ${format(read['totalMs'])}, open ${format(opened['openMs'])}, files ${format(rival['totalMs'])}`)
  }
  const row = (name: string, key: string, targetMs: number | null = null): Row => ({ name, targetMs, samples: taken.get(key) ?? [] })
  return [
    row(`open, read and verify ${ENTRIES} x ${ENTRY_BYTES / 1024} KB`, 'open and read', 150),
    row('processor time of that, all threads', 'processor'),
    row(`open ${MANY} entries`, 'open many', 25),
    row(`the ${ENTRIES} stored by ${SEGMENTS} processes`, 'read scattered'),
    row(`the ${ENTRIES} as a file each`, 'read files'),
    row(`put ${ENTRIES}`, 'put'),
    row('flush and close after that', 'flush and close'),
    row('close after reading', 'close after hits'),
    row('memory above a bare process, MB', 'memory'),
  ]
}

function format(ms: number | undefined): string {
  return ms === undefined ? '-' : `${ms.toFixed(1)} ms`
}

function table(rows: readonly Row[]): string {
  const lines = rows.map(({ name, samples, targetMs }) => {
    const scale = name.endsWith('MB') ? 1 / (1024 * 1024) : 1
    const [middle, spread, best] = [median(samples), deviation(samples), Math.min(...samples)].map((value) => (value * scale).toFixed(1).padStart(8))
    const verdict = targetMs === null ? '' : `   wanted ${targetMs}: ${median(samples) <= targetMs ? 'met' : 'MISSED'}`
    return `${name.padEnd(42)}${middle}  ±${spread}  best ${best}${verdict}`
  })
  return [`${''.padEnd(42)}  median  deviation (ms)`, ...lines].join('\n')
}

export const name = 'store'

/** @returns every sample, and a table of medians. `rounds`: processes per measurement, 7 unless told. */
export async function run(options: Partial<RunOptions> = {}): Promise<FiguresResult> {
  const rows = withChild((child, root) => sampleAll(child, root, { rounds: options.rounds ?? 7, say: options.say ?? console.log }))
  return { kind: 'figures', figures: rows, text: table(rows) }
}

const store: BenchCase = {
  name,
  question: 'How long does a fresh process take to open the store, and to read and verify what is in it?',
  run,
}
export default store

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await run()).text)
