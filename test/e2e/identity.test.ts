/**
 * Off, cold and warm builds of every playground are the same, byte for byte, and say the same; and they still are after
 * each kind of edit that people make.
 *
 * Each build is a fresh process of the real bundler. By default the playgrounds are cut to a few dozen modules so that
 * the whole matrix takes minutes; `npm run test:full` (PITCREW_TEST_FULL=1) builds them whole, and one more.
 */
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildPlayground } from '../harness/build-playground.ts'
import type { BuildOutcome, Variant } from '../harness/build-playground.ts'
import { PLAYGROUNDS } from '../harness/playgrounds.ts'
import type { Playground, TextEdit } from '../harness/playgrounds.ts'
import { copyProject, edit, replaceFile, requireDist, touch } from '../harness/project.ts'
import type { Project } from '../harness/project.ts'
import { diffDirectories, digestOf, snapshotDirectory } from '../harness/snapshot.ts'

const IS_FULL = process.env['PITCREW_TEST_FULL'] === '1'
const LIMIT = IS_FULL ? undefined : 24
/** One of webpack's two is enough for every day. */
const BUILT = PLAYGROUNDS.filter(({ name }) => IS_FULL || name !== 'webpack-vue')
/** Two builds at a time run on a shared machine. */
const STEP_TIMEOUT_MS = 600_000

interface Kept {
  readonly dir: string
  readonly digest: string
  readonly outcome: BuildOutcome
}

/** One playground's builds: the same place to build in, one store, and every output kept for comparing. */
class Bench {
  readonly project: Project
  readonly #base: string
  /** webpack's minimizer takes longer than all loaders together, and works on what is the same or not before it. */
  readonly #env: Record<string, string | undefined> = LIMIT === undefined ? {} : { PITCREW_MINIMIZE: 'off' }
  #count = 0

  constructor(playground: Playground) {
    this.#base = mkdtempSync(join(tmpdir(), `pitcrew-e2e-${playground.name}-`))
    this.project = copyProject(playground.name, join(this.#base, 'project'), LIMIT === undefined ? {} : { limit: LIMIT })
  }

  async build(variant: Variant, cache = 'cache'): Promise<Kept> {
    // Off and warm builds may run at once, so each has a place of its own, of one depth and so with equal source maps.
    const outDir = join(this.#base, `out-${variant}`)
    const outcome = await buildPlayground({ name: this.project.name, root: this.project.root, variant, cacheDir: join(this.#base, cache), outDir, env: this.#env })
    const dir = join(this.#base, `kept-${this.#count++}-${variant}`)
    renameSync(outDir, dir)
    return { dir, digest: digestOf(snapshotDirectory(dir)), outcome }
  }

  set(name: string, value: string | undefined): void {
    this.#env[name] = value
  }

  /** Files as they are now, to be put back whatever happens in between. */
  remember(files: readonly string[]): () => void {
    const texts = files.map(file => ({ path: join(this.project.root, file), text: readFileSync(join(this.project.root, file), 'utf8') }))
    return () => {
      for (const { path, text } of texts) replaceFile(path, text)
    }
  }

  dispose(): void {
    rmSync(this.#base, { recursive: true, force: true })
  }
}

function expectSame(kept: Kept, off: Kept): void {
  expect(diffDirectories(off.dir, kept.dir)).toBeNull()
  expect(kept.outcome.warnings).toEqual(off.outcome.warnings)
  expect(kept.outcome.report?.faults).toEqual([])
}

const hitsIn = ({ outcome }: Kept): number => outcome.report?.outcomes.hit ?? 0
const redoneIn = ({ outcome }: Kept): number => outcome.report?.redoneCount ?? Number.NaN

describe.each(BUILT)('$name', playground => {
  let bench: Bench
  let pristine: Kept

  beforeAll(() => {
    requireDist()
    bench = new Bench(playground)
  })
  afterAll(() => bench.dispose())

  /** Makes the edits, builds off and warm, compares them, and takes the edits back. @returns the two builds. */
  async function withEdits(edits: readonly TextEdit[]): Promise<{ off: Kept; warm: Kept }> {
    const restore = bench.remember(edits.map(({ file }) => file))
    try {
      for (const change of edits) edit(bench.project, change)
      const [off, warm] = await Promise.all([bench.build('off'), bench.build('warm')])
      expectSame(warm, off)
      return { off, warm }
    } finally {
      restore()
    }
  }

  it('builds the same off, cold and warm', async () => {
    const [off, cold] = await Promise.all([bench.build('off'), bench.build('cold')])
    pristine = off
    expect(snapshotDirectory(pristine.dir).size).toBeGreaterThan(1)
    expectSame(cold, pristine)
    expect(hitsIn(cold)).toBe(0)
    const warm = await bench.build('warm')
    expectSame(warm, pristine)
    expect(redoneIn(warm)).toBe(0)
    expect(hitsIn(warm)).toBeGreaterThan(LIMIT === undefined ? 200 : LIMIT / 2)
  }, STEP_TIMEOUT_MS)

  it('is not misled by touched files, and redoes nothing', async () => {
    for (const { file } of [playground.component, playground.partial, playground.types]) touch(bench.project, file)
    const warm = await bench.build('warm')
    expectSame(warm, pristine)
    expect(redoneIn(warm)).toBe(0)
  }, STEP_TIMEOUT_MS)

  it.each(['component', 'partial', 'types'] as const)('sees an edited %s', async what => {
    const { off, warm } = await withEdits([playground[what]])
    expect(hitsIn(warm)).toBeGreaterThan(0)
    // Types leave no trace in what Svelte and React compile to; Vue makes props of them.
    if (what !== 'types' || playground.name.endsWith('-vue')) expect(off.digest).not.toBe(pristine.digest)
  }, STEP_TIMEOUT_MS)

  it('follows a branch switch, and comes back without redoing anything', async () => {
    await withEdits([playground.component, playground.partial, playground.types])
    const back = await bench.build('warm')
    expectSame(back, pristine)
    expect(redoneIn(back)).toBe(0)
  }, STEP_TIMEOUT_MS)

  it('sees a changed option of a plugin', async () => {
    const { off } = await withEdits([playground.option])
    expect(off.digest).not.toBe(pristine.digest)
  }, STEP_TIMEOUT_MS)

  it('sees a changed environment variable, and its going away', async () => {
    bench.set(playground.variable.name, playground.variable.value)
    try {
      const { off } = await withEdits([])
      expect(off.digest).not.toBe(pristine.digest)
    } finally {
      bench.set(playground.variable.name, undefined)
    }
    expectSame(await bench.build('warm'), pristine)
  }, STEP_TIMEOUT_MS)

  it('keeps its store outside the project when it is told to', () => {
    expect(existsSync(join(bench.project.root, 'node_modules'))).toBe(false)
  })
})
