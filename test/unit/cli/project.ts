/** A project on disk whose two last builds left a store and ledgers. */
import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { digest, keyOfParts } from '../../../src/hash.ts'
import { createLedgerWriter } from '../../../src/memo/ledger/ledger.ts'
import type { LedgerEntry } from '../../../src/memo/ledger/ledger.ts'
import { encodeRecord } from '../../../src/memo/record/record.ts'
import type { Dependency } from '../../../src/memo/trace/dependency.ts'
import { createSegmentStore } from '../../../src/store/index.ts'

const DEPENDENCIES: readonly Dependency[] = [
  ['file', '\u0001r/src/types.ts', digest('types')],
  ['file', '\u0001r/src/types.d.ts', null],
  ['probe', '\u0001r/src/types', 'directory'],
  ['env', 'NODE_ENV', digest('production')],
]

export interface Project {
  readonly root: string
  readonly cacheDir: string
}

export function createProject(): Project {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pitcrew-cli-')))
  mkdirSync(join(root, 'src'))
  return { root, cacheDir: join(root, 'node_modules', '.cache', 'pitcrew') }
}

export interface BuildFacts {
  readonly minute: number
  readonly mode?: string
  readonly lockfile?: string
  readonly root?: string
}

/** A call, with the code that it had; what has a key is stored. */
export type Call = Partial<Omit<LedgerEntry, 'inputs' | 'plugin'>> & { readonly id: string; readonly code?: string; readonly plugin?: 'vue' | 'css-post' }

export async function recordBuild({ root, cacheDir }: Project, facts: BuildFacts, calls: readonly Call[]): Promise<void> {
  const store = createSegmentStore({ directory: cacheDir })
  const mode = facts.mode ?? 'production'
  const writer = createLedgerWriter({
    pitcrew: '0.1.0', root: facts.root ?? root, startedAt: `2026-01-05T10:0${facts.minute}:00.000Z`, bundler: 'vite@8.3.8', command: 'build', mode,
    build: { bundler: 'vite@8.3.8', lockfile: digest(facts.lockfile ?? 'lockfile'), NODE_ENV: mode },
  })
  const numbers = {
    vue: writer.plugin({ name: 'vite:vue', hook: 'transform', parts: { options: digest('options'), occurrence: '0' } }),
    'css-post': writer.plugin({ name: 'vite:css-post', hook: 'transform', parts: {} }),
  }
  for (const { code = 'code', plugin = 'vue', ...call } of calls) {
    const inputs = { code: digest(code), moduleType: '=js' }
    const key = call.key === null || plugin === 'css-post' ? null : keyOfParts([call.id, ...Object.values(inputs)])
    if (key && call.outcome !== undefined && call.outcome !== 'hit') store.put(key, encodeRecord({ dependencies: DEPENDENCIES, effects: [], result: null, code: 'export {}', map: null, costMs: 38.2, outsourced: false }))
    writer.call({ outcome: 'hit', cause: null, reason: null, costMs: 0.12, dependencyCount: 4, ...call, key, inputs, plugin: numbers[plugin] })
  }
  await store.close()
  const fault = await writer.write(join(cacheDir, 'ledger', `${mode}.json`))
  if (fault) throw new Error(fault.message)
}
