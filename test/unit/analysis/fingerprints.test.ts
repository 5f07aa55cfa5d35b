/** Fingerprints outlive what happens to a file that nobody meant to change: a formatter, lines above, another name. */
import { format } from 'prettier'
import type { Options } from 'prettier'
import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../src/analysis/analyze.ts'
import { INJECTION } from './security/injection.cases.ts'
import { KEYS } from './security/keys.cases.ts'
import { WEB } from './security/web.cases.ts'

const { analyze } = createAnalyzer()
const CODE = Object.values({ ...INJECTION, ...WEB, ...KEYS }).flatMap(({ bad }) => bad)
const WANTED_RATIO = 0.98
const STYLES: readonly Options[] = [{}, { semi: false, singleQuote: true, printWidth: 200, arrowParens: 'avoid', trailingComma: 'none' }, { printWidth: 40, useTabs: true, quoteProps: 'consistent', objectWrap: 'collapse' }]

function printsOf(id: string, source: string): string[] {
  return analyze(id, source).findings.map(({ fingerprint }) => fingerprint)
}

/** @returns Share of the fingerprints that are there again. */
async function survival(change: (source: string) => string | Promise<string>, id = 'a.tsx'): Promise<{ ratio: number; count: number; lost: string[] }> {
  let count = 0
  const lost: string[] = []
  for (const source of CODE) {
    const before = printsOf('a.tsx', source)
    const after = new Set(printsOf(id, await change(source)))
    count += before.length
    lost.push(...before.filter((print) => !after.has(print)).map(() => source))
  }
  return { ratio: 1 - lost.length / count, count, lost }
}

describe('fingerprints', () => {
  it.each(STYLES)('survive a formatter run with %j', async (style) => {
    const { ratio, count, lost } = await survival((source) => format(source, { ...style, parser: 'typescript' }))
    expect(count).toBeGreaterThan(150)
    expect(ratio, lost.join('\n')).toBeGreaterThanOrEqual(WANTED_RATIO)
  })

  it('survive ten lines inserted above, and a file move', async () => {
    const above = Array.from({ length: 10 }, (_, index) => `// line ${index}\n`).join('')
    expect((await survival((source) => above + source)).lost).toEqual([])
    expect((await survival((source) => source, 'other/folder/b.tsx')).lost).toEqual([])
  })

  it('tell equal findings of one module apart, and different ones', () => {
    const prints = printsOf('a.js', 'el.innerHTML = location.hash\nel.innerHTML = location.hash\nother.innerHTML = location.hash')
    expect(new Set(prints).size).toBe(3)
  })
})
