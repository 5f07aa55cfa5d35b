/**
 * Writes each playground's `src/catalog.*`: the list of the package modules that it builds.
 *
 *   node playground/shared/catalogs.mjs
 *
 * The lists are kept in the repository, so a build never depends on this script; run it after changing a package's version.
 * The modules without relative imports come first, so that the first lines of a list make a small application.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { primeVueSources } from './primevue-sources.mjs'

const PLAYGROUNDS = dirname(dirname(fileURLToPath(import.meta.url)))
const HEADER = '// Written by playground/shared/catalogs.mjs.\n'
/** Tests, stories and declarations; and the Sass file that gathers all components, which are built one by one here. */
const NOT_IN_THE_APP = /^scss\/components\/_index\.scss$|\.(?:spec|stories|test)\.|\.d\.ts$|\/(?:__tests__|storybook|test-ui)\//

const vueSources = primeVueSources(import.meta.url)
const vue = [...modulesOf('primevue', '', /\.vue$/), ...modulesOf('@primevue/icons', '', /\.vue$/)].filter((specifier) => vueSources.has(specifier))
const svelte = modulesOf('carbon-components-svelte', 'src', /\.svelte$/)
const scss = modulesOf('@carbon/styles', 'scss/components', /\.scss$/)
const components = scss.filter((specifier) => specifier.endsWith('/_index.scss'))
const react = [...modulesOf('ra-core', 'src', /\.tsx?$/), ...modulesOf('ra-ui-materialui', 'src', /\.tsx?$/)]

write('vite-vue/src/catalog.ts', exportsOf(vue, 'default'))
write('webpack-vue/src/catalog.ts', exportsOf(vue, 'default'))
write('vite-svelte/src/catalog.ts', exportsOf(svelte, 'default'))
write('esbuild-svelte-sass/src/catalog.ts', exportsOf(svelte, 'default'))
write('vite-react/src/catalog.ts', exportsOf(react, '*'))
write('webpack-react-sass/src/catalog.ts', exportsOf(react, '*'))
write('vite-sass/src/catalog.ts', sideEffectsOf(scss))
write('webpack-react-sass/src/carbon.ts', sideEffectsOf(components))
write('esbuild-svelte-sass/src/carbon.ts', sideEffectsOf(components))

/** Specifiers `package/path`, leaves first, otherwise sorted. */
function modulesOf(name, folder, pattern) {
  const root = packageRoot(name)
  const modules = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && pattern.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !NOT_IN_THE_APP.test(path))
    .map((path) => ({ specifier: `${name}/${path}`, isLeaf: !/(?:from|import|@use|@forward|@import) ['"]\./.test(readFileSync(join(root, path), 'utf8')) }))
  const byName = (a, b) => (a.specifier < b.specifier ? -1 : 1)
  return modules.sort((a, b) => Number(b.isLeaf) - Number(a.isLeaf) || byName(a, b)).map((module) => module.specifier)
}

/** Some packages do not export their `package.json`, so their folder is looked for and not asked for. */
function packageRoot(name) {
  const folders = createRequire(join(PLAYGROUNDS, 'catalogs.mjs')).resolve.paths(name) ?? []
  const root = folders.map((folder) => join(folder, name)).find((folder) => existsSync(folder))
  if (root === undefined) throw new Error(`${name} is not installed; run npm ci`)
  return root
}

function exportsOf(specifiers, kind) {
  return specifiers.map((specifier) => {
    const name = specifier.replace(/\.\w+$/, '').replace(/^@/, '').replace(/\W+/g, '_')
    return kind === '*' ? `export * as ${name} from '${specifier.replace(/\.tsx?$/, '')}'` : `export { default as ${name} } from '${specifier}'`
  })
}

function sideEffectsOf(specifiers) {
  return specifiers.map((specifier) => `import '${specifier}'`)
}

function write(path, lines) {
  writeFileSync(join(PLAYGROUNDS, path), `${HEADER}${lines.join('\n')}\n`)
  process.stdout.write(`${String(lines.length).padStart(5)}  ${path}\n`)
}
