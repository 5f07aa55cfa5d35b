/** Fault 21: the thread of the analysis crashes, hangs or runs out of memory. Restarted, then in line, then off. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Crew } from '../../src/guidance/crew.ts'
import type { JobSettings } from '../../src/guidance/protocol.ts'
import { REPOSITORY } from '../harness/playgrounds.ts'

const WORKER = join(REPOSITORY, 'dist', 'analysis-worker.js')
let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'pitcrew-crew-'))
  writeFileSync(join(root, 'a.js'), 'el.innerHTML = location.hash')
  writeFileSync(join(root, 'b.js'), 'const deadly = 1')
})
afterAll(() => rmSync(root, { recursive: true }))

/** A rule that does the worst when it meets the module `b.js`. */
function deadlyRule(name: string, body: string): string {
  const file = join(root, `${name}.mjs`)
  writeFileSync(file, `export const rule = { id: 'own/${name}', cwe: [1], severity: 'low', title: 't', help: 'h', nodes: ['VariableDeclaration'], check() { ${body} } }`)
  return file
}

const settings = (ruleFiles: readonly string[]): JobSettings => ({ root, ruleFiles, rules: [], gates: { warn: {}, fail: {} }, baselineFile: null, reportFile: null, suspects: [] })

async function analyse(script: string, ruleFiles: readonly string[]): Promise<{ deaths: string[]; ids: (string | undefined)[]; notes: string[] }> {
  const deaths: string[] = []
  const crew = new Crew({ script, onDeath: (reason, suspect) => void deaths.push(`${suspect}: ${reason}`), stallMs: 2000 })
  try {
    const opened = crew.ask({ kind: 'open', settings: settings(ruleFiles), pack: null })
    crew.hold(true)
    await Promise.all([opened, crew.ask({ kind: 'analyse', ids: ['a.js', 'b.js'] })])
    const { report } = await crew.ask({ kind: 'join', built: { edges: [], entries: [], bytes: [], packages: [], clientChunkOf: [], exposed: [], target: [], buildMs: [] } })
    return { deaths, ids: report.findings.map(({ id }) => id), notes: report.notes.map(({ id, reason }) => `${id} ${reason}`) }
  } finally {
    await crew.close()
  }
}

describe('a thread that', () => {
  it('lives analyses everything', async () => {
    expect(await analyse(WORKER, [])).toEqual({ deaths: [], ids: ['a.js'], notes: [] })
  })

  it.each<[string, string]>([
    ['ends itself', 'process.exit(3)'],
    ['runs out of memory', 'const all = []; for (;;) all.push(new Array(1e6).fill(Math.random()))'],
    ['hangs', 'for (;;);'],
  ])('%s is replaced, and the module that it died on is left alone', async (what, body) => {
    const { deaths, ids, notes } = await analyse(WORKER, [deadlyRule(what.replaceAll(' ', '-'), body)])
    expect(ids).toEqual(['a.js'])
    expect(deaths.map(death => death.split(':')[0])).toEqual(['b.js'])
    expect(notes).toEqual(['b.js crashed'])
  }, 60_000)

  it('dies at once, twice, is replaced by this thread', async () => {
    const script = join(root, 'dead.mjs')
    writeFileSync(script, 'process.exit(1)')
    const { deaths, ids } = await analyse(script, [])
    expect(deaths).toHaveLength(2)
    expect(ids).toEqual(['a.js'])
  })

  it('cannot be made is replaced by this thread', async () => {
    const { ids, deaths } = await analyse('not/an/absolute/path.js', [])
    expect(ids).toEqual(['a.js'])
    expect(deaths).toHaveLength(1)
  })

  it('does not keep the process waiting when nobody waits', async () => {
    const crew = new Crew({ script: WORKER, onDeath: () => undefined })
    await crew.ask({ kind: 'open', settings: settings([]), pack: null })
    await crew.close()
    await crew.close()
  })

  it('cannot load what it needs says so', async () => {
    await expect(analyse(WORKER, [join(root, 'missing.mjs')])).rejects.toThrow('missing.mjs')
  })
})
