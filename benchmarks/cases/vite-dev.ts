/** Question: how much sooner has a fresh dev server of 330 Vue components answered for every module once? */
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPlayground } from '../../test/harness/build-playground.ts'
import type { Variant as BuildVariant } from '../../test/harness/build-playground.ts'
import type { BenchCase } from '../case.ts'
import { measure } from '../measure.ts'
import type { Variant } from '../measure.ts'
import { ratios } from '../playground-case.ts'

const viteDev: BenchCase = {
  name: 'vite-dev',
  question: 'How much sooner has a fresh dev server of 330 Vue components answered for every module once?',
  async run(options) {
    const base = mkdtempSync(join(tmpdir(), 'pitcrew-bench-dev-'))
    let served = 0
    const session = async (variant: BuildVariant): ReturnType<Variant['run']> => {
      const outcome = await buildPlayground({
        name: 'vite-vue', runner: 'vite-dev', variant, cacheDir: join(base, variant), outDir: join(base, 'out'),
        // Dependencies are bundled once for each, before the first round, as they are on any second start. The names are
        // of one length, because source maps count the columns of import specifiers.
        env: { PITCREW_HARNESS_DEPS: join(base, variant === 'off' ? 'deps-0' : 'deps-1') },
      })
      const bodies = Object.entries(outcome.bodies ?? {})
      served = bodies.length
      const hash = createHash('sha256')
      for (const [url, body] of bodies) hash.update(`${url}\n${body}\n`)
      return { sample: { ...outcome.durations, maxRssBytes: outcome.maxRssBytes }, digest: hash.digest('hex') }
    }
    try {
      options.say('bundling dependencies and filling the store')
      await session('off')
      await session('warm')
      const variants = (['off', 'cold', 'warm'] as const).map((name): Variant => ({ name, run: () => session(name) }))
      return await measure({ variants, targets: ratios(0.5, 1.05), proof: digest => `${served} served modules are the same (sha256 ${digest.slice(0, 16)})` }, options)
    } finally {
      rmSync(base, { recursive: true, force: true })
    }
  },
}
export default viteDev
