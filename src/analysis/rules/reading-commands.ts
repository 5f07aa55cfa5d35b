/** Programs that are started for what the language does itself. */
import { isFunction, staticKey } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { calledName, isBuiltText, piecesOf, skeleton, stringOf, valueBehind } from './shared.ts'

/** One file, and nothing that a shell would do with it. */
const READS_FILE = /^\s*cat\s+(?!-)[^|&;<>*?$`\s]+\s*$/

const startedReader = defineRule({
  id: 'command-injection/file-reader',
  cwe: [78],
  severity: 'low',
  title: 'a program is started to read a file',
  help: 'Use fs.readFile: it needs no shell, and a name of a file cannot become a command.',
  calls: ['exec', 'execSync', 'execFile', 'execFileSync'],
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    if (!wantsContent(call, context)) return
    if (/^mod:child_process\.exec(?:Sync)?$/.test(name) ? readsByShell(call, context) : isStarter(name) && readsByProgram(call, context)) context.report(call)
  },
})

function isStarter(name: string): boolean {
  return /^mod:child_process\.execFile(?:Sync)?$/.test(name)
}

/** Nothing but the content: what else programs do and say (their errors, folders, users, streams) a file does not. */
function wantsContent(call: CallNode, context: RuleContext): boolean {
  const isKept = call.parent?.type === 'VariableDeclarator' && !/Sync$/.test(calledName(call, context))
  return !isKept && call.arguments.every((argument) => {
    const value = valueBehind(argument, context)
    if (isFunction(value)) return value.params.length < 3
    return value.type !== 'ObjectExpression' || value.properties.every((entry) => entry.type === 'Property' && staticKey(entry, entry.key) === 'encoding')
  })
}

/** A text with something unknown in it stands for one name of a file. */
function readsByShell({ arguments: [text] }: CallNode, context: RuleContext): boolean {
  if (!text) return false
  const pieces = piecesOf(text, context)
  const written = skeleton(pieces).replaceAll('\0', 'x')
  return (isBuiltText(pieces) || typeof pieces[0] === 'string') && READS_FILE.test(written)
}

/** `execFile('cat', [file])`. */
function readsByProgram({ arguments: [program, list, options] }: CallNode, context: RuleContext): boolean {
  if (stringOf(program, context) !== 'cat') return false
  const words = list && valueBehind(list, context)
  return words?.type === 'ArrayExpression' && words.elements.length === 1 && !words.elements.some((each) => isOption(each, context)) && context.constants.option(options, 'shell') === undefined
}

function isOption(word: Node | null, context: RuleContext): boolean {
  return (stringOf(word, context) ?? '').startsWith('-')
}

export const readingCommandRules: readonly Rule[] = [startedReader]
