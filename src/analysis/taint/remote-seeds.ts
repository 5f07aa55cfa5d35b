/** Whether outsiders' data can enter a module at all: what most modules are spared by. */
import type { FunctionNode } from '../syntax/ast.ts'
import { wordOf } from '../metrics/halstead.ts'
import type { Word } from '../metrics/halstead.ts'
import type { Names } from '../names/names.ts'
import { roleOf } from './param-roles.ts'
import type { Role } from './param-roles.ts'

/** How outsiders' data that has a name of its own stands in a text, and the words without one of which it does not. */
interface Seed {
  readonly words: readonly Word[]
  readonly text: RegExp
}

function seed(text: RegExp, ...words: readonly string[]): Seed {
  return { words: words.map(wordOf), text }
}

/** What `REMOTE_GLOBALS` matches, and names by which a handler may be written without its parameters. `node.location` and a variable called `history` are somebody's own. */
const SEEDS: readonly Seed[] = [
  seed(/(?:^|[^.\w$'"`])(?:(?:window|document|self|globalThis|top|parent|history)\s*\??\.\s*)?location\b/, 'location'),
  seed(/\bdocument\s*\??\.\s*(?:URL|documentURI|baseURI|referrer|cookie)\b/, 'URL', 'documentURI', 'baseURI', 'referrer', 'cookie'),
  seed(/\bhistory\.state\b/, 'history'),
  seed(/\bargv\b/, 'argv'),
  seed(/\bprompt\s*\(/, 'prompt'),
  seed(/\$(?:location|route)\b/, '$location', '$route'),
  seed(/\.snapshot\b/, 'snapshot'),
  seed(/@angular\/router/, '@angular/router'),
  seed(/\buse(?:SearchParams|Params|Location|Router|Route)\b/, 'useSearchParams', 'useParams', 'useLocation', 'useRouter', 'useRoute'),
  seed(/next\/headers/, 'next/headers'),
  seed(
    /\b(?:getQuery|read(?:Raw)?Body|read(?:Multipart)?FormData|getRouterParams?|getHeaders?|getCookie|getRequestURL)\s*\(/,
    'getQuery', 'readBody', 'readRawBody', 'readFormData', 'readMultipartFormData', 'getRouterParam', 'getRouterParams', 'getHeader', 'getHeaders', 'getCookie', 'getRequestURL',
  ),
  seed(/\$page\b|\$app\/st/, '$page', '$app/stores', '$app/state'),
  seed(/\bclipboard\s*\.\s*read/, 'clipboard'),
  seed(/\breq(?:uest)?\s*[?!]?\s*\.\s*\w/, 'req', 'request'),
]
const EXPOSED_ROLES: ReadonlySet<Role> = new Set(['request', 'koa', 'all', 'loader', 'procedure'])

/** Whether outsiders' data can enter a module at all: a quick no for most. */
export function hasRemoteSeeds(source: string, holds: (word: Word) => boolean, functions: Iterable<FunctionNode>, names: Names): boolean {
  if (SEEDS.some(({ words, text }) => words.some(holds) && text.test(source))) return true
  for (const owner of functions) {
    for (let index = 0; index < owner.params.length; index++) {
      const param = owner.params[index]
      if (param && EXPOSED_ROLES.has(roleOf(owner, index, param, names))) return true
    }
  }
  return false
}
