/**
 * @rollup/plugin-swc: has swc transform each module by itself, in native code, of which nothing is seen. Read in version
 * 0.4.0, with what swc says that it looks for: `.swcrc` above the module, browsers from the working directory, variables. Others
 * of its name run swc, too, and are refused.
 *
 * Its options lie in a closure; so swc itself is listened to, which is handed all of them with each module. Refused is what
 * may read more (see `swc-reads.ts`), in them or in a `.swcrc`.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { digestOfHook } from '../identity/hook-source.ts'
import { ConfigFiles } from '../identity/config-files.ts'
import type { Recipe, RecipeKit } from '../recipe.ts'
import type { HookRecipe } from '../sites/site.ts'
import type { Trace } from '../trace/trace.ts'
import { ancestors } from './probes.ts'
import { SWC_ENVIRONMENT, objectionToSwc, objectionToSwcrc } from './swc-reads.ts'

const TRANSFORMS = ['oYbHSyxnCmTMarkc1poidTCVU7Scy2oSddjQvF-9TFw', 'uum0syB10tWiKq5-_J_G_xtNdrM5xcvbKMtkJMcI8Fs']
const LIBRARY = /[\\/]@swc[\\/]core[\\/]index\.js$/
const LISTENERS = Symbol.for('unplugin-pitcrew.swc-listeners')

type Transform = ((this: unknown, source: unknown, options?: unknown) => unknown) & { [LISTENERS]?: Set<WeakRef<SwcListener>> }
interface CompilerPrototype {
  transform: Transform
}

export const rollupSwc: Recipe = {
  name: 'rollup-swc',
  host: 'rollup-like',
  matches: ({ name }) => name === 'swc',
  create({ plugin }, kit) {
    if (!TRANSFORMS.includes(digestOfHook(plugin, 'transform'))) return 'swc is native code, and how this plugin calls it is not known'
    const listener = new SwcListener(kit.activeTrace)
    return {
      hooks: { transform: transformHook(listener, kit) },
      options: null,
      optionsComplete: false,
      readsExposed: false,
      knowsDependencies: true,
      relocatable: false,
      mayBeCheap: true,
    }
  },
}

function transformHook(listener: SwcListener, kit: RecipeKit): HookRecipe {
  const configs = new ConfigFiles(kit.vfs, kit.workspaceRoot)
  // It is loaded by now: the plugin imports it.
  listener.listen()
  return {
    inputs: () => ({ cwd: process.cwd(), 'cwd config': configs.digest('babel', process.cwd()) }),
    observe({ id }, trace) {
      const dir = dirname(id.split('?', 1)[0]!)
      trace.config('native', dir)
      for (const name of SWC_ENVIRONMENT) trace.readEnv(name, process.env[name] ?? null)
      const objection = listener.objectionTo(trace) ?? objectionToConfigs(dir, kit)
      if (objection !== null) trace.refuse(objection)
    },
  }
}

function objectionToConfigs(dir: string, { vfs, workspaceRoot }: RecipeKit): string | null {
  const texts = ancestors(dir, workspaceRoot).map(each => vfs.read(join(each, '.swcrc'))).filter(text => text !== null)
  return texts.map(text => objectionToSwcrc(text.toString('utf8'))).find(reason => reason !== null) ?? null
}

/** Is told what swc is handed. swc is changed once in a process, and goes on without it when it is collected. */
class SwcListener {
  readonly #activeTrace: () => Trace | null
  readonly #heard = new WeakMap<Trace, string | null>()

  constructor(activeTrace: () => Trace | null) {
    this.#activeTrace = activeTrace
  }

  listen(): void {
    for (const prototype of loadedPrototypes()) listenersOf(prototype).add(new WeakRef(this))
  }

  hear(options: unknown): void {
    const trace = this.#activeTrace()
    if (trace !== null) this.#heard.set(trace, this.#heard.get(trace) ?? objectionToSwc(options))
  }

  /** Why what this call had done cannot be known, or `null`. */
  objectionTo(trace: Trace): string | null {
    return this.#heard.has(trace) ? this.#heard.get(trace)! : 'its compiler was not heard'
  }
}

function listenersOf(prototype: CompilerPrototype): Set<WeakRef<SwcListener>> {
  const original = prototype.transform
  const known = original[LISTENERS]
  if (known) {
    for (const each of known) if (each.deref() === undefined) known.delete(each)
    return known
  }
  const listeners = new Set<WeakRef<SwcListener>>()
  const listening: Transform = function (source, options) {
    for (const each of listeners) each.deref()?.hear(options)
    return original.call(this, source, options)
  }
  listening[LISTENERS] = listeners
  prototype.transform = listening
  return listeners
}

function loadedPrototypes(): CompilerPrototype[] {
  const { cache } = createRequire(import.meta.url)
  return Object.entries(cache).flatMap(([path, module]) => {
    if (!LIBRARY.test(path)) return []
    const prototype = (module?.exports as { Compiler?: { prototype?: CompilerPrototype } } | undefined)?.Compiler?.prototype
    return typeof prototype?.transform === 'function' ? [prototype] : []
  })
}
