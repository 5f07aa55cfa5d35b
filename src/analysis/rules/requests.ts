/** Addresses that outsiders have the server ask. */
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import type { Flow } from '../taint/taint.ts'
import { calledName, firstTainted, optionAmong } from './shared.ts'
import { isValidated } from './validation.ts'

const CLIENTS = /^(?:window\.)?\$?fetch$|^mod:ofetch\.\$fetch(?:\.raw)?$|^(?:mod:)?(?:http-proxy-middleware\.)?createProxyMiddleware$|^mod:canvas\.loadImage$|^mod:(?:jimp|jimp\.Jimp)\.read$|^mod:(?:axios|got|node-fetch|isomorphic-fetch|cross-fetch|undici|request|request-promise(?:-native)?|superagent|needle|bent|ky|ofetch|urllib|phin|wreck|@hapi\/wreck|http|https|http2|follow-redirects\.https?|node-libcurl|download|image-downloader|puppeteer|simple-get|make-fetch-happen|wretch|unfetch|node-libcurl|sync-request|then-request|popsicle|restler|r2|hyperquest)\b(?:\(\))?(?:\.(?:create|extend|defaults)\(\))?(?:\.(?:get|post|put|patch|delete|del|head|options|request|stream|fetch|default|getUri|json|text|download|connect|url))?$/
/** What else asks an address that it is made with, or told under these names. */
const OTHERS = /^(?:mod:(?:ws|isomorphic-ws)(?:\.WebSocket)?|WebSocket|EventSource|mod:eventsource|mod:jsdom\.JSDOM\.fromURL|mod:@apollo\/client(?:\/\w+)*\.(?:HttpLink|ApolloClient|createHttpLink)|mod:apollo-link-http\.(?:HttpLink|createHttpLink)|mod:graphql-request\.(?:request|GraphQLClient)|mod:socket\.io-client(?:\.io)?)$/
const ADDRESS_OPTIONS = ['url', 'uri', 'host', 'hostname', 'target', 'endpoint'] as const
/** Clients that a framework hands out. */
const HANDED_CLIENTS = /^mod:@nestjs\/axios\.HttpService\(\)(?:\.axiosRef)?\.(?:get|post|put|patch|delete|head|request)$/
const CLIENT_METHODS = ['fetch', 'axios', 'got', 'request', 'get', 'post', 'put', 'patch', 'delete', 'del', 'head', 'options', 'stream', 'needle', 'superagent', 'ky', 'ofetch', '$fetch', 'nodeFetch', 'download', 'bent', 'phin', 'rp', 'connect', 'getJSON', 'ajax', 'urllib', 'open', 'createProxyMiddleware', 'loadImage', 'read', 'raw', 'WebSocket', 'ws', 'isomorphic-ws', 'EventSource', 'eventsource', 'fromURL', 'HttpLink', 'ApolloClient', 'createHttpLink', 'GraphQLClient', 'io', 'socket.io-client']

const serverRequest = defineRule({
  id: 'ssrf/request',
  cwe: [918],
  severity: 'high',
  title: 'outsiders choose what the server asks',
  help: 'Fix the host, or compare it with a list of allowed ones after parsing; refuse private addresses.',
  calls: CLIENT_METHODS,
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    const isXhr = /XMLHttpRequest\(\)\.open$/.test(name)
    if (!isXhr && !asks(name)) return
    const flow = firstTainted(isXhr ? call.arguments.slice(1, 2) : addressesOf(call, name, context), 'url', Trust.Remote, context)
    if (flow && !isHarmless(flow, call, context)) context.report(call, flow)
  },
})

function asks(name: string): boolean {
  return CLIENTS.test(name) || HANDED_CLIENTS.test(name) || OTHERS.test(name)
}

function addressesOf({ arguments: [first, second] }: CallNode, name: string, context: RuleContext): readonly (Node | undefined)[] {
  // With these, options or a method may come before it.
  const later = /needle|http\b/.test(name) ? second : undefined
  const bases = [first, second].map((options) => context.constants.option(options, 'baseURL') ?? context.constants.option(options, 'prefixUrl'))
  return [optionAmong(first, ADDRESS_OPTIONS, context) ?? first, later, ...bases]
}

function isHarmless(flow: Flow, call: CallNode, context: RuleContext): boolean {
  return isPages(flow, context) || isValidated(flow, call)
}

/** A page asks with the rights of who looks at it, and of its own address it is a part. */
function isPages(flow: Flow, context: RuleContext): boolean {
  return /^(?:(?:window|document)\.)?location(?:\.(?:href|pathname|origin|host|hostname))?$/.test(context.names.of(flow.origin) ?? '')
}

const connection = defineRule({
  id: 'ssrf/connection',
  cwe: [918],
  severity: 'high',
  title: 'outsiders choose what the server connects to',
  help: 'Compare the host with a list of allowed ones; refuse private addresses.',
  calls: ['connect', 'createConnection', 'web', 'ws'],
  remoteOnly: true,
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    const isProxy = /^mod:http-proxy\b.*\.(?:web|ws)$/.test(name)
    if (!isProxy && !/^mod:(?:net|tls)\.(?:connect|createConnection)$/.test(name)) return
    const hosts = call.arguments.flatMap((argument) => [optionAmong(argument, ['host', 'target', 'path'], context), isProxy ? undefined : argument])
    const flow = firstTainted(hosts, 'url', Trust.Remote, context)
    if (flow && !isValidated(flow, call)) context.report(call, flow)
  },
})

export const requestRules: readonly Rule[] = [serverRequest, connection]
