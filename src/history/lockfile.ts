/**
 * Which versions a lockfile resolves packages to, as far as a build can be concerned: direct dependencies, and packages by whose names
 * one sees that they belong to a build.
 *
 * Understands npm's, pnpm's, Yarn's (1 and later) and Bun's text format by their lines; nothing is guaranteed for what they may
 * write in the future but that nothing is thrown. The highest of several versions counts.
 */

/** Whichever there is of them counts, in this order. */
export const LOCKFILES: readonly string[] = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock']

/** Words in the names of what builds are made of. */
const BUILD_WORDS = /vite|webpack|rollup|rolldown|rspack|esbuild|oxc|swc|babel|postcss|sass|less|stylus|css|vue|svelte|react|solid|preact|astro|mdx|plugin|loader|preset|typescript|terser|tailwind|svgo|compiler/
const MAX_PACKAGES = 400
const INSTALLED = 'node_modules/'

/** @param name File name of the lockfile. @param direct Names of direct dependencies. @returns Versions by package name, sorted by name. */
export function lockedVersions(name: string, text: string, direct: ReadonlySet<string>): Readonly<Record<string, string>> {
  const found = new Map<string, string>()
  for (const [pkg, version] of entriesOf(name, text)) {
    if (!direct.has(pkg) && !BUILD_WORDS.test(pkg)) continue
    const known = found.get(pkg)
    if (known === undefined || isHigher(version, known)) found.set(pkg, version)
  }
  const sorted = [...found].sort(([a], [b]) => Number(direct.has(b)) - Number(direct.has(a)) || (a < b ? -1 : 1)).slice(0, MAX_PACKAGES)
  return Object.fromEntries(sorted.sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Number by number; what only adds to a version comes after it. `Intl` could tell as well, but loading its tables takes as long as all the rest. */
function isHigher(version: string, than: string): boolean {
  const [parts, others] = [version, than].map(text => text.split(/(\d+)/))
  const at = parts!.findIndex((part, index) => part !== others![index])
  if (at < 0) return false
  const [part, other] = [parts![at]!, others![at] ?? '']
  return at % 2 === 1 ? Number(part) > Number(other) : part > other
}

type Entry = readonly [name: string, version: string]

function entriesOf(name: string, text: string): readonly Entry[] {
  if (name === 'package-lock.json' || name === 'npm-shrinkwrap.json') return npmEntries(text)
  if (name === 'pnpm-lock.yaml') return matches(text, /^ {2}['"]?\/?((?:@[^/@\s]+\/)?[^/@\s'"]+)@(\d[^(:'"\s]*)[^\n]*:\s*$/gm)
  if (name === 'yarn.lock') return matches(text, /^"?((?:@[^/@\s]+\/)?[^@\s",]+)@[^\n]*:\n {2}version:?\s+"?([^"\s]+)"?/gm)
  if (name === 'bun.lock') return matches(text, /\["((?:@[^/@"]+\/)?[^/@"]+)@(\d[^"]*)"/g)
  return []
}

function matches(text: string, pattern: RegExp): Entry[] {
  return Array.from(text.matchAll(pattern), ([, name = '', version = '']): Entry => [name, version])
}

function npmEntries(text: string): readonly Entry[] {
  try {
    const { packages, dependencies } = JSON.parse(text) as { packages?: Record<string, { version?: string }>; dependencies?: Record<string, { version?: string }> }
    const named = Object.entries(packages ?? dependencies ?? {})
    return named.flatMap(([path, { version }]): Entry[] => {
      const name = path.includes(INSTALLED) ? path.slice(path.lastIndexOf(INSTALLED) + INSTALLED.length) : path
      return typeof version === 'string' && name !== '' && (packages === undefined || path.includes(INSTALLED)) ? [[name, version]] : []
    })
  } catch (error) {
    // Whoever installs from it will complain.
    if (error instanceof SyntaxError || error instanceof TypeError) return []
    throw error
  }
}
