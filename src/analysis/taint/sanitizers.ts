/**
 * Functions that take the danger out of a value, by what the value is about to be used for, and functions whose
 * result has nothing of their arguments in it.
 */

/** What a value is to be harmless in. */
export type Category = 'html' | 'url' | 'path' | 'shell' | 'sql' | 'nosql' | 'code' | 'regex' | 'log' | 'key' | 'any'

/** Conversions after which a value is a number, a boolean or a digest. */
const NUMERIC = /^(?:parseInt|parseFloat|Number(?:\.\w+)?|Boolean|BigInt|Math\.\w+|isNaN|isFinite|Date(?:\.\w+)?|Symbol|console\.\w+)$/
const HARMLESS_METHODS = /^(?:indexOf|lastIndexOf|findIndex|charCodeAt|codePointAt|getTime|valueOf|toFixed|digest|localeCompare|isInteger|isArray|hasOwnProperty|test)$/

const BY_CATEGORY: Readonly<Record<Category, RegExp>> = {
  html: /(?:^|\.|:)(?:DOMPurify|dompurify|isomorphic-dompurify|purify)(?:\(\))?\.sanitize$|sanitize(?:Html|HTML|d)?$|^(?:_\.)?escape(?:Html|HTML|Xml|XML)?$|\.escape(?:Html|HTML|Expression)?$|encodeURIComponent$|encodeURI$|mod:(?:sanitize-html|xss|escape-html|he\.(?:encode|escape)|html-entities\.encode|insane|striptags|validator\.escape|lodash\.escape)|^(?:xss|stripTags)$|encodeForHTML|htmlEncode|createTextNode$/i,
  url: /(?:sanitize(?:Url|URL|Uri|Redirect)?|encodeURIComponent|validateUrl|validateRedirect|isSafeUrl|safeUrl|mod:@braintree\/sanitize-url.*)$/i,
  path: /(?:^|\.)(?:basename|extname|sanitize(?:Path|Filename|FileName|d)?|slugify|encodeURIComponent|secureFilename|mod:sanitize-filename)$|^mod:sanitize-filename$|^mod:path\.basename$/i,
  shell: /(?:^|\.|:)(?:shellescape|shell-escape|shell-quote\.quote|quote|escapeShell(?:Arg)?|escapeshellarg|sanitize\w*)$/i,
  sql: /(?:^|\.)(?:escape(?:Id|Identifier|Literal)?|sql|SQL|SqlString\.\w+|format|literal|sanitize\w*|prepare)$|pg-format|sqlstring|slonik|sql-template/,
  nosql: /(?:^|\.|:)(?:sanitize\w*|mongo-sanitize|String|toString|escape\w*|ObjectId|ObjectID)$|^mod:mongo-sanitize|^String$|^(?:mod:(?:mongodb|bson|mongoose).*\.)?ObjectId/i,
  code: /(?:^|\.)(?:JSON\.stringify|serialize-javascript|sanitize\w*)$|^mod:serialize-javascript/,
  regex: /escape(?:Reg(?:ex|Exp|exp)|StringRegexp|StringRegExp)|escape-string-regexp|(?:^|\.)quotemeta$|^RegExp\.escape$/,
  log: /(?:^|\.)(?:escape\w*|sanitize\w*|encodeURIComponent|encodeURI)$/,
  key: /(?:^|\.)(?:sanitize\w*)$/,
  any: /$^/,
}

/** What a schema lets through has the fields and types that it names. */
const SCHEMA_LIBRARY = /^mod:(?:zod|yup|joi|@hapi\/joi|valibot|superstruct|io-ts|arktype|runtypes|@sinclair\/typebox)\b/
const SCHEMA_METHODS: ReadonlySet<string> = new Set(['parse', 'parseAsync', 'safeParse', 'safeParseAsync', 'validate', 'validateSync', 'validateAsync', 'cast', 'attempt', 'assert', 'create', 'mask', 'check', 'decode', 'Decode', 'Parse'])

function isSchema(name: string): boolean {
  return SCHEMA_LIBRARY.test(name) && SCHEMA_METHODS.has(lastWord(name))
}

/** Called for what they do. `unescape` undoes it. */
const NAMED = /(?:sanit[iy]z|purif|(?<!un|Un)[eE]scape(?!d)|encodeFor|stripTags|whitelist|allowlist|cleanse)/

/** Whether `text.replace(pattern, …)` takes out what is dangerous here: a set of all but some characters, or the ones that matter. */
export function isCleaningPattern(pattern: string, category: Category): boolean {
  return /^\[\^[^\]]+\]/.test(pattern) || (TAKES_OUT[category]?.every((part) => part.test(pattern)) ?? false)
}

/** What a pattern's text must hold to take out what matters in a use. */
const TAKES_OUT: Readonly<Partial<Record<Category, readonly RegExp[]>>> = {
  path: [/\\\.\\?\.|\.\./], html: [/[<>&]/, /\[/], sql: [/'/, /\[/], regex: [/\$/], log: [/\\[nr]/],
}

/** Whether a function makes values harmless for this use. Takes canonical names and bare last words. */
export function isSanitizer(name: string, category: Category): boolean {
  if ((category === 'nosql' || category === 'key') && isSchema(name)) return true
  return name !== '' && category !== 'any' && (NAMED.test(lastWord(name)) ? !isForeignEscape(name, category) : BY_CATEGORY[category].test(name))
}

/** Every pattern of `BY_CATEGORY`, without regard to case: it may match more than each, never less. */
const OF_SOME_CATEGORY = new RegExp(Object.values(BY_CATEGORY).map(({ source }) => source).join('|'), 'i')

/** Whether a function may make values harmless for some use: what it denies, `isSanitizer` denies for every category. */
export function mayClean(name: string): boolean {
  return name !== '' && (NAMED.test(lastWord(name)) || OF_SOME_CATEGORY.test(name) || isSchema(name))
}

export function yieldsHarmless(name: string, last: string): boolean {
  return NUMERIC.test(name) || HARMLESS_METHODS.test(last)
}

/** Calls that answer with something of their own: rows, handles, verdicts. */
const OWN_RESULT = /^(?:find(?!Index)\w*|query\w*|fetch\w*|exec\w*|count\w*|create\w*|save\w*|update[A-Z]\w*|delete\w*|insert\w*|remove\w*|verify\w*|authenticate\w*|compare\w*|includes|test|some|every|has\w*|is[A-Z]\w*|exists\w*|access\w*|stat\w*|readFile\w*|readdir\w*|hash\w*|sign\w*|send\w*|request|select\w*|getBy\w*|get(?:User|Session|Account)\w*|lookup\w*|startsWith|endsWith|now|random\w*|uuid\w*|validate\w*|check\w*)$/

export function yieldsOwn(last: string): boolean {
  return OWN_RESULT.test(last)
}

export function isStringBuilder(last: string): boolean {
  return /^(?:concat|replace|replaceAll|join|format|createURL|createUrl)$/.test(last)
}

function lastWord(name: string): string {
  return name.replace(/\(\)$/, '').split(/[.:]/).at(-1) ?? ''
}

/** The old global `escape` is for addresses, and does nothing for a shell or a query. */
function isForeignEscape(name: string, category: Category): boolean {
  return name === 'escape' && category !== 'html' && category !== 'url'
}
