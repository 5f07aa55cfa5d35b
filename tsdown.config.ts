/**
 * How the package is built.
 *
 * What every build needs is one file: the runtime takes about 0.7 ms of processor time for each file that it loads, and what the entries have
 * in common in other constellations would make twenty of them. What the worker of the analysis has of it is apart, so that it does not load the rest.
 */
import { resolve } from 'node:path'
import { defineConfig } from 'tsdown'

/** What `getModuleInfo` tells of a module. */
interface Chunking {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null
}

const SPINE = ['src/plugin.ts', 'adapters/hosts/calling-scripts.ts', 'adapters/hosts/rollup/rollup-like.ts', 'adapters/hosts/rollup/rollup-output.ts', 'adapters/hosts/vite/vite-output.ts'].map(path => resolve(path))
/** Loaded elsewhere, or later, or where there is no build. */
const APART = ['src/guidance/analysis-worker.ts', 'src/guidance/job.ts', 'src/index.ts', 'src/cli/index.ts'].map(path => resolve(path))

/** The modules that are loaded with these. */
function loadedWith(roots: readonly string[], chunking: Chunking): ReadonlySet<string> {
  const found = new Set(roots)
  for (const id of found) for (const imported of chunking.getModuleInfo(id)?.importedIds ?? []) found.add(imported)
  return found
}

function createChunkNames(): (id: string, chunking: Chunking) => string | null {
  let loaded: { readonly spine: ReadonlySet<string>; readonly apart: ReadonlySet<string> } | null = null
  return (id, chunking) => {
    loaded ??= { spine: loadedWith(SPINE, chunking), apart: loadedWith(APART, chunking) }
    if (!loaded.spine.has(id)) return null
    return loaded.apart.has(id) ? 'shared' : 'core'
  }
}

export default defineConfig({
  entry: {
    index: 'src/index.ts',
    vite: 'adapters/vite.ts',
    webpack: 'adapters/webpack.ts',
    esbuild: 'adapters/esbuild.ts',
    rollup: 'adapters/rollup.ts',
    rolldown: 'adapters/rolldown.ts',
    rspack: 'adapters/rspack.ts',
    'webpack-loader': 'adapters/hosts/webpack/webpack-loader.ts',
    'analysis-worker': 'src/guidance/analysis-worker.ts',
    cli: 'src/cli/index.ts',
  },
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  dts: true,
  clean: true,
  fixedExtension: false,
  inputOptions: { preserveEntrySignatures: 'allow-extension' },
  outputOptions: {
    codeSplitting: { includeDependenciesRecursively: false, groups: [{ name: createChunkNames() }] },
  },
})
