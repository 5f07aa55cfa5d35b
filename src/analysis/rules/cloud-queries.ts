/** Queries that go to a cloud's database or a directory as text. */
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { calledName, firstTainted, optionAmong, placeOf } from './shared.ts'

/** Commands of AWS whose input holds a statement; methods of its older client go by the same words. */
const STATEMENT_COMMANDS = [
  'ExecuteStatementCommand', 'BatchExecuteStatementCommand', 'ExecuteTransactionCommand', 'ExecuteSqlCommand', 'StartQueryExecutionCommand', 'CreateNamedQueryCommand', 'UpdateNamedQueryCommand',
  'CreatePreparedStatementCommand', 'SelectObjectContentCommand', 'StartQueryCommand', 'QueryCommand', 'executeStatement', 'batchExecuteStatement', 'executeTransaction', 'executeSql', 'startQueryExecution',
  'createNamedQuery', 'updateNamedQuery', 'createPreparedStatement', 'selectObjectContent', 'startQuery',
]
const STATEMENT_OPTIONS = ['sql', 'sqlStatements', 'QueryString', 'Statement', 'Statements', 'TransactStatements', 'QueryStatement', 'Expression', 'queryString', 'Sql', 'parameterSets']
const CLOUD = /^mod:(?:aws-sdk|@aws-sdk\/client-[\w-]+)\b/

const statement = defineRule({
  id: 'sql-injection/cloud-statement',
  cwe: [89, 943],
  severity: 'high',
  title: 'outsiders’ data becomes the text of a statement',
  help: 'Pass values as parameters, which every one of these services takes.',
  calls: STATEMENT_COMMANDS,
  mentions: ['aws-sdk'],
  remoteOnly: true,
  check(node, context) {
    const call = node as CallNode
    if (!CLOUD.test(calledName(call, context))) return
    const [input] = call.arguments
    const text = optionAmong(input, STATEMENT_OPTIONS, context)
    const flow = context.tainted(text, 'sql', Trust.Remote)
    if (flow) context.report(placeOf(text, call), flow)
  },
})

const LDAP = /^mod:(?:ldapjs|ldapts|ldap-client|activedirectory2?|@ldapjs\/\w+)\b/

const directory = defineRule({
  id: 'nosql-injection/ldap-filter',
  cwe: [90, 943],
  severity: 'high',
  title: 'outsiders’ data becomes a part of a filter of a directory',
  help: 'Build the filter of objects (new EqualityFilter({ attribute, value })), or escape ( ) * \\ and NUL.',
  calls: ['search', 'searchPaginated', 'parseFilter', 'parseDN', 'bind', 'compare', 'find', 'findUsers', 'findGroups'],
  mentions: ['ldap', 'activedirectory'],
  remoteOnly: true,
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    if (!LDAP.test(name)) return
    const flow = firstTainted(inputsOf(call, name, context), 'nosql', Trust.Remote, context)
    if (flow) context.report(call, flow)
  },
})

/** A base or a text, and the filter among options. */
function inputsOf({ arguments: [first, second] }: CallNode, name: string, context: RuleContext): readonly (Node | undefined)[] {
  if (/\.(?:parseFilter|parseDN)$/.test(name)) return [first]
  return [first && optionAmong(first, ['filter'], context), second && optionAmong(second, ['filter'], context), /\.(?:bind|search\w*)$/.test(name) ? first : undefined]
}

export const cloudQueryRules: readonly Rule[] = [statement, directory]
