/**
 * Our own code under our own analysis: cyclomatic complexity below 10 a function, maintainability above 50 a module, no
 * security finding (a suppression needs its reason).
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../src/analysis/analyze.ts'
import { REPOSITORY } from './harness/playgrounds.ts'

const MAX_CYCLOMATIC = 10
const MIN_MAINTAINABILITY = 50

/** What does not pass, by folder. */
function violations(): Map<string, string[]> {
  const { analyze } = createAnalyzer()
  const byFolder = new Map<string, string[]>()
  for (const file of sources()) {
    const { functions, metrics, findings } = analyze(file, readFileSync(join(REPOSITORY, file), 'utf8'))
    const folder = file.slice(0, file.lastIndexOf('/'))
    const found = byFolder.get(folder) ?? []
    byFolder.set(folder, found)
    found.push(...functions.filter(({ cyclomatic }) => cyclomatic.classic >= MAX_CYCLOMATIC).map(({ name, line, cyclomatic }) => `${file}:${line} ${name} has ${cyclomatic.classic}`))
    if (metrics.maintainability <= MIN_MAINTAINABILITY) found.push(`${file} has ${metrics.maintainability.toFixed(1)}`)
    found.push(...findings.map(({ line, ruleId }) => `${file}:${line} ${ruleId}`))
  }
  return byFolder
}

function sources(): string[] {
  return ['src', 'adapters'].flatMap(root =>
    readdirSync(join(REPOSITORY, root), { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts')).map(path => `${root}/${path.replaceAll('\\', '/')}`)).sort()
}

describe('our own gates', () => {
  it.each([...violations()])('hold in %s', (_folder, found) => expect(found).toEqual([]))
})
