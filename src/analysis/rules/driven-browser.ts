/** Browsers that a program drives: what they are given to run and to load, and who else may drive them. */
import { unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule, defineSinkRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import type { Flow } from '../taint/taint.ts'
import { calledName, optionAmong, stringOf } from './shared.ts'

const browserScript = defineSinkRule({
  id: 'code-injection/browser-script',
  cwe: [94, 918],
  severity: 'high',
  title: 'a text that is not constant is run in a driven browser',
  help: 'Pass a function and hand it the data as an argument.',
  category: 'code',
  calls: ['evaluate', 'evaluateHandle', 'evaluateOnNewDocument', 'evaluateAsync', 'addInitScript', 'compileScript', 'runScript', 'executeScript', 'executeJavaScript', 'executeJavaScriptInIsolatedWorld', 'evaluateJavaScript', 'injectJs'],
  sinks: [
    { callee: /(?:webContents|webview|mainFrame)\.executeJavaScript$/i, least: Trust.Parameter },
    { callee: /(?:page|frame|context|browser|Runtime|worker|driver|client|sitepage)(?:\(\))?\.(?:evaluate\w*|addInitScript|compileScript|runScript|executeScript|injectJs)$/i, args: 'all', least: Trust.Parameter },
  ],
})

const openDebugger = defineRule({
  id: 'code-injection/open-debugger',
  cwe: [749, 94],
  severity: 'medium',
  title: 'a driven browser lets everyone on the network debug it',
  help: 'Drop --remote-debugging-port and --remote-debugging-address, or bind them to a pipe.',
  calls: ['launch', 'launchPersistentContext', 'launchServer'],
  check(node, context) {
    const call = node as CallNode
    const list = context.constants.literal(context.constants.option(call.arguments.at(-1), 'args'))
    if (list?.type !== 'ArrayExpression') return
    const isOpen = list.elements.some((element) => element && /^--remote-debugging-(?:port|address)/.test(textStart(element)))
    if (isOpen) context.report(call)

    function textStart(element: Node): string {
      return stringOf(element, context) ?? (element.type === 'TemplateLiteral' ? (element.quasis[0]?.value.cooked ?? '') : '')
    }
  },
})

const BROWSER_METHODS = ['goto', 'setContent', 'open', 'openUrl', 'property', 'navigate', 'setDocumentContent', 'printToPDF', 'generate', 'wkhtmltopdf', 'wkhtmltoimage', 'create', 'loadURL', 'includeJs', 'evaluate', 'evaluateJavaScript', 'captureScreenshot']
const DRIVEN = /(?:^|[.:(])(?:page|frame|phantom\w*|Page|newPage\(\)|createPage\(\)|sitepage|browserPage|tab|context)(?:\(\))?\.(?:goto|setContent|open|openUrl|property|navigate|setDocumentContent|includeJs|evaluateJavaScript|loadURL)$|^mod:(?:wkhtmltopdf|wkhtmltoimage(?:\.generate)?|html-pdf\.create|capture-website.*|node-html-to-image)$|newPage\(\)\.(?:goto|setContent)$|createPage\(\)\.(?:open|openUrl|property|setContent|evaluateJavaScript)$/

const drivenBrowser = defineRule({
  id: 'ssrf/driven-browser',
  cwe: [918],
  severity: 'high',
  title: 'a driven browser is given a page that is not constant',
  help: 'Fix the host of the page; clean markup first, and cut the browser off from the inner network.',
  calls: BROWSER_METHODS,
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    if (!DRIVEN.test(name)) return
    const category = /setContent|property|setDocumentContent|wkhtml|html-pdf/.test(name) ? 'html' : 'url'
    for (const argument of name.endsWith('.property') ? call.arguments.slice(1) : call.arguments) {
      const object = optionAmong(argument, ['url', 'html'], context) ?? argument
      const flow = context.tainted(object, category, Trust.Parameter) ?? opaque(object, context)
      if (flow) return context.report(call, flow)
    }
  },
})

/** What some function of the module's own, or an unknown one, hands over by name. */
function opaque(value: Node, context: RuleContext): Flow | undefined {
  const target = unwrap(value)
  return target.type === 'CallExpression' && target.callee.type === 'Identifier' ? context.tainted(target, 'any', Trust.Unknown) : undefined
}

export const drivenBrowserRules: readonly Rule[] = [browserScript, openDebugger, drivenBrowser]
