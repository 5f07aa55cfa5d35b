/** SQL put together from text, told by the text itself and by the call that takes it. */
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import type { Flow } from '../taint/taint.ts'
import { calledName, hasLiteralText, isBuiltText, isFilledTemplate, isFree, isMessage, optionAmong, piecesOf, skeleton, textAround, valueBehind } from './shared.ts'

/** Starts like a statement, and goes on like one. */
const STATEMENT = /^\s*(?:\(\s*)?(?:select\b[\s\S]*\bfrom\b|insert\s+(?:\w+\s+)?into\b|update\b[\s\S]*\bset\b|delete\s+from\b|replace\s+into\b|merge\s+into\b|(?:create|drop|alter|truncate)\s+(?:\w+\s+)?(?:table|database|index|view|user|schema|role)\b|(?:exec|call)\s+\w+|with\s+\w+\s+as\b|union\s+(?:all\s+)?select\b|grant\b[\s\S]*\bto\b|where\b[\s\S]*[=<>]|order\s+by\b)/i
const STATEMENT_WORD = /select|insert|update|delete|replace|merge|create|drop|alter|truncate|exec|call|with|union|grant|where|order/i
const SQL_LIBRARY = /^mod:(?:pg|pg-promise|mysql|mysql2(?:\/promise)?|mssql|sqlite3|better-sqlite3|sequelize|knex|typeorm|tedious|oracledb|promise-mysql|mariadb|slonik|@prisma\/client|postgres|sqlite|odbc|snowflake-sdk|@vercel\/postgres|@neondatabase\/serverless|@libsql\/client|@planetscale\/database|bun:sqlite|node:sqlite|sqlite|drizzle-orm|kysely|@mikro-orm\/\w+|objection|bookshelf|massive|@databases\/\w+)\b/
const QUERY_METHODS = ['query', 'execute', 'raw', 'whereRaw', 'orderByRaw', 'havingRaw', 'joinRaw', 'fromRaw', 'groupByRaw', 'all', 'get', 'run', 'exec', 'each', 'prepare', 'none', 'one', 'many', 'any', 'oneOrNone', 'manyOrNone', 'result', 'multi', 'multiResult', 'batch', 'literal', '$queryRawUnsafe', '$executeRawUnsafe', 'createQueryBuilder', 'where', 'andWhere', 'orWhere', 'createNativeQuery', 'Request', 'unsafe', 'simple', 'queryRaw', 'select']
const ALWAYS_SQL = /\.(?:raw|whereRaw|orderByRaw|havingRaw|joinRaw|fromRaw|groupByRaw|\$queryRawUnsafe|\$executeRawUnsafe|andWhere|orWhere|andHaving|orHaving)$|equelize\.literal$/
/** Markup and addresses have a `raw` too. */
const OTHER_RAW = /^mod:(?:hono|express|body-parser|koa|lit|html|svelte|vite|webpack)\b|^(?:String|html)\.raw$/

const query = defineRule({
  id: 'sql-injection/query',
  cwe: [89],
  severity: 'high',
  title: 'a query is put together from text that is not constant',
  help: 'Pass values as parameters (`?`, `$1`, `:name`) and names of columns and tables through a fixed table.',
  calls: QUERY_METHODS,
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    if (OTHER_RAW.test(name)) return
    const isKnown = SQL_LIBRARY.test(name) || ALWAYS_SQL.test(name)
    const text = textArgument(call, context)
    const flow = text && sqlFlow(text, isKnown, context)
    if (flow) context.report(call, flow)
  },
})

/** The text of a query; an object without one holds fields and values, and a function makes its own. */
function textArgument({ arguments: [first] }: CallNode, context: RuleContext): Node | undefined {
  const option = optionAmong(first, ['sql', 'text', 'query'], context)
  if (option || !first) return option
  const { type } = valueBehind(first, context)
  return type === 'ObjectExpression' || type === 'ArrowFunctionExpression' || type === 'FunctionExpression' ? undefined : first
}

/**
 * With a statement in sight (or a library that takes nothing else) an unknown caller's value is enough; a text of
 * unknown shape needs outsiders' data and a known library.
 */
function sqlFlow(node: Node, isKnown: boolean, context: RuleContext): Flow | undefined {
  const pieces = piecesOf(node, context)
  const text = skeleton(pieces)
  const isStatement = STATEMENT.test(text)
  if (isBuiltText(pieces) && (isStatement || isKnown)) return context.tainted(node, 'sql', Trust.Parameter) ?? freeVariable(node, context)
  if (isKnown) return context.tainted(node, 'sql', Trust.Remote) ?? builtElsewhere(node, context)
  return node.type === 'Identifier' && STATEMENT.test(textAround(node, context)) ? context.tainted(node, 'sql', Trust.Remote) : undefined
}

/** A name that is declared nowhere comes from who knows where. */
function freeVariable(node: Node, context: RuleContext): Flow | undefined {
  const flow = context.tainted(node, 'sql', Trust.Unknown)
  return flow && isFree(flow.origin, context) ? flow : undefined
}

/** A variable that is given a built statement among others. */
function builtElsewhere(node: Node, context: RuleContext): Flow | undefined {
  if (node.type !== 'Identifier') return undefined
  const binding = context.scopes.resolve(node.name, node.start)
  if (!binding || binding.kind === 'import') return undefined
  for (const write of context.scopes.writesOf(binding)) {
    const pieces = piecesOf(write.value, context)
    const isBuilt = isBuiltText(pieces) || (write.adds && typeof pieces[0] !== 'string')
    if (isBuilt) return context.tainted(write.value, 'sql', Trust.Parameter) ?? freeVariable(write.value, context)
  }
  return undefined
}

const statement = defineRule({
  id: 'sql-injection/statement',
  cwe: [89],
  severity: 'high',
  remoteOnly: true,
  title: 'outsiders’ data is put into the text of a statement',
  help: 'Pass values as parameters (`?`, `$1`, `:name`).',
  nodes: ['TemplateLiteral', 'BinaryExpression'],
  calls: ['concat', 'format', 'join'],
  check(node, context) {
    if (node.type === 'CallExpression') return joinedStatement(node, context)
    if (!(isFilledTemplate(node) || isWholeSum(node)) || !hasLiteralText(node, STATEMENT_WORD)) return
    const pieces = piecesOf(node, context)
    if (!isBuiltText(pieces) || !STATEMENT.test(skeleton(pieces)) || isMessage(node, context)) return
    const flow = context.tainted(node, 'sql', Trust.Remote)
    if (flow) context.report(node, flow)
  },
})

function joinedStatement(call: CallNode, context: RuleContext): void {
  if (!STATEMENT.test(textAround(call, context))) return
  const flow = context.tainted(call, 'any', Trust.Remote)
  if (flow) context.report(call, flow)
}

/** A chain of `+` that is not an operand of a longer one. */
function isWholeSum(node: Node): boolean {
  if (node.type !== 'BinaryExpression' || node.operator !== '+') return false
  return node.parent?.type !== 'BinaryExpression' || node.parent.operator !== '+'
}

export const sqlInjectionRules: readonly Rule[] = [query, statement]
