/** Data that becomes code: `eval` and its relatives, virtual machines that are no sandbox, computed modules. */
import { unwrap } from '../syntax/ast.ts'
import type { CallNode, MemberExpression, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { firstTainted, isComputedMember, isFree, isPartOfName, isFunctionLike, isTrue } from './shared.ts'

const dynamicCode = defineRule({
  id: 'code-injection/dynamic-code',
  cwe: [95, 94],
  severity: 'high',
  title: 'a text that is not constant is run as code',
  help: 'Parse data with JSON.parse, look functions up in a table of your own, or generate the code at build time.',
  calls: ['eval', 'Function', 'execScript', 'constructor', 'AsyncFunction', 'GeneratorFunction', 'AsyncGeneratorFunction'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    const isMaker = name === 'Function' || /^Object\.getPrototypeOf\(\)\.constructor$/.test(name)
    if (!isMaker && !/^(?:eval|execScript)$/.test(name)) return
    const code = isMaker ? call.arguments.at(-1) : call.arguments[0]
    const flow = context.tainted(code, 'code', Trust.Unknown)
    if (flow && !context.constants.isConstant(code)) context.report(call, flow)
  },
})

const timerText = defineRule({
  id: 'code-injection/timer-text',
  cwe: [95],
  severity: 'high',
  title: 'a timer is given text to run',
  help: 'Pass a function to setTimeout and setInterval.',
  calls: ['setTimeout', 'setInterval', 'setImmediate'],
  check(node, context) {
    const call = node as CallNode
    const first = call.arguments[0]
    if (!first || isFunctionLike(first, context)) return
    const flow = context.tainted(first, 'code', Trust.Remote)
    const target = unwrap(first)
    const isText = target.type === 'TemplateLiteral' || target.type === 'BinaryExpression'
    if (flow) context.report(call, flow)
    else if (isText && !context.constants.isConstant(first)) context.report(call, context.trace(first, 'code'))
  },
})

const virtualMachine = defineRule({
  id: 'code-injection/virtual-machine',
  cwe: [94],
  severity: 'high',
  title: 'data is run in a virtual machine that does not confine it',
  help: 'Node’s vm and vm2 are no security boundary: run untrusted code in a separate process without privileges, and pass data as messages.',
  calls: ['runInContext', 'runInNewContext', 'runInThisContext', 'compileFunction', 'Script', 'SourceTextModule', 'createContext', 'VM', 'NodeVM', 'VMScript', 'run', 'runString', 'safeEval', 'createScript', 'Worker'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    const isSandbox = /^mod:(?:vm|vm2|sandbox|notevil|safe-eval|static-eval|isolated-vm)\b/.test(name) || /Sandbox\(\)\.run$/.test(name) || isTextWorker(call, name, context)
    if (!isSandbox) return
    // A context is as dangerous as the code that is run in it.
    const inputs = /\.(?:runIn\w+|compileFunction|createContext|VM|NodeVM)$/.test(name) ? call.arguments : call.arguments.slice(0, 1)
    for (const argument of inputs) {
      if (isFunctionLike(argument, context)) continue
      const flow = context.tainted(argument, 'code', Trust.Parameter)
      if (flow) return context.report(call, flow)
    }
  },
})

/** `new Worker(text, { eval: true })`. */
function isTextWorker(call: CallNode, name: string, context: RuleContext): boolean {
  return name === 'mod:worker_threads.Worker' && isTrue(context.constants.option(call.arguments[1], 'eval'), context)
}

const computedModule = defineRule({
  id: 'code-injection/computed-module',
  cwe: [95, 98, 22],
  severity: 'medium',
  title: 'the name of a module comes from outside',
  help: 'Choose from a fixed table of modules.',
  calls: ['require'],
  nodes: ['ImportExpression'],
  check(node, context) {
    const specifier = node.type === 'ImportExpression' ? node.source : (node as CallNode).arguments[0]
    if (node.type !== 'ImportExpression' && context.names.of((node as CallNode).callee) !== 'require') return
    if (node.type === 'ImportExpression' && isWithinFolder(node.source)) return
    const flow = context.tainted(specifier, 'path', Trust.Parameter)
    if (flow) context.report(node, flow)
  },
})

/** Of `import(`./pages/${name}.js`)` bundlers make a table of the files that are there: nothing else can be loaded. */
function isWithinFolder(source: Node): boolean {
  const target = unwrap(source)
  if (target.type !== 'TemplateLiteral') return false
  const [first, last] = [target.quasis[0], target.quasis.at(-1)]
  return /^\.{1,2}\/.*\/?$/.test(first?.value.raw ?? '') && /^[\w/-]*\.\w+$/.test(last?.value.raw ?? '')
}

/** mathjs until its version 6, and JSONPath, whose filters are scripts. Later versions of mathjs evaluate nothing but arithmetic. */
const EVALUATORS = /^mod:mathjs(?:\(\)|\.(?:create|parser)\(\))?\.eval$|^mod:jsonpath(?:-plus)?(?:\.JSONPath)?(?:\.\w+)?$/

const expression = defineRule({
  id: 'code-injection/expression',
  cwe: [94, 95],
  severity: 'high',
  title: 'outsiders write an expression that is evaluated',
  help: 'Use a parser that knows nothing but arithmetic (mathjs 12 with import, createUnit and evaluate disabled); JSONPath: eval: false.',
  calls: ['eval', 'JSONPath', 'query', 'value', 'nodes', 'paths', 'apply'],
  mentions: ['mathjs', 'jsonpath'],
  check(node, context) {
    const call = node as CallNode
    if (!EVALUATORS.test(context.names.of(call.callee) ?? '')) return
    const options = call.arguments.map((argument) => context.constants.option(argument, 'path'))
    const flow = firstTainted([...options.filter((each) => each !== undefined), ...(options.some((each) => each !== undefined) ? [] : call.arguments)], 'code', Trust.Remote, context)
    if (flow) context.report(call, flow)
  },
})

/** What AngularJS parses as an expression. */
const ANGULAR_EXPRESSION = /(?:^|[.:])(?:\$(?:root)?[sS]cope|scope)\.\$(?:apply|applyAsync|eval|evalAsync|watch|watchCollection|watchGroup)$|(?:^|[.:])\$(?:compile|parse|interpolate)$/

const angularExpression = defineRule({
  id: 'code-injection/angular-expression',
  cwe: [94, 79],
  severity: 'high',
  title: 'outsiders write an expression of a template',
  help: 'Keep expressions constant, and pass data through the scope.',
  calls: ['$apply', '$applyAsync', '$eval', '$evalAsync', '$watch', '$watchCollection', '$watchGroup', '$compile', '$parse', '$interpolate'],
  check(node, context) {
    const call = node as CallNode
    if (!ANGULAR_EXPRESSION.test(context.names.of(call.callee) ?? '')) return
    const flow = context.tainted(call.arguments[0], 'code', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

const computedMethod = defineRule({
  id: 'code-injection/computed-method',
  cwe: [94, 749],
  severity: 'high',
  title: 'the name of a global function comes from outside',
  help: 'Look the name up in a Map of the functions that may be called.',
  nodes: ['MemberExpression:computed'],
  check(node, context) {
    if (node.type !== 'MemberExpression' || !isComputedMember(node) || !isGlobalObject(node.object, context) || isWritten(node) || isPartOfName(node.property)) return
    const flow = context.tainted(node.property, 'code', Trust.Parameter)
    if (flow) context.report(node, flow)
  },
})

function isGlobalObject(node: Node, context: RuleContext): boolean {
  const object = unwrap(node)
  return object.type === 'Identifier' && /^(?:window|globalThis|global|self|top)$/.test(object.name) && isFree(object, context)
}

function isWritten(member: MemberExpression): boolean {
  return member.parent?.type === 'AssignmentExpression' && member.parent.left === member
}

export const codeInjectionRules: readonly Rule[] = [dynamicCode, timerText, virtualMachine, computedModule, expression, angularExpression, computedMethod]
