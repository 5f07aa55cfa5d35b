/**
 * Which variables of the environment a text mentions, by its syntax: by their names, or all of them where names are computed or
 * the whole environment is handed over. Too many rather than too few: of `env` it is not known whose it is.
 */
import type { PortableText } from '../record/portable-text.ts'

/** `env.NAME`, `env['NAME']`, `'NAME' in env`. */
const NAME = /\benv\s*\??\.\s*([A-Za-z_]\w*)|\benv\s*(?:\?\.)?\[\s*["'`]([A-Za-z_]\w*)["'`]\s*\]|["'`]([A-Za-z_]\w*)["'`]\s+in\s+[\w.]*\benv\b/g
/** `const { NAME, OTHER: other = 1 } = process.env`, or of what `loadEnv` gives. */
const PATTERN = /\{([^{}]*)\}\s*=[^;{}]*?\b(?:env|loadEnv)\b/g
/** Without what an application sees, which is `import.meta.env`. */
const ENV = String.raw`(?<!\bmeta\s*\.\s*)\benv\b`
/** `...env`, `entries(env`, `in env) {`, `env[name]` that is not set, `= process.env` under another name, `(process.env)`. Not what is added to it, as `process.env = { ...process.env`. */
const WHOLE = new RegExp([
  String.raw`(?<!\bprocess\.env\s*=\s*\{\s*)\.\.\.\s*(?:[\w$]+\s*\.\s*)?${ENV}(?!\s*\??\.?\s*[\w$\[])`,
  String.raw`\b(?:entries|keys|values|ownKeys)\s*\(\s*(?:[\w$]+\s*\.\s*)?${ENV}(?!\s*\??\.)`,
  String.raw`\b(?:const|let|var)\s+[\w$]+\s+in\s+(?:[\w$]+\s*\.\s*)?${ENV}`,
  String.raw`${ENV}\s*(?:\?\.)?\[(?!\s*["'\`]\w+["'\`]\s*\])(?![^\]\n]*\]\s*=[^=])`,
  String.raw`(?<!(?:\benv|\})\s*)=\s*process\.env\b(?=\s*(?:as\b|[;,)\n]|$))`,
  String.raw`(?:(?<!\bassign)\(|,)\s*process\.env\b(?=\s*(?:as\b|[,)!]))`,
].map(part => `(?:${part})`).join('|'), 'g')
/** Vite's function, and calls of it that ask for no prefix of their own: what they give has no other variables than these. */
const LOAD_ENV = /\bloadEnv\s*\(/g
const LOAD_ENV_BY_DEFAULT = /\bloadEnv\s*\(\s*[\w.]+\s*,\s*[\w.]+(?:\(\))?\s*,?\s*\)/g
const DEFAULT_PREFIX = 'VITE_'
/** Somebody else's `env` than what that function gave: before its name, and wherever it has got that name. */
const OF_PROCESS = /\bprocess\s*\??\.\s*$/
const FROM_PROCESS = /["'](?:node:)?process["']|=\s*process\s*(?:\??\.\s*env\s*)?(?:[;,)\n]|$)/
const REST = /\.\.\.\s*\w+\s*$/
/** Where what follows says which are wanted: `key.startsWith('APP_')`, `/^APP_/`. */
const PREFIX = /^[^;]{0,120}?(?:\.startsWith\(\s*(["'`])(\w+)\1|\/\^(\w+)\/(?:\.test\b|\s*\)))/
const FOLLOWING = 200
/** Characters in which `process.` is looked for. */
const PROCESS_LENGTH = 20

/** In the place of a name: all variables, or those that begin with what follows. No variable has such a name. */
const ALL = '=values '
/** What is another one in each shell or terminal, or says how a package manager was called; nobody who takes all means these. */
const OF_SHELL = /^(?:_|PWD|OLDPWD|SHLVL|INIT_CWD|PITCREW_\w+|npm_\w+|TERM_SESSION_ID|WINDOWID|SSH_\w+)$/

export function environmentNamesIn(text: string): string[] {
  const named = [...text.matchAll(NAME)].map(match => match[1] ?? match[2] ?? match[3]!)
  const patterns = [...text.matchAll(PATTERN)].map(match => match[1]!)
  const destructured = patterns.flatMap(pattern => pattern.split(',')).map(part => /^\s*([A-Za-z_]\w*)/.exec(part)?.[1])
  const ofOthers = prefixOfLoaded(text)
  const whole = [...text.matchAll(WHOLE)].map(({ 0: match, index }) => {
    const isOfProcess = OF_PROCESS.test(text.slice(0, index + match.lastIndexOf('env')).slice(-PROCESS_LENGTH))
    return ALL + (prefixIn(text.slice(index + match.length)) || (isOfProcess ? '' : ofOthers))
  })
  return [...named, ...destructured.filter(name => name !== undefined), ...whole, ...(patterns.some(pattern => REST.test(pattern)) ? [ALL] : [])]
}

/** Of what goes by the name of `env` and is not seen to be the process's. */
function prefixOfLoaded(text: string): string {
  const calls = [...text.matchAll(LOAD_ENV)].length
  return calls > 0 && calls === [...text.matchAll(LOAD_ENV_BY_DEFAULT)].length && !FROM_PROCESS.test(text) ? DEFAULT_PREFIX : ''
}

function prefixIn(following: string): string {
  const match = PREFIX.exec(following.slice(0, FOLLOWING))
  return match?.[2] ?? match?.[3] ?? ''
}

/** The value of what is mentioned, as a text. @param portable Where it is to be the same wherever the project lies. */
export function mentionedValue(env: NodeJS.ProcessEnv, name: string, portable?: Pick<PortableText, 'tokenise'>): string {
  if (!name.startsWith(ALL)) return env[name] ?? '\0'
  const prefix = name.slice(ALL.length)
  const values = Object.entries(env).filter(([each]) => each.startsWith(prefix) && !OF_SHELL.test(each)).map(([each, value]) => `${each}=${value}`)
  const text = values.sort().join('\0')
  return portable?.tokenise(text) ?? text
}
