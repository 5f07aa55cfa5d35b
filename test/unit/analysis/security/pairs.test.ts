/**
 * Pairs of what people write and what they should have written, in `test/fixtures/security-pairs/*.md`: `## class: title`, then a block
 * that is `bad` and one that is `good`. A line of the first that ends in `//!` is where a finding of the class belongs, within a line.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../../src/analysis/analyze.ts'
import type { Finding } from '../../../../src/analysis/findings.ts'

const FOLDER = new URL('../../../fixtures/security-pairs/', import.meta.url)
const MARK = /\s*(?:\/\/!|<!--!-->)$/

interface Pair {
  readonly title: string
  readonly family: string
  readonly lang: string
  readonly bad: string
  readonly good: string
  /** Where a finding belongs, from 1. */
  readonly lines: readonly number[]
}

const { analyze } = createAnalyzer()

function pairsOf(text: string): Pair[] {
  return text.split(/^## /m).slice(1).map(section => {
    const [heading = '', ...rest] = section.split('\n')
    const blocks = [...rest.join('\n').matchAll(/^```(\w+) (\w+)\n(.*?)^```$/gms)]
    const [bad, good] = ['bad', 'good'].map(kind => blocks.find(block => block[2] === kind)?.[3] ?? '')
    const marked = (bad ?? '').split('\n')
    const lines = marked.flatMap((line, index) => (MARK.test(line) ? [index + 1] : []))
    const [family = ''] = heading.split(':')
    return { title: heading, family, lang: blocks[0]?.[1] ?? 'ts', bad: marked.map(line => line.replace(MARK, '')).join('\n'), good: good ?? '', lines }
  })
}

function findingsOf(family: string, lang: string, source: string): Finding[] {
  const { findings, notes, ruleFailures } = analyze(`module.${lang}`, source)
  expect({ notes, ruleFailures }).toEqual({ notes: [], ruleFailures: [] })
  return findings.filter(({ ruleId }) => ruleId.startsWith(`${family}/`))
}

/** Whether a finding is at one of the lines, or tells of the same data on its way there. */
function isExpected({ line, evidence }: Finding, lines: readonly number[], all: readonly Finding[]): boolean {
  if (isNear(line, lines)) return true
  const origin = evidence[0]?.line
  return origin !== undefined && all.some(other => isNear(other.line, lines) && other.evidence[0]?.line === origin)
}

function isNear(line: number, lines: readonly number[]): boolean {
  return lines.some(each => Math.abs(each - line) <= 1)
}

const files = readdirSync(FOLDER).filter(name => name.endsWith('.md')).sort()

describe.each(files)('%s', file => {
  it.each(pairsOf(readFileSync(new URL(file, FOLDER), 'utf8')))('$title', ({ family, lang, bad, good, lines }) => {
    expect(lines.length).toBeGreaterThan(0)
    const seen = findingsOf(family, lang, bad)
    const found = seen.map(({ line }) => line)
    expect(lines.filter(line => !isNear(line, found)), `missed; seen ${found}`).toEqual([])
    expect(seen.filter(each => !isExpected(each, lines, seen)).map(({ ruleId, line }) => `${ruleId}:${line}`), 'elsewhere').toEqual([])
    expect(findingsOf(family, lang, good).map(({ ruleId, line }) => `${ruleId}:${line}`), 'said of good code').toEqual([])
  })
})
