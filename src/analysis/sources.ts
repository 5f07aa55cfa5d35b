/**
 * Where untrusted data enters, modelled by framework convention and not by one corpus' spelling: what a function's
 * parameter is, and which members of it and of which globals an outsider controls.
 */
import { memberName, staticKey, unwrap } from './ast.ts'
import type { FunctionNode, Node } from './ast.ts'
import type { Names } from './names.ts'
import type { Path } from './scopes.ts'

/** How far a value is to be distrusted; greater is worse. */
export const Trust = {
  /** Constant, a number, or made harmless. */
  Safe: 0,
  /** Not constant, and from nowhere known. */
  Unknown: 1,
  /** A parameter of a function whose callers are not known. */
  Parameter: 2,
  /** Outsiders control it. */
  Remote: 3,
} as const
export type Trust = (typeof Trust)[keyof typeof Trust]

export type Role = 'request' | 'koa' | 'all' | 'loader' | 'response' | 'plain'

const REQUEST_NAME = /^_?(?:req|request|ctx\.req|httpRequest|nextReq(?:uest)?)$/i
const REQUEST_TYPE = /(?:^|\.)(?:\w*Request|IncomingMessage)\(\)$/
const ROUTE_METHODS: ReadonlySet<string> = new Set([
  'get', 'post', 'put', 'delete', 'del', 'patch', 'all', 'use', 'options', 'head', 'route', 'createServer', 'before', 'after',
])
const REQUEST_DATA: ReadonlySet<string> = new Set([
  'query', 'body', 'params', 'param', 'headers', 'header', 'cookies', 'signedCookies', 'url', 'originalUrl', 'hostname', 'host', 'files', 'file',
  'rawBody', 'payload', 'text', 'json', 'formData', 'nextUrl', 'search', 'searchParams', 'rawHeaders', 'pathname', 'path', 'orig', 'raw', 'querystring', 'get',
  'FormValue', 'href', 'event', 'queryStringParameters', 'pathParameters', 'input', 'on', 'fields',
])
const KOA_DATA: ReadonlySet<string> = new Set(['query', 'params', 'headers', 'header', 'cookies', 'url', 'originalUrl', 'href', 'path', 'querystring', 'search', 'host', 'hostname', 'get', 'body'])
const REMOTE_DECORATORS: ReadonlySet<string> = new Set(['Query', 'Body', 'Param', 'Headers', 'Req', 'Request', 'UploadedFile', 'UploadedFiles', 'Args', 'Arg', 'Cookies', 'Session', 'MessageBody', 'RawBody'])
const LOADER_NAMES: ReadonlySet<string> = new Set(['loader', 'action', 'getServerSideProps', 'getStaticProps', 'clientLoader', 'clientAction', 'load'])
const ROUTE_EXPORTS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'middleware'])
const MESSAGE_EVENTS: ReadonlySet<string> = new Set(['message', 'hashchange', 'popstate'])

/** One expression: it is asked about every name on the way of every value. */
const REMOTE_GLOBALS = new RegExp([
  /^(?:document\.)?location(?:\.(?:search|hash|href|pathname|host|hostname|toString\(\)))?$/,
  /^document\.(?:URL|documentURI|baseURI|referrer|cookie)$/,
  /^(?:window\.)?name$/,
  /^history\.state$/,
  /^process\.argv\b/,
  /^\$location\.(?:search|hash|url|absUrl|path)\(\)/,
  /(?:^|\.)\$route\.(?:query|params|hash|fullPath)\b/,
  /\.snapshot\.(?:queryParams?|params?|paramMap|queryParamMap|fragment)\b/,
  /^mod:@angular\/router\.ActivatedRoute\(\)\./,
  /^mod:(?:react-router(?:-dom)?|@remix-run\/react|next\/navigation|@tanstack\/react-router)\.(?:useSearchParams|useParams|useLocation)\(\)/,
  /^mod:next\/(?:router|navigation)\.useRouter\(\)\.(?:query|asPath)/,
  /^mod:vue-router\.useRoute\(\)\./,
  /^prompt\(\)/,
  /^mod:(?:next\/headers)\.(?:headers|cookies)\(\)/,
].map(({ source }) => source).join('|'))

/** Words without one of which nothing in `REMOTE_GLOBALS` can match, and names by which a handler may be written without its parameters. */
const GLOBAL_WORDS: readonly string[] = [
  'location', 'URL', 'documentURI', 'baseURI', 'referrer', 'cookie', 'history', 'argv', 'prompt', '$location', '$route', 'snapshot', '@angular/router', 'useSearchParams',
  'useParams', 'useLocation', 'useRouter', 'useRoute', 'cookies', 'req', 'request',
]
/** The same as they stand in a text: `node.location` and a variable called `history` are somebody's own. */
const GLOBAL_TEXT = new RegExp([
  /(?:^|[^.\w$'"`])(?:(?:window|document|self|globalThis|top|parent|history)\s*\??\.\s*)?location\b/, /\bdocument\s*\??\.\s*(?:URL|documentURI|baseURI|referrer|cookie)\b/, /\bhistory\.state\b/,
  /\bargv\b/, /\bprompt\s*\(/, /\$(?:location|route)\b/, /\.snapshot\b/, /@angular\/router/, /\buse(?:SearchParams|Params|Location|Router|Route)\b/, /next\/headers/,
  /\breq(?:uest)?\s*[?!]?\s*\.\s*\w/,
].map(({ source }) => source).join('|'))
const EXPOSED_ROLES: ReadonlySet<Role> = new Set(['request', 'koa', 'all', 'loader'])

/** Whether outsiders' data can enter a module at all: a quick no for most. */
export function hasRemoteSeeds(source: string, holds: (word: string) => boolean, functions: Iterable<FunctionNode>, names: Names): boolean {
  if (GLOBAL_WORDS.some(holds) && GLOBAL_TEXT.test(source)) return true
  for (const owner of functions) {
    for (let index = 0; index < owner.params.length; index++) {
      const param = owner.params[index]
      if (param && EXPOSED_ROLES.has(roleOf(owner, index, param, names))) return true
    }
  }
  return false
}

/** Whether a canonical name is data from outside. */
export function isRemoteGlobal(name: string): boolean {
  return REMOTE_GLOBALS.test(name)
}

/** What a parameter is, by who calls the function and how it is declared. */
export function roleOf(owner: FunctionNode, index: number, param: Node, names: Names): Role {
  const target = param.type === 'AssignmentPattern' ? param.left : param.type === 'TSParameterProperty' ? param.parameter : param
  if (hasRemoteDecorator(target)) return 'all'
  const name = target.type === 'Identifier' ? target.name : ''
  if (/^_?res(?:ponse|p)?$/.test(name)) return 'response'
  if (REQUEST_NAME.test(name) || REQUEST_TYPE.test(typeNameOf(target))) return 'request'
  return roleByCaller(owner, index, name, names)
}

function roleByCaller(owner: FunctionNode, index: number, name: string, names: Names): Role {
  const exported = exportNameOf(owner)
  if (exported !== undefined && index === 0) {
    if (ROUTE_EXPORTS.has(exported)) return 'request'
    if (LOADER_NAMES.has(exported)) return 'loader'
    if (/^handler$|Handler$/.test(exported) && !/^(?:_|err)/.test(name)) return 'all'
  }
  if (index === 1 && isResolver(owner)) return 'all'
  if (/^(?:ctx|context|koaCtx)$/.test(name) && (index === 0 || isMiddleware(owner))) return 'koa'
  if (name === 'event' && index === 0 && isLambda(owner)) return 'all'
  return roleByCallback(owner, index, names)
}

function roleByCallback(owner: FunctionNode, index: number, names: Names): Role {
  const call = owner.parent
  if (call?.type === 'AssignmentExpression' && index === 0) return isMessageTarget(call.left) ? 'all' : 'plain'
  if (call?.type !== 'CallExpression' && call?.type !== 'NewExpression') return 'plain'
  const callee = unwrap(call.callee)
  const method = callee.type === 'MemberExpression' ? memberName(callee) : callee.type === 'Identifier' ? callee.name : undefined
  if (method === undefined) return 'plain'
  const first = call.arguments[0]
  const event = first?.type === 'Literal' ? first.value : undefined
  if ((method === 'addEventListener' || method === 'on' || method === 'once') && typeof event === 'string') {
    const isSocket = callee.type === 'MemberExpression' && /socket|\bws\b|\bwss\b|\bio\b|mod:(?:ws|socket\.io)/i.test(names.of(callee.object) ?? '')
    return index === 0 && (MESSAGE_EVENTS.has(event) || (isSocket && !['connection', 'connect', 'error', 'close', 'disconnect', 'open'].includes(event))) ? 'all' : 'plain'
  }
  if (!ROUTE_METHODS.has(method) || owner.params.length < 2) return 'plain'
  // (error, request, response, next) or (request, response[, next])
  return index === (owner.params.length >= 4 ? 1 : 0) ? 'request' : index < 2 && method !== 'createServer' ? 'response' : 'plain'
}

function isMessageTarget(left: Node): boolean {
  const target = unwrap(left)
  const name = target.type === 'MemberExpression' ? memberName(target) : target.type === 'Identifier' ? target.name : ''
  return name === 'onmessage' || name === 'onhashchange'
}

function hasRemoteDecorator(param: Node): boolean {
  if (!('decorators' in param)) return false
  return (param.decorators ?? []).some((decorator) => {
    const expression = unwrap(decorator.expression)
    const callee = expression.type === 'CallExpression' ? expression.callee : expression
    return callee.type === 'Identifier' && REMOTE_DECORATORS.has(callee.name)
  })
}

function typeNameOf(param: Node): string {
  const annotation = 'typeAnnotation' in param ? param.typeAnnotation : undefined
  const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : undefined
  if (type?.type !== 'TSTypeReference') return ''
  if (type.typeName.type === 'Identifier') return `${type.typeName.name}()`
  return type.typeName.type === 'TSQualifiedName' ? `${type.typeName.right.name}()` : ''
}

/** `handler` of `exports.handler = …`, `export const handler = …`, `export function handler`, `module.exports = …` is `default`. */
export function exportNameOf(owner: FunctionNode): string | undefined {
  const parent = owner.parent
  if (owner.type === 'FunctionDeclaration') {
    if (parent?.type === 'ExportNamedDeclaration') return owner.id?.name
    return parent?.type === 'ExportDefaultDeclaration' ? 'default' : undefined
  }
  if (parent?.type === 'AssignmentExpression') return exportsTarget(unwrap(parent.left))
  if (parent?.type === 'ExportDefaultDeclaration') return 'default'
  if (parent?.type === 'VariableDeclarator' && parent.parent?.parent?.type === 'ExportNamedDeclaration') {
    return parent.id.type === 'Identifier' ? parent.id.name : undefined
  }
  // export const handler = wrap(async (event) => …)
  return parent?.type === 'CallExpression' && parent.parent?.type === 'VariableDeclarator' ? exportNameOf(parent as unknown as FunctionNode) : undefined
}

function exportsTarget(target: Node): string | undefined {
  if (target.type !== 'MemberExpression') return undefined
  const name = memberName(target)
  const object = unwrap(target.object)
  if (object.type === 'Identifier' && object.name === 'exports') return name
  if (object.type === 'Identifier' && object.name === 'module' && name === 'exports') return 'default'
  return object.type === 'MemberExpression' && memberName(object) === 'exports' ? name : undefined
}

/** (parent, args, context[, info]) of a GraphQL resolver. */
function isResolver(owner: FunctionNode): boolean {
  const [parent, args] = owner.params
  if (owner.parent?.type !== 'Property' || parent?.type !== 'Identifier' || !/^_*(?:parent|root|obj|source|rootValue)?$/.test(parent.name)) return false
  return args?.type === 'ObjectPattern' || (args?.type === 'Identifier' && /^_?(?:args|arguments|params|input)$/.test(args.name))
}

function isMiddleware(owner: FunctionNode): boolean {
  return owner.parent?.type === 'CallExpression'
}

/** (event, context[, callback]) as cloud functions are called. */
function isLambda(owner: FunctionNode): boolean {
  const second = owner.params[1]
  return second?.type === 'Identifier' && /^_?(?:context|ctx|callback)$/.test(second.name)
}

/** Trust of what a path below a parameter yields. */
export function trustOfParam(role: Role, path: Path): Trust {
  const [first, second] = path
  switch (role) {
    case 'request':
      if (first === undefined) return Trust.Unknown
      return first === '*' || REQUEST_DATA.has(first) ? Trust.Remote : Trust.Unknown
    case 'koa':
      if (first === 'request' || first === 'req') return second === undefined || REQUEST_DATA.has(second) ? Trust.Remote : Trust.Unknown
      return first !== undefined && KOA_DATA.has(first) ? Trust.Remote : Trust.Unknown
    case 'loader':
      return first === 'request' || first === 'req' || first === 'params' || first === 'query' || first === 'url' ? Trust.Remote : Trust.Unknown
    case 'all':
      return Trust.Remote
    case 'response':
      return Trust.Unknown
    case 'plain':
      return Trust.Parameter
  }
}

/** Methods whose callback is handed the elements, or the fulfilled value, of what they are called on. */
const ELEMENT_METHODS: ReadonlySet<string> = new Set(['forEach', 'map', 'filter', 'find', 'some', 'every', 'flatMap', 'findIndex', 'each', 'then', 'tap', 'subscribe', 'pipe'])

/** For a callback such as that of `list.forEach`: the expression its parameter comes from. */
export function feederOf(owner: FunctionNode, index: number): Node | undefined {
  const call = owner.parent
  if (call?.type !== 'CallExpression' || call.arguments[0] !== owner) return undefined
  const callee = unwrap(call.callee)
  if (callee.type !== 'MemberExpression') return undefined
  const name = memberName(callee) ?? ''
  if (ELEMENT_METHODS.has(name)) return index === 0 ? callee.object : undefined
  return (name === 'reduce' || name === 'reduceRight') && index === 1 ? callee.object : undefined
}

/** The name by which the module's own code calls a function, if it has one. */
export function ownNameOf(owner: FunctionNode): string | undefined {
  if (owner.type !== 'ArrowFunctionExpression' && owner.id) return owner.id.name
  const parent = owner.parent
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name
  if (parent?.type === 'MethodDefinition' || parent?.type === 'PropertyDefinition' || parent?.type === 'Property') return staticKey(parent, parent.key)
  if (parent?.type === 'AssignmentExpression') {
    const target = unwrap(parent.left)
    return target.type === 'MemberExpression' ? memberName(target) : target.type === 'Identifier' ? target.name : undefined
  }
  return undefined
}

