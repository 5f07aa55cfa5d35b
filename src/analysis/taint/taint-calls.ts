/** Provenance of what a call yields: of what it is handed, of what it is called on, of what its function returns, or nobody's. */
import { calleeName, memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, FunctionNode, MemberExpression, Node } from '../syntax/ast.ts'
import { SAFE, Softening, contextOf, depthOf, softened, startingAt, unknown, worst } from './flow.ts'
import type { CallContext, Flow, Tracing } from './flow.ts'
import { isCleaningPattern, isSanitizer, isStringBuilder, mayClean, yieldsHarmless, yieldsOwn } from './sanitizers.ts'
import type { Path } from '../names/scope-table.ts'
import type { Category } from './sanitizers.ts'
import { Trust, trustOfName } from './sources.ts'
import { CallbackTaint } from './taint-callbacks.ts'

/** How many calls inwards what a function returns is followed. */
const MAX_CALL_DEPTH = 4

/** What any script of the page may have put there. */
const STORED = /^(?:window\.)?(?:localStorage|sessionStorage)\.getItem$/

/** Take the value that they write out first, or are called on it. */
const DATE_FIRST = /^mod:date-fns(?:\/\w+)?(?:\.format\w*)?$/
const DATE_FORMAT = /^mod:date-fns(?:\/format\w*)?\.format\w*$|^mod:date-fns\/format$|^mod:(?:moment|dayjs|luxon\.DateTime\.\w+)\(\)(?:\.\w+\(\))*\.(?:format|toFormat|toISO|fromNow)$/
/** Escape what is put into them, save behind the marks of `RAW_MARK`. */
const ESCAPING_ENGINE = /^mod:(?:ejs\.render|mustache\.render|nunjucks\.renderString|eta\.renderString|pug\.render|handlebars\.compile\(\))$/
const RAW_MARK = /<%-|\{\{[{&]|!=|!\{|\|\s*safe\b|autoescape/

/** Ends the quoted text, writes a quote, and begins a quoted text again. */
const QUOTED_QUOTES: ReadonlySet<unknown> = new Set([String.raw`'\''`, `'"'"'`])

/** `text.replace(/'/g, "'\\''")`: every quote of it, as a shell needs it within quotes. */
function quotesForShell(call: CallNode, pattern: unknown, replacement: unknown): boolean {
  if (!QUOTED_QUOTES.has(replacement)) return false
  if (pattern instanceof RegExp) return pattern.global && /^\\?'$/.test(pattern.source)
  return pattern === "'" && calleeName(call) === 'replaceAll'
}

/** What the name of a called function says. */
interface Callee {
  readonly name: string
  /** Its last word. */
  readonly last: string
  /** Of what it yields, where the name alone decides. */
  readonly result: typeof Trust.Safe | typeof Trust.Parameter | typeof Trust.Remote | undefined
  /** In the use asked about. */
  readonly softening: Softening
}

export class CallTaint {
  private readonly callbacks: CallbackTaint
  private readonly callees = new Map<CallNode, Callee>()

  constructor(private readonly tracer: Tracing) {
    this.callbacks = new CallbackTaint(tracer)
  }

  call(node: CallNode, path: Path, context: CallContext | undefined): Flow {
    const { name, last, result, softening } = this.callee(node)
    if (result === Trust.Safe) return SAFE
    const flow = result !== undefined ? startingAt(node, result) : this.yielded(node, name, last, path, context)
    return softened(flow, softening)
  }

  private callee(node: CallNode): Callee {
    let known = this.callees.get(node)
    if (!known) this.callees.set(node, (known = this.judge(node)))
    return known
  }

  private judge(node: CallNode): Callee {
    const name = this.tracer.names.of(node.callee) ?? ''
    const last = calleeName(node) ?? ''
    const softening = this.tracer.category === 'any' ? softeningOf(name, last) : Softening.None
    const result = this.isHarmless(node, name, last) ? Trust.Safe : setsPageText(node, last) ? undefined : resultOf(name, this.tracer.category)
    return { name, last, result, softening }
  }

  private isHarmless(node: CallNode, name: string, last: string): boolean {
    const { category } = this.tracer
    if (isSanitizer(name, category) || isSanitizer(last, category) || yieldsHarmless(name, last)) return true
    if (category === 'html' && this.rendersEscaped(node, name)) return true
    return (last === 'replace' || last === 'replaceAll') && this.cleans(node)
  }

  private yielded(node: CallNode, name: string, last: string, path: Path, context: CallContext | undefined): Flow {
    if (this.tracer.constants.isConstant(node)) return SAFE
    const joined = last === 'join' && this.tracer.category === 'url' ? this.joinedPieces(node, unwrap(node.callee)) : undefined
    if (joined) return this.tracer.parts(joined, context)
    const target = this.enterable(node, context)
    if (target) return this.returned(target, node, path, context)
    return this.callbacks.yielded(node, last, path, context) ?? this.ofLibrary(node, name, last, context)
  }

  /** Of a function that is not of this module: what it is called on, and what it is handed. */
  private ofLibrary(node: CallNode, name: string, last: string, context: CallContext | undefined): Flow {
    const callee = unwrap(node.callee)
    const receiver = callee.type === 'MemberExpression' && !isLibrary(name) ? this.tracer.trace(callee.object, memberPath(callee), context) : SAFE
    if (receiver.trust === Trust.Remote || answersWithOwn(last)) return worst(receiver, unknown(node))
    if (this.tracer.category === 'url' && makesAddress(last)) return this.address(node, callee, last, context)
    return worst(worst(receiver, this.tracer.any(node.arguments, context)), unknown(node))
  }

  /** The function of this module that a call enters, unless it is too deep or entered already. */
  private enterable(node: CallNode, context: CallContext | undefined): FunctionNode | undefined {
    const target = node.type === 'CallExpression' ? this.tracer.facts.calls.targetOf(node) : undefined
    return target && depthOf(context) < MAX_CALL_DEPTH && !contextOf(context, target) ? target : undefined
  }

  /** What a written template or format makes of a value: markup is escaped, and a date is none. */
  private rendersEscaped({ arguments: given }: CallNode, name: string): boolean {
    const { constants } = this.tracer
    if (DATE_FORMAT.test(name)) return given.slice(DATE_FIRST.test(name) ? 1 : 0).every((argument) => constants.isConstant(argument))
    const template = ESCAPING_ENGINE.test(name) ? constants.valueOf(given[0]) : undefined
    return typeof template === 'string' && !RAW_MARK.test(template)
  }

  private cleans(node: CallNode): boolean {
    const { category, constants } = this.tracer
    const pattern = constants.valueOf(node.arguments[0])
    if (category === 'shell' && quotesForShell(node, pattern, constants.valueOf(node.arguments[1]))) return true
    return pattern instanceof RegExp ? isCleaningPattern(pattern.source, category) : typeof pattern === 'string' && pattern === '..' && category === 'path'
  }

  /** `base.concat(x)` and `new URL(x, base)` keep the host of their base. */
  private address(node: CallNode, callee: Node, last: string, context: CallContext | undefined): Flow {
    if (last === 'URL') return this.tracer.trace(node.arguments[0], [], context)
    return callee.type === 'MemberExpression' ? this.tracer.parts([callee.object, ...node.arguments], context) : unknown(node)
  }

  /** `['https://host/', x].join('')`; nothing where the list is not written there, or something stands between. */
  private joinedPieces(node: CallNode, callee: Node): readonly Node[] | undefined {
    const list = callee.type === 'MemberExpression' ? unwrap(callee.object) : undefined
    const isPlain = this.tracer.constants.valueOf(node.arguments[0]) === ''
    return isPlain && list?.type === 'ArrayExpression' ? list.elements.filter((element) => element !== null) : undefined
  }

  private returned(target: FunctionNode, call: CallNode, path: Path, context: CallContext | undefined): Flow {
    const inner: CallContext = { owner: target, call, outer: context }
    let flow = SAFE
    for (const value of this.tracer.scopes.functions.get(target)?.returns ?? []) {
      flow = worst(flow, this.tracer.trace(value, path, inner))
      if (flow.trust === Trust.Remote) break
    }
    return flow
  }
}

/** What a call yields by the name of what is called alone. */
function resultOf(name: string, category: Category): Callee['result'] {
  const trust = trustOfName(`${name}()`, category)
  if (trust !== undefined) return trust
  return STORED.test(name) ? Trust.Parameter : undefined
}

/** `attr(name, value)`, `text(value)` and the like, and attributes that are nobody's but the author's. */
function setsPageText({ arguments: given }: CallNode, last: string): boolean {
  if (last === 'val' || last === 'text') return given.length > 0
  return ATTRIBUTE_READERS.has(last) && (given.length > 1 || given[0]?.type === 'ObjectExpression' || isOwnAttribute(given[0]))
}

const ATTRIBUTE_READERS: ReadonlySet<string> = new Set(['attr', 'prop', 'getAttribute'])

function isOwnAttribute(name: Node | undefined): boolean {
  return name?.type === 'Literal' && /^(?:id|class|type|role|tabindex|checked|disabled|selected)$/.test(String(name.value))
}

/** What a query or a test yields is not what was passed to it. */
function answersWithOwn(last: string): boolean {
  return yieldsOwn(last) && !isStringBuilder(last)
}

function makesAddress(last: string): boolean {
  return last === 'concat' || last === 'URL'
}

/** In which uses a call of this name may take the danger out of a value. */
function softeningOf(name: string, last: string): Softening {
  if (last === 'replace' || last === 'replaceAll' || mayClean(name) || mayClean(last)) return Softening.Any
  return makesAddress(last) ? Softening.Addresses : Softening.None
}

/** `req` in `req.get('x')`: the receiver's own member counts as part of the path, so that the model of requests sees it. */
function memberPath(callee: MemberExpression): Path {
  const object = unwrap(callee.object)
  return object.type === 'Identifier' ? [memberName(callee) ?? '*'] : []
}

function isLibrary(name: string): boolean {
  return /^mod:[^()]*$/.test(name) || /^(?:JSON|Object|Array|Promise|Buffer|String|Reflect|console|util)\.[\w.]+$/.test(name)
}
