/**
 * What a condition says about a value: that it is among written ones, in a pattern without loopholes, a number, or let
 * through by a function of the module that asks the same. Nothing here follows values; names are compared as written.
 */
import { calleeName, isFunction, memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, FunctionNode, Node } from '../syntax/ast.ts'
import type { CallGraph } from '../names/call-graph.ts'
import type { Constants } from '../names/constants.ts'
import type { ScopeTable } from '../names/scope-table.ts'
import { fixesHost } from '../names/text-parts.ts'
import { holdsAllowedOnly, holdsOthers, isFixedAddress } from './patterns.ts'
import type { Category } from './sanitizers.ts'

/** What is known of the module that a condition stands in. */
export interface Surroundings {
  readonly scopes: ScopeTable
  readonly constants: Constants
  readonly calls: CallGraph
  /** The node around a mere name, which does not say it itself. */
  parentOf(name: Node): Node
}

/** Which value is asked about. */
export interface Asked {
  /** Under which it goes, as they are written. */
  readonly names: ReadonlySet<string>
  /** What it is used in; `any` where only what holds in every use counts. */
  readonly category: Category
  readonly around: Surroundings
  /** How many functions inwards. @default 0 */
  readonly depth?: number
}

/** How many functions inwards a condition is followed. */
const MAX_DEPTH = 3
/** Asked of a list about a value. */
const LISTED = /^(?:includes|has|indexOf|contains|hasOwn|hasOwnProperty|call)$/
/** A function that says by its name that it knows what is harmless. */
const VERDICT = /^(?:is|are|has|can)?_?(?:safe|valid|allowed|whitelisted|allowlisted|permitted|trusted|known|supported)(?:[A-Z_]\w*)?$|^is(?:[A-Z]\w*)?(?:Safe|Valid|Allowed|Whitelisted|Permitted|Trusted)(?:[A-Z]\w*)?$/i
/** What holds of values in which nothing but digits, letters and dashes can stand. */
const PLAIN_KIND = /^(?:isInteger|isSafeInteger|isFinite|isNumber|isInt|isFloat|isNumeric|isDecimal|isAlpha|isAlphanumeric|isUUID|isUuid|isMongoId|isHexadecimal|isBoolean|isPort|isISO31661Alpha2)$/
const MATCHING = /^(?:test|exec|match)$/
const FINDING = /^(?:some|find|findIndex)$/

/** `a` and `a.b.c` as they are written; nothing for anything else. */
export function dottedText(node: Node): string | undefined {
  const target = unwrap(node)
  if (target.type === 'Identifier') return target.name
  if (target.type !== 'MemberExpression') return undefined
  const object = dottedText(target.object)
  const name = memberName(target)
  return object === undefined || name === undefined ? undefined : `${object}.${name}`
}

/** Whether a condition that holds says that the value is among what is allowed. */
export function allows(test: Node, asked: Asked): boolean {
  return holdsFor(unwrap(test), asked, true)
}

/** Whether a condition that does not hold says so: `!LIST.includes(x)`, `x !== 'a' && x !== 'b'`. */
export function refuses(test: Node, asked: Asked): boolean {
  return holdsFor(unwrap(test), asked, false)
}

/** Whether a predicate that holds says so of its first argument. */
export function picksAllowed(predicate: FunctionNode, { category, around }: Omit<Asked, 'names'>): boolean {
  const [param] = predicate.params
  if (param?.type !== 'Identifier') return false
  return answers(predicate, { names: new Set([param.name]), category, around, depth: 1 }, true)
}

function holdsFor(test: Node, asked: Asked, truth: boolean): boolean {
  switch (test.type) {
    case 'UnaryExpression':
      return negated(test, asked, truth)
    case 'LogicalExpression':
      return joined(test, asked, truth)
    case 'CallExpression':
      return (truth ? isListed(test, asked) : isCleared(test, asked)) || isAnswered(test, asked, truth)
    case 'BinaryExpression':
      return compares(test, asked, truth)
    default:
      return false
  }
}

function negated({ operator, argument }: Extract<Node, { type: 'UnaryExpression' }>, asked: Asked, truth: boolean): boolean {
  const inner = unwrap(argument)
  if (operator === '~') return truth && isPosition(inner, asked)
  return operator === '!' && holdsFor(inner, asked, !truth)
}

/** Of `a && b` both hold, of a failed `a || b` neither: one of them is enough; else each has to say so. */
function joined(test: Extract<Node, { type: 'LogicalExpression' }>, asked: Asked, truth: boolean): boolean {
  const sides = [unwrap(test.left), unwrap(test.right)]
  const isEither = test.operator === (truth ? '&&' : '||')
  return isEither ? sides.some((side) => holdsFor(side, asked, truth)) : sides.every((side) => holdsFor(side, asked, truth))
}

/** A call that holds for allowed values alone. */
function isListed(call: CallNode, asked: Asked): boolean {
  const callee = unwrap(call.callee)
  const method = calleeName(call) ?? ''
  if (VERDICT.test(method) && call.arguments.some((argument) => isNamed(argument, asked))) return true
  if (PLAIN_KIND.test(method)) return isNamed(asNumber(call.arguments[0]), asked)
  if (callee.type !== 'MemberExpression') return false
  return isAmong(callee.object, method, call, asked)
}

function isAmong(object: Node, method: string, call: CallNode, asked: Asked): boolean {
  if (MATCHING.test(method)) return matches(object, call.arguments[0], asked, (pattern) => isStrict(pattern, asked))
  if (FINDING.test(method)) return isFound(call.arguments[0], asked)
  if (method === 'startsWith') return asked.category === 'url' && isNamed(object, asked) && startsAddress(call.arguments[0], asked)
  return LISTED.test(method) && isNamed(call.arguments.at(-1), asked) && !isNamed(object, asked)
}

/** `https://host/…`: a path alone may be no path but a host of its own. */
function startsAddress(start: Node | undefined, asked: Asked): boolean {
  const text = start && firstText(unwrap(start), asked)
  return typeof text === 'string' && /^https?:/i.test(text) && fixesHost(text)
}

/** What a text starts with, as far as it is constant. */
function firstText(node: Node, { around: { constants } }: Asked): unknown {
  if (node.type === 'TemplateLiteral') return node.quasis[0]?.value.cooked
  return constants.valueOf(node.type === 'BinaryExpression' && node.operator === '+' ? node.left : node)
}

/** `list.some((each) => each === x)`. */
function isFound(callback: Node | undefined, asked: Asked): boolean {
  const body = isFunction(callback) && callback.body ? unwrap(callback.body) : undefined
  return body?.type === 'BinaryExpression' && /^===?$/.test(body.operator) && [body.left, body.right].some((side) => isNamed(side, asked))
}

/** A call that holds for every value that is not harmless: `isNaN(x)`, `/[^a-z]/.test(x)`. */
function isCleared(call: CallNode, asked: Asked): boolean {
  const callee = unwrap(call.callee)
  const method = calleeName(call) ?? ''
  if (method === 'isNaN') return isNamed(asNumber(call.arguments[0]), asked)
  if (callee.type !== 'MemberExpression' || !MATCHING.test(method)) return false
  return matches(callee.object, call.arguments[0], asked, (pattern) => holdsOthers(patternOf(pattern, asked), asked.category))
}

/** `x` of `+x` and `Number(x)`, which are numbers only where all of it is one. */
function asNumber(node: Node | undefined): Node | undefined {
  const target = node && unwrap(node)
  if (target?.type === 'UnaryExpression' && target.operator === '+') return target.argument
  return target?.type === 'CallExpression' && dottedText(target.callee) === 'Number' ? target.arguments[0] : target
}

/** A function of the module that is handed the value, and whose every answer says the same. */
function isAnswered(call: CallNode, asked: Asked, truth: boolean): boolean {
  const inner = entered(call, asked)
  return inner !== undefined && answers(inner.target, inner.asked, truth)
}

/** A function of the module that a call hands the value to, and the question as its parameter has it; nothing where it goes too deep. */
export function entered(call: CallNode, asked: Asked): { readonly target: FunctionNode; readonly asked: Asked } | undefined {
  const depth = (asked.depth ?? 0) + 1
  const index = depth > MAX_DEPTH ? -1 : call.arguments.findIndex((argument) => isNamed(argument, asked))
  const target = index < 0 ? undefined : asked.around.calls.targetOf(call)
  const param = target?.params[index]
  return target && param?.type === 'Identifier' ? { target, asked: { ...asked, names: new Set([param.name]), depth } } : undefined
}

/** Whether each of what a function returns either says so or is the other answer. */
function answers(target: FunctionNode, asked: Asked, truth: boolean): boolean {
  const returns = asked.around.scopes.functions.get(target)?.returns ?? []
  const saying = returns.filter((value) => !isBoolean(unwrap(value), !truth))
  return saying.length > 0 && saying.every((value) => holdsFor(unwrap(value), asked, truth))
}

/** `pattern.test(value)` and `value.match(pattern)`. */
function matches(object: Node, argument: Node | undefined, asked: Asked, isMeant: (pattern: Node) => boolean): boolean {
  if (!argument) return false
  return (isNamed(argument, asked) && isMeant(object)) || (isNamed(object, asked) && isMeant(argument))
}

/** What each comparison says when it holds, and when it does not. */
const SAYS: Readonly<Record<string, readonly [Comparison | undefined, Comparison | undefined]>> = {
  in: [isNamed, undefined], '>=': [isPosition, undefined], '>': [isPosition, undefined], '<': [undefined, isPosition],
  '===': [isSame, isMissing], '==': [isSame, isMissing], '!==': [isMissing, isSame], '!=': [isMissing, isSame],
}
type Comparison = (left: Node, asked: Asked, right: Node) => boolean

function compares({ operator, left, right }: Extract<Node, { type: 'BinaryExpression' }>, asked: Asked, truth: boolean): boolean {
  const says = SAYS[operator]?.[truth ? 0 : 1]
  return says?.(left, asked, unwrap(right)) ?? false
}

/** `LIST.indexOf(x)` beside `-1`, a verdict beside `false`, `x.match(pattern)` beside `null`. */
function isMissing(left: Node, asked: Asked, right: Node): boolean {
  if (isPosition(left, asked) && right.type === 'UnaryExpression') return true
  return right.type === 'Literal' && (right.value === false || right.value === null) && isVerdict(left, asked, true)
}

/** The value beside a text, its type beside that of numbers, a verdict beside `true`. */
function isSame(left: Node, asked: Asked, right: Node): boolean {
  if (isBoolean(right, true)) return isVerdict(left, asked, true)
  if (isBoolean(right, false)) return isVerdict(left, asked, false)
  if (isTypeOf(left, asked)) return isHarmlessType(right, asked.category)
  return (isNamed(left, asked) && isText(right, asked)) || (isNamed(right, asked) && isText(left, asked))
}

function isTypeOf(node: Node, asked: Asked): boolean {
  const target = unwrap(node)
  return target.type === 'UnaryExpression' && target.operator === 'typeof' && isNamed(target.argument, asked)
}

/** A text has no operators of a database in it. */
function isHarmlessType(node: Node, category: Category): boolean {
  const type = node.type === 'Literal' ? node.value : undefined
  return type === 'number' || type === 'boolean' || type === 'bigint' || type === 'undefined' || (type === 'string' && category === 'nosql')
}

function isBoolean(node: Node, value: boolean): boolean {
  return node.type === 'Literal' && node.value === value
}

/** A call that says whether the value is allowed. */
function isVerdict(node: Node, asked: Asked, truth: boolean): boolean {
  const target = unwrap(node)
  return target.type === 'CallExpression' && holdsFor(target, asked, truth)
}

function isPosition(node: Node, asked: Asked): boolean {
  const target = unwrap(node)
  return target.type === 'CallExpression' && /^(?:indexOf|findIndex)$/.test(calleeName(target) ?? '') && isListed(target, asked)
}

/** Written there, or a constant by its name or its value. */
function isText(node: Node, { around: { constants } }: Asked): boolean {
  const target = unwrap(node)
  if (target.type === 'Identifier') return /^[A-Z][A-Z\d]*_[A-Z\d_]+$/.test(target.name) || typeof constants.valueOf(target) === 'string'
  return target.type === 'Literal' && typeof target.value === 'string'
}

function isNamed(node: Node | undefined, { names }: Asked): boolean {
  const text = node && dottedText(node)
  return text !== undefined && names.has(text)
}

function isStrict(node: Node, asked: Asked): boolean {
  const pattern = patternOf(node, asked)
  return holdsAllowedOnly(pattern) || (asked.category === 'url' && isFixedAddress(pattern))
}

/** The text of a pattern, written there or in a constant; empty where it is not known. */
function patternOf(node: Node, { around: { constants } }: Asked): string {
  const target = unwrap(node)
  if (target.type === 'Literal' && 'regex' in target) return target.regex.pattern
  const value = constants.valueOf(target)
  return value instanceof RegExp ? value.source : ''
}
