/** Whether a value is asked about on its way to where it is used. */
import { calleeName, unwrap } from '../syntax/ast.ts'
import type { Node } from '../syntax/ast.ts'
import type { Flow } from '../taint/taint.ts'
import { asCall, descendants, dottedText, functionAround, lastWord } from './shared.ts'

const VALIDATING = /^(?:startsWith|endsWith|includes|indexOf|has|test|match|some|every|is(?!Absolute)[A-Z]\w*|validate\w*|check\w*|valid\w*|allowed\w*|relative)$/

/**
 * Whether a value is checked on its way: a variable of the flow is asked about in a condition that the sink is reached through,
 * or the one that the sink's result goes to is asked about afterwards. Whether the check is the right one is not decided here.
 */
export function isValidated(flow: Flow, sink: Node): boolean {
  const owner = functionAround(sink)
  if (!owner) return false
  const names = new Set(flow.steps.flatMap((step) => (step.type === 'Identifier' ? [step.name] : [])))
  for (const name of ['req', 'request', 'event', 'ctx']) names.delete(name)
  const origin = dottedText(flow.origin)
  if (origin !== undefined) names.add(origin)
  for (const name of partsOf(owner, names)) names.add(name)
  const results = new Set(resultName(sink))
  return descendants(owner).some((each) => (isConditionOn(each, results) && each.start > sink.end) || (isConditionOn(each, names) && isPassed(each, sink)))
}

/** Variables that hold the parsed address that a value is, or parts of it. */
function partsOf(owner: Node, names: ReadonlySet<string>): readonly string[] {
  return descendants(owner).flatMap((each) => (each.type === 'VariableDeclarator' && each.init && isParsed(each.init, names) ? namesIn(each.id) : []))
}

function isParsed(value: Node, names: ReadonlySet<string>): boolean {
  const call = asCall(value)
  return call !== undefined && /^(?:URL|parse)$/.test(calleeName(call) ?? '') && call.arguments.some((argument) => isPartOf(dottedText(argument), names))
}

function isPartOf(text: string | undefined, names: ReadonlySet<string>): boolean {
  return text !== undefined && [...names].some((name) => text === name || text.startsWith(`${name}.`))
}

function namesIn(pattern: Node): readonly string[] {
  if (pattern.type === 'Identifier') return [pattern.name]
  if (pattern.type !== 'ObjectPattern') return []
  return pattern.properties.flatMap((entry) => (entry.type === 'Property' && entry.value.type === 'Identifier' ? [entry.value.name] : []))
}

/** Whether a value of a flow is known to be a text where it is used: `typeof value === 'string'` is asked on the way. */
export function isKnownText(flow: Flow, place: Node): boolean {
  const owner = functionAround(place)
  if (!owner) return false
  const names = new Set([flow.origin, ...flow.steps].flatMap((step) => dottedText(step) ?? []))
  return descendants(owner).some((each) => each.type === 'BinaryExpression' && isTypeQuestion(each, names) && isPassed(conditionOf(each), place))
}

function isTypeQuestion({ left, right }: Extract<Node, { type: 'BinaryExpression' }>, names: ReadonlySet<string>): boolean {
  const asked = left.type === 'UnaryExpression' && left.operator === 'typeof' ? dottedText(left.argument) : undefined
  return asked !== undefined && names.has(asked) && right.type === 'Literal' && right.value === 'string'
}

/** The statement or expression that a question decides. */
function conditionOf(question: Node): Node {
  let current: Node = question
  while (current.parent && /^(?:Binary|Logical|Unary|Conditional)Expression$|^IfStatement$/.test(current.parent.type)) current = current.parent
  return current
}

/** The variable that what a call yields goes to, also through further calls. */
function resultName(sink: Node): readonly string[] {
  let holder = sink.parent
  while (holder?.type === 'AwaitExpression' || holder?.type === 'CallExpression') holder = holder.parent
  const variable = holder && assignedIn(holder)
  return variable?.type === 'Identifier' ? [variable.name] : []
}

function assignedIn(holder: Node): Node | undefined {
  return holder.type === 'VariableDeclarator' ? holder.id : holder.type === 'AssignmentExpression' ? holder.left : undefined
}

/** Whether a condition is on every way to a place: around it, or before it in a block around it with a branch that goes elsewhere or changes something. */
export function isPassed(condition: Node, place: Node): boolean {
  if (condition.start <= place.start && place.end <= condition.end) return true
  if (condition.end > place.start || (condition.type === 'IfStatement' && !turnsAway(condition))) return false
  const block = enclosingBlock(condition)
  return block === undefined || (block.start <= place.start && place.end <= block.end)
}

const TURNS: ReadonlySet<Node['type']> = new Set(['ReturnStatement', 'ThrowStatement', 'ContinueStatement', 'BreakStatement', 'AssignmentExpression'])

function turnsAway({ consequent, alternate }: Extract<Node, { type: 'IfStatement' }>): boolean {
  return [consequent, alternate].some((branch) => branch && descendants(branch, 400).some(({ type }) => TURNS.has(type)))
}

function enclosingBlock(node: Node): Node | undefined {
  for (let current = node.parent; current; current = current.parent) {
    if (current.type === 'BlockStatement' || current.type === 'SwitchCase' || current.type === 'Program') return current
  }
  return undefined
}

function isConditionOn(node: Node, names: ReadonlySet<string>): boolean {
  const test = node.type === 'IfStatement' || node.type === 'ConditionalExpression' ? node.test : undefined
  if (!test) return false
  return descendants(test, 200).some((each) => {
    if (each.type === 'BinaryExpression') return isHostCompared(each, names)
    if (each.type !== 'CallExpression' || !VALIDATING.test(calleeName(each) ?? '')) return false
    const asked = [each.callee.type === 'MemberExpression' ? each.callee.object : undefined, ...each.arguments]
    return asked.some((value) => value !== undefined && descendants(value, 20).some((inner) => names.has(dottedText(inner) ?? '')))
  })
}

/** `url.hostname === 'example.com'`. */
function isHostCompared({ operator, left, right }: Extract<Node, { type: 'BinaryExpression' }>, names: ReadonlySet<string>): boolean {
  if (!/^[!=]==?$/.test(operator)) return false
  return [left, right].some((side) => /^(?:host|hostname|origin)$/.test(lastWord(unwrap(side))) && descendants(side, 20).some((inner) => names.has(dottedText(inner) ?? '')))
}

/** Whether a place is in a branch of a condition that says anything of the value's names. */
export function isAskedAbout(flow: Flow, place: Node): boolean {
  const names = new Set(flow.steps.flatMap((step) => (step.type === 'Identifier' || step.type === 'MemberExpression' ? (dottedText(step) ?? []) : [])))
  for (let current = place.parent; current; current = current.parent) {
    const test = current.type === 'IfStatement' || current.type === 'ConditionalExpression' ? current.test : undefined
    if (test && !isWithin(place, test) && descendants(test, 100).some((each) => names.has(dottedText(each) ?? ''))) return true
  }
  return false
}

function isWithin(inner: Node, outer: Node): boolean {
  return outer.start <= inner.start && inner.end <= outer.end
}
