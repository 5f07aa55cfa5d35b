/**
 * What a function's parameter is, by framework convention and not by one corpus' spelling, and which members of it an
 * outsider controls.
 */
import { calleeName, isFunction, memberName, staticKey, unwrap } from '../syntax/ast.ts'
import type { CallNode, FunctionNode, Node } from '../syntax/ast.ts'
import { descendants } from '../syntax/descend.ts'
import type { Names } from '../names/names.ts'
import type { Path } from '../names/scope-table.ts'
import { Trust, exportNameOf } from './sources.ts'

export type Role = 'request' | 'koa' | 'all' | 'loader' | 'procedure' | 'response' | 'plain'

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
/** What servers and customary middleware say of themselves on a request. */
const OWN_OF_REQUEST: ReadonlySet<string> = new Set([
  'app', 'res', 'route', 'baseUrl', 'method', 'ip', 'ips', 'protocol', 'secure', 'xhr', 'fresh', 'stale', 'httpVersion', 'socket', 'connection', 'session', 'sessionID', 'user', 'auth', 'account', 'log', 'logger', 'id', 'db', 'i18n', 't',
  'locale', 'csrfToken', 'isAuthenticated', 'server', 'routeOptions', 'context', 'signal', 'destroy', 'abort', 'end', 'write', 'setTimeout', 'setHeader', 'pipe', 'mode', 'cache', 'credentials', 'statusCode', 'complete',
  // Of texts and lists that are called so.
  'split', 'replace', 'replaceAll', 'slice', 'substring', 'substr', 'startsWith', 'endsWith', 'includes', 'indexOf', 'lastIndexOf', 'match', 'trim', 'toString', 'toLowerCase', 'toUpperCase', 'charAt', 'map', 'filter', 'then', 'catch',
])
const KOA_DATA: ReadonlySet<string> = new Set(['query', 'params', 'headers', 'header', 'cookies', 'url', 'originalUrl', 'href', 'path', 'querystring', 'search', 'host', 'hostname', 'get', 'body'])
const REMOTE_DECORATORS: ReadonlySet<string> = new Set(['Query', 'Body', 'Param', 'Headers', 'Req', 'Request', 'UploadedFile', 'UploadedFiles', 'Args', 'Arg', 'Cookies', 'Session', 'MessageBody', 'RawBody'])
const LOADER_NAMES: ReadonlySet<string> = new Set(['loader', 'action', 'getServerSideProps', 'getStaticProps', 'clientLoader', 'clientAction', 'load'])
const ROUTE_EXPORTS: ReadonlySet<string> = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'middleware'])
/** How tRPC's procedures end. */
const PROCEDURE_DATA: ReadonlySet<string> = new Set(['input', 'rawInput'])
const PROCEDURES: ReadonlySet<string> = new Set(['query', 'mutation', 'subscription'])
const MESSAGE_EVENTS: ReadonlySet<string> = new Set(['message', 'hashchange', 'popstate'])
const LOADER_DATA: ReadonlySet<string> = new Set(['searchParams', 'request', 'req', 'params', 'query', 'url'])
const LISTENING: ReadonlySet<string> = new Set(['addEventListener', 'on', 'once'])
/** What sockets tell about themselves. */
const SOCKET_STATES: ReadonlySet<string> = new Set(['connection', 'connect', 'error', 'close', 'disconnect', 'open'])

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
  const role = roleByExport(owner, index, name)
  if (role) return role
  if (index === 1 && isResolver(owner)) return 'all'
  if (isContext(owner, index, name)) return 'koa'
  return index === 0 && name === 'event' && isLambda(owner) ? 'all' : roleByCallback(owner, index, names)
}

/** What frameworks hand to the first parameter of exports of certain names. */
function roleByExport(owner: FunctionNode, index: number, param: string): Role | undefined {
  const exported = exportNameOf(owner)
  if (exported === undefined) return undefined
  if (isServerAction(owner)) return 'all'
  return index === 0 ? roleOfFirst(owner, exported, param) : undefined
}

function roleOfFirst(owner: FunctionNode, exported: string, param: string): Role | undefined {
  if (exported === 'default' && isPage(owner)) return 'loader'
  if (ROUTE_EXPORTS.has(exported)) return 'request'
  if (LOADER_NAMES.has(exported)) return 'loader'
  return /^handler$|Handler$/.test(exported) && !/^(?:_|err)/.test(param) ? 'all' : undefined
}

/** An exported function of a module, or one of itself, that says `'use server'`: browsers call it. */
function isServerAction(owner: FunctionNode): boolean {
  let outermost: Node = owner
  while (outermost.parent) outermost = outermost.parent
  return saysServer(outermost) || (owner.body != null && saysServer(owner.body))
}

function saysServer(node: Node): boolean {
  const first = node.type === 'Program' || node.type === 'BlockStatement' ? node.body[0] : undefined
  return first?.type === 'ExpressionStatement' && first.expression.type === 'Literal' && first.expression.value === 'use server'
}

/** `export default function Page({ searchParams })` of Next. */
function isPage({ params: [first] }: FunctionNode): boolean {
  return first?.type === 'ObjectPattern' && first.properties.some((entry) => entry.type === 'Property' && staticKey(entry, entry.key) === 'searchParams')
}

function isContext(owner: FunctionNode, index: number, name: string): boolean {
  return /^(?:ctx|context|koaCtx)$/.test(name) && (index === 0 || isMiddleware(owner))
}

function roleByCallback(owner: FunctionNode, index: number, names: Names): Role {
  const holder = owner.parent
  switch (holder?.type) {
    case 'AssignmentExpression':
      return index === 0 && isMessageTarget(holder.left) ? roleOfMessage(owner) : 'plain'
    case 'CallExpression':
    case 'NewExpression':
      return roleInCall(holder, owner.params.length, index, names)
    default:
      return 'plain'
  }
}

/** Of a parameter of a callback that is handed to `call`. */
function roleInCall(call: CallNode, count: number, index: number, names: Names): Role {
  const method = calleeName(call) ?? ''
  if (isListening(method)) return bringsMessage(call, method, index, names) ? roleOfMessage(call.arguments.at(-1)) : 'plain'
  if (PROCEDURES.has(method)) return index === 0 && /rocedure/.test(names.of(call.callee) ?? '') ? 'procedure' : 'plain'
  return ROUTE_METHODS.has(method) ? roleOfHandler(call, method, count, index, names) : 'plain'
}

function roleOfHandler(call: CallNode, method: string, count: number, index: number, names: Names): Role {
  return index === 0 && count < 3 && isContextRoute(call, names) ? 'koa' : roleInRoute(count, index, method)
}

/** A message is somebody's, unless the listener compares whose with anything, or looks it up. */
function roleOfMessage(listener: Node | undefined): Role {
  const asks = isFunction(listener) && descendants(listener, 400).some(asksOrigin)
  return asks ? 'plain' : 'all'
}

function asksOrigin(node: Node): boolean {
  if (node.type === 'BinaryExpression') return COMPARISONS.has(node.operator) && (isOrigin(node.left) || isOrigin(node.right))
  return node.type === 'CallExpression' && /^(?:includes|has|test|indexOf|some|is\w+|check\w*|allow\w*|valid\w*)$/.test(calleeName(node) ?? '') && node.arguments.some(isOrigin)
}

const COMPARISONS: ReadonlySet<string> = new Set(['===', '!==', '==', '!='])

function isOrigin(node: Node): boolean {
  const target = unwrap(node)
  return target.type === 'MemberExpression' && memberName(target) === 'origin'
}

function isListening(method: string): boolean {
  return LISTENING.has(method) || method === 'handle' || method === 'handleOnce' || method === 'addListener'
}

/** Whether a listener's parameter is what somebody else has sent. */
function bringsMessage(call: CallNode, method: string, index: number, names: Names): boolean {
  const name = names.of(call.callee) ?? ''
  // Pages speak to Electron's main process behind the event, and to a browser extension before the sender.
  if (/^mod:electron\.ipcMain\./.test(name)) return index > 0
  if (method === 'addListener') return index < 2 && /\.runtime\.onMessage(?:External)?\.addListener$/.test(name)
  const event = LISTENING.has(method) ? eventOf(call) : undefined
  return event !== undefined && index === 0 && bringsMessages(event, call, names)
}

/** `app.get('/path', (c) => …)` of Hono, Elysia and Koa's routers: one thing that holds all of the request. */
function isContextRoute(call: CallNode, names: Names): boolean {
  const callee = unwrap(call.callee)
  const handler = call.arguments.at(-1)
  if (callee.type !== 'MemberExpression' || !isFunction(handler) || !/^[/*]/.test(eventOf(call) ?? '')) return false
  const [first, second] = handler.params
  const isAlone = second === undefined || isNamed(second, /^_?next$/)
  return isAlone && first !== undefined && !/^(?:\$|jQuery|mod:(?:jquery|axios|superagent|got|needle|ky|supertest))\b|^cy\b/.test(names.of(callee.object) ?? '')
}

/** (error, request, response, next) or (request, response[, next]). */
function roleInRoute(count: number, index: number, method: string): Role {
  if (count < 2) return 'plain'
  if (index === (count >= 4 ? 1 : 0)) return 'request'
  return index < 2 && method !== 'createServer' ? 'response' : 'plain'
}

function eventOf(call: CallNode): string | undefined {
  const [first] = call.arguments
  return first?.type === 'Literal' && typeof first.value === 'string' ? first.value : undefined
}

function bringsMessages(event: string, call: CallNode, names: Names): boolean {
  return MESSAGE_EVENTS.has(event) || (isSocket(call, names) && !SOCKET_STATES.has(event))
}

function isSocket(call: CallNode, names: Names): boolean {
  const callee = unwrap(call.callee)
  return callee.type === 'MemberExpression' && /socket|\bws\b|\bwss\b|\bio\b|mod:(?:ws|socket\.io)/i.test(names.of(callee.object) ?? '')
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

/** (parent, args, context[, info]) of a GraphQL resolver. */
function isResolver({ parent: holder, params }: FunctionNode): boolean {
  const [parent, args] = params
  if (holder?.type !== 'Property' || !isNamed(parent, /^_*(?:parent|root|obj|source|rootValue)?$/)) return false
  return args?.type === 'ObjectPattern' || isNamed(args, /^_?(?:args|arguments|params|input)$/)
}

function isNamed(param: Node | undefined, pattern: RegExp): boolean {
  return param?.type === 'Identifier' && pattern.test(param.name)
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
  switch (role) {
    case 'request':
      return trustOfRequest(path)
    case 'koa':
      return trustOfKoa(path)
    case 'loader':
      return trustOfMember(path, LOADER_DATA)
    case 'procedure':
      return trustOfMember(path, PROCEDURE_DATA)
    case 'all':
      return Trust.Remote
    case 'response':
      return Trust.Unknown
    case 'plain':
      return trustOfPlain(path)
  }
}

function trustOfMember([first = '']: Path, outsiders: ReadonlySet<string>): Trust {
  return outsiders.has(first) ? Trust.Remote : Trust.Unknown
}

/** `({ request, params }) => …`: the request by its name, among other things that a framework hands over. */
function trustOfPlain([first, ...rest]: Path): Trust {
  const isRequest = first === 'request' || first === 'req'
  return isRequest && rest.length > 0 && trustOfRequest(rest) === Trust.Remote ? Trust.Remote : Trust.Parameter
}

function trustOfRequest([first = '', ...rest]: Path): Trust {
  // ({ request }) => …
  if ((first === 'request' || first === 'req') && rest.length > 0) return trustOfRequest(rest)
  if (first === '*' || REQUEST_DATA.has(first)) return Trust.Remote
  // What middleware has put there is at least as doubtful as any member of any parameter.
  return first === '' || OWN_OF_REQUEST.has(first) ? Trust.Unknown : Trust.Parameter
}

function trustOfKoa([first = '', second]: Path): Trust {
  if (first === 'request' || first === 'req') return second === undefined || REQUEST_DATA.has(second) ? Trust.Remote : Trust.Unknown
  return KOA_DATA.has(first) ? Trust.Remote : Trust.Unknown
}
