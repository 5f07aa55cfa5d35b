/**
 * Question: how many megabytes of source a second does one thread analyse, all analyses at once?
 *
 * Sources: unminified files of published packages. Parsing alone runs in turn with the analyses, so that the figure can
 * be read on a busy or slow machine too: what matters there is how much the analyses add to the parse that they need.
 * Time is processor time of this process. Findings per thousand lines come out beside it.
 * What runs is bundled as what ships is.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'
import { REPOSITORY } from '../../test/harness/playgrounds.ts'
import type { BenchCase, FiguresResult } from '../case.ts'

const PACKAGES = ['react', 'vue', 'svelte', 'lodash', 'webpack', 'rollup', 'eslint', 'postcss', 'less', 'rxjs', 'react-dom', 'terser', 'react-router', 'immutable', '@babel/core', 'vue-loader', 'ra-core', 'fast-check', 'commander', 'chokidar']
const FILES_PER_PACKAGE = 60
const MAX_FILE_BYTES = 800_000

interface Source {
  readonly path: string
  readonly text: string
}

const speed: BenchCase = {
  name: 'analysis-speed',
  question: 'How many megabytes of source a second does one thread analyse, all analyses at once?',
  onDemand: true,
  async run({ rounds, say }): Promise<FiguresResult> {
    const sources = PACKAGES.flatMap(sourcesOf)
    const bytes = sources.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)
    const { createAnalyzer, createTreeReader, langOfId, parseModule } = await bundled()
    const { analyze } = createAnalyzer()
    const read = createTreeReader()
    const parse: number[] = []
    const all: number[] = []
    let findings = 0
    let lines = 0
    for (let round = 0; round < rounds; round++) {
      say(`round ${round + 1} of ${rounds}`)
      parse.push(bytes / cpuMicros(() => sources.forEach(({ path, text }) => void parseModule(text, langOfId(path), read))))
      const facts: { findings: number; lines: number } = { findings: 0, lines: 0 }
      all.push(bytes / cpuMicros(() => sources.forEach(({ path, text }) => {
        const result = analyze(path, text)
        facts.findings += result.findings.length
        facts.lines += result.metrics.codeLines
      })))
      findings = facts.findings
      lines = facts.lines
    }
    const figures = { files: sources.length, bytes, parseMegabytesPerSecond: parse, allMegabytesPerSecond: all, findings, lines }
    const text = `${sources.length} files, ${(bytes / 1e6).toFixed(1)} MB: parse alone ${median(parse).toFixed(1)} MB/s, all analyses ${median(all).toFixed(1)} MB/s; ${((findings / lines) * 1000).toFixed(2)} findings per thousand lines`
    return { kind: 'figures', figures, text }
  },
}

export default speed

type Analysis = Pick<typeof import('../../src/analysis/analyze.ts'), 'createAnalyzer'>
  & Pick<typeof import('../../src/analysis/syntax/parse.ts'), 'langOfId' | 'parseModule'>
  & Pick<typeof import('../../src/analysis/syntax/raw-transfer.ts'), 'createTreeReader'>

async function bundled(): Promise<Analysis> {
  const file = join(REPOSITORY, 'node_modules/.cache/pitcrew-benchmarks/analysis.mjs')
  const entry = "export * from './src/analysis/analyze.ts'\nexport * from './src/analysis/syntax/parse.ts'\nexport * from './src/analysis/syntax/raw-transfer.ts'\n"
  const virtual = { name: 'entry', resolveId: (id: string) => (id === 'entry' ? join(REPOSITORY, 'entry.ts') : null), load: (id: string) => (id === join(REPOSITORY, 'entry.ts') ? entry : null) }
  const bundle = await rolldown({ input: 'entry', cwd: REPOSITORY, platform: 'node', external: /^[^./\0]/, plugins: [virtual] })
  await bundle.write({ file, format: 'esm' })
  await bundle.close()
  return await import(`${pathToFileURL(file).href}?${Date.now()}`) as Analysis
}

/** Bytes a microsecond are megabytes a second. */
function cpuMicros(task: () => void): number {
  const before = process.cpuUsage()
  task()
  return process.cpuUsage(before).user
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[values.length >> 1] ?? Number.NaN
}

function sourcesOf(name: string): Source[] {
  const found: Source[] = []
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && entry.name !== 'node_modules') visit(path)
      else if (/\.[cm]?js$/.test(entry.name) && !/\.min\.|production/.test(entry.name) && statSync(path).size <= MAX_FILE_BYTES) found.push({ path, text: readFileSync(path, 'utf8') })
      if (found.length >= FILES_PER_PACKAGE) return
    }
  }
  visit(join(REPOSITORY, 'node_modules', name))
  return found
}
