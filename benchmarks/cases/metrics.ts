/**
 * Question: are the complexity numbers those of the tools that define them?
 *
 * Oracles: ESLint's own `complexity` (classic and modified) and eslint-plugin-sonarjs' `cognitive-complexity`, run over
 * the sources of published packages in node_modules; every function is compared with ours by its place in the text.
 * The one known difference is SonarJS's nesting leak behind a ternary with a function for a branch: such a function
 * must equal ours plus `sonarLeak` exactly, so that nothing else can hide behind it.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'
import { Linter } from 'eslint'
import type { Rule } from 'eslint'
import { analyzeMetrics } from '../../src/analysis/metrics/analyze-metrics.ts'
import { REPOSITORY } from '../../test/harness/playgrounds.ts'
import type { BenchCase, FiguresResult } from '../case.ts'

const DEFAULT_PACKAGES = [
  'react-dom', 'lodash', 'webpack', 'rollup', 'svelte', 'acorn', 'chart.js', 'terser', 'eslint', 'postcss', 'immutable', 'date-fns',
  'quill', 'rxjs', 'primevue', 'ra-core', 'react-router', 'dompurify', 'commander', 'source-map', 'semver', 'ajv', 'jsx-ast-utils-x', '@babel/core',
  '@babel/traverse', 'enhanced-resolve', 'fast-check', 'chokidar', 'css-loader',
]
const MAX_FILE_BYTES = 700_000
const MAX_FILES_PER_PACKAGE = 160

type Measure = 'classic' | 'modified' | 'sonar'
type Numbers = Map<string, number>

export interface MetricsAgreement {
  readonly packages: number
  readonly files: number
  readonly skipped: number
  readonly functions: number
  readonly equal: Readonly<Record<Measure, number>>
  /** Functions in which SonarJS's nesting leak explains the difference exactly. */
  readonly leaks: number
  readonly mismatches: readonly string[]
}

const metrics: BenchCase = {
  name: 'metrics',
  question: 'Are cyclomatic and cognitive complexity those of ESLint and SonarJS, function by function?',
  onDemand: true,
  // Async, as every case: the comparison itself is not.
  async run({ say }): Promise<FiguresResult> {
    say('ESLint and SonarJS read thirty packages; a minute or two')
    const figures = compareMetrics(REPOSITORY)
    if (figures.mismatches.length > 0) throw new Error(`${figures.mismatches.length} differences, the first: ${figures.mismatches.slice(0, 5).join('; ')}`)
    const { packages, files, functions, leaks } = figures
    return { kind: 'figures', figures, text: `${functions} functions of ${files} files of ${packages} packages: all equal, ${leaks} of them but for SonarJS's nesting leak` }
  },
}

export default metrics

/** Compares every function of the packages; those that are not installed are left out. */
export function compareMetrics(root: string, packages: readonly string[] = DEFAULT_PACKAGES): MetricsAgreement {
  const oracle = createOracle(root)
  const tally = { packages: 0, files: 0, skipped: 0, functions: 0, equal: { classic: 0, modified: 0, sonar: 0 }, leaks: 0, mismatches: [] as string[] }
  for (const name of packages) {
    const files = sourceFiles(join(root, 'node_modules', name)).slice(0, MAX_FILES_PER_PACKAGE)
    if (files.length > 0) tally.packages++
    for (const file of files) compareFile(file, relative(root, file), oracle, tally)
  }
  return tally
}

function compareFile(
  file: string,
  label: string,
  oracle: (text: string) => Record<Measure, Numbers> | undefined,
  tally: { files: number; skipped: number; functions: number; equal: Record<Measure, number>; leaks: number; mismatches: string[] },
): void {
  const text = readFileSync(file, 'utf8')
  const expected = oracle(text)
  const actual = analyzeMetrics(file, text)
  if (!expected || actual.kind === 'note') {
    tally.skipped++
    return
  }
  tally.files++
  const seen = new Set<string>()
  for (const each of actual.functions) {
    const key = `${each.start}-${each.end}-${each.kind === 'class-field' ? 'field' : 'function'}`
    seen.add(key)
    tally.functions++
    check('classic', each.cyclomatic.classic)
    check('modified', each.cyclomatic.modified)
    if (each.kind === 'class-field' || each.kind === 'static-block') tally.equal.sonar++
    else if (each.cognitive.sonarLeak > 0 && expected.sonar.get(key) === each.cognitive.sonar + each.cognitive.sonarLeak) tally.leaks++
    else check('sonar', each.cognitive.sonar)

    function check(measure: Measure, value: number): void {
      if (expected?.[measure].get(key) === value) tally.equal[measure]++
      else tally.mismatches.push(`${label}:${each.line} ${each.name} ${measure}: ours ${value}, theirs ${expected?.[measure].get(key)}`)
    }
  }
  for (const key of expected.classic.keys()) if (!seen.has(key)) tally.mismatches.push(`${label}: no function of ours at ${key}`)
}

/** Runs the three rules with thresholds that report every function, and reads numbers instead of messages. */
function createOracle(root: string): (text: string) => Record<Measure, Numbers> | undefined {
  const require = createRequire(join(root, 'package.json'))
  const { builtinRules } = require('eslint/use-at-your-own-risk') as { builtinRules: Map<string, Rule.RuleModule> }
  const sonarjs = require('eslint-plugin-sonarjs') as { rules: Record<string, Rule.RuleModule> }
  const complexity = builtinRules.get('complexity')
  const cognitive = sonarjs.rules['cognitive-complexity']
  if (!complexity || !cognitive) throw new Error('The oracles are not installed: eslint and eslint-plugin-sonarjs.')
  let numbers: Record<Measure, Numbers> = { classic: new Map(), modified: new Map(), sonar: new Map() }
  const plugin = {
    rules: {
      classic: capture(complexity, [{ max: 0, variant: 'classic' }], (node, data) => numbers.classic.set(keyOf(node), Number(data['complexity']))),
      modified: capture(complexity, [{ max: 0, variant: 'modified' }], (node, data) => numbers.modified.set(keyOf(node), Number(data['complexity']))),
      sonar: captureInExitOrder(cognitive, [-1], (node, data) => numbers.sonar.set(keyOf(node), Number(data['complexityAmount']))),
    },
  }
  const linter = new Linter({ configType: 'flat' })
  const rules = { 'oracle/classic': 2, 'oracle/modified': 2, 'oracle/sonar': 2 } as const
  return (text) => {
    for (const sourceType of ['module', 'commonjs', 'script'] as const) {
      numbers = { classic: new Map(), modified: new Map(), sonar: new Map() }
      const config = { plugins: { oracle: plugin }, rules, linterOptions: { noInlineConfig: true }, languageOptions: { sourceType, ecmaVersion: 'latest' as const, parserOptions: { ecmaFeatures: { jsx: true } } } }
      const messages = linter.verify(text, config, { filename: 'a.js' })
      const fatal = messages.find((message) => message.fatal)
      if (fatal && fatal.ruleId) throw new Error(fatal.message)
      if (!fatal) return numbers
    }
    return undefined
  }
}

type Ranged = { type: string; range?: [number, number]; parent?: { type: string; value?: unknown } | null }

function keyOf(node: Ranged): string {
  const isFunction = /Function|StaticBlock/.test(node.type)
  const [start, end] = node.range ?? [0, 0]
  return `${start}-${end}-${isFunction ? 'function' : 'field'}`
}

type Data = Record<string, unknown>
interface Reported { node?: Ranged; messageId?: string; data?: Data }

function proxied(context: Rule.RuleContext, options: readonly unknown[], report: (descriptor: Reported) => void): Rule.RuleContext {
  return Object.create(context, { options: { value: options }, report: { value: report } }) as Rule.RuleContext
}

function capture(rule: Rule.RuleModule, options: readonly unknown[], sink: (node: Ranged, data: Data) => void): Rule.RuleModule {
  return {
    meta: { schema: false },
    create: (context) => rule.create(proxied(context, options, ({ node, messageId, data }) => {
      if (!node || !data) return
      // A field whose value is a function is reported twice for one node: as the field and as the function.
      const isField = String(data['name']).toLowerCase().startsWith('class field initializer')
      sink(isField ? { ...node, type: 'Field', range: node.range ?? [0, 0] } : node, messageId ? data : {})
    })),
  }
}

/** That rule reports no node; but it reports each function at its exit, in order. */
function captureInExitOrder(rule: Rule.RuleModule, options: readonly unknown[], sink: (node: Ranged, data: Data) => void): Rule.RuleModule {
  return {
    meta: { schema: false },
    create(context) {
      let current: Ranged | undefined
      const listener = rule.create(proxied(context, options, ({ data }) => {
        if (current && data) sink(current, data)
      }))
      const exit = listener[':function:exit'] as ((node: unknown) => void) | undefined
      return {
        ...listener,
        ':function:exit': (node: unknown) => {
          current = node as Ranged
          exit?.(node)
        },
      }
    },
  }
}

function sourceFiles(directory: string): string[] {
  const found: string[] = []
  const visit = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      const full = join(path, entry.name)
      if (entry.isDirectory() && entry.name !== 'node_modules') visit(full)
      else if (/\.(?:m|c)?js$/.test(entry.name) && statSync(full).size <= MAX_FILE_BYTES) found.push(full)
    }
  }
  try {
    visit(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  return found.sort()
}
