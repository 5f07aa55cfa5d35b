/**
 * ts-loader, where it transpiles each module by itself (`transpileOnly`). With type checking every module depends on
 * every declaration of the program, and the checks are made at the end of the build.
 *
 * What crosses modules: one instance for each set of options takes the tsconfig.json that is nearest to the first file
 * of the build. That file may be one that is served, so the configuration is found here, the same way, and handed to the
 * loader. What is wrong with it is reported with the first file that the loader sees; nothing is stored in such a build.
 * In a watch build the version that the loader gives a file counts up with its changes: only the first is remembered.
 */
import { dirname, isAbsolute, join, resolve } from 'node:path'
import { ConfigFiles } from '../identity/config-files.ts'
import { optionsOf } from '../sites/loader-part.ts'
import type { LoaderPart } from '../sites/loader-part.ts'
import type { Recipe, RecipeKit } from '../recipe.ts'
import type { CallInfo, HookRecipe } from '../sites/site.ts'
import type { Trace } from '../trace/trace.ts'

const CHECKS = 'with type checking each module depends on all declarations; `transpileOnly: true` would make it independent'

export const tsLoader: Recipe = {
  name: 'ts-loader',
  host: 'webpack-like',
  matches: ({ name }) => name === 'ts-loader',
  create({ plugin }, kit) {
    const options = optionsOf(plugin as LoaderPart)
    const refusal = refuse(options, kit)
    if (refusal !== null) return refusal
    return {
      hooks: { loader: new Transpiler(options, kit).hook() },
      options,
      optionsComplete: options['query'] === undefined,
      readsExposed: false,
      knowsDependencies: false,
      relocatable: true,
    }
  },
}

function refuse(options: Readonly<Record<string, unknown>>, kit: RecipeKit): string | null {
  const { transpileOnly, happyPackMode, projectReferences, compiler, getCustomTransformers, experimentalWatchApi } = options
  const transpiles = happyPackMode === true || (transpileOnly ?? hasTypeChecker(kit)) === true
  if (!transpiles) return CHECKS
  if (projectReferences) return 'with project references it builds other projects'
  if (experimentalWatchApi) return 'the watch API keeps a program of all modules'
  if (compiler !== undefined && compiler !== 'typescript') return 'another compiler than TypeScript may look at several modules'
  if (typeof getCustomTransformers === 'string') return 'custom transformers from a file may do anything'
  return null
}

/** The plugin that switches `transpileOnly` on by being there. */
function hasTypeChecker(kit: RecipeKit): boolean {
  const plugins = kit.config['plugins']
  return Array.isArray(plugins) && plugins.some(plugin => plugin?.constructor?.name === 'ForkTsCheckerWebpackPlugin')
}

class Transpiler {
  readonly #kit: RecipeKit
  readonly #configFile: string
  readonly #configs: ConfigFiles
  readonly #seen = new Set<string>()
  /** Of the first file of the build; `null` when there is none. */
  #tsconfig: string | null | undefined
  #hasErrors = false

  constructor(options: Readonly<Record<string, unknown>>, kit: RecipeKit) {
    this.#kit = kit
    this.#configFile = typeof options['configFile'] === 'string' ? options['configFile'] : 'tsconfig.json'
    this.#configs = new ConfigFiles(kit.vfs, kit.workspaceRoot)
  }

  hook(): HookRecipe {
    return {
      trusts: ['_module', '_compiler', '_compilation'],
      admit: call => this.#admit(call),
      inputs: call => this.#inputs(call),
      amendOptions: options => (this.#tsconfig ? { ...options, configFile: this.#tsconfig } : options),
      observe: (call, trace) => this.#observe(call, trace),
    }
  }

  #admit({ id }: CallInfo): string | null {
    if (this.#hasErrors) return 'something is wrong with its configuration'
    if (this.#kit.command === 'build') return null
    const isFirst = !this.#seen.has(id)
    this.#seen.add(id)
    return isFirst ? null : 'it counts the versions of a file'
  }

  #inputs({ id }: CallInfo): Readonly<Record<string, string>> {
    this.#tsconfig ??= this.#find(dirname(id.split('?', 1)[0]!))
    if (this.#tsconfig === null) return { tsconfig: 'none' }
    const content = this.#kit.vfs.digest(this.#tsconfig) ?? 'absent'
    return { tsconfig: `${this.#tsconfig} ${content} ${this.#configs.digest('tsconfig', dirname(this.#tsconfig))}` }
  }

  #find(dir: string): string | null {
    const { vfs } = this.#kit
    if (isAbsolute(this.#configFile)) return vfs.kind(this.#configFile) === 'file' ? this.#configFile : null
    if (/^\.\.?[\\/]/.test(this.#configFile)) {
      const path = resolve(dir, this.#configFile)
      return vfs.kind(path) === 'file' ? path : null
    }
    for (let at = dir; ; at = dirname(at)) {
      const path = join(at, this.#configFile)
      if (vfs.kind(path) === 'file') return path
      if (dirname(at) === at) return null
    }
  }

  #observe(_call: CallInfo, trace: Trace): void {
    // Errors refuse a call; the first of them may be about the configuration.
    if (trace.refusal !== null) this.#hasErrors = true
    if (this.#hasErrors) trace.refuse('something is wrong with its configuration')
    if (this.#tsconfig) trace.effects.push({ kind: 'build-dependency', path: this.#tsconfig })
    // It lists the whole project once, for a program that nothing is taken from here.
    trace.directories.clear()
  }
}
