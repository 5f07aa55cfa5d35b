/**
 * Lists of what is allowed: a value that a condition has found among written ones, or in a pattern without loopholes, is
 * as good as written.
 */
import { calleeName, memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'

/** Asked of a list about a value. */
const LISTED = /^(?:includes|has|indexOf|contains|hasOwn|hasOwnProperty|call)$/

/** `a` and `a.b.c` as they are written; nothing for anything else. */
export function dottedText(node: Node): string | undefined {
  const target = unwrap(node)
  if (target.type === 'Identifier') return target.name
  if (target.type !== 'MemberExpression') return undefined
  const object = dottedText(target.object)
  const name = memberName(target)
  return object === undefined || name === undefined ? undefined : `${object}.${name}`
}

/** Whether a condition that holds says that one of the named values is among those that are allowed. */
export function allows(test: Node, names: ReadonlySet<string>): boolean {
  return holdsFor(unwrap(test), names, true)
}

/** Whether a condition that does not hold says so: `!LIST.includes(x)`, `x !== 'a' && x !== 'b'`. */
export function refuses(test: Node, names: ReadonlySet<string>): boolean {
  return holdsFor(unwrap(test), names, false)
}

function holdsFor(test: Node, names: ReadonlySet<string>, truth: boolean): boolean {
  switch (test.type) {
    case 'UnaryExpression':
      return test.operator === '!' && holdsFor(unwrap(test.argument), names, !truth)
    case 'LogicalExpression':
      return joined(test, names, truth)
    case 'CallExpression':
      return truth && isListed(test, names)
    case 'BinaryExpression':
      return compares(test, names, truth)
    default:
      return false
  }
}

/** Of `a && b` both hold, of a failed `a || b` neither: one of them is enough; else each has to say so. */
function joined(test: Extract<Node, { type: 'LogicalExpression' }>, names: ReadonlySet<string>, truth: boolean): boolean {
  const sides = [unwrap(test.left), unwrap(test.right)]
  const isEither = test.operator === (truth ? '&&' : '||')
  return isEither ? sides.some((side) => holdsFor(side, names, truth)) : sides.every((side) => holdsFor(side, names, truth))
}

function isListed(call: CallNode, names: ReadonlySet<string>): boolean {
  const callee = unwrap(call.callee)
  const method = calleeName(call) ?? ''
  if (VERDICT.test(method) && call.arguments.some((argument) => isNamed(argument, names))) return true
  if (callee.type !== 'MemberExpression') return false
  if (MATCHING.test(method)) return matches(callee.object, call.arguments[0], names)
  return LISTED.test(method) && isNamed(call.arguments.at(-1), names) && !isNamed(callee.object, names)
}

/** A function that says by its name that it knows what is harmless. */
const VERDICT = /^(?:is|are|has|can)?_?(?:safe|valid|allowed|whitelisted|allowlisted|permitted|trusted|known|supported)(?:[A-Z_]\w*)?$|^is(?:[A-Z]\w*)?(?:Safe|Valid|Allowed|Whitelisted|Permitted|Trusted)(?:[A-Z]\w*)?$/i
const MATCHING = /^(?:test|exec|match)$/

/** `pattern.test(value)` and `value.match(pattern)`. */
function matches(object: Node, argument: Node | undefined, names: ReadonlySet<string>): boolean {
  if (!argument) return false
  return (isStrict(object) && isNamed(argument, names)) || (isStrict(argument) && isNamed(object, names))
}

/** What each comparison says when it holds, and when it does not. */
const SAYS: Readonly<Record<string, readonly [Comparison | undefined, Comparison | undefined]>> = {
  in: [isNamed, undefined], '>=': [isPosition, undefined], '>': [isPosition, undefined], '<': [undefined, isPosition],
  '===': [isSame, isMissing], '==': [isSame, isMissing], '!==': [isMissing, isSame], '!=': [isMissing, isSame],
}
type Comparison = (left: Node, names: ReadonlySet<string>, right: Node) => boolean

function compares({ operator, left, right }: Extract<Node, { type: 'BinaryExpression' }>, names: ReadonlySet<string>, truth: boolean): boolean {
  const says = SAYS[operator]?.[truth ? 0 : 1]
  return says?.(left, names, right) ?? false
}

/** `LIST.indexOf(x)` beside `-1`. */
function isMissing(left: Node, names: ReadonlySet<string>, right: Node): boolean {
  return (isPosition(left, names) && right.type === 'UnaryExpression') || (isBoolean(right, false) && isVerdict(left, names))
}

/** The value beside a text. */
function isSame(left: Node, names: ReadonlySet<string>, right: Node): boolean {
  if (isBoolean(right, true)) return isVerdict(left, names)
  return (isNamed(left, names) && isText(right)) || (isNamed(right, names) && isText(left))
}

function isBoolean(node: Node, value: boolean): boolean {
  return node.type === 'Literal' && node.value === value
}

/** A call that says whether one of the values is allowed. */
function isVerdict(node: Node, names: ReadonlySet<string>): boolean {
  const target = unwrap(node)
  return target.type === 'CallExpression' && isListed(target, names)
}

function isPosition(node: Node, names: ReadonlySet<string>): boolean {
  const target = unwrap(node)
  return target.type === 'CallExpression' && calleeName(target) === 'indexOf' && isListed(target, names)
}

/** Written there, or a constant by its name. */
function isText(node: Node): boolean {
  const target = unwrap(node)
  if (target.type === 'Identifier') return /^[A-Z][A-Z\d]*_[A-Z\d_]+$/.test(target.name)
  return target.type === 'Literal' && typeof target.value === 'string'
}

function isNamed(node: Node | undefined, names: ReadonlySet<string>): boolean {
  const text = node && dottedText(node)
  return text !== undefined && names.has(text)
}

/** A pattern from the first to the last character in which nothing stands for any character. */
function isStrict(node: Node): boolean {
  const target = unwrap(node)
  const pattern = target.type === 'Literal' && 'regex' in target ? target.regex.pattern : ''
  return /^\^/.test(pattern) && /(?<!\\)\$$/.test(pattern) && !/(?<!\\)\.|\[\^|\\[SWD]|\|/.test(pattern.replace(/\[[^[\]^][^[\]]*\]/g, 'x'))
}

/** What is left of a block when it is run. */
function leaves(node: Node): boolean {
  if (node.type === 'BlockStatement') return node.body.some(leaves)
  return node.type === 'ReturnStatement' || node.type === 'ThrowStatement' || node.type === 'ContinueStatement' || node.type === 'BreakStatement'
}

/** Whether a place is reached only when one of the named values is among those that are allowed. */
export function isGuarded(place: Node, names: ReadonlySet<string>): boolean {
  let inner = place
  for (let outer = place.parent; outer; inner = outer, outer = outer.parent) if (isGuardedBy(outer, inner, names)) return true
  return false
}

function isGuardedBy(outer: Node, inner: Node, names: ReadonlySet<string>): boolean {
  switch (outer.type) {
    case 'IfStatement':
    case 'ConditionalExpression':
      return isChosen(outer, inner, names)
    case 'LogicalExpression':
      return inner === outer.right && outer.operator === '&&' && allows(outer.left, names)
    case 'BlockStatement':
    case 'Program':
      return outer.body.some((each) => each.end <= inner.start && turnsBack(each, names))
    default:
      return false
  }
}

function isChosen({ test, consequent, alternate }: Extract<Node, { type: 'IfStatement' | 'ConditionalExpression' }>, inner: Node, names: ReadonlySet<string>): boolean {
  return inner === consequent ? allows(test, names) : inner === alternate && refuses(test, names)
}

/** `if (!LIST.includes(x)) return`. */
function turnsBack(statement: Node, names: ReadonlySet<string>): boolean {
  return statement.type === 'IfStatement' && leaves(statement.consequent) && refuses(statement.test, names)
}
