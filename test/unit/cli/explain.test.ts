import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ModuleExplanation } from '../../../src/memo/ledger/explain.ts'
import { run } from './command-line.ts'
import type { Run } from './command-line.ts'
import { createProject, recordBuild } from './project.ts'
import type { Call, Project } from './project.ts'

const NEW: Partial<Call> = { outcome: 'miss', cause: { kind: 'new' }, costMs: 38.2 }
const STYLE = 'src/Card.vue?vue&type=style&index=0&lang.scss'
const FIRST: readonly Call[] = [
  { id: 'src/Card.vue', ...NEW },
  { id: STYLE, ...NEW },
  { id: STYLE, plugin: 'css-post', outcome: 'refused', reason: 'it keeps maps that are read when chunks are rendered', costMs: 2.1 },
  { id: 'src/Button.vue', ...NEW },
  { id: 'lib/Card.vue', ...NEW },
]
const SECOND: readonly Call[] = [
  { id: 'src/Card.vue', outcome: 'stale', cause: { kind: 'trace', what: 'file', path: 'src/types.ts' }, costMs: 31 },
  { id: STYLE },
  { id: STYLE, plugin: 'css-post', outcome: 'refused', reason: 'it keeps maps that are read when chunks are rendered', costMs: 2.1 },
  { id: 'src/Button.vue', code: 'edited', outcome: 'miss', cause: { kind: 'key', part: 'code' }, reason: 'it emits a chunk', costMs: 12 },
  { id: 'lib/Card.vue', outcome: 'restored', key: null },
]

describe('pitcrew explain', () => {
  let project: Project

  beforeEach(async () => {
    project = createProject()
    await recordBuild(project, { minute: 0 }, FIRST)
    await recordBuild(project, { minute: 1 }, SECOND)
  })

  afterEach(() => rmSync(project.root, { recursive: true }))

  function explain(...args: string[]): Promise<Run> {
    return run(['explain', ...args], project.root)
  }

  it.each([
    ['a module whose type file changed, and its sub-module', 'src/Card.vue'],
    ['an edited module', 'Button.vue'],
    ['a restored module', 'lib/Card.vue'],
    ['one sub-module', STYLE],
  ])('explains %s', async (_name, query) => {
    const { code, out, err } = await explain(query)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatchSnapshot()
  })

  it('does not say of a call that was not made that it came from the store', async () => {
    await recordBuild(project, { minute: 2 }, [{ id: 'src/main.ts', outcome: 'hit', key: null, reason: 'it gives nothing, as its first call in this build did', costMs: 0 }])
    const { out } = await explain('src/main.ts')
    expect(out).toMatch(/hit +it gives nothing, as its first call in this build did/)
    expect(out).not.toContain('store')
  })

  it('shows with --diff only what differs from the build before', async () => {
    await recordBuild(project, { minute: 2, lockfile: 'other' }, [{ id: 'src/Button.vue', code: 'edited again', ...NEW }, { id: STYLE }])
    const edited = await explain('src/Button.vue', '--diff')
    expect(edited.out).toMatch(/^src\/Button\.vue\n\nvite:vue transform\n {2}differs {2}lockfile \(build\) \S+, was \S+\n {2}differs {2}code \S+, was \S+\n$/)
    await recordBuild(project, { minute: 3, lockfile: 'other' }, [{ id: 'src/Button.vue', code: 'edited again' }])
    expect((await explain('src/Button.vue', '--diff')).out).toBe('src/Button.vue\nNothing differs from the build before, as far as it is known.\n')
  })

  it('fits into a narrow terminal', async () => {
    const { out } = await run(['explain', 'src/Card.vue'], project.root, {}, 50)
    expect(out).toMatchSnapshot()
  })

  it('says what differs when it is the build that changed', async () => {
    await recordBuild(project, { minute: 2, lockfile: 'other' }, [{ id: 'src/Button.vue', code: 'edited', ...NEW, cause: { kind: 'key', part: 'lockfile' } }])
    const { out } = await explain('src/Button.vue')
    expect(out).toContain('redone in 38 ms: the lockfile changed')
    expect(out).toMatch(/differs +lockfile \(build\) \w{8}…, was \w{8}…/)
  })

  it('takes one plugin alone', async () => {
    const { out } = await explain('src/Card.vue', '--plugin', 'vite:css-post')
    expect(out).toContain('refused')
    expect(out).not.toContain('vite:vue')
  })

  it('prints JSON', async () => {
    const { out } = await explain('src/Card.vue', '--json')
    const explanation = JSON.parse(out) as ModuleExplanation
    expect(explanation).toMatchObject({ version: 1, module: 'src/Card.vue', build: { bundler: 'vite@8.3.8' } })
    expect(explanation.calls.map(({ plugin, outcome }) => [plugin, outcome])).toEqual([['vite:vue', 'stale'], ['vite:vue', 'hit'], ['vite:css-post', 'refused']])
    expect(explanation.calls[0]?.key?.trace).toMatchObject({ status: 'found', variants: [{ dependencies: [{ kind: 'file', name: 'src/types.ts' }, { kind: 'absent', name: 'src/types.d.ts', seen: null }, {}, {}] }, {}] })
  })

  it('says so when the store has lost the record', async () => {
    await run(['cache', 'clear'], project.root)
    await recordBuild(project, { minute: 3 }, [{ id: 'src/Card.vue' }])
    expect((await explain('src/Card.vue')).out).toContain('the store has no record of it')
  })

  it.each([
    ['nothing that is called so', ['None.vue'], /no module called None\.vue.*vite@8\.3\.8 build \(production, 4 modules\)/],
    ['more than one module', ['Card.vue'], /any of 2 modules.*\n {2}src\/Card\.vue\n {2}lib\/Card\.vue\n$/],
    ['a plugin that there is not', ['src/Card.vue', '--plugin', 'none'], /no plugin called none; there are vite:vue, vite:css-post/],
    ['a plugin that did not see the module', ['src/Button.vue', '--plugin', 'vite:css-post'], /vite:css-post was not called for src\/Button\.vue/],
  ])('is bad news for %s', async (_name, args, message) => {
    const { code, out, err } = await explain(...args)
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(message)
  })

  it('takes paths as a shell completes them', async () => {
    const relative = await explain('./src/Button.vue')
    expect(relative.code).toBe(0)
    expect((await explain(join(project.root, 'src/Button.vue'))).out).toBe(relative.out)
    expect((await run(['explain', 'Card.vue', '--root', '..'], join(project.root, 'src'))).out).toContain('src/Card.vue')
  })

  it('takes a path that is not in the root as the end of one', async () => {
    expect((await run(['explain', './src/Button.vue', '--root', project.root], '/')).out).toContain('src/Button.vue')
  })

  describe('finds the build', () => {
    it('where --cache-dir says, then PITCREW_CACHE_DIR, then under the root', async () => {
      const elsewhere = createProject()
      const { root, cacheDir } = project
      expect((await run(['explain', 'Button.vue', '--root', root, '--cache-dir', cacheDir], '/', { PITCREW_CACHE_DIR: '/nowhere' })).code).toBe(0)
      expect((await run(['explain', 'Button.vue', '--root', root], '/', { PITCREW_CACHE_DIR: cacheDir })).code).toBe(0)
      expect((await run(['explain', 'Button.vue', '--root', root], '/', { PITCREW_CACHE_DIR: 'node_modules/.cache/pitcrew' })).code).toBe(0)
      expect((await run(['explain', 'Button.vue', '--root', root], '/', { PITCREW_CACHE_DIR: '' })).code).toBe(0)
      expect((await run(['explain', 'Button.vue'], elsewhere.root)).code).toBe(1)
      rmSync(elsewhere.root, { recursive: true })
    })

    it('the latest that had the module', async () => {
      await recordBuild(project, { minute: 5, mode: 'development' }, [{ id: 'src/Button.vue', ...NEW }])
      expect((await explain('src/Button.vue')).out).toContain('mode development')
      expect((await explain('src/Card.vue')).out).toContain('mode production')
    })

    it('of this project alone, where several share a cache', async () => {
      await recordBuild(project, { minute: 6, mode: 'other', root: '/another/project' }, [{ id: 'src/Button.vue', ...NEW }])
      expect((await explain('src/Button.vue')).out).toContain('mode production')
    })

    it('or says where it looked', async () => {
      const { code, err } = await run(['explain', 'x', '--root', join(project.root, 'src')])
      expect(code).toBe(1)
      expect(err).toContain(`looked in ${join(project.root, 'src', 'node_modules', '.cache', 'pitcrew', 'ledger')}`)
    })

    it('or says what is wrong with it', async () => {
      const cacheDir = join(project.root, 'broken')
      mkdirSync(join(cacheDir, 'ledger'), { recursive: true })
      writeFileSync(join(cacheDir, 'ledger', 'a.json'), '{"version":1')
      const { code, err } = await run(['explain', 'x', '--cache-dir', cacheDir], project.root)
      expect(code).toBe(1)
      expect(err).toContain('a.json: it is not JSON')
    })
  })
})
