/**
 * A project and its store, moved to another directory: the builds there hit, and know nothing of the first place.
 *
 * The workspace has node_modules of its own, so that everything a build reads moves with it. All playgrounds share one
 * workspace, are built cold in it, then it is renamed.
 */
import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPlayground } from '../harness/build-playground.ts'
import type { BuildOutcome, Variant } from '../harness/build-playground.ts'
import { PLAYGROUNDS } from '../harness/playgrounds.ts'
import { copyProject, requireDist } from '../harness/project.ts'
import { diffDirectories, snapshotDirectory } from '../harness/snapshot.ts'

const LIMIT = 16
/** One of webpack's two is enough for every day: `PITCREW_TEST_FULL=1` moves both. */
const MOVED = PLAYGROUNDS.filter(({ name }) => process.env['PITCREW_TEST_FULL'] === '1' || name !== 'webpack-vue')
const HITS_WANTED = 0.95
const TIMEOUT_MS = 600_000
const ENV = { PITCREW_MINIMIZE: 'off' }

describe('a project that moves with its store', () => {
  let base: string
  const first = (): string => join(base, 'first', 'place')
  // Longer than the first, so that a path of the wrong length would shift everything behind it.
  const second = (): string => join(base, 'second', 'and-longer-place')

  function build(name: string, workspace: string, variant: Variant, out: string): Promise<BuildOutcome> {
    // Stores and outputs lie in the workspace and move with it; outputs in it are as deep in both places.
    return buildPlayground({ name, root: join(workspace, 'playground', name), variant, cacheDir: join(workspace, 'stores', name), outDir: join(workspace, 'out', out), env: ENV })
  }

  beforeAll(async () => {
    requireDist()
    base = mkdtempSync(join(tmpdir(), 'pitcrew-moved-'))
    for (const { name } of MOVED) copyProject(name, first(), { limit: LIMIT, nodeModules: 'copy' })
    for (const { name } of MOVED) await build(name, first(), 'cold', `${name}-cold`)
    rmSync(join(base, 'second'), { recursive: true, force: true })
    const parent = join(base, 'second')
    renameSync(join(base, 'first'), parent)
    renameSync(join(parent, 'place'), second())
  }, 2 * TIMEOUT_MS)
  afterAll(() => rmSync(base, { recursive: true, force: true }))

  it.each(MOVED)('$name hits, and builds what it would have built without a store', async ({ name }) => {
    const warm = await build(name, second(), 'warm', 'built')
    renameSync(join(second(), 'out', 'built'), join(second(), 'out', `${name}-warm`))
    const off = await build(name, second(), 'off', 'built')
    const outcomes = warm.report?.outcomes
    const remembered = outcomes?.hit ?? 0
    expect(remembered / (remembered + (outcomes?.miss ?? 0) + (outcomes?.stale ?? 0))).toBeGreaterThanOrEqual(HITS_WANTED)
    expect(diffDirectories(off.outDir, join(second(), 'out', `${name}-warm`))).toBeNull()
    expect(warm.warnings).toEqual(off.warnings)
    expect(filesMentioning(first(), join(second(), 'out', `${name}-warm`))).toEqual([])
  }, TIMEOUT_MS)
})

function filesMentioning(text: string, dir: string): string[] {
  return [...snapshotDirectory(dir).keys()].filter(file => readFileSync(join(dir, file)).includes(text))
}
