/**
 * Which plugins are remembered. First match wins: the user's word; the quarantine; a recipe; a known refusal by name; refusal by shape;
 * else memoize.
 *
 * The shape of a plugin tells whether its transform may depend on, or feed, state that no key shows: a plugin that also
 * renders chunks may collect there what it saw here; one that scans in `buildStart` may answer from a table. Hooks of
 * the whole family count, because plugins of one factory share a closure.
 */
import type { AuditFinding } from '../../types.ts'
import type { PluginSubject, Recipe, RecipeInstance, RecipeKit } from '../recipe.ts'
import type { Decision } from './site.ts'

export type UserWord = boolean | undefined

export interface Policy {
  readonly decision: Decision
  readonly instance: RecipeInstance | null
}

/** Hooks that consume what other hooks collected, or fill tables that transforms answer from. */
const STATEFUL_HOOKS: Readonly<Record<string, string>> = {
  load: 'its load hook may answer from what its transform saw',
  buildStart: 'it prepares state in buildStart',
  moduleParsed: 'it collects in moduleParsed',
  buildEnd: 'it collects until buildEnd',
  renderStart: 'it prepares state for rendering',
  renderChunk: 'it also renders chunks, and may use there what its transform saw',
  generateBundle: 'it also writes the bundle, and may use there what its transform saw',
  writeBundle: 'it also acts on the written bundle',
  closeBundle: 'it acts when the bundle closes',
  transformIndexHtml: 'it also transforms HTML, and may use there what its transform saw',
  augmentChunkHash: 'it takes part in chunk hashes',
  shouldTransformCachedModule: 'it decides itself what is transformed again',
  watchChange: 'it keeps state between rebuilds',
  configureServer: 'it keeps state in the server',
  resolveId: 'it also resolves modules, and may use here what it saw there, or there what it saw here',
  resolveDynamicImport: 'it also resolves modules, and may use there what its transform saw',
  banner: 'it also writes into chunks, and may use there what its transform saw',
  footer: 'it also writes into chunks, and may use there what its transform saw',
  intro: 'it also writes into chunks, and may use there what its transform saw',
  outro: 'it also writes into chunks, and may use there what its transform saw',
  renderDynamicImport: 'it also writes into chunks, and may use there what its transform saw',
  resolveFileUrl: 'it also writes into chunks, and may use there what its transform saw',
  resolveImportMeta: 'it also writes into chunks, and may use there what its transform saw',
  outputOptions: 'it also decides about the output, and may use there what its transform saw',
  renderError: 'it acts when the build fails',
  closeWatcher: 'it acts when the watcher closes',
  onLog: 'it also listens to what is logged',
  handleHotUpdate: 'it keeps state between updates',
  hotUpdate: 'it keeps state between updates',
  api: 'it has an `api`, by which others may ask what its transform saw',
  onResolve: 'it also resolves modules, and may use here what it saw there',
  onStart: 'it prepares state in onStart',
  onEnd: 'it acts at the end of the build',
  onDispose: 'it keeps something running that may read where it cannot be seen',
}

/** Hooks that are harmless where they keep what they are given and do nothing else. */
export const PREPARING_HOOKS: ReadonlySet<string> = new Set(['config', 'configEnvironment', 'configResolved', 'options'])
const PREPARES = 'it may read something while it is configured, which its transform then makes use of'

/** Members of a plugin that say nothing about its state; `vite` and the like are for other bundlers than the one that runs. */
const PLAIN_MEMBERS: ReadonlySet<string> = new Set(['transform', 'applyToEnvironment', 'configurePreviewServer', 'buildApp', 'transformInclude', 'loadInclude', 'vite', 'rollup', 'rolldown', 'webpack', 'rspack', 'esbuild', 'farm', 'bun', 'unloader'])

/** Read in their sources: what crosses their modules cannot be keyed. */
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^vite:(css-post|css-analysis|asset|build-html|html|worker)/, 'it keeps maps that are read when chunks are rendered'],
  [/^vite:import-analysis$|^vite:import-glob$|^vite:dynamic-import/, 'it maintains the module graph'],
  [/^unocss/, 'it collects tokens of all modules'],
  [/^@tailwindcss\/vite/, 'it scans the whole project'],
  [/vanilla-extract|stylex|linaria|wyw-in-js|^qwik|vite-plugin-qwik|^rsc:|^commonjs$|imagetools|panda/i, 'it keeps state across modules'],
  [/^unplugin-(auto-import|vue-components|icons)/, 'it answers from a table that it scans'],
]

const BUNDLER_PREFIX = /^(vite|native|builtin|rolldown):/

/** For plugins that nobody has read yet: their authors and users know more than their shape tells. */
const REMEDY = 'if its result depends on the module alone, say so with the option `plugins`'

export interface PolicyInputs {
  readonly recipes: readonly Recipe[]
  /** The user's word by plugin name: `false` never, `true` although the shape speaks against it. */
  readonly word: (plugin: string) => UserWord
  readonly kit: RecipeKit
}

/** The recipe that decides about a plugin, unless the user has spoken against remembering it. */
export function recipeFor(subject: PluginSubject, inputs: Pick<PolicyInputs, 'recipes' | 'word'>): Recipe | undefined {
  if (inputs.word(subject.name) === false) return undefined
  return inputs.recipes.find(candidate => candidate.host === subject.host && candidate.matches(subject))
}

/** @param hook The hook that would be remembered: `transform`, `load`, `onLoad` (of another namespace than `file`: `onLoad <namespace>`), `loader`. */
export function decide(subject: PluginSubject, hook: string, inputs: PolicyInputs, instanceOf: (recipe: Recipe) => RecipeInstance | string): Policy {
  const word = inputs.word(subject.name)
  if (word === false) return refuse('the configuration says so')
  const recipe = recipeFor(subject, inputs)
  if (recipe) return decideByRecipe(recipe, hook, instanceOf(recipe))
  if (word === true) return memoize('the configuration says so')
  const known = REFUSED.find(([name]) => name.test(subject.name))
  if (known) return refuse(known[1])
  // Plugins of others use these prefixes too; the bundler's own change with every version of it.
  if (BUNDLER_PREFIX.test(subject.name)) return refuse('by its name it is part of the bundler', null, `if it is not part of the bundler, and ${REMEDY.slice('if '.length)}`)
  const objection = objectionTo(subject, hook)
  return objection === null ? memoize('nothing speaks against it') : refuse(objection, null, REMEDY)
}

/** What the shape of a plugin that nobody has read says against remembering it. */
function objectionTo(subject: PluginSubject, hook: string): string | null {
  const { host, familyHooks } = subject
  if (host === 'webpack-like') return 'nobody has read what it keeps between modules'
  if (hook === 'load' || hook.startsWith('onLoad ')) return 'what a load hook answers from is not known'
  const stateful = familyHooks.find(name => name in STATEFUL_HOOKS)
  if (stateful !== undefined) return STATEFUL_HOOKS[stateful]!
  return host === 'esbuild' ? objectionToLoads(familyHooks) : objectionToMembers(subject)
}

/** What it does before any module is seen, and what others may ask it for. */
function objectionToMembers({ preparing = [], open = [] }: PluginSubject): string | null {
  if (preparing.length > 0) return PREPARES
  const member = open.find(name => !PREPARING_HOOKS.has(name) && !PLAIN_MEMBERS.has(name))
  return member === undefined ? null : `others may ask it for \`${member}\`, which may hold what its transform saw`
}

function objectionToLoads(familyHooks: readonly string[]): string | null {
  const loadCount = familyHooks.filter(name => name === 'onLoad' || name.startsWith('onLoad ')).length
  return loadCount > 1 ? 'another of its loads may answer from what this one saw' : null
}

function decideByRecipe(recipe: Recipe, hook: string, instance: RecipeInstance | string): Policy {
  if (typeof instance === 'string') return refuse(instance, recipe.name)
  if (!(hook in instance.hooks)) return { decision: { kind: 'bypass', reason: 'cheap, and always run', recipe: recipe.name }, instance }
  return { decision: { kind: 'memoize', reason: 'known', recipe: recipe.name, learning: instance.mayBeCheap ?? false }, instance }
}

function memoize(reason: string): Policy {
  return { decision: { kind: 'memoize', reason, recipe: null, learning: true }, instance: null }
}

function refuse(reason: string, recipe: string | null = null, remedy: string | null = null): Policy {
  return { decision: { kind: 'refuse', reason, recipe, remedy }, instance: null }
}

/** Stronger than everything but the user's word: an audit has seen it. */
export function refuseQuarantined({ module, difference }: AuditFinding, recipe: string | null): Decision {
  const reason = `in quarantine: an audit ran it again for ${module} and got something else (${difference.where})`
  return { kind: 'refuse', reason, recipe, remedy: 'it is tried again when its version or its options change' }
}

/** A decision as a report tells it. */
export function policyNote(decision: Decision): { readonly decision: Decision['kind']; readonly reason: string; readonly recipe: string | null; readonly remedy: string | null } {
  const { kind, reason, recipe } = decision
  return { decision: kind, reason, recipe, remedy: kind === 'refuse' ? decision.remedy : null }
}
