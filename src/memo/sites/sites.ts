/**
 * From a plugin and one of its hooks to a site: the decision about it, the recipe's part, and the plugin's identity.
 *
 * One recipe instance serves all hooks of one plugin object, because they share state.
 */
import { isAbsolute, relative } from 'node:path'
import { digest, digestParts } from '../../hash.ts'
import type { Digest } from '../../hash.ts'
import type { BuildIdentity } from '../identity/identity.ts'
import type { Outlines } from '../ledger/outlines.ts'
import type { PortableText } from '../record/portable-text.ts'
import { LateConfig } from './late-config.ts'
import type { LatestConfig } from './late-config.ts'
import { numberOfPlugin } from './plugin-objects.ts'
import { decide, recipeFor, refuseQuarantined } from './policy.ts'
import type { PolicyInputs } from './policy.ts'
import type { AuditFinding } from '../../types.ts'
import type { Quarantine } from './quarantine.ts'
import { sourceOf } from '../identity/hook-source.ts'
import type { PluginSubject, Recipe, RecipeInstance } from '../recipe.ts'
import { SharedReads, readsInProcess } from '../trace/shared-reads.ts'
import type { SiteReads } from '../trace/shared-reads.ts'
import type { Decision, HookRecipe, Site } from './site.ts'
import type { Trace } from '../trace/trace.ts'

export interface SiteInputs extends PolicyInputs {
  readonly identity: BuildIdentity
  readonly portable: PortableText
  readonly outlines: Outlines
  readonly quarantine: Quarantine
  /** The configuration as it is now; absent where nobody can change it. */
  readonly latest?: (() => LatestConfig) | undefined
  /** Whether a plugin was made by a configuration file, which is in the key, and not by the program that runs. @default none was */
  readonly isFromConfig?: ((plugin: object) => boolean) | undefined
}

export class Sites {
  readonly #inputs: SiteInputs
  readonly #late: LateConfig
  readonly #instances = new WeakMap<object, RecipeInstance | string>()
  readonly #occurrences = new Map<string, object[]>()
  /** Those whose decision audits may change: of single plugins, and of several that run one after the other. */
  readonly #judged: Site[] = []
  readonly all: Site[] = []

  constructor(inputs: SiteInputs) {
    this.#inputs = inputs
    this.#late = new LateConfig({ ...inputs, latest: inputs.latest, vfs: inputs.kit.vfs })
  }

  /**
   * @param hook The hook that may be remembered.
   * @param setup What was seen while the plugin was set up.
   */
  create(subject: PluginSubject, hook: string, setup?: Trace): Site {
    const { decision: decided, instance } = decide(subject, hook, this.#inputs, recipe => this.instanceOf(subject, recipe))
    const decision = refuseForSetup(decided, setup)
    const identity = this.#identityOf(subject, instance)
    const { reads, env } = this.#readsOf(subject, hook, identity, instance)
    if (setup) takeSetup({ reads, env }, setup)
    const site: Site = {
      plugin: subject.name,
      hook,
      decision,
      identity,
      recipe: this.#recipeOf(hook, instance, identity),
      relocatable: instance?.relocatable ?? false,
      sharedReads: reads,
      sharedEnv: env,
      costs: new Map(),
    }
    this.all.push(site)
    return this.quarantined(site)
  }

  /** @param identity Tells by its parts whether the configuration counts. */
  #recipeOf(hook: string, instance: RecipeInstance | null, identity: Site['identity']): HookRecipe {
    const recipe = instance?.hooks[hook] ?? {}
    const isExposed = Object.keys(this.#inputs.identity.exposed).some(label => label in identity)
    return isExposed || Object.keys(this.#inputs.identity.configured).some(label => label in identity) ? this.#late.added(recipe, isExposed) : recipe
  }

  /** The site as what earlier audits found makes it. Also for sites that were made of others. */
  quarantined(site: Site): Site {
    const { quarantine, word } = this.#inputs
    if (!this.#judged.includes(site)) this.#judged.push(site)
    const entry = quarantine.find(quarantine.idOf(site.plugin, site.identity))
    if (entry === null || site.decision.kind !== 'memoize') return site
    if (word(site.plugin) !== true) site.decision = refuseQuarantined(entry, site.decision.recipe)
    // The user's word is stronger, but nothing that was stored before is believed.
    else site.identity = { ...site.identity, quarantined: entry.at }
    return site
  }

  /** An audit has found a call wrong: from now on, all hooks of its plugin are judged by that. @returns Whether it is refused. */
  condemn(site: Site, entry: AuditFinding): boolean {
    const { quarantine } = this.#inputs
    const id = quarantine.idOf(site.plugin, site.identity)
    quarantine.add(id, entry)
    for (const other of this.#judged) if (quarantine.idOf(other.plugin, other.identity) === id) this.quarantined(other)
    return site.decision.kind === 'refuse'
  }

  /** What is in quarantine in this build. */
  condemned(): AuditFinding[] {
    const { quarantine } = this.#inputs
    return [...new Set(this.#judged.flatMap(site => quarantine.find(quarantine.idOf(site.plugin, site.identity)) ?? []))]
  }

  /** Whether there is a recipe for it. */
  isKnown(subject: PluginSubject): boolean {
    return recipeFor(subject, this.#inputs) !== undefined
  }

  /** What the recipe for this plugin wants done before other hooks of it, or nothing. */
  beforeHooks(subject: PluginSubject): NonNullable<RecipeInstance['before']> {
    const recipe = recipeFor(subject, this.#inputs)
    const instance = recipe && this.instanceOf(subject, recipe)
    return typeof instance === 'object' ? instance.before ?? {} : {}
  }

  instanceOf(subject: PluginSubject, recipe: Recipe): RecipeInstance | string {
    const known = this.#instances.get(subject.plugin)
    if (known !== undefined) return known
    const created = recipe.create(subject, this.#inputs.kit)
    this.#instances.set(subject.plugin, created)
    return created
  }

  /** The same for each build of the process, and for all hooks of a known plugin: one keeps what another one answers from. */
  #readsOf({ name }: PluginSubject, hook: string, { source = '' }: Site['identity'], instance: RecipeInstance | null): SiteReads {
    const create = (): SiteReads => ({ reads: instance?.knowsDependencies ? null : new SharedReads(instance !== null), env: new Map() })
    return readsInProcess(digestParts([name, instance === null ? hook : '', source, this.#inputs.kit.root, instance === null ? '' : String(instance.knowsDependencies)]), create)
  }

  #identityOf(subject: PluginSubject, instance: RecipeInstance | null): Readonly<Record<string, string>> {
    const options = this.#inputs.outlines.partOf(instance?.options ?? null)
    const visible = { ...this.#ownIdentity(subject, options.part), ...(instance === null || instance.readsExposed ? this.#inputs.identity.exposed : {}) }
    const hidden = !instance?.optionsComplete || !options.complete
    return hidden ? this.#numbered(subject, { ...visible, ...this.#inputs.identity.configured }) : visible
  }

  #ownIdentity(subject: PluginSubject, options: Digest): Readonly<Record<string, string>> {
    const { portable } = this.#inputs
    return {
      source: digest(`${portable.tokenise(sourceOf(subject.plugin))}\0${wayTo(subject, this.#inputs.kit.root)}`),
      options,
      occurrence: subject.distinct ?? String(this.#occurrenceOf(subject)),
    }
  }

  /** The first of a process has no number. What tells loaders apart is in their options. */
  #numbered({ host, name, plugin }: PluginSubject, visible: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    const { identity, kit, isFromConfig } = this.#inputs
    if (host === 'webpack-like' || isFromConfig?.(plugin) === true) return visible
    const number = numberOfPlugin(plugin, digestParts([name, kit.root, ...Object.entries(identity.base).flat(), ...Object.entries(visible).flat()]))
    return number === 0 ? visible : { ...visible, 'plugin object': String(number) }
  }

  /** The same plugin twice may have different options in its closures: the n-th of a name is always the n-th. */
  #occurrenceOf({ name, plugin }: PluginSubject): number {
    const seen = this.#occurrences.get(name) ?? []
    if (!seen.includes(plugin)) seen.push(plugin)
    this.#occurrences.set(name, seen)
    return seen.indexOf(plugin)
  }
}

function takeSetup({ reads, env }: SiteReads, setup: Trace): void {
  reads?.take(setup)
  for (const [name, value] of setup.env) env.set(name, value)
}

/** What another process told a plugin that nobody has read, it may tell in each of its calls. */
function refuseForSetup(decision: Decision, setup: Trace | undefined): Decision {
  if (decision.kind !== 'memoize' || decision.recipe !== null || !setup?.foreign) return decision
  return { kind: 'refuse', reason: `while it is set up ${setup.foreign}`, recipe: null, remedy: null }
}

/**
 * How a loader is reached from the application: loaders write requests of their own runtime relative to a module, and where
 * they lie outside of what is moved (a linked node_modules) the way is another one at another depth.
 */
function wayTo({ host, plugin }: PluginSubject, root: string): string {
  const path: unknown = host === 'webpack-like' ? Reflect.get(plugin, 'path') : null
  return typeof path === 'string' && isAbsolute(path) ? relative(root, path).replaceAll('\\', '/') : ''
}
