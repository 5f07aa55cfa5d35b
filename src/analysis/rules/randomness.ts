/** Randomness that can be guessed. */
import { memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, MemberExpression, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { operandsOf } from '../names/text-parts.ts'
import { calledName, descendants, functionAround, lastWord } from './shared.ts'

const SECRET_NAME = /token|secret|password|passwd|\bpwd|nonce|salt|session|\bkey$|apikey|otp|csrf|uuid|verif|\biv$|reset|auth/i

const guessable = defineRule({
  id: 'weak-crypto/guessable-secret',
  cwe: [338, 330],
  severity: 'medium',
  title: 'a secret is made of numbers that can be guessed',
  help: 'Use crypto.randomUUID(), crypto.randomBytes() or crypto.getRandomValues().',
  calls: ['random', 'pseudoRandomBytes'],
  nodes: ['MemberExpression'],
  mentions: ['pseudoRandomBytes', 'random'],
  check(node, context) {
    const isGuessable = node.type === 'MemberExpression' ? isHandedOn(node, context) : makesGuessable(node as CallNode, context)
    if (isGuessable) context.report(node)
  },
})

/** `crypto.pseudoRandomBytes` as a value: who calls it is not seen. */
function isHandedOn(member: MemberExpression, context: RuleContext): boolean {
  if (memberName(member) !== 'pseudoRandomBytes') return false
  const isCallee = member.parent?.type === 'CallExpression' && member.parent.callee === member
  return !isCallee && context.names.of(member) === 'mod:crypto.pseudoRandomBytes'
}

function makesGuessable(call: CallNode, context: RuleContext): boolean {
  const name = calledName(call, context)
  return name === 'mod:crypto.pseudoRandomBytes' || (name === 'Math.random' && makesSecret(call, context))
}

/** What a value ends up in, or what the variable that it ends up in is a part of. */
function makesSecret(call: CallNode, context: RuleContext): boolean {
  const name = receiverName(call)
  if (SECRET_NAME.test(name)) return true
  const owner = name === '' ? undefined : functionAround(call)
  return owner !== undefined && descendants(owner, MAX_LOOKED_AT).some((each) => isSecretOf(each, name, call)) && context.scopes.resolve(name, call.start)?.kind === 'variable'
}

/** `secret = 'a' + part`, behind the place where `part` is made. */
function isSecretOf(node: Node, part: string, made: Node): boolean {
  if (node.type !== 'VariableDeclarator' || node.start < made.end || !node.init || !SECRET_NAME.test(variableName(node.id))) return false
  const value = unwrap(node.init)
  const pieces = value.type === 'TemplateLiteral' ? value.expressions : operandsOf(value)
  return pieces.some((piece) => piece.type === 'Identifier' && piece.name === part)
}

const MAX_LOOKED_AT = 600

/** The name of what a value ends up in: a variable, a property, or the function that returns it. */
function receiverName(node: Node): string {
  for (let current = node.parent, last: Node = node; current; last = current, current = current.parent) {
    const name = nameGiven(current, last)
    if (name !== undefined) return name
  }
  return ''
}

/** What a node calls the value in it, empty where it has no name; nothing where the value goes on to the node around. */
function nameGiven(node: Node, value: Node): string | undefined {
  switch (node.type) {
    case 'VariableDeclarator':
      return variableName(node.id)
    case 'AssignmentExpression':
      return lastWord(unwrap(node.left))
    case 'Property':
      return node.value === value ? variableName(node.key) : ''
    case 'FunctionDeclaration':
    case 'FunctionExpression':
      return variableName(node.id)
    default:
      return undefined
  }
}

function variableName(node: Node | null): string {
  return node?.type === 'Identifier' ? node.name : ''
}

export const randomnessRules: readonly Rule[] = [guessable]
