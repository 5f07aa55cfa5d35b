/** Whether outsiders' data can enter a module at all: what most modules are spared by. */
import type { FunctionNode } from '../syntax/ast.ts'
import { wordOf } from '../metrics/halstead.ts'
import type { Word } from '../metrics/halstead.ts'
import type { Names } from '../names/names.ts'
import { roleOf } from './param-roles.ts'
import type { Role } from './param-roles.ts'

/** Words without one of which nothing in `REMOTE_GLOBALS` can match, and names by which a handler may be written without its parameters. */
const GLOBAL_WORDS: readonly Word[] = [
  'location', 'URL', 'documentURI', 'baseURI', 'referrer', 'cookie', 'history', 'argv', 'prompt', '$location', '$route', 'snapshot', '@angular/router', 'useSearchParams',
  'h3', 'getQuery', 'readBody', 'readRawBody', 'readFormData', 'readMultipartFormData', 'getRouterParam', 'getRouterParams', 'getHeader', 'getCookie', 'getRequestURL', '$page', '$app/stores', '$app/state', 'page', 'clipboard', 'useParams', 'useLocation', 'useRouter', 'useRoute', 'cookies', 'req', 'request',
].map(wordOf)
/** The same as they stand in a text: `node.location` and a variable called `history` are somebody's own. */
const GLOBAL_TEXT = new RegExp([
  /(?:^|[^.\w$'"`])(?:(?:window|document|self|globalThis|top|parent|history)\s*\??\.\s*)?location\b/, /\bdocument\s*\??\.\s*(?:URL|documentURI|baseURI|referrer|cookie)\b/, /\bhistory\.state\b/,
  /\bargv\b/, /\bprompt\s*\(/, /\$(?:location|route)\b/, /\.snapshot\b/, /@angular\/router/, /\buse(?:SearchParams|Params|Location|Router|Route)\b/, /next\/headers/, /\b(?:getQuery|read(?:Raw)?Body|read(?:Multipart)?FormData|getRouterParams?|getHeaders?|getCookie|getRequestURL)\s*\(/, /\$page\b|\$app\/st/, /\bclipboard\s*\.\s*read/,
  /\breq(?:uest)?\s*[?!]?\s*\.\s*\w/,
].map(({ source }) => source).join('|'))
const EXPOSED_ROLES: ReadonlySet<Role> = new Set(['request', 'koa', 'all', 'loader', 'procedure'])

/** Whether outsiders' data can enter a module at all: a quick no for most. */
export function hasRemoteSeeds(source: string, holds: (word: Word) => boolean, functions: Iterable<FunctionNode>, names: Names): boolean {
  if (GLOBAL_WORDS.some(holds) && GLOBAL_TEXT.test(source)) return true
  for (const owner of functions) {
    for (let index = 0; index < owner.params.length; index++) {
      const param = owner.params[index]
      if (param && EXPOSED_ROLES.has(roleOf(owner, index, param, names))) return true
    }
  }
  return false
}
