/**
 * Names of variables as dependencies: of which names a call depends that lists them, and what a dependency on the
 * environment stands for.
 *
 * A call that lists all variables depends on which there are, and that differs on each machine and even between `npx` and
 * `npm run`. Almost all that list them want those with a prefix (`debug` does, which half of the ecosystem loads or
 * bundles). Where the code at the place of the listing says so in one expression, the call depends on these alone.
 */

/** In the place of a variable's name: which variables there are. No variable has such a name. */
export const ENV_NAMES = '=names'
/** Before the name of a variable that was read to know if texts may be coloured. */
const FOR_COLOURS = '=colours '

/** `keys(process.env).filter(name => /^prefix/i.test(name))`, or with `startsWith`, as a function or an arrow. */
const PREFIX_FILTER = new RegExp([
  String.raw`^keys\((?:process\.)?env\)\s*\.filter\(\s*`,
  String.raw`(?:function\s*\(\s*(?<declared>\w+)\s*\)\s*\{\s*return\b|\(?\s*(?<arrow>\w+)\s*\)?\s*=>\s*(?:\{\s*return\b)?)\s*`,
  String.raw`(?:\/\^(?<tested>\w+)\/(?<flag>i?)\.test\(\s*(?:\k<declared>|\k<arrow>)\s*\)|(?:\k<declared>|\k<arrow>)\.startsWith\(\s*(?<quote>['"])(?<started>\w+)\k<quote>\s*\))`,
  String.raw`\s*;?\s*\}?\s*\)`,
].join(''))

/** @param code What stands where the names are listed, from the name of the called function on. @returns a name for `valueOf`. */
export function listedNames(code: string): string {
  const found = PREFIX_FILTER.exec(code)?.groups
  const prefix = found?.['tested'] ?? found?.['started']
  return prefix === undefined ? ENV_NAMES : `${ENV_NAMES} ${prefix}${found?.['flag'] ? ' i' : ''}`
}

/** The name of a dependency that is one only for calls that say something. */
export function forColours(name: string): string {
  return FOR_COLOURS + name
}

export function isForColours(name: string): boolean {
  return name.startsWith(FOR_COLOURS)
}

/** What a dependency on `name` stands for: a variable's value, or the names of all or of some as one text. */
export function environmentValue(env: NodeJS.ProcessEnv, name: string): string | null {
  if (isForColours(name)) return env[name.slice(FOR_COLOURS.length)] ?? null
  if (!name.startsWith(ENV_NAMES)) return env[name] ?? null
  const [, prefix = '', flag] = name.split(' ')
  const isWanted = flag === 'i' ? (each: string): boolean => each.toLowerCase().startsWith(prefix.toLowerCase()) : (each: string): boolean => each.startsWith(prefix)
  return Object.keys(env).filter(isWanted).sort().join('\0')
}

/** For people: `DEBUG`, `names of all variables`, `names of variables that begin with debug_`. */
export function describeEnvironment(name: string): string {
  if (isForColours(name)) return `${name.slice(FOR_COLOURS.length)}, for colours`
  if (!name.startsWith(ENV_NAMES)) return name
  const [, prefix] = name.split(' ')
  return prefix === undefined ? 'names of all variables' : `names of variables that begin with ${prefix}`
}
