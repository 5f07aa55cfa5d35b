/**
 * esbuild-svelte.
 *
 * State that crosses its modules: a map from which a second load, in the namespace `fakecss`, answers with the CSS of a
 * component that was compiled before. The last line of the component's code names that module; its CSS is stored with the
 * component. In rebuilds the plugin has a cache of its own by modification time, which may answer with what an older
 * content gave; the host notices a result that is given twice.
 *
 * Its options lie in a closure, so the whole configuration is part of the key. TypeScript modules are also transformed with
 * esbuild's options. What preprocessors declare reaches nobody, so it is what they are seen to read that counts, with what
 * the styles are written to import; where neither tells, or another process did the work, a component is not remembered.
 */
import { dirname } from 'node:path'
import { fingerprint } from '../record/fingerprint.ts'
import type { Recipe, RecipeKit } from '../recipe.ts'
import type { CallInfo, HookRecipe } from '../sites/site.ts'
import type { Trace } from '../trace/trace.ts'
import { traceImportedStyles } from './preprocessed-styles.ts'

const CSS_IMPORT = /\nimport "([^"\n]+\.esbuild-svelte-fake-css)";$/
const TYPESCRIPT_MODULE = /\.svelte\.ts$/
/** Only in these components can a preprocessor have something to look for. */
const HAS_LANGUAGE = /<style|\blang\s*=/
/** Plain CSS keeps its imports, unless PostCSS takes them. */
const STYLE_LANGUAGE = /<style/

export const esbuildSvelte: Recipe = {
  name: 'esbuild-svelte',
  host: 'esbuild',
  matches: ({ name }) => name === 'esbuild-svelte',
  create: (_subject, kit) => ({
    hooks: { onLoad: loadHook(kit) },
    options: null,
    optionsComplete: false,
    readsExposed: false,
    // Its preprocessors lie in the closure, too, and may read a file once for all components.
    knowsDependencies: false,
    relocatable: true,
  }),
}

function loadHook(kit: RecipeKit): HookRecipe {
  return {
    inputs: call => (TYPESCRIPT_MODULE.test(call.id) ? { transform: fingerprint(transformOptions(kit)).text } : {}),
    satellites: (_call, code) => {
      const path = CSS_IMPORT.exec(code)?.[1]
      return path === undefined ? [] : [{ path, namespace: 'fakecss' }]
    },
    observe: (call, trace) => observe(call, trace, kit),
  }
}

function observe({ id }: CallInfo, trace: Trace, { vfs }: RecipeKit): void {
  if (trace.foreign !== null) trace.refuse(trace.foreign)
  const source = vfs.read(id)?.toString('utf8') ?? ''
  if (!HAS_LANGUAGE.test(source)) return
  trace.config('tsconfig', dirname(id))
  trace.config('postcss', dirname(id))
  if (!STYLE_LANGUAGE.test(source)) return
  const unknown = traceImportedStyles(id, source, trace, vfs)
  if (unknown !== null) trace.refuse(`its preprocessor imports ${unknown} from where it cannot be seen`)
}

/** esbuild's options without plugins, and without what only says where files are and what is built. */
function transformOptions({ config }: RecipeKit): unknown {
  const { plugins: _plugins, entryPoints: _entries, stdin: _stdin, outdir: _outdir, outfile: _outfile, absWorkingDir: _dir, ...rest } = config
  return rest
}
