import { beforeEach, describe, expect, it } from 'vitest'
import { combineSites } from '../../../../src/memo/sites/combined-site.ts'
import { Outlines } from '../../../../src/memo/ledger/outlines.ts'
import { PortableText } from '../../../../src/memo/record/portable-text.ts'
import { Quarantine } from '../../../../src/memo/sites/quarantine.ts'
import type { PluginSubject, Recipe, RecipeInstance, RecipeKit } from '../../../../src/memo/recipe.ts'
import { SharedReads } from '../../../../src/memo/trace/shared-reads.ts'
import { Sites } from '../../../../src/memo/sites/sites.ts'
import type { SiteInputs } from '../../../../src/memo/sites/sites.ts'
import { Trace } from '../../../../src/memo/trace/trace.ts'
import { forgetPlugins } from '../../../harness/new-process.ts'
import { siteOf } from '../helpers/memo-bench.ts'

const IDENTITY = { base: { mode: 'production' }, configured: { config: 'digest of it' }, exposed: { exposed: 'digest of it' } }
const INSTANCE: RecipeInstance = { hooks: { transform: {} }, options: { a: 1 }, optionsComplete: true, readsExposed: false, knowsDependencies: true, relocatable: true }

const sitesWith = (changes: Partial<SiteInputs> = {}): Sites => sitesIn('/srv/shop', changes)

function sitesIn(root: string, changes: Partial<SiteInputs>): Sites {
  const portable = new PortableText([{ token: 'r', path: root }])
  return new Sites({ recipes: [], word: () => undefined, kit: { root: '/srv/shop' } as RecipeKit, identity: IDENTITY, portable, outlines: new Outlines(portable), quarantine: new Quarantine('/srv/none', '', () => undefined), ...changes })
}

function subjectOf(plugin: object, changes: Partial<PluginSubject> = {}): PluginSubject {
  return { name: 'some-plugin', host: 'rollup-like', hooks: ['transform'], familyHooks: ['transform'], plugin, ...changes }
}

const withRecipe = (instance: Partial<RecipeInstance>): Sites => sitesWith({ recipes: [recipeOf(() => ({ ...INSTANCE, ...instance }))] })
const recipeOf = (create: Recipe['create']): Recipe => ({ name: 'recipe', host: 'rollup-like', matches: () => true, create })

beforeEach(forgetPlugins)

describe('the identity of a plugin', () => {
  const madeBy = (changes: Partial<SiteInputs>, plugin: object = { transform: () => 1 }): object => sitesWith(changes).create(subjectOf(plugin), 'transform').identity

  it('is the same in another process', () => {
    const identity = madeBy({})
    forgetPlugins()
    expect(madeBy({})).toEqual(identity)
  })

  it('is another one for each plugin that a program makes, and the same whenever that is met again', () => {
    const [first, second] = [{ transform: () => 1 }, { transform: () => 1 }]
    const identities = [first, second, first, second].map(plugin => madeBy({}, plugin))
    expect(identities[1]).not.toEqual(identities[0])
    expect(identities.slice(2)).toEqual(identities.slice(0, 2))
  })

  it('is the same for each that a configuration file makes, and where all options are seen', () => {
    const changes: Partial<SiteInputs>[] = [{ isFromConfig: () => true }, { recipes: [recipeOf(() => INSTANCE)] }]
    for (const inputs of changes) expect(madeBy(inputs)).toEqual(madeBy(inputs))
  })

  it('changes with the source of any of its functions', () => {
    const digests = [{ transform: () => 1 }, { transform: () => 2 }, { transform: { handler: () => 1 } }, { transform: () => 1, load: () => 3 }]
      .map(plugin => sitesWith().create(subjectOf(plugin), 'transform').identity['source'])
    expect(digests[0]).toBe(digests[2])
    expect(new Set(digests).size).toBe(3)
  })

  it('changes with the source of inherited functions', () => {
    const digests = [class { transform(): number { return 1 } }, class { transform(): number { return 2 } }]
      .map(Plugin => sitesWith().create(subjectOf(new Plugin()), 'transform').identity['source'])
    expect(digests[0]).not.toBe(digests[1])
  })

  it('tells the first plugin of a name from the second', () => {
    const sites = sitesWith()
    const occurrences = [{ transform: () => 1 }, { transform: () => 1 }].map(plugin => sites.create(subjectOf(plugin), 'transform').identity['occurrence'])
    expect(occurrences).toEqual(['0', '1'])
  })

  it('is one for all hooks of one plugin, however often it is wrapped', () => {
    const sites = sitesWith()
    const plugin = { transform: () => 1, load: () => 1 }
    const identities = ['transform', 'load', 'transform'].map(hook => sites.create(subjectOf(plugin), hook).identity)
    expect(identities[1]).toEqual(identities[0])
    expect(identities[2]).toEqual(identities[0])
  })

  it('takes another distinction than the order where there is one', () => {
    expect(sitesWith().create(subjectOf({}, { distinct: 'rule 3' }), 'transform').identity['occurrence']).toBe('rule 3')
  })

  it('holds the whole configuration where the options are hidden', () => {
    expect(sitesWith().create(subjectOf({}), 'transform').identity).toMatchObject({ config: 'digest of it', exposed: 'digest of it' })
    expect(withRecipe({ optionsComplete: false }).create(subjectOf({}), 'transform').identity).toMatchObject({ config: 'digest of it' })
  })

  it('holds it too where visible options hold a function', () => {
    expect(withRecipe({ options: { hook: () => 1 } }).create(subjectOf({}), 'transform').identity).toMatchObject({ config: 'digest of it' })
  })

  it('holds only the options where they are all', () => {
    const { identity } = withRecipe({}).create(subjectOf({}), 'transform')
    expect(Object.keys(identity)).toEqual(['source', 'options', 'occurrence'])
    expect(withRecipe({ options: { a: 2 } }).create(subjectOf({}), 'transform').identity['options']).not.toBe(identity['options'])
  })

  it('holds what the application sees where the plugin reads it', () => {
    expect(withRecipe({ readsExposed: true }).create(subjectOf({}), 'transform').identity).toMatchObject({ exposed: 'digest of it' })
  })

  it('does not name the place', () => {
    const at = (root: string): unknown => sitesIn(root, {
      recipes: [recipeOf(() => ({ ...INSTANCE, options: { dir: `${root}/styles` } }))],
    }).create(subjectOf({}), 'transform').identity
    expect(at('/srv/shop')).toEqual(at('/ci/place'))
  })
})

describe('sites', () => {
  it('share one instance of a recipe among the hooks of a plugin, and not among plugins', () => {
    let created = 0
    const sites = sitesWith({ recipes: [recipeOf(() => ({ ...INSTANCE, options: created++ }))] })
    const [one, other] = [{}, {}]
    for (const plugin of [one, one, other]) sites.create(subjectOf(plugin), 'transform')
    sites.beforeHooks(subjectOf(one))
    expect(created).toBe(2)
  })

  it('give what a recipe wants done before other hooks', () => {
    const before = { handleHotUpdate: () => undefined }
    expect(withRecipe({ before }).beforeHooks(subjectOf({}))).toBe(before)
    expect(sitesWith().beforeHooks(subjectOf({}))).toEqual({})
    expect(sitesWith({ recipes: [recipeOf(() => 'refused')] }).beforeHooks(subjectOf({}))).toEqual({})
  })

  it('do not ask the recipe of a plugin that the user spoke against', () => {
    const sites = sitesWith({ word: () => false, recipes: [recipeOf(() => { throw new Error('asked') })] })
    expect(sites.create(subjectOf({}), 'transform').decision.kind).toBe('refuse')
    expect(sites.beforeHooks(subjectOf({}))).toEqual({})
  })

  it('count what a plugin that nobody has read looked at while it was set up', () => {
    const setup = new Trace(5)
    setup.observed('/srv/shop/settings.txt')
    setup.readEnv('THEME', 'dark')
    const site = sitesWith().create(subjectOf({ setup: () => 'count' }), 'onLoad', setup)
    expect([site.sharedReads!.files.get('/srv/shop/settings.txt'), site.sharedEnv.get('THEME')]).toEqual([5, 'dark'])
    expect(site.sharedReads!.hasMeasured).toBe(false)
    setup.measured('/srv/shop/settings.txt')
    expect(sitesWith().create(subjectOf({ setup: () => 'count' }), 'onLoad', setup).sharedReads!.hasMeasured).toBe(true)
    setup.outsourced('it starts another process')
    expect(sitesWith().create(subjectOf({ setup: () => 'count' }), 'transform', setup).decision).toMatchObject({ kind: 'refuse', reason: 'while it is set up it starts another process' })
  })

  it('share reads among the calls of a plugin that is not known', () => {
    expect(sitesWith().create(subjectOf({}), 'transform')).toMatchObject({ relocatable: false, sharedReads: new SharedReads() })
    expect(withRecipe({}).create(subjectOf({}), 'transform')).toMatchObject({ relocatable: true, sharedReads: null })
    expect(withRecipe({ knowsDependencies: false }).create(subjectOf({}), 'transform').sharedReads).toEqual(new SharedReads(true))
  })
})

describe('a combined site', () => {
  const call = { id: '/a.scss', inputs: {} }

  it('has the identity of all of its parts, in their order', () => {
    const sites = [siteOf({}, { identity: { source: 'a', config: 'c' } }), siteOf({}, { identity: { source: 'b' } })]
    const shared = new SharedReads()
    const there = combineSites(sites, shared).identity
    expect(there).toMatchObject({ config: 'c' })
    expect(combineSites([...sites].reverse(), shared).identity['source']).not.toBe(there['source'])
    expect(combineSites([sites[0]!], shared).identity['source']).not.toBe(there['source'])
  })

  it('is as movable and as well known as the least of them', () => {
    const shared = new SharedReads()
    const known = siteOf()
    expect(combineSites([known, known], shared)).toMatchObject({ relocatable: true, sharedReads: null, decision: { recipe: 'fake < fake' } })
    expect(combineSites([known, siteOf({}, { relocatable: false })], shared).relocatable).toBe(false)
    expect(combineSites([known, siteOf({}, { sharedReads: new SharedReads() })], shared).sharedReads).toBe(shared)
    expect(combineSites([known, siteOf({}, { decision: { kind: 'memoize', reason: 'said so', recipe: null, learning: true } })], shared).decision.recipe).toBeNull()
  })

  it('asks every recipe', async () => {
    const asked: string[] = []
    const recipeNamed = (name: string, refusal: string | null = null): Parameters<typeof siteOf>[0] => ({
      admit: () => {
        asked.push(`admit ${name}`)
        return refusal
      },
      inputs: () => ({ cwd: name }),
      observe: () => void asked.push(`observe ${name}`),
      served: () => void asked.push(`served ${name}`),
      prepare: () => void asked.push(`prepare ${name}`),
    })
    const { recipe } = combineSites([siteOf(recipeNamed('a')), siteOf(recipeNamed('b'))], new SharedReads())
    expect(recipe.admit?.(call)).toBeNull()
    expect(recipe.inputs?.(call)).toEqual({ 'cwd 0': 'a', 'cwd 1': 'b' })
    recipe.observe?.(call, new Trace(0))
    recipe.served?.(call, [], () => Promise.resolve())
    await recipe.prepare?.(call)
    expect(asked).toEqual(['admit a', 'admit b', 'observe a', 'observe b', 'served a', 'served b', 'prepare a', 'prepare b'])
    expect(combineSites([siteOf(recipeNamed('a', 'no')), siteOf(recipeNamed('b'))], new SharedReads()).recipe.admit?.(call)).toBe('no')
  })

  it('asks every recipe about the result', () => {
    const { recipe } = combineSites([siteOf({ admitResult: () => null }), siteOf({ admitResult: () => 'it names assets' })], new SharedReads())
    expect(recipe.admitResult?.(call, '')).toBe('it names assets')
  })

  it('is refused when the inputs of any of them are unknown', () => {
    expect(combineSites([siteOf(), siteOf({ inputs: () => null })], new SharedReads()).recipe.inputs?.(call)).toBeNull()
  })

  it('keeps costs as every site does', () => {
    expect(combineSites([siteOf()], new SharedReads()).costs).toEqual(new Map())
  })
})
