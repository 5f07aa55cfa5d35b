/**
 * One application with everything that is known to lose something on warm builds: Vue with CSS modules and scoped styles,
 * Svelte that warns, Sass, CSS modules, a worker, UnoCSS, Tailwind 4, assets inlined and emitted, globs and `index.html`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { diffDirectories, snapshotDirectory } from '../../harness/snapshot.ts'
import { requireDist } from '../../harness/project.ts'
import { Stage, fixtureFiles, textIn } from '../../harness/stage.ts'
import type { Kept } from '../../harness/stage.ts'

requireDist()

describe('the mixed application', () => {
  const stage = new Stage('vite', fixtureFiles('mixed'))
  let off: Kept
  beforeAll(async () => void (off = await stage.build('off')))
  afterAll(() => stage.dispose())

  it('has all its parts, and is the same twice without Pitcrew', async () => {
    const text = textIn(off.dir)
    // UnoCSS, Tailwind, its @apply, Sass, a CSS module of Vue, a Svelte style, the define, the variable, an inlined asset.
    for (const part of ['.u-p-4', '.gap-4', '--color-brand', '.badge', '_card_', 'Svelte', '"first"', 'Mixed shop', 'data:image/svg+xml']) expect(text).toContain(part)
    expect([...snapshotDirectory(off.dir).keys()].map(name => name.replace(/-[\w-]{8}\./, '.')).sort()).toEqual(expect.arrayContaining([
      'assets/about.js', 'assets/about.js.map', 'assets/index.css', 'assets/index.js', 'assets/index.js.map', 'assets/logo.svg', 'assets/worker.js', 'index.html',
    ]))
    expect(off.outcome.warnings.join('\n')).toContain('css_unused_selector')
    expect(diffDirectories(off.dir, (await stage.build('off')).dir)).toBeNull()
  })

  it('is the same cold and warm, files, maps and warnings', async () => {
    const cold = await stage.compare('cold')
    expect(cold.outcomes.hit).toBe(0)
    const warm = await stage.compare()
    // Where Vite inlined an asset, the module is part of what it keeps for the output: done anew each time.
    expect(warm.redone.map(({ plugin, id, cause }) => [plugin, id, cause?.kind])).toEqual([['vite:css', 'src/styles/app.css', 'not-stored']])
    expect(warm.outcomes.hit).toBeGreaterThan(8)
  })
})
