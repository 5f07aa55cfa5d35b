/**
 * Plugins and compilers, new for each build of one process: every variable that their modules hold is made anew, as in a
 * process of their own, without loading and compiling three hundred files again.
 *
 * How: they are bundled into one script, which is compiled once and run for each build. A hook of the module loader gives
 * configurations these instances instead of those that Node.js would keep. The bundler itself, native code and the
 * compiler of Sass stay: Vite is made to build several times in one process, and they keep nothing between builds.
 */
import { build } from 'esbuild'
import { readFile } from 'node:fs/promises'
import { createRequire, register } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { Script, constants } from 'node:vm'
import * as vite from 'vite'

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url))

/** By the name under which configurations import it: what is exported, and from where. */
const PACKAGES = {
  '@vitejs/plugin-vue': { from: '@vitejs/plugin-vue', names: [] },
  '@sveltejs/vite-plugin-svelte': { from: '@sveltejs/vite-plugin-svelte', names: ['svelte', 'vitePreprocess'] },
  '@unocss/preset-mini': { from: '@unocss/preset-mini', names: ['presetMini'] },
  'unocss/vite': { from: 'unocss/vite', names: [] },
  '@tailwindcss/vite': { from: '@tailwindcss/vite', names: [] },
  'unplugin-pitcrew/vite': { from: join(REPOSITORY, 'dist', 'vite.js'), names: [] },
}
const COMPILER = 'vue/compiler-sfc'
const EXTERNAL = ['vite', 'rolldown', 'lightningcss', '@tailwindcss/oxide', 'sass', 'sass-embedded', 'typescript', 'oxc-parser', 'jiti', 'esbuild', 'fsevents', '*.node', 'consolidate', 'postcss']

/** @returns Makes the instances for the next build. */
export async function loadFreshModules() {
  const entry = [...Object.entries(PACKAGES).map(([name, { from }]) => [name, from]), [COMPILER, COMPILER]]
  const contents = `${entry.map(([, from], index) => `import * as m${index} from ${JSON.stringify(from)}`).join('\n')}
export const modules = { ${entry.map(([name], index) => `${JSON.stringify(name)}: m${index}`).join(', ')} }`
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: REPOSITORY, loader: 'js' }, bundle: true, write: false, format: 'cjs', platform: 'node', target: 'node20',
    external: EXTERNAL, logLevel: 'error',
    plugins: [ownUrls],
  })
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${outputFiles[0].text}\n})`, { filename: join(REPOSITORY, 'fresh-modules.cjs'), importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER })
  register(new URL('./fresh-hooks.mjs', import.meta.url), { data: Object.fromEntries(Object.entries(PACKAGES).map(([name, { names }]) => [name, names])) })
  return () => {
    const module = { exports: {} }
    const holder = {}
    script.runInThisContext()(module.exports, requireFor(holder), module, '', REPOSITORY)
    holder.compiler = module.exports.modules[COMPILER]
    globalThis.freshModules = module.exports.modules
  }
}

/** \`import.meta.url\` is each file's own, also in a bundle. */
const ownUrls = {
  name: 'own-urls',
  setup(build) {
    // Vue's compiler names forty template engines that nobody has installed.
    build.onResolve({ filter: /^[^.]/ }, ({ path, importer }) => (importer.includes('compiler-sfc') && !/^@vue\/|^@babel\/parser$|^estree-walker$|^magic-string$|^source-map-js$/.test(path) && !path.startsWith('/') ? { path, external: true } : null))
    build.onLoad({ filter: /\.m?js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      if (!text.includes('import.meta.')) return null
      const places = { url: pathToFileURL(path).href, dirname: dirname(path), filename: path }
      const contents = text.replaceAll(/import\.meta\.(url|dirname|filename)\b/g, (_, name) => JSON.stringify(places[name]))
      return { contents, loader: 'js', resolveDir: dirname(path) }
    })
  },
}

/** Packages that stay are loaded as ever; the compiler that a plugin looks for by itself is the new one. */
function requireFor(holder) {
  const real = createRequire(join(REPOSITORY, 'package.json'))
  const wrap = (from) => Object.assign((id) => (/[\\/]vue[\\/]compiler-sfc/.test(id) || id === COMPILER ? holder.compiler : from(id)), { resolve: from.resolve })
  return Object.assign((id) => {
    if (id === 'vite') return vite
    if (id === 'node:module' || id === 'module') return { ...real('node:module'), createRequire: (url) => wrap(createRequire(url)) }
    return real(id)
  }, { resolve: real.resolve })
}
