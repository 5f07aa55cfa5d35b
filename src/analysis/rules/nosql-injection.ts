/** Objects from outside as database filters: `{ "$gt": "" }` matches everything. */
import { staticKey, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import type { Flow } from '../taint/taint.ts'
import { calledName, dottedText, valueBehind } from './shared.ts'
import { isKnownText } from './validation.ts'

const FILTER_METHODS = ['find', 'findOne', 'findOneAndUpdate', 'findOneAndDelete', 'findOneAndRemove', 'findOneAndReplace', 'findById', 'findByIdAndUpdate', 'update', 'updateOne', 'updateMany', 'deleteOne', 'deleteMany', 'remove', 'count', 'countDocuments', 'distinct', 'aggregate', 'replaceOne', 'exists', 'where', '$where', 'and', 'or', 'nor', 'estimatedDocumentCount', 'findOneAndReplace', 'findByIdAndDelete', 'findByIdAndRemove', 'mapReduce', 'bulkWrite']
const OTHER_STORES = /^mod:(?:sequelize|knex|typeorm|pg|mysql2?|lodash|ramda|underscore)\b|^(?:Array|Object|_|cy|\$|document|window|screen|wrapper|page)\b|\$\(\)/

/** Methods that take a value as it is, be it text. */
const VALUE_METHODS = /\.(?:findById\w*|where|\$where|distinct)$/
/** Methods whose second argument is a filter, or holds operators. */
const TWO_FILTERS = /\.(?:findByIdAndUpdate|findOneAndUpdate|distinct)$/
/** What can be an object. A list is searched with a function, a store with an object. */
const OBJECT_LIKE: ReadonlySet<Node['type']> = new Set(['ObjectExpression', 'ArrayExpression', 'MemberExpression', 'Identifier', 'CallExpression'])

const filter = defineRule({
  id: 'nosql-injection/filter',
  cwe: [943],
  severity: 'high',
  title: 'outsiders’ data becomes a database filter',
  help: 'Convert the value (String(x), Number(x)), or wrap it: { field: { $eq: value } }, or validate it with a schema.',
  calls: FILTER_METHODS,
  check(node, context) {
    const call = node as CallNode
    const callee = unwrap(call.callee)
    if (call.type !== 'CallExpression' || callee.type !== 'MemberExpression') return
    const name = calledName(call, context)
    const [first] = call.arguments
    if (!first || OTHER_STORES.test(name) || isCallback(first)) return
    const flow = firstFilterFlow(call, name, context)
    if (flow && !isHarmless(flow, call, context)) context.report(call, flow)
  },
})

function isHarmless(flow: Flow, call: CallNode, context: RuleContext): boolean {
  return isKnownText(flow, call) || isCleanedBefore(context)
}

/** `app.use(mongoSanitize())`: no operator comes through to any handler. */
function isCleanedBefore({ scopes, names }: RuleContext): boolean {
  return scopes.callsOf('use').some((use) => use.arguments.some((argument) => /^mod:express-mongo-sanitize\(\)$/.test(names.of(argument) ?? '')))
}

/** Filters come first, save where a field's name or a record's id does; an update behind a filter can hold operators too. */
function firstFilterFlow(call: CallNode, name: string, context: RuleContext): Flow | undefined {
  for (const argument of call.arguments.slice(0, TWO_FILTERS.test(name) ? 2 : 1)) {
    const object = valueBehind(argument, context)
    if (isCallback(object) || (!OBJECT_LIKE.has(object.type) && !VALUE_METHODS.test(name))) continue
    const flow = filterFlow(object, context) ?? filledFlow(argument, context)
    if (flow) return flow
  }
  return undefined
}

/** `query.name = req.body.name`, with a key that is written or not. */
function filledFlow(argument: Node, context: RuleContext): Flow | undefined {
  for (const value of filledWith(unwrap(argument), context)) {
    const isText = value.type === 'TemplateLiteral' || value.type === 'BinaryExpression'
    const flow = isText ? undefined : filterFlow(unwrap(value), context)
    if (flow) return flow
  }
  return undefined
}

/** What is assigned to properties of a variable. */
function filledWith(variable: Node, { scopes }: RuleContext): readonly Node[] {
  const binding = variable.type === 'Identifier' ? scopes.resolve(variable.name, variable.start) : undefined
  if (binding?.kind !== 'variable') return []
  return scopes.memberWritesTo(binding.name).flatMap(({ target, value }) => {
    const owner = target.type === 'MemberExpression' ? unwrap(target.object) : undefined
    return owner?.type === 'Identifier' && scopes.resolve(owner.name, owner.start) === binding ? [value] : []
  })
}

function filterFlow(target: Node, context: RuleContext): Flow | undefined {
  if (target.type === 'ArrayExpression') return stagesFlow(target, context)
  if (target.type !== 'ObjectExpression') return objectFlow(target, context)
  for (const entry of target.properties) {
    const flow = entryFlow(entry, context)
    if (flow) return flow
  }
  return undefined
}

/** Of a pipeline: what a stage matches and looks up. */
function stagesFlow({ elements }: Extract<Node, { type: 'ArrayExpression' }>, context: RuleContext): Flow | undefined {
  for (const element of elements) {
    const stage = element && unwrap(element)
    const flow = stage?.type === 'ObjectExpression' ? filterFlow(stage, context) : undefined
    if (flow) return flow
  }
  return undefined
}

/** `req.params.id`, `req.headers.host`, also through a variable. */
function isTextOfRequest(node: Node, context: RuleContext): boolean {
  const target = unwrap(node)
  const binding = target.type === 'Identifier' ? context.scopes.resolve(target.name, target.start) : undefined
  const writes = binding?.kind === 'variable' ? context.scopes.writesOf(binding) : []
  const ways = writes.length > 0 ? writes.map(({ value, path }) => [dottedText(unwrap(value)), ...path].join('.')) : [dottedText(target) ?? '']
  return ways.every((way) => /\.(?:params|headers|hostname|originalUrl)\./.test(way))
}

/** A part of the path, or a header, is a text: there is no operator in it. */
function objectFlow(target: Node, context: RuleContext): Flow | undefined {
  const flow = context.tainted(target, 'nosql', Trust.Remote)
  return flow && isTextOfRequest(target, context) ? undefined : flow
}

function entryFlow(entry: ObjectEntry, context: RuleContext): Flow | undefined {
  const value = entry.type === 'SpreadElement' ? entry.argument : unwrap(entry.value)
  if (value.type === 'ObjectExpression' && context.constants.option(value, '$eq')) return undefined
  const code = isCode(entry) ? context.tainted(value, 'code', Trust.Remote) : undefined
  if (code) return code
  // A text built from pieces is a string, whatever was in it.
  return value.type === 'TemplateLiteral' || value.type === 'BinaryExpression' ? undefined : filterFlow(value, context)
}

type ObjectEntry = Extract<Node, { type: 'ObjectExpression' }>['properties'][number]

/** What is behind `$where` is run. */
function isCode(entry: ObjectEntry): boolean {
  return entry.type === 'Property' && staticKey(entry, entry.key) === '$where'
}

function isCallback(node: Node): boolean {
  return node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression'
}

const document = defineRule({
  id: 'nosql-injection/document',
  cwe: [943, 915],
  severity: 'medium',
  title: 'a whole request becomes a database document',
  help: 'Pick the fields that may be set, one by one.',
  nodes: ['NewExpression'],
  check(node, context) {
    if (node.type !== 'NewExpression') return
    const name = context.names.of(node.callee) ?? ''
    const [first] = node.arguments
    if (!first || !/(?:^|[.:])(?:User|Account|Customer|Admin|Person|Member|Profile|Order|Product|Post|Comment|\w+Model)$/.test(name)) return
    const target = unwrap(first)
    if (target.type !== 'MemberExpression' && target.type !== 'Identifier') return
    const flow = context.tainted(target, 'nosql', Trust.Remote)
    if (flow) context.report(node, flow)
  },
})

const dynamo = defineRule({
  id: 'nosql-injection/dynamo-parameters',
  cwe: [943],
  severity: 'high',
  title: 'outsiders decide the whole of a DynamoDB request',
  help: 'Write the expression yourself and pass only values, through ExpressionAttributeValues.',
  calls: ['query', 'scan', 'get', 'put', 'update', 'delete', 'QueryCommand', 'ScanCommand', 'GetCommand', 'PutCommand', 'UpdateCommand', 'DeleteCommand', 'ExecuteStatementCommand', 'QueryInput', 'ScanInput'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (!/^mod:(?:aws-sdk|@aws-sdk\/(?:client|lib)-dynamodb)\b/.test(name) || !/DocumentClient|DynamoDB|dynamodb/.test(name)) return
    const [first] = call.arguments
    if (!first || valueBehind(first, context).type === 'ObjectExpression') return
    const flow = context.tainted(first, 'nosql', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

export const nosqlInjectionRules: readonly Rule[] = [filter, document, dynamo]
