/**
 * Warm builds against the floor: the same hooks answering from a map in memory. What lies between the two is all that
 * keys, traces, checks, the store and the report cost together.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPlayground } from '../test/harness/build-playground.ts'
import type { BenchCase, RunOptions, TimedResult } from './case.ts'
import { measure } from './measure.ts'
import type { Variant } from './measure.ts'
import { Workshop } from './playground-case.ts'

const WARM_OVER_FLOOR = 1.15
const ENV = { PITCREW_SOURCEMAP: 'off' }

export function floorCase(caseName: string, playground: string): BenchCase {
  return {
    name: caseName,
    question: `How far is a warm build of ${playground} from one whose hooks answer from memory?`,
    async run(options) {
      const base = mkdtempSync(join(tmpdir(), 'pitcrew-bench-floor-'))
      try {
        return await compare(base, playground, options)
      } finally {
        rmSync(base, { recursive: true, force: true })
      }
    },
  }
}

async function compare(base: string, name: string, options: RunOptions): Promise<TimedResult> {
  const workshop = new Workshop(base, { name, env: ENV })
  options.say('filling the store, and recording the answers')
  await workshop.build('cold', 'warm')
  const hooks = await rememberedHooks(base, name)
  const floor = (mode: 'record' | 'answer'): ReturnType<Variant['run']> => workshop.build('off', 'unused', {
    runner: 'vite-floor',
    env: { PITCREW_HARNESS_FLOOR: JSON.stringify({ file: join(base, 'answers.json'), mode, hooks }) },
  })
  await floor('record')
  return measure({
    variants: [{ name: 'floor', run: () => floor('answer') }, { name: 'warm', run: () => workshop.build('warm', 'warm') }, { name: 'off', run: () => workshop.build('off', 'unused') }],
    targets: [
      { of: 'warm', over: 'floor', metric: 'bundlerMs', bound: { max: WARM_OVER_FLOOR } },
      { of: 'warm', over: 'floor', metric: 'processMs', bound: null },
      { of: 'floor', over: 'off', metric: 'bundlerMs', bound: null },
    ],
    proof: digest => `${workshop.proof(digest)}; answered from memory: ${hooks.map(({ plugin, hook }) => `${plugin} ${hook}`).join(', ')}`,
    explain: () => workshop.explain(),
  }, options)
}

/** What the warm build's own report says it remembered. */
async function rememberedHooks(base: string, name: string): Promise<{ plugin: string; hook: string }[]> {
  const { report } = await buildPlayground({ name, variant: 'warm', cacheDir: join(base, 'stores', 'warm'), outDir: join(base, 'out'), env: ENV })
  return (report?.plugins ?? []).filter(({ outcomes }) => outcomes.hit > 0).map(({ name: plugin, hook }) => ({ plugin, hook }))
}
