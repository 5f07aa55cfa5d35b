/**
 * Question: how many known vulnerable lines do the security rules find, and how many known good ones do they accuse?
 *
 * The corpora, their annotations and the scorer are not part of the project: PITCREW_SECURITY_SCORE names the folder that
 * holds `score.mjs` and `truth.jsonl`, PITCREW_SECURITY_CORPORA that with the checked-out corpora. Every file that an
 * annotation names is analysed as it lies there; what comes out are the scorer's own tables.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAnalyzer } from '../../src/analysis/analyze.ts'
import type { BenchCase, FiguresResult } from '../case.ts'

export interface SecurityScore {
  readonly files: number
  readonly unparsed: readonly string[]
  /** `file:line:rule CWE-n` lines as the scorer reads them. */
  readonly findings: readonly string[]
  /** The scorer's output. */
  readonly report: string
}

const security: BenchCase = {
  name: 'security',
  question: 'How many known vulnerable lines do the security rules find, and how many good ones do they accuse?',
  onDemand: true,
  async run(): Promise<FiguresResult> {
    const { PITCREW_SECURITY_SCORE: scorer, PITCREW_SECURITY_CORPORA: corpora } = process.env
    if (!scorer || !corpora) throw new Error('PITCREW_SECURITY_SCORE and PITCREW_SECURITY_CORPORA must name the folders of the scorer and of the corpora.')
    const { report, ...figures } = scoreSecurity(scorer, corpora)
    return { kind: 'figures', figures, text: report }
  },
}

export default security

/** @param corpora Checked-out repositories, as the annotations name their files. */
export function scoreSecurity(scorerFolder: string, corpora: string): SecurityScore {
  const truth = join(scorerFolder, 'truth.jsonl')
  const files = new Set(readFileSync(truth, 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { file: string }).file))
  const { analyze } = createAnalyzer()
  const findings: string[] = []
  const unparsed: string[] = []
  for (const file of files) {
    const path = join(corpora, file)
    if (!existsSync(path)) continue
    const facts = analyze(file, readFileSync(path, 'utf8'))
    if (facts.notes.some(({ reason }) => reason !== 'suppression')) unparsed.push(`${file}: ${facts.notes[0]?.reason}`)
    for (const failure of facts.ruleFailures) throw new Error(`${failure.ruleId} failed on ${file}: ${failure.message}`)
    for (const finding of facts.findings) for (const cwe of finding.cwe) findings.push(`${file}:${finding.line}:${finding.ruleId} CWE-${cwe}`)
  }
  return { files: files.size, unparsed, findings, report: runScorer(scorerFolder, truth, corpora, findings) }
}

function runScorer(scorerFolder: string, truth: string, corpora: string, findings: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'pitcrew-score-'))
  try {
    const list = join(folder, 'findings.txt')
    writeFileSync(list, findings.join('\n'))
    return execFileSync(process.execPath, [join(scorerFolder, 'score.mjs'), truth, list, '--root', corpora], { encoding: 'utf8' })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
