/**
 * npm run bench [-- case… --rounds N --list]
 *
 * Runs the named cases, or all that do not ask to be named, one after another, prints a table for each and keeps it
 * under benchmarks/results/. Exits with 1 when a wanted ratio was missed and with 2 when a case could not be run.
 */
import { readdirSync } from 'node:fs'
import { basename, join, relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { REPOSITORY } from '../test/harness/playgrounds.ts'
import { requireDist } from '../test/harness/project.ts'
import type { BenchCase } from './case.ts'
import { keepResult, renderResult } from './results.ts'

const CASES = join(REPOSITORY, 'benchmarks', 'cases')
const DEFAULT_ROUNDS = 7

interface Arguments {
  readonly names: readonly string[]
  readonly rounds: number
  readonly list: boolean
}

function parse(args: readonly string[]): Arguments {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { rounds: { type: 'string', default: String(DEFAULT_ROUNDS) }, list: { type: 'boolean', default: false } } })
  const rounds = Number(values.rounds)
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds is ${values.rounds}, but must be a whole number from 1`)
  return { names: positionals, rounds, list: values.list }
}

/** @throws Error for a name that is no case. */
async function selectCases(names: readonly string[]): Promise<BenchCase[]> {
  const files = readdirSync(CASES).filter(file => file.endsWith('.ts')).sort()
  const known = files.map(file => basename(file, '.ts'))
  const unknown = names.filter(name => !known.includes(name))
  if (unknown.length > 0) throw new Error(`there is no case ${unknown.join(', ')}; there are ${known.join(', ')}`)
  const cases = await Promise.all((names.length > 0 ? names : known).map(loadCase))
  return cases.filter(({ onDemand = false }) => names.length > 0 || !onDemand)
}

async function loadCase(name: string): Promise<BenchCase> {
  const loaded = await import(pathToFileURL(join(CASES, `${name}.ts`)).href) as { default?: BenchCase }
  if (!loaded.default) throw new Error(`benchmarks/cases/${name}.ts has no default export; it must export a BenchCase (benchmarks/case.ts)`)
  return loaded.default
}

/** @returns whether everything that was wanted is so. */
async function runCase(bench: BenchCase, rounds: number): Promise<boolean> {
  process.stdout.write(`\n${bench.name}: ${bench.question}\n`)
  const result = await bench.run({ rounds, say: line => void process.stderr.write(`  ${line}\n`) })
  const file = keepResult(bench, rounds, result)
  process.stdout.write(`${renderResult(result)}\n  kept in ${relative(REPOSITORY, file)}\n`)
  return result.kind === 'figures' || result.targets.every(({ met }) => met !== false)
}

async function main(): Promise<void> {
  const { names, rounds, list } = parse(process.argv.slice(2))
  const cases = await selectCases(names)
  if (list) return void process.stdout.write(cases.map(({ name, question }) => `${name.padEnd(30)} ${question}\n`).join(''))
  requireDist()
  for (const bench of cases) {
    try {
      if (!await runCase(bench, rounds)) process.exitCode ||= 1
    } catch (error) {
      process.exitCode = 2
      process.stderr.write(`  ${bench.name} could not be run: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  }
}

await main()
