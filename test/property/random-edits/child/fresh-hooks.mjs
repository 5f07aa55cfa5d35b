/** Hooks of the module loader, in its thread: what a configuration imports of the fresh packages is the instance of this build. */
let packages = {}
export const initialize = (data) => void (packages = data)

/** Vite writes the addresses of the files into the configuration that it bundles. */
const FILES = [
  ['@vitejs/plugin-vue', /\/@vitejs\/plugin-vue\//], ['@sveltejs/vite-plugin-svelte', /\/@sveltejs\/vite-plugin-svelte\//],
  ['@unocss/preset-mini', /\/@unocss\/preset-mini\//], ['unocss/vite', /\/unocss\/dist\/vite/], ['@tailwindcss/vite', /\/@tailwindcss\/vite\//],
  ['unplugin-pitcrew/vite', /\/dist\/vite\.js$/],
]

export async function resolve(specifier, context, next) {
  if (!context.parentURL?.includes('vite.config')) return next(specifier, context)
  const name = specifier in packages ? specifier : FILES.find(([, file]) => file.test(specifier))?.[0]
  if (name === undefined) return next(specifier, context)
  const code = `const m = globalThis.freshModules[${JSON.stringify(name)}]\nexport default m.default\n${packages[name].map((each) => `export const ${each} = m.${each}`).join('\n')}`
  // The configuration has another name each time, and so has this module.
  return { url: `data:text/javascript,${encodeURIComponent(code)}#${encodeURIComponent(context.parentURL)}`, shortCircuit: true, format: 'module' }
}
