/**
 * Options that are known by an object which other plugins can reach: they may set them after it was looked at, in an
 * asynchronous `configResolved` or in `buildStart`. So they are looked at again when the first module of a build comes.
 */
import { fingerprint } from '../record/fingerprint.ts'
import type { RecipeInstance, RecipeKit } from '../recipe.ts'
import type { CallInfo, HookRecipe } from '../sites/site.ts'

type Inputs = Readonly<Record<string, string>> | null

/** The hooks, with what has been set since as a part of the key. @param read The options as they are now. */
export function withLateOptions(hooks: RecipeInstance['hooks'], read: () => unknown, { vfs }: Pick<RecipeKit, 'vfs'>): RecipeInstance['hooks'] {
  const atFirst = fingerprint(read())
  let known: { readonly epoch: number; readonly inputs: Inputs } | null = null
  const late = (): Inputs => {
    if (known?.epoch !== vfs.epoch) known = { epoch: vfs.epoch, inputs: inputsOf(atFirst, fingerprint(read())) }
    return known.inputs
  }
  return Object.fromEntries(Object.entries(hooks).map(([name, hook]) => [name, withInputs(hook, late)]))
}

function inputsOf(atFirst: { readonly text: string; readonly complete: boolean }, now: { readonly text: string; readonly complete: boolean }): Inputs {
  if (now.text === atFirst.text) return {}
  // Where there was a function already, the whole configuration is part of the key.
  return now.complete || !atFirst.complete ? { 'options set late': now.text } : null
}

function withInputs(hook: HookRecipe, late: () => Inputs): HookRecipe {
  return {
    ...hook,
    inputs(call: CallInfo) {
      const own = hook.inputs ? hook.inputs(call) : {}
      const added = late()
      return own === null || added === null ? null : { ...own, ...added }
    },
  }
}
