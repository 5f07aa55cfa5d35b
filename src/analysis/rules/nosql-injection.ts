/** Objects from outside as database filters: `{ "$gt": "" }` matches everything. */
import { staticKey, unwrap } from '../ast.ts'
import type { CallNode, Node } from '../ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule } from '../rule.ts'
import { Trust } from '../sources.ts'

const FILTER_METHODS = ['find', 'findOne', 'findOneAndUpdate', 'findOneAndDelete', 'findOneAndRemove', 'findOneAndReplace', 'findById', 'findByIdAndUpdate', 'update', 'updateOne', 'updateMany', 'deleteOne', 'deleteMany', 'remove', 'count', 'countDocuments', 'distinct', 'aggregate', 'replaceOne', 'exists', 'where', '$where', 'mapReduce', 'bulkWrite']
const OTHER_STORES = /^mod:(?:sequelize|knex|typeorm|pg|mysql2?|lodash|ramda|underscore)\b|^(?:Array|Object|_|cy|\$|document|window|screen|wrapper|page)\b|\$\(\)/

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
    const name = context.names.of(callee) ?? ''
    const [first] = call.arguments
    if (!first || OTHER_STORES.test(name) || isCallback(first)) return
    const object = unwrap(context.constants.literal(first) ?? first)
    const isText = object.type !== 'ObjectExpression' && !/\.(?:findById\w*|where|\$where|distinct)$/.test(name)
    // A list is searched with a function, a store with an object.
    if (isText && object.type !== 'MemberExpression' && object.type !== 'Identifier' && object.type !== 'CallExpression') return
    const flow = filterFlow(object)
    if (flow) context.report(call, flow)

    function filterFlow(target: Node): ReturnType<typeof context.tainted> {
      if (target.type !== 'ObjectExpression') return context.tainted(target, 'nosql', Trust.Remote)
      for (const entry of target.properties) {
        const value = entry.type === 'SpreadElement' ? entry.argument : unwrap(entry.value)
        if (value.type === 'ObjectExpression' && context.constants.option(value, '$eq')) continue
        // A text built from pieces is a string, whatever was in it; the one behind $where is run.
        if (entry.type === 'Property' && staticKey(entry, entry.key) === '$where') {
          const code = context.tainted(value, 'code', Trust.Remote)
          if (code) return code
        }
        if (value.type === 'TemplateLiteral' || value.type === 'BinaryExpression') continue
        const flow = value.type === 'ObjectExpression' ? filterFlow(value) : context.tainted(value, 'nosql', Trust.Remote)
        if (flow) return flow
      }
      return undefined
    }
  },
})

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
    if (!first || unwrap(context.constants.literal(first) ?? first).type === 'ObjectExpression') return
    const flow = context.tainted(first, 'nosql', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

export const nosqlInjectionRules: readonly Rule[] = [filter, document, dynamo]
