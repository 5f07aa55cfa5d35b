/** What a recipe is given: a project in a temporary folder, and a trace that is active while the test says so. */
import type { PluginSubject, Recipe, RecipeInstance, RecipeKit } from '../../../../src/memo/recipe.ts'
import type { CallInfo, HookRecipe } from '../../../../src/memo/sites/site.ts'
import { Trace } from '../../../../src/memo/trace/trace.ts'
import { VirtualFileSystem } from '../../../../src/vfs/virtual-file-system.ts'
import { createLateClock, createProjectFiles } from './project-files.ts'
import type { ProjectFiles } from './project-files.ts'

export interface RecipeBench {
  readonly project: ProjectFiles
  readonly vfs: VirtualFileSystem
  readonly kit: RecipeKit
  /** Files that were given as they were earlier, in the order of the runs. */
  readonly earlier: ReadonlyMap<string, Buffer>[]
  active: Trace | null
  call(path: string, code?: string): CallInfo
  dispose(): void
}

export function createRecipeBench(changes: Partial<Pick<RecipeKit, 'command' | 'config'>> = {}): RecipeBench {
  const project = createProjectFiles()
  const vfs = new VirtualFileSystem({ maxBytes: 1_000_000, clock: createLateClock() })
  const earlier: ReadonlyMap<string, Buffer>[] = []
  const bench: RecipeBench = {
    project, vfs, earlier, active: null,
    kit: {
      vfs, root: project.root, workspaceRoot: project.root, command: 'build', config: {},
      activeTrace: () => bench.active,
      withFiles(files, body) {
        earlier.push(files)
        return body()
      },
      ...changes,
    },
    call: (path, code = '') => ({ id: path.startsWith('\0') ? path : project.at(path), inputs: { code } }),
    dispose: () => project.dispose(),
  }
  return bench
}

export function subjectOf(name: string, plugin: object = {}): PluginSubject {
  return { name, host: 'rollup-like', hooks: ['transform'], familyHooks: ['transform'], plugin }
}

/** @throws Error with the recipe's reason when it refuses the plugin. */
export function instanceOf(recipe: Recipe, subject: PluginSubject, kit: RecipeKit): RecipeInstance {
  const instance = recipe.create(subject, kit)
  if (typeof instance === 'string') throw new Error(instance)
  return instance
}

export function hookOf(instance: RecipeInstance, name = 'transform'): HookRecipe {
  const hook = instance.hooks[name]
  if (!hook) throw new Error(`there is no hook ${name}`)
  return hook
}

/** The trace that a call leaves, as the recipe completes it. */
export function observed(hook: HookRecipe, call: CallInfo, fill: (trace: Trace) => void = () => undefined): Trace {
  const trace = new Trace(0)
  fill(trace)
  hook.observe?.(call, trace)
  return trace
}
