/** Formats that do more than hold data: XML with entities, serialized objects that run code when read. */
import type { CallNode } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { isFalse, isTrue } from './shared.ts'

const entities = defineRule({
  id: 'xxe/entities-on',
  cwe: [611],
  severity: 'high',
  title: 'an XML parser is told to resolve entities',
  help: 'Leave noent and dtdload off: entities read local files and ask other servers.',
  calls: ['parseXml', 'parseXmlString', 'parseXmlAsync', 'parseString', 'parse', 'parseHtml'],
  check(node, context) {
    const call = node as CallNode
    if (!/libxml/i.test(context.names.of(call.callee) ?? '')) return
    const isOn = ['noent', 'dtdload', 'replaceEntities'].some((name) => isTrue(context.constants.option(call.arguments[1], name), context))
    if (isOn) context.report(call)
  },
})

const parsers = defineRule({
  id: 'xxe/parser',
  cwe: [611, 776],
  severity: 'medium',
  title: 'outsiders’ XML is read by a parser that may expand entities',
  help: 'Use a parser that has no DTDs (fast-xml-parser with processEntities: false), or refuse texts with <!DOCTYPE.',
  calls: ['parse', 'parseString', 'parseStringPromise', 'toJson', 'write', 'end', 'parseBuffer', 'xml2js', 'xml2json', 'Parser', 'createParser', 'parseFromString', 'parseXml', 'parseXmlString'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (!/^mod:(?:node-expat|xml2json|xml2js|sax|xmldom|@xmldom\/xmldom|expat|xml-stream|elementtree|fast-xml-parser)\b/.test(name)) return
    if (/\bfast-xml-parser\b/.test(name) && isBounded(call, context)) return
    for (const argument of call.arguments) {
      const flow = context.tainted(argument, 'any', Trust.Remote)
      if (flow) return context.report(call, flow)
    }
  },
})

/** Made by `new XMLParser({ processEntities: false })`. */
function isBounded(call: CallNode, context: RuleContext): boolean {
  const owner = call.callee.type === 'MemberExpression' ? context.constants.literal(call.callee.object) : undefined
  const options = owner?.type === 'NewExpression' ? owner.arguments[0] : call.arguments[1]
  return isFalse(context.constants.option(options, 'processEntities'), context)
}

const UNSAFE_READERS = /^mod:(?:node-serialize|serialize-to-js|funcster|cryo|serialijse|node-php-serialize|jsonpickle|superjson|devalue|serialize-error|php-unserialize|v8)\b.*\.(?:unserialize|deserialize|deserializeError|deepDeserialize|parse)$|^mod:(?:serialize-to-js|node-serialize|php-unserialize)(?:\.\w+)?$/

const deserialize = defineRule({
  id: 'deserialization/objects',
  cwe: [502],
  severity: 'high',
  title: 'outsiders’ text is turned into objects by a reader that can run code',
  help: 'Exchange JSON and check it against a schema.',
  calls: ['unserialize', 'deserialize', 'deserializeError', 'deepDeserialize', 'parse'],
  check(node, context) {
    const call = node as CallNode
    if (!UNSAFE_READERS.test(context.names.of(call.callee) ?? '')) return
    const flow = context.tainted(call.arguments[0], 'any', Trust.Parameter)
    if (flow) context.report(call, flow)
  },
})

const yaml = defineRule({
  id: 'deserialization/yaml',
  cwe: [502],
  severity: 'medium',
  title: 'outsiders’ YAML is read',
  help: 'Use a safe schema (JSON_SCHEMA, FAILSAFE_SCHEMA) and bound the number of aliases.',
  calls: ['load', 'loadAll', 'parse', 'parseDocument', 'parseAllDocuments', 'unsafeLoad'],
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (!/^mod:(?:js-yaml|yamljs|node-yaml)\b/.test(name)) return
    if (/schema$/i.test(context.names.of(context.constants.option(call.arguments[1], 'schema')) ?? '')) return
    const flow = context.tainted(call.arguments[0], 'any', Trust.Remote)
    if (flow) context.report(call, flow)
  },
})

export const xmlAndObjectRules: readonly Rule[] = [entities, parsers, deserialize, yaml]
