/**
 * No regular expression of ours can be brought down by a text: each one that is written in the sources takes less than two
 * milliseconds for 32 kB of whatever is worst for it. One that needs quadratic time takes a hundred times that.
 *
 * They run in a thread of their own, which is ended when it says nothing for a while: this test cannot hang.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { Visitor, parseSync } from 'oxc-parser'
import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../src/analysis/analyze.ts'
import { REPOSITORY } from '../harness/playgrounds.ts'

const SIZE = 32_768
const LIMIT_MS = 2
const SILENCE_MS = 2000

interface Pattern {
  readonly source: string
  readonly flags: string
  readonly where: string
}

interface Told {
  readonly index: number
  readonly at?: string
  readonly ms?: number
  readonly text?: string
}

function patternsIn(root: string): Pattern[] {
  const files = readdirSync(join(REPOSITORY, root), { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.ts')).sort()
  return files.flatMap(path => {
    const text = readFileSync(join(REPOSITORY, root, path), 'utf8')
    const found: Pattern[] = []
    new Visitor({
      Literal(node) {
        if ('regex' in node && node.regex) found.push({ source: node.regex.pattern, flags: node.regex.flags, where: `${root}/${path}:${text.slice(0, node.start).split('\n').length}` })
      },
    }).visit(parseSync(path, text).program)
    return found
  })
}

/** @returns What is too slow, with the beginning of the text that it is too slow for. */
async function slowOnes(patterns: readonly Pattern[]): Promise<string[]> {
  const slow: string[] = []
  for (let from = 0; from < patterns.length;) from += await attack(patterns.slice(from), slow)
  return slow
}

/** @returns How many were judged: all of them, or those up to one that hung. */
function attack(patterns: readonly Pattern[], slow: string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('../harness/child/regex-attack.mjs', import.meta.url), { workerData: { patterns, size: SIZE, limitMs: LIMIT_MS } })
    let last: Told = { index: 0, at: '' }
    let silence: NodeJS.Timeout
    const say = (text: string): void => void slow.push(`${patterns[last.index]!.where} /${patterns[last.index]!.source}/ ${text}`)
    const end = (count: number): void => {
      clearTimeout(silence)
      void worker.terminate().then(() => resolve(count))
    }
    const wait = (): void => {
      clearTimeout(silence)
      silence = setTimeout(() => {
        say(`hangs on ${JSON.stringify(last.at)}`)
        end(last.index + 1)
      }, SILENCE_MS)
    }
    worker.on('message', (told: Told) => {
      if (told.index < 0) return end(patterns.length)
      last = told
      if (told.ms !== undefined && told.ms > LIMIT_MS) say(`takes ${told.ms.toFixed(1)} ms for ${JSON.stringify(told.text)}`)
      wait()
    })
    worker.on('error', reject)
    wait()
  })
}

describe('regular expressions of ours', () => {
  it.each(['src/analysis', 'src', 'adapters'])('are not brought down where they are written: %s', async root => {
    const patterns = patternsIn(root).filter(({ where }) => root !== 'src' || !where.startsWith('src/analysis/'))
    expect(patterns.length).toBeGreaterThan(10)
    expect(await slowOnes(patterns)).toEqual([])
  }, 120_000)

  it('would be told', async () => {
    const slow = await slowOnes([{ source: '(a+)+$', flags: '', where: 'here' }, { source: 'a', flags: '', where: 'there' }, { source: '\\s+$', flags: '', where: 'elsewhere' }])
    expect(slow.map(each => each.replace(/(?:hangs|takes) .*/s, 'is slow'))).toEqual(['here /(a+)+$/ is slow', 'elsewhere /\\s+$/ is slow'])
  }, 60_000)
})

describe('hostile sources', () => {
  const { analyze } = createAnalyzer()
  const SEEDS = ['/*', '((((', ' ', 'a', '\n', '<script', '<script "', '<!-- ', '{@html ', '{@html a}', 'v-html="', '<p v-html="a"/>', '//', '`${', '/a/', '"', "import ", 'process.env.', '// pitcrew-ignore ', '<!-- pitcrew-ignore -->', '/(a+)+$/.test(b);', '/(x+x+)+y/;', 'a.b(', '\\', '[', '{', '\r', '\u2028', 'http://', 'select * from ', '-', '0', '@', '@a ', 'a as ', 'a satisfies ', '\\ ', 'a\\', '\\u0061']

  it.each(SEEDS)('of %j again and again are analysed, or refused, in little time', seed => {
    const text = seed.repeat(Math.ceil(200_000 / seed.length))
    for (const id of ['a.js', 'a.ts', 'a.vue', 'a.svelte', 'a.mdx']) {
      const before = process.cpuUsage()
      analyze(id, text)
      const { user, system } = process.cpuUsage(before)
      expect((user + system) / 1000, id).toBeLessThan(2500)
    }
  })
})
