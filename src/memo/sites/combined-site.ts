/**
 * One site of several plugins that run one after the other, as the loaders of a chain do: remembered as one call.
 *
 * Every part of each plugin's identity is part of its, every recipe has its say, and it is as movable as the least
 * movable of them.
 */
import { digestParts } from '../../hash.ts'
import type { SharedReads } from '../trace/shared-reads.ts'
import type { CallInfo, Decision, HookRecipe, Site } from './site.ts'

/** Labels under which each site has a value of its own; under all others the values of one build are the same. */
const OWN_LABELS = ['source', 'options', 'occurrence'] as const

/**
 * @param sites In the order of the chain, all of them memoized; at least one.
 * @param sharedReads Used when the dependencies of any of them are not fully known.
 */
export function combineSites(sites: readonly Site[], sharedReads: SharedReads, sharedEnv: Site['sharedEnv'] = new Map()): Site {
  const own = OWN_LABELS.map(label => [label, digestParts(sites.map(site => site.identity[label] ?? ''))])
  return {
    plugin: sites.map(site => site.plugin).join(' < '),
    hook: sites[0]!.hook,
    decision: combineDecisions(sites.map(site => site.decision)),
    identity: Object.assign({}, ...sites.map(site => site.identity), Object.fromEntries(own)) as Site['identity'],
    recipe: combineRecipes(sites.map(site => site.recipe)),
    relocatable: sites.every(site => site.relocatable),
    sharedReads: sites.every(site => site.sharedReads === null) ? null : sharedReads,
    sharedEnv,
    costs: new Map(),
  }
}

/** Known only when every one of them is; the user's word does not make the others known. Cheap only when none of them is known to be dear. */
function combineDecisions(decisions: readonly Decision[]): Decision {
  const recipes = decisions.map(decision => decision.recipe)
  return { kind: 'memoize', reason: decisions[0]!.reason, recipe: recipes.includes(null) ? null : recipes.join(' < '), learning: decisions.every(isCheap) }
}

/** Loaders without a recipe are remembered by the user's word alone, which is kept whatever they cost. */
function isCheap(decision: Decision): boolean {
  return decision.kind === 'memoize' && decision.recipe !== null && decision.learning
}

function combineRecipes(recipes: readonly HookRecipe[]): HookRecipe {
  return {
    admit: call => firstOf(recipes, recipe => recipe.admit?.(call) ?? null),
    inputs: call => combineInputs(recipes, call),
    observe: (call, trace) => {
      for (const recipe of recipes) recipe.observe?.(call, trace)
    },
    admitResult: (call, code) => firstOf(recipes, recipe => recipe.admitResult?.(call, code) ?? null),
    served: (call, paths, rerun) => {
      for (const recipe of recipes) recipe.served?.(call, paths, rerun)
    },
    async prepare(call) {
      for (const recipe of recipes) await recipe.prepare?.(call)
    },
  }
}

function firstOf<T>(recipes: readonly HookRecipe[], ask: (recipe: HookRecipe) => T | null): T | null {
  for (const recipe of recipes) {
    const answer = ask(recipe)
    if (answer !== null) return answer
  }
  return null
}

function combineInputs(recipes: readonly HookRecipe[], call: CallInfo): Readonly<Record<string, string>> | null {
  const all: Record<string, string> = {}
  for (const [index, recipe] of recipes.entries()) {
    const inputs = recipe.inputs ? recipe.inputs(call) : {}
    if (inputs === null) return null
    for (const [label, value] of Object.entries(inputs)) all[recipes.length === 1 ? label : `${label} ${index}`] = value
  }
  return all
}
