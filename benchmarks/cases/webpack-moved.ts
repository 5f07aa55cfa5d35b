/** Question: after the checkout moved to another directory, how do Pitcrew and webpack's own persistent cache compare? */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { copyProject, moveCheckout } from '../../test/harness/project.ts'
import type { Project } from '../../test/harness/project.ts'
import type { BenchCase, RunOptions, TimedResult } from '../case.ts'
import { measure } from '../measure.ts'
import type { Variant } from '../measure.ts'
import { Workshop } from '../playground-case.ts'

const ENV = { PITCREW_MINIMIZE: 'off', PITCREW_SOURCEMAP: 'off' }

const webpackMoved: BenchCase = {
  name: 'webpack-moved',
  question: "After the checkout moved to another directory, how do Pitcrew and webpack's cache: 'filesystem' compare?",
  async run(options) {
    const base = mkdtempSync(join(tmpdir(), 'pitcrew-bench-moved-'))
    try {
      return await compare(base, options)
    } finally {
      rmSync(base, { recursive: true, force: true })
    }
  },
}
export default webpackMoved

async function compare(base: string, options: RunOptions): Promise<TimedResult> {
  options.say('filling both caches in the first checkout, and moving it')
  const first = copyProject('webpack-react-sass', join(base, 'first'), { nodeModules: 'copy' })
  const own = workshopOf(base, first)
  await own.build('cold', 'filled')
  await own.build('off', 'unused', { env: { PITCREW_WEBPACK_CACHE: join(base, 'filled-filesystem') } })
  const second = moveCheckout(first, join(base, 'second'))
  rmSync(first.workspace, { recursive: true, force: true })

  const workshop = workshopOf(base, second)
  const variants: Variant[] = [
    { name: 'off', run: () => workshop.build('off', 'unused') },
    { name: 'filesystem', run: () => workshop.build('off', 'unused', { env: { PITCREW_WEBPACK_CACHE: fresh(base, 'filled-filesystem', 'filesystem') } }) },
    { name: 'warm', run: () => (fresh(base, join('stores', 'filled'), join('stores', 'moved')), workshop.build('warm', 'moved')) },
  ]
  return measure({
    variants, explain: () => workshop.explain(), proof: digest => workshop.proof(digest),
    targets: [
      { of: 'filesystem', over: 'warm', metric: 'bundlerMs', bound: { min: 2 } },
      { of: 'filesystem', over: 'warm', metric: 'processMs', bound: null },
      { of: 'warm', over: 'off', metric: 'bundlerMs', bound: null },
    ],
  }, options)
}

function workshopOf(base: string, { name, root }: Project): Workshop {
  return new Workshop(base, { name, root, env: ENV })
}

/** The cache as the first checkout left it: a build after the move writes into it, and the next round must not profit. */
function fresh(base: string, from: string, to: string): string {
  const target = join(base, to)
  rmSync(target, { recursive: true, force: true })
  cpSync(join(base, from), target, { recursive: true })
  return target
}
