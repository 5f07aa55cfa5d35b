/**
 * What a recipe is: knowledge about one published plugin, read in its source, that makes remembering its calls sound.
 *
 * A recipe says which state crosses its modules, which dependencies only its compiler knows, and which results must run
 * again. It never changes what the plugin computes.
 */
import type { VirtualFileSystem } from '../vfs/virtual-file-system.ts'
import type { HookRecipe } from './sites/site.ts'
import type { Trace } from './trace/trace.ts'

/** A plugin as the policy sees it. */
export interface PluginSubject {
  readonly name: string
  readonly host: 'rollup-like' | 'esbuild' | 'webpack-like'
  /** Names of all hooks that the plugin has. */
  readonly hooks: readonly string[]
  /** Names of all hooks of its family: plugins of one factory share state in a closure. */
  readonly familyHooks: readonly string[]
  /** Of the hooks of its family that run before any module is seen, those that do more than keep what they are given. */
  readonly preparing?: readonly string[]
  /** Names of what the plugin object has that is no primitive. */
  readonly open?: readonly string[]
  /** The plugin object itself, for recipes that read its public `api`. A loader is a `LoaderPart`. */
  readonly plugin: object
  /** What tells plugins of one name apart where the order in which they are met does not. */
  readonly distinct?: string
}

export interface RecipeKit {
  readonly vfs: VirtualFileSystem
  /** Absolute root of the application. */
  readonly root: string
  /** Absolute root of the workspace: where the lockfile lies. */
  readonly workspaceRoot: string
  readonly command: 'build' | 'watch' | 'dev'
  /** The bundler's resolved configuration, as far as it has one. */
  readonly config: Readonly<Record<string, unknown>>
  /** The trace of the call that is running at this point of the code, if any. */
  readonly activeTrace: () => Trace | null
  /** Runs `body` so that it reads these files as they were, not as they are. */
  readonly withFiles: <T>(files: ReadonlyMap<string, Buffer>, body: () => T) => T
}

export interface RecipeInstance {
  readonly hooks: Readonly<Record<string, HookRecipe>>
  /** Options of the plugin that can be seen. Fingerprinted into the key. */
  readonly options: unknown
  /** Whether `options` is all that configures it. If not, the whole configuration is part of the key. */
  readonly optionsComplete: boolean
  /** Whether it reads values that the bundler exposes to the application: `define`, environment variables. */
  readonly readsExposed: boolean
  /** Whether every call declares, or the recipe adds, all that it depends on, also what the compiler has in a cache. */
  readonly knowsDependencies: boolean
  /** Whether its results depend on the place of the project through paths alone. */
  readonly relocatable: boolean
  /** Whether its calls may cost less than remembering them: then they run first, and are recorded when they prove dear. */
  readonly mayBeCheap?: boolean
  /** Handlers of other hooks that keep the plugin's state right, called before the plugin's own. */
  readonly before?: Readonly<Record<string, (...args: unknown[]) => Promise<void> | void>>
}

export interface Recipe {
  readonly name: string
  readonly host: PluginSubject['host']
  matches(subject: PluginSubject): boolean
  /** A reason instead of an instance refuses the plugin. */
  create(subject: PluginSubject, kit: RecipeKit): RecipeInstance | string
}
