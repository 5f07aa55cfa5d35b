/**
 * Degrees of distrust, globals that an outsider controls, and by which names a function is called from inside and
 * outside of its module. What parameters are is in `param-roles.ts`.
 */
import { memberName, staticKey, unwrap } from '../syntax/ast.ts'
import type { FunctionNode, Node } from '../syntax/ast.ts'
import type { Category } from './sanitizers.ts'

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
  /^(?:mod:(?:h3|#imports|nitropack|nitro|nuxt)\.)?(?:getQuery|readBody|readRawBody|readFormData|readMultipartFormData|getRouterParams?|getHeaders?|getRequestHeaders?|getCookie|parseCookies|getRequestURL|getRequestPath)\(\)/,
  /^\$page\.(?:url|params)\b/,
  /^mod:\$app\/(?:stores|state)\.page\.(?:url|params)\b/,
  /^mod:electron\.clipboard\.read\w*\(\)/,
  /^mod:(?:next\/headers)\.(?:headers|cookies)\(\)/,
].map(({ source }) => source).join('|'))

/** Whether a canonical name is data from outside. */
export function isRemoteGlobal(name: string): boolean {
  return REMOTE_GLOBALS.test(name)
}

/** What people who start a program have written, as libraries read it. */
const ARGUMENTS = /^mod:(?:yargs(?:\/yargs|-parser)?|optimist|minimist|get-them-args|command-line-args|argparse|meow|dashdash|arg|cac|sade|args|docopt|mri|nopt|getopts|parse-args|util\.parseArgs)\b.*(?:\(\)|\.argv)(?:\.|$)|^mod:commander(?:\.(?:program|Command\(\)|command\(\)))?(?:\.\w+\(\))*\.(?:opts\(\)|args$|(?!Command|program)\w+$)/
/** What a page shows, or holds in its fields and attributes: text, which as markup is something else. */
const PAGE_TEXT = /^(?:\$|jQuery|mod:(?:jquery|cash-dom))\(\)(?:\..*)?\.(?:(?:val|text|attr|prop)\(\)|value|innerText|textContent|getAttribute\(\))$|^document\.(?:getElement\w+|querySelector\w*|activeElement)(?:\(\))?(?:\..*)?\.(?:value|innerText|textContent|getAttribute\(\))$|^(?:param:)?(?:e|ev|evt|event)\.(?:target|currentTarget)\.(?:value|innerText|textContent)$/

/** Trust of what a canonical name yields in one use; nothing where the name alone does not say it. */
export function trustOfName(name: string, category: Category): typeof Trust.Parameter | typeof Trust.Remote | undefined {
  if (!name.startsWith('param:') && isRemoteGlobal(name)) return Trust.Remote
  if (category === 'html') return PAGE_TEXT.test(name) ? Trust.Parameter : undefined
  return (category === 'shell' || category === 'code') && ARGUMENTS.test(name) ? Trust.Remote : undefined
}

/** `handler` of `exports.handler = …`, `export const handler = …`, `export function handler`, `module.exports = …` is `default`. */
export function exportNameOf(owner: FunctionNode): string | undefined {
  const parent = owner.parent
  switch (parent?.type) {
    case 'ExportNamedDeclaration':
      return owner.id?.name
    case 'ExportDefaultDeclaration':
      return 'default'
    case 'AssignmentExpression':
      return exportsTarget(unwrap(parent.left))
    case 'VariableDeclarator':
      return exportedVariable(parent)
    case 'CallExpression':
      // export const handler = wrap(async (event) => …)
      return exportedVariable(parent.parent)
    default:
      return undefined
  }
}

function exportedVariable(node: Node | null | undefined): string | undefined {
  if (node?.type !== 'VariableDeclarator' || node.id.type !== 'Identifier') return undefined
  return node.parent?.parent?.type === 'ExportNamedDeclaration' ? node.id.name : undefined
}

function exportsTarget(target: Node): string | undefined {
  if (target.type !== 'MemberExpression') return undefined
  const name = memberName(target)
  const object = unwrap(target.object)
  if (object.type === 'MemberExpression') return memberName(object) === 'exports' ? name : undefined
  if (object.type !== 'Identifier') return undefined
  if (object.name === 'exports') return name
  return object.name === 'module' && name === 'exports' ? 'default' : undefined
}

/** Methods whose callback is handed the elements, or the fulfilled value, of what they are called on. */
const ELEMENT_METHODS: ReadonlySet<string> = new Set(['forEach', 'map', 'filter', 'find', 'some', 'every', 'flatMap', 'findIndex', 'each', 'then', 'tap', 'subscribe', 'pipe'])
const FOLDS: ReadonlySet<string> = new Set(['reduce', 'reduceRight'])

/** For a callback such as that of `list.forEach`: the expression its parameter comes from. */
export function feederOf(owner: FunctionNode, index: number): Node | undefined {
  const call = owner.parent
  const callee = call?.type === 'CallExpression' && call.arguments[0] === owner ? unwrap(call.callee) : undefined
  return callee?.type === 'MemberExpression' && isFed(memberName(callee) ?? '', index) ? callee.object : undefined
}

function isFed(method: string, index: number): boolean {
  return ELEMENT_METHODS.has(method) ? index === 0 : FOLDS.has(method) && index === 1
}

/** The name by which the module's own code calls a function, if it has one. */
export function ownNameOf(owner: FunctionNode): string | undefined {
  const own = owner.type === 'ArrowFunctionExpression' ? undefined : owner.id?.name
  return own ?? nameOfHolder(owner.parent)
}

function nameOfHolder(holder: Node | null | undefined): string | undefined {
  switch (holder?.type) {
    case 'VariableDeclarator':
      return lastName(holder.id)
    case 'MethodDefinition':
    case 'PropertyDefinition':
    case 'Property':
      return staticKey(holder, holder.key)
    case 'AssignmentExpression':
      return lastName(unwrap(holder.left))
    default:
      return undefined
  }
}

function lastName(target: Node): string | undefined {
  if (target.type === 'Identifier') return target.name
  return target.type === 'MemberExpression' ? memberName(target) : undefined
}
