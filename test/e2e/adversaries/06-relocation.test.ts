/**
 * A checkout that moves, with sources that hold the path of its first place as plain text: what was recorded there is used,
 * and the text stays what it is. Paths as the other platform writes them: `test/unit/memo/record/portable-text-windows.test.ts`.
 */
import { afterAll, describe, expect, it } from 'vitest'
import { requireDist } from '../../harness/project.ts'
import { Stage } from '../../harness/stage.ts'
import { BUNDLERS, vueApplication } from './vue-application.ts'

requireDist()

describe.each(BUNDLERS)('%s', bundler => {
  const stage = new Stage(bundler, vueApplication(bundler))
  afterAll(() => stage.dispose())

  it('hits in the new place, and leaves the old one where a source names it', async () => {
    const first = stage.root
    const escaped = JSON.stringify(first)
    stage.write({
      'src/First.vue': `<script>\nexport default { root: ${escaped}, win: 'C:\\\\work\\\\src\\\\First.vue' }\n</script>\n<template><p title="${first}/src">in ${first}</p></template>\n`,
      'src/word.ts': `export const word: string = ${escaped}\n`,
    })
    await stage.compare('cold')
    await stage.compare()
    stage.move()
    const { report, text } = await stage.compareOutput()
    expect(text).toContain(`in ${first}`)
    expect(text).toContain(escaped)
    expect(text).toContain('C:\\\\work\\\\src\\\\First.vue')
    // Packages are linked from outside of what is moved: the way from a module to a loader's runtime is another one at another depth.
    if (bundler === 'webpack' || bundler === 'rspack') return
    expect(report.outcomes.hit).toBeGreaterThan(0)
    // The place may bind what names it, and a plugin that nobody has read; everything else has moved.
    expect(report.redone.filter(({ id, plugin }) => plugin !== 'strip' && !id.includes('First.vue') && !id.includes('word.ts'))).toEqual([])
  })
})
