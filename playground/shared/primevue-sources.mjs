/**
 * Where PrimeVue's own single-file components live.
 *
 * The published packages also ship compiled modules, and their `exports` name only those. The Vue playgrounds
 * compile the `.vue` files themselves, so every specifier that would reach a compiled component is sent to its source.
 */
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const PACKAGES = ['primevue', '@primevue/icons']

/** They import files that the packages do not ship; the compiled modules stand in for them. */
const INCOMPLETE = new Set(['primevue/tree/Tree.vue'])

/** Optional peers that two components load on demand and that the shop does not use. */
export const OPTIONAL_PEERS = ['quill', 'chart.js/auto']

/**
 * Exact specifier to absolute file: `primevue/button` and `primevue/button/Button.vue` both reach `Button.vue`.
 * @param {string} from File URL of the configuration that asks.
 * @returns {Map<string, string>} In a stable order.
 */
export function primeVueSources(from) {
  const sources = new Map()
  for (const name of PACKAGES) {
    const root = dirname(createRequire(from).resolve(name))
    for (const folder of readdirSync(root).sort()) {
      for (const file of componentsIn(join(root, folder))) {
        if (INCOMPLETE.has(`${name}/${folder}/${file}`)) continue
        sources.set(`${name}/${folder}/${file}`, join(root, folder, file))
        if (isMainComponent(folder, file)) sources.set(`${name}/${folder}`, join(root, folder, file))
      }
    }
  }
  return sources
}

/** The same as a plugin for Vite, builds and dev: its filter keeps the four hundred specifiers away from all other imports. */
export function primeVueFromSource(from) {
  const sources = primeVueSources(from)
  return {
    name: 'playground:primevue-from-source',
    enforce: 'pre',
    resolveId: {
      filter: { id: /^(?:(?:primevue|@primevue\/icons)\/|quill$|chart\.js\/auto$)/ },
      handler: (specifier) => (OPTIONAL_PEERS.includes(specifier) ? { id: specifier, external: true } : sources.get(specifier) ?? null),
    },
  }
}

function componentsIn(folder) {
  try {
    return readdirSync(folder).filter((file) => file.endsWith('.vue')).sort()
  } catch (error) {
    if (error.code === 'ENOTDIR') return []
    throw error
  }
}

/** `button/Button.vue` is what `primevue/button` names; `times/TimesIcon.vue` is what `@primevue/icons/times` names. */
function isMainComponent(folder, file) {
  const name = file.slice(0, -'.vue'.length).toLowerCase()
  return name === folder || name === `${folder}icon`
}
