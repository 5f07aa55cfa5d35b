/**
 * Personal data that leaves: into logs, error texts, browser storage and other companies' services.
 * What is personal is told by names (`user.email`), so this is a list of places to look at rather than of proven leaks.
 */
import { memberName, staticKey, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { calledName, descendants, lastWord, piecesOf } from './shared.ts'

const PERSON = /^_?(?:current_?|this_?|my_?)?(?:user|customer|person|account_?holder|patient|employee|member|client_?info|contact|applicant|student|subscriber|buyer|profile|visitor|company)s?$/i
const PERSONAL = /^(?:e_?mail(?:_?address)?|(?:first|last|full|user|given|family|middle)?_?name|phone(?:_?number)?|mobile|ssn|social_?security\w*|passport\w*|birth\w*|date_?of_?birth|dob|(?:home_?|street_?|postal_?|ip_?)?address|ip|gender|race|ethnicity|religion|credit_?card\w*|card_?number|iban|bank_?\w*|password|salary|health\w*|diagnos\w*|medical\w*|tax_?\w*|license_?\w*|location|latitude|longitude|zip_?code|postcode)$/i

/** `user.email`, `getUser().emailAddress`, `{ email: … }`, or a person as a whole. */
export function isPersonal(node: Node): boolean {
  const target = unwrap(node)
  switch (target.type) {
    case 'MemberExpression':
      return PERSONAL.test(memberName(target) ?? '') && isPerson(target.object)
    case 'Identifier':
      return PERSON.test(target.name) || /^(?:e_?mail(?:_?address)?|phone_?number|ssn|credit_?card\w*|password)$/i.test(target.name)
    case 'CallExpression':
      return isPerson(target)
    case 'Property':
      return isPersonal(target.value)
    default:
      return false
  }
}

function isPerson(node: Node): boolean {
  const target = unwrap(node)
  if (target.type === 'Identifier') return PERSON.test(target.name)
  if (target.type === 'MemberExpression') return PERSON.test(memberName(target) ?? '') || isPerson(target.object)
  if (target.type !== 'CallExpression') return false
  return PERSON.test(lastWord(unwrap(target.callee)).replace(/^(?:get|fetch|load)_?/, ''))
}

/** Looks into texts, objects and lists, through variables that are written once, but not into calls that hash or mask. */
export function holdsPersonal(value: Node | undefined, context: RuleContext, depth = 0): boolean {
  if (!value || depth > 4) return false
  const target = unwrap(value)
  const person = writtenPerson(target, context)
  if (person) return hasPersonalKey(person)
  return isPersonal(target) || describesPerson(target) || passesPersonal(target, context) || hasPersonalPart(target, context, depth)
}

/** A person whose fields are all written down: these decide, not what the variable is called. */
function writtenPerson(target: Node, context: RuleContext): Node | undefined {
  const literal = isBarePerson(target) ? context.constants.literal(target) : undefined
  return literal?.type === 'ObjectExpression' ? literal : undefined
}

function hasPersonalPart(target: Node, context: RuleContext, depth: number): boolean {
  return partsOf(target, context).some((part) => part !== null && holdsPersonal(part, context, depth + 1))
}

/** What a value is put together from, as far as it can be read off. */
function partsOf(target: Node, context: RuleContext): readonly (Node | null)[] {
  switch (target.type) {
    case 'TemplateLiteral':
    case 'BinaryExpression':
      return piecesOf(target, context).filter((piece) => typeof piece !== 'string' && piece !== target && !isBarePerson(piece)) as Node[]
    case 'ObjectExpression':
      return target.properties.map((entry) => (entry.type === 'SpreadElement' ? entry.argument : entry.value))
    case 'ArrayExpression':
      return target.elements
    case 'NewExpression':
      return target.arguments
    case 'ConditionalExpression':
      return [target.consequent, target.alternate]
    case 'Identifier':
      return [context.constants.literal(target)].filter((literal) => literal !== undefined && literal !== target) as Node[]
    default:
      return []
  }
}

/** A person as a whole in a text is `[object Object]`, or a name. */
function isBarePerson(node: Node): boolean {
  const target = unwrap(node)
  return target.type === 'Identifier' && PERSON.test(target.name)
}

/** `{ user: { address: … } }`. */
function describesPerson(target: Node): boolean {
  return target.type === 'ObjectExpression' && target.properties.some((entry) => entry.type === 'Property' && PERSON.test(staticKey(entry, entry.key) ?? '') && hasPersonalKey(unwrap(entry.value)))
}

function hasPersonalKey(target: Node): boolean {
  return target.type === 'ObjectExpression' && target.properties.some((entry) => entry.type === 'Property' && PERSONAL.test(staticKey(entry, entry.key) ?? ''))
}

/** Calls that change nothing but the form. */
function passesPersonal(target: Node, context: RuleContext): boolean {
  if (target.type !== 'CallExpression' || !/^JSON\.stringify$|\.(?:toString|trim|toLowerCase|concat)$/.test(calledName(target, context))) return false
  return descendants(target, 40).some((each) => each !== target && isPersonal(each))
}

const SERVICES = /^(?:mod:)?(?:@?sentry(?:\/[\w-]+)?|bugsnag|@bugsnag\/[\w-]+|rollbar|airbrake(?:-js)?|@airbrake\/[\w-]+|@?honeybadger(?:-io\/[\w-]+)?|newrelic|@newrelic\/[\w-]+|@?datadog[\w-]*(?:\/[\w-]+)?|hot-shots|dd-trace|@opentelemetry\/[\w-]+|mixpanel[\w-]*|amplitude[\w-]*|@amplitude\/[\w-]+|analytics(?:-node)?|@segment\/[\w-]+|react-ga4?|algoliasearch|@elastic\/elasticsearch|elasticsearch|openai|logrocket|@logtail\/\w+|raygun4js|posthog[\w-]*|heap-api|intercom[\w-]*|hotjar)\b/i
const GLOBALS = ['gtag', 'ga', 'dataLayer', 'analytics', 'mixpanel', 'Sentry', 'Bugsnag', 'Rollbar', 'Honeybadger', 'newrelic', 'DD_RUM', 'fbq', '_paq', 'Intercom', 'ReactGA', 'amplitude', 'heap', 'posthog', 'airbrake', 'Raygun', 'LogRocket', 'bugsnag', 'rollbar', 'honeybadger', 'datadog', 'algoliasearch', 'elasticsearch', 'openai', 'sentry']
const SERVICE_WORDS = ['sentry', 'bugsnag', 'rollbar', 'airbrake', 'honeybadger', 'newrelic', 'datadog', 'hot-shots', 'dd-trace', 'opentelemetry', 'mixpanel', 'amplitude', 'analytics', 'segment', 'react-ga', 'algolia', 'elastic', 'openai', 'logrocket', 'logtail', 'raygun', 'posthog', 'heap', 'intercom', 'hotjar', ...GLOBALS]
const SERVICE_GLOBALS = /^(?:window\.)?(?:gtag|ga|dataLayer\.push|analytics\.\w+|mixpanel\.\w+|Sentry\.\w+|Bugsnag\.\w+|Rollbar\.\w+|Honeybadger\.\w+|newrelic\.\w+|DD_RUM\.\w+|fbq|_paq\.push|Intercom|ReactGA\.\w+|amplitude\.\w+|heap\.\w+|posthog\.\w+|airbrake\.\w+|Raygun\.\w+|LogRocket\.\w+)$/

const shared = defineRule({
  id: 'info-leak/shared-personal-data',
  cwe: [201, 359],
  severity: 'medium',
  title: 'personal data is given to another company’s service',
  help: 'Send an opaque id instead; whom it stands for stays with you.',
  nodes: ['CallExpression', 'NewExpression'],
  mentions: SERVICE_WORDS,
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (!SERVICES.test(name) && !SERVICE_GLOBALS.test(name)) return
    if (call.arguments.some((argument) => holdsPersonal(argument, context))) context.report(call)
  },
})

const thrown = defineRule({
  id: 'info-leak/personal-error',
  cwe: [209, 210],
  severity: 'low',
  title: 'an error text holds personal data and may be shown or logged anywhere',
  help: 'Put an opaque id into the text.',
  nodes: ['ThrowStatement'],
  calls: ['reject'],
  check(node, context) {
    const value = node.type === 'ThrowStatement' ? node.argument : (node as CallNode).arguments[0]
    if (holdsPersonal(value, context) || (value !== null && value !== undefined && piecesOf(value, context).length > 1 && piecesOf(value, context).some((piece) => typeof piece !== 'string' && isBarePerson(piece)))) context.report(node)
  },
})

const claims = defineRule({
  id: 'info-leak/token-claims',
  cwe: [201, 312],
  severity: 'medium',
  title: 'personal data is put into a token that anyone can read',
  help: 'Put in an opaque id alone.',
  calls: ['sign', 'encode'],
  check(node, context) {
    const call = node as CallNode
    if (/^mod:(?:jsonwebtoken\.sign|jwt-simple\.encode|jose\.JWT\.sign)$/.test(context.names.of(call.callee) ?? '') && call.arguments[0] && unwrap(call.arguments[0]).type !== 'ConditionalExpression' && descendants(unwrap(call.arguments[0]), 80).some(isSensitive)) context.report(call)
  },
})

/** More than a name: what identifies, or can be used against, a person. */
function isSensitive(node: Node): boolean {
  if (node.type === 'Property') return node.key.type === 'Identifier' && !/name$/i.test(node.key.name) && PERSONAL.test(node.key.name)
  return node.type === 'MemberExpression' && !/name$/i.test(memberName(node) ?? '') && isPersonal(node)
}

export const privacyRules: readonly Rule[] = [shared, thrown, claims]
