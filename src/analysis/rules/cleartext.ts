/** Personal data and passwords that are kept in the clear: in logs, in a browser's storage, in files and cookies. */
import { memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, MemberExpression, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { calledName, isBuiltText, lastWord, piecesOf } from './shared.ts'
import { holdsPersonal } from './privacy.ts'
import { isAnswer } from './responses.ts'

const CREDENTIAL = /(?:^|_|[a-z])(?:pass(?:word|wd|code|phrase)|(?:^|_)pwd)s?$|^(?:pass(?:word|wd|code|phrase)|pwd)(?:s?$|_?(?:plain|clear|raw|text))/i
/** What is about a password, and none. */
const ABOUT = /hash|salt|hint|length|encrypt|cipher|reset|forgot|change|confirm|policy|field|input|label|rule|strength|valid|url|path|error|message|count|require|missing|invalid|has|is|show|enable|no|use|with/i

function isCredential(word: string): boolean {
  return CREDENTIAL.test(word) && !ABOUT.test(word.replace(CREDENTIAL, ''))
}

/** A password by its name, also put into a text, an object or through what changes its form; the whole environment. */
function holdsCredential(node: Node | undefined, context: RuleContext, depth = 0): boolean {
  if (!node || depth > 4) return false
  const target = unwrap(node)
  if (target.type === 'Identifier') return isNamedCredential(target, context, depth)
  if (target.type === 'MemberExpression') return isCredential(lastWord(target)) || isEnvironment(target, context) || isCredentialPart(target, context, depth)
  if (target.type === 'CallExpression') return yieldsCredential(target, context, depth)
  return partsOf(target, context).some((part) => holdsCredential(part, context, depth + 1))
}

function isNamedCredential(target: Extract<Node, { type: 'Identifier' }>, context: RuleContext, depth: number): boolean {
  const written = context.constants.literal(target)
  if (isCredential(target.name)) return written === undefined || written === target || !isHarmless(written)
  return written !== undefined && written !== target && holdsCredential(written, context, depth + 1)
}

/** A flag, a pattern, a function or a number is no password. */
function isHarmless({ type }: Node): boolean {
  return /Function|Unary|Update|Class/.test(type)
}

/** `process.env`; one variable of it goes by its own name. */
function isEnvironment(target: MemberExpression, context: RuleContext): boolean {
  return context.names.of(target) === 'process.env'
}

/** The part of a written object that a member is. */
function isCredentialPart(target: MemberExpression, context: RuleContext, depth: number): boolean {
  const written = context.constants.literal(target)
  return written !== undefined && written !== target && holdsCredential(written, context, depth + 1)
}

const SAME_VALUE = /^(?:toString|valueOf|trim|replace|concat|stringify|inspect|join)$/

function yieldsCredential(call: CallNode, context: RuleContext, depth: number): boolean {
  const { callee } = call
  const name = lastWord(unwrap(callee))
  if (/^(?:get|read|fetch|load|prompt)_?/.test(name) && isCredential(name)) return true
  if (!SAME_VALUE.test(name) || isMasking(call, context)) return false
  return [callee.type === 'MemberExpression' ? callee.object : undefined, ...call.arguments].some((part) => holdsCredential(part, context, depth + 1))
}

/** `password.replace(/./g, '*')`. */
function isMasking(call: CallNode, context: RuleContext): boolean {
  const pattern = lastWord(unwrap(call.callee)) === 'replace' ? context.constants.valueOf(call.arguments[0]) : undefined
  return pattern instanceof RegExp && pattern.global && /^(?:\(?\.\)?|\[\^[^\]]*\]|\\[wSW]|\[\\s\\S\])[+*]?$/.test(pattern.source)
}

function partsOf(target: Node, context: RuleContext): readonly Node[] {
  switch (target.type) {
    case 'TemplateLiteral':
    case 'BinaryExpression': {
      const pieces = piecesOf(target, context)
      return isBuiltText(pieces) ? pieces.filter((piece): piece is Node => typeof piece !== 'string' && piece !== target) : []
    }
    case 'ObjectExpression':
      return target.properties.map((entry) => (entry.type === 'SpreadElement' ? entry.argument : isNamedPassword(entry, context) ? entry.key : entry.value))
    case 'ArrayExpression':
      return target.elements.filter((element) => element !== null)
    default:
      return []
  }
}

/** `{ password: … }`, where something is behind it. */
function isNamedPassword({ key, value }: Extract<Node, { type: 'Property' }>, context: RuleContext): boolean {
  return key.type === 'Identifier' && isCredential(key.name) && !context.constants.isConstant(value)
}

const LOGGERS = /^console\.(?:log|info|warn|error|debug|trace)(?:\.(?:apply|call))?$|(?:^|[.:])(?:log|logger|\w*Logger|winston|pino|bunyan|loglevel|signale)(?:\(\))?(?:\.\w+\(\))*\.(?:log|info|warn|warning|error|debug|trace|fatal|verbose|silly|child|notice|critical)$/

const logged = defineRule({
  id: 'log-format/personal-data',
  cwe: [532, 359, 312],
  severity: 'low',
  title: 'personal data, or a password, is written to a log',
  help: 'Log an opaque id; never a password, nor the whole environment.',
  calls: ['log', 'info', 'warn', 'warning', 'error', 'debug', 'trace', 'fatal', 'verbose', 'child', 'notice', 'critical', 'silly'],
  check(node, context) {
    const call = node as CallNode
    if (!LOGGERS.test(context.names.of(call.callee) ?? '') || isTryout(call, context)) return
    if (call.arguments.some((argument) => holdsPersonal(argument, context) || holdsCredential(argument, context))) context.report(call)
  },
})

/** A branch that no real password reaches, by what its condition is called. */
function isTryout(node: Node, { source }: RuleContext): boolean {
  for (let current = node.parent, inner: Node = node; current; inner = current, current = current.parent) {
    if (current.type === 'IfStatement' && inner !== current.test && TRYOUT.test(source.slice(current.test.start, current.test.end))) return true
  }
  return false
}

const TRYOUT = /\b(?:is)?_?(?:test|testing|in_?test|test_?env\w*|tests?_?mode)\b|!.{0,40}\bis_?prod/i

const stored = defineRule({
  id: 'info-leak/stored-personal-data',
  cwe: [312, 315],
  severity: 'medium',
  title: 'personal data is kept where every script of the page, or every user of the disk, can read it',
  help: 'Keep an opaque id, or encrypt it.',
  calls: ['setItem', 'writeFile', 'writeFileSync', 'appendFile', 'appendFileSync'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (!/^(?:localStorage|sessionStorage)\.setItem$|^mod:fs\.(?:write|append)File(?:Sync)?$/.test(name)) return
    if (holdsPersonal(call.arguments[1], context) || holdsCredential(call.arguments[1], context)) context.report(call)
  },
})

const STORES = /^(?:window\.)?(?:localStorage|sessionStorage)$/

const assigned = defineRule({
  id: 'info-leak/stored-password',
  cwe: [312, 315],
  severity: 'medium',
  title: 'a password is kept where every script of the page, or every user of the disk, can read it',
  help: 'Keep a token of the server’s instead, in a cookie that scripts cannot read.',
  nodes: ['AssignmentExpression'],
  calls: ['cookie'],
  mentions: ['localStorage', 'sessionStorage', 'cookie'],
  check(node, context) {
    const value = node.type === 'AssignmentExpression' ? storedValue(node, context) : cookieValue(node as CallNode, context)
    if (value && (holdsPersonal(value, context) || holdsCredential(value, context))) context.report(node)
  },
})

/** `localStorage.password = …`, and `document.cookie = …`. */
function storedValue({ left, right }: Extract<Node, { type: 'AssignmentExpression' }>, context: RuleContext): Node | undefined {
  const target = unwrap(left)
  if (target.type !== 'MemberExpression') return undefined
  const isStore = STORES.test(context.names.of(target.object) ?? '') || (memberName(target) === 'cookie' && context.names.of(target) === 'document.cookie')
  return isStore ? right : undefined
}

function cookieValue(call: CallNode, context: RuleContext): Node | undefined {
  const isOwn = isAnswer(call, context) && call.arguments.length > 1
  return isOwn ? call.arguments[1] : undefined
}

export const cleartextRules: readonly Rule[] = [logged, stored, assigned]
