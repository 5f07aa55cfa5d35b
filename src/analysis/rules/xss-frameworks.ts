/** The doors that frameworks leave for raw markup. */
import { calleeName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { isFalse, textOf } from './shared.ts'

const react = defineRule({
  id: 'xss/react-raw-markup',
  cwe: [79],
  severity: 'high',
  title: 'text that is not constant becomes markup',
  help: 'Render the text as a child, or clean it with DOMPurify.sanitize first.',
  nodes: ['JSXAttribute', 'Property'],
  mentions: ['dangerouslySetInnerHTML'],
  check(node, context) {
    const value = rawMarkup(node)
    const markup = context.constants.option(value, '__html') ?? value
    if (!markup || context.constants.isConstant(markup)) return
    const flow = context.tainted(markup, 'html', Trust.Parameter)
    if (flow) context.report(node, flow)
  },
})

/** The value of `dangerouslySetInnerHTML`, as an attribute or as a property. */
function rawMarkup(node: Node): Node | undefined {
  if (node.type === 'JSXAttribute') return node.name.name === 'dangerouslySetInnerHTML' ? expressionOf(node.value) : undefined
  const isProperty = node.type === 'Property' && node.key.type === 'Identifier' && node.key.name === 'dangerouslySetInnerHTML'
  return isProperty ? node.value : undefined
}

function expressionOf(value: Node | null): Node | undefined {
  return value?.type === 'JSXExpressionContainer' && value.expression.type !== 'JSXEmptyExpression' ? value.expression : undefined
}

const reactAddress = defineRule({
  id: 'xss/react-script-address',
  cwe: [79],
  severity: 'medium',
  title: 'outsiders choose an address that can run script',
  help: 'Allow only http: and https: (new URL(value).protocol) before it becomes an address.',
  nodes: ['JSXAttribute'],
  check(node, context) {
    if (node.type !== 'JSXAttribute' || node.parent?.type !== 'JSXOpeningElement') return
    const name = typeof node.name.name === 'string' ? node.name.name : ''
    if (!/^(?:href|src|action|formAction|xlinkHref|srcDoc|data)$/.test(name) || !isScriptable(node.parent, name)) return
    const value = expressionOf(node.value)
    const flow = context.tainted(value, 'url', Trust.Remote)
    if (flow) context.report(node, flow)
  },
})

/** An image's address runs nothing. */
function isScriptable(element: Extract<Node, { type: 'JSXOpeningElement' }>, attribute: string): boolean {
  const tag = element.name.type === 'JSXIdentifier' ? element.name.name : ''
  return attribute === 'src' ? /^(?:iframe|script|embed)$/.test(tag) : /^(?:a|area|form|button|input|object|use|link|base)$/.test(tag)
}

const angular = defineRule({
  id: 'xss/angular-bypass',
  cwe: [79],
  severity: 'high',
  title: 'Angular is told to trust a value that is not constant',
  help: 'Let Angular clean it (drop the bypass), or clean it with DOMPurify.sanitize first.',
  calls: ['bypassSecurityTrustHtml', 'bypassSecurityTrustScript', 'bypassSecurityTrustStyle', 'bypassSecurityTrustUrl', 'bypassSecurityTrustResourceUrl', 'trustAsHtml', 'trustAsJs', 'trustAsCss', 'trustAsUrl', 'trustAsResourceUrl', 'trustAs'],
  check(node, context) {
    const call = node as CallNode
    const value = call.arguments.length > 1 ? call.arguments[1] : call.arguments[0]
    if (!value || context.constants.isConstant(value)) return
    const flow = context.tainted(value, 'html', Trust.Unknown)
    if (flow) context.report(call, flow)
  },
})

const angularSettings = defineRule({
  id: 'xss/angular-settings',
  cwe: [79],
  severity: 'medium',
  title: 'AngularJS’s own protection against markup from outside is switched off',
  help: 'Leave $sce enabled, name resource hosts without leading wildcards, and use a sanitizing strategy for translations.',
  calls: ['enabled', 'resourceUrlWhitelist', 'trustedResourceUrlList', 'translations', 'useSanitizeValueStrategy', 'html'],
  check(node, context) {
    const call = node as CallNode
    const callee = unwrap(call.callee)
    const owner = callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined
    if (owner?.type === 'Identifier' && isLoosened(owner.name, call, context)) context.report(call)
  },
})

function isLoosened(provider: string, call: CallNode, context: RuleContext): boolean {
  const [first] = call.arguments
  switch (provider) {
    case '$sceProvider':
      return calleeName(call) === 'enabled' && isFalse(first, context)
    case '$translateProvider':
      return calleeName(call) === 'translations'
    case '$sceDelegateProvider':
      return hasWildcardHost(first, context)
    default:
      return false
  }
}

function hasWildcardHost(hosts: Node | undefined, context: RuleContext): boolean {
  const list = context.constants.literal(hosts)
  return list?.type === 'ArrayExpression' && list.elements.some((element) => /^(?:[a-z]*:?\/\/)?\*\*/i.test(textOf(element, context)))
}

/** Attributes that let raw markup through, and what they must say for it. */
const RAW_WHEN: ReadonlyMap<string, boolean> = new Map([['allowDangerousHtml', true], ['escapeHtml', false], ['skipHtml', false]])

const markdown = defineRule({
  id: 'xss/markdown-raw-markup',
  cwe: [79],
  severity: 'medium',
  title: 'a Markdown component is told to pass raw markup through',
  help: 'Drop the option, or add rehype-sanitize behind rehype-raw.',
  nodes: ['JSXAttribute'],
  check(node, context) {
    if (node.type !== 'JSXAttribute' || typeof node.name.name !== 'string') return
    const raw = RAW_WHEN.get(node.name.name)
    if (raw === undefined) return
    // An attribute without a value is true.
    const value = node.value === null || context.constants.valueOf(expressionOf(node.value))
    if (value === raw) context.report(node)
  },
})

const unsafeSerialize = defineRule({
  id: 'xss/unsafe-serialization',
  cwe: [79, 80],
  severity: 'medium',
  title: 'data is written into a script without escaping',
  help: 'Drop { unsafe: true }.',
  calls: ['serialize', 'serialize-javascript', 'serializeJavascript'],
  check(node, context) {
    const call = node as CallNode
    if (context.names.of(call.callee) === 'mod:serialize-javascript' && context.constants.valueOf(context.constants.option(call.arguments[1], 'unsafe')) === true) context.report(call)
  },
})

const vueRender = defineRule({
  id: 'xss/vue-raw-markup',
  cwe: [79],
  severity: 'high',
  title: 'text that is not constant becomes markup',
  help: 'Use a text interpolation, or clean the markup with DOMPurify.sanitize first.',
  nodes: ['Property', 'JSXAttribute'],
  mentions: ['innerHTML', 'domPropsInnerHTML', 'v-html'],
  check(node, context) {
    if (node.type === 'Property') {
      const name = node.key.type === 'Identifier' ? node.key.name : ''
      if (name !== 'innerHTML' && name !== 'domPropsInnerHTML') return
      const flow = context.tainted(node.value, 'html', Trust.Parameter)
      if (flow) context.report(node, flow)
    } else if (node.type === 'JSXAttribute' && /^(?:innerHTML|domPropsInnerHTML|v-html)$/.test(String(node.name.name))) {
      const flow = context.tainted(expressionOf(node.value), 'html', Trust.Unknown)
      if (flow) context.report(node, flow)
    }
  },
})

export const xssFrameworkRules: readonly Rule[] = [react, markdown, unsafeSerialize, reactAddress, angular, angularSettings, vueRender]
