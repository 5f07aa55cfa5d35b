/** Other content under a time that is older, or the same, and of the same size: what checkouts, `touch -d` and restored CI caches leave. */
import { statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { requireDist } from '../../harness/project.ts'
import { Stage } from '../../harness/stage.ts'
import { BUNDLERS, hasStyles, vueApplication } from './vue-application.ts'

requireDist()

const DAY_MS = 86_400_000

describe.each(BUNDLERS)('%s', bundler => {
  const stage = new Stage(bundler, vueApplication(bundler))
  afterAll(() => stage.dispose())

  /** Of the same size. @param ageMs 0: the very time that the file had. */
  function editAs(file: string, from: string, to: string, ageMs: number): void {
    expect(to).toHaveLength(from.length)
    const { atimeMs, mtimeMs } = statSync(join(stage.root, file))
    stage.edit(file, from, to)
    utimesSync(join(stage.root, file), new Date(atimeMs - ageMs), new Date(mtimeMs - ageMs))
  }

  it('looks at content and not at times', async () => {
    await stage.compare('cold')
    await stage.compare()
    for (const [round, ageMs] of [0, DAY_MS].entries()) {
      editAs('src/types.ts', round === 0 ? 'name' : 'mane', round === 0 ? 'mane' : 'name', ageMs)
      editAs('src/First.vue', round === 0 ? 'first {{' : 'erste {{', round === 0 ? 'erste {{' : 'first {{', ageMs)
      if (hasStyles(bundler)) editAs('src/theme/_index.scss', round === 0 ? '1px' : '7px', round === 0 ? '7px' : '1px', ageMs)
      const { report, text } = await stage.compareOutput()
      expect(text).toContain(round === 0 ? 'mane' : 'name')
      if (round === 0) expect(report.redone.length).toBeGreaterThan(1)
    }
    // Everything is as it was in the first place, under times that no build has seen.
    const back = await stage.compare()
    expect(back.redone.filter(({ cause }) => cause?.kind !== 'not-stored')).toEqual([])
  })
})
