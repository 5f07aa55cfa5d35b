/**
 * Where a value comes from, asked backwards from a sink.
 *
 * Demand-driven: nothing is computed for a module without sinks. Within a function it follows variables, patterns,
 * members and string operations; across functions of the module it follows calls into what they return and
 * parameters out to their callers. Flow order is ignored (any write counts), so it overestimates, except that what a
 * sanitizer of the asked category returns is safe. Depth and work are bounded; what is beyond the bound is `Unknown`.
 *
 * Here are the bounds, the memory and what is put together of several values; names are in `taint-names.ts`, calls in
 * `taint-calls.ts`.
 */
import { unwrap } from '../syntax/ast.ts'
import type { Node } from '../syntax/ast.ts'
import type { Constants } from '../names/constants.ts'
import { SAFE, Softening, softened, unknown, worst } from './flow.ts'
import type { CallContext, Flow, Tracing } from './flow.ts'
import { allows, dottedText, refuses } from './conditions.ts'
import { isGuarded } from './guards.ts'
import type { Names } from '../names/names.ts'
import { isSanitizer, mayClean } from './sanitizers.ts'
import type { Category } from './sanitizers.ts'
import type { Path, ScopeTable } from '../names/scope-table.ts'
import { Trust } from './sources.ts'
import { CallTaint } from './taint-calls.ts'
import { ModuleFacts } from './taint-facts.ts'
import { TaintMemory } from './taint-memory.ts'
import { NameTaint } from './taint-names.ts'
import { fixesHost, interleave, operandsOf } from '../names/text-parts.ts'

export type { Flow }

export interface Taint {
  /** Provenance of a value as far as `category` is concerned. */
  trace(node: Node | null | undefined, category: Category): Flow
  /** Whether a place is reached only when a value that goes by these names is one that is allowed, whatever it is used in. */
  isGuarded(place: Node, names: ReadonlySet<string>): boolean
}

const MAX_DEPTH = 60
const MAX_STEPS = 150
/** For all questions about one module together; a module that exceeds it is generated. */
const MAX_MODULE_STEPS = 20_000

export function createTaint(program: Node, scopes: ScopeTable, names: Names, constants: Constants): Taint {
  const tracers = new Map<Category, Tracer>()
  const facts = new ModuleFacts(scopes, names, constants, program)
  return {
    trace(node, category) {
      let tracer = tracers.get(category)
      if (!tracer) tracers.set(category, (tracer = new Tracer(facts, category)))
      return tracer.ask(node)
    },
    isGuarded: (place, names) => isGuarded(place, { names, category: 'any', around: facts }),
  }
}

type Follow = (tracer: Tracer, node: never, path: Path, context: CallContext | undefined) => Flow
type TypedFollow<T extends Node['type']> = (tracer: Tracer, node: Extract<Node, { type: T }>, path: Path, context: CallContext | undefined) => Flow

class Tracer implements Tracing {
  readonly scopes: ScopeTable
  readonly names: Names
  readonly constants: Constants
  readonly ofName: NameTaint = new NameTaint(this)
  readonly ofCall: CallTaint = new CallTaint(this)
  /** What is being followed, outermost first: a few, so that a list is quicker than a set. */
  private readonly active: Node[] = []
  /** Answers about whole values outside of calls. */
  private readonly memo = new Map<Node, Flow>()
  /** All others. */
  private readonly memory = new TaintMemory()
  private work = 0
  /** Grows by the steps that would be taken again if everything were asked once more. */
  private lasting = 0
  private total = 0
  /** Answers given short because of a cycle or a bound; what rests on one is not remembered. */
  private cuts = 0

  constructor(readonly facts: ModuleFacts, readonly category: Category) {
    this.scopes = facts.scopes
    this.names = facts.names
    this.constants = facts.constants
  }

  ask(node: Node | null | undefined): Flow {
    this.total += this.work
    this.work = 0
    return this.trace(node, [], undefined)
  }

  trace(node: Node | null | undefined, path: Path, context: CallContext | undefined): Flow {
    if (!node) return SAFE
    const target = unwrap(node)
    return path.length === 0 && context === undefined ? this.whole(target) : this.part(target, path, context)
  }

  /** A whole value outside of calls. */
  private whole(target: Node): Flow {
    const known = this.memo.get(target)
    if (known) return known
    const lastingBefore = this.lasting
    const cutsBefore = this.cuts
    const flow = this.step(target, [], undefined)
    if (!this.isWhole(cutsBefore)) return flow
    this.memo.set(target, flow)
    this.lasting = lastingBefore
    return flow
  }

  private part(target: Node, path: Path, context: CallContext | undefined): Flow {
    const outwards = this.ofName.outwards()
    const known = this.memory.find(target, path, context, outwards)
    if (known && this.work + known.steps <= MAX_STEPS) {
      this.work += known.steps
      this.lasting += known.steps
      return known.flow
    }
    const lastingBefore = this.lasting
    const cutsBefore = this.cuts
    const flow = this.step(target, path, context)
    const steps = this.lasting - lastingBefore
    if (steps > 1 && this.cuts === cutsBefore) this.memory.keep(target, { path, context, outwards, flow, steps })
    return flow
  }

  private step(target: Node, path: Path, context: CallContext | undefined): Flow {
    if (this.isCut(target)) return SAFE
    this.active.push(target)
    const flow = this.compute(target, path, context)
    this.active.pop()
    return isHop(target, flow) ? { ...flow, steps: [...flow.steps, target] } : flow
  }

  any(nodes: readonly (Node | null)[], context: CallContext | undefined): Flow {
    let flow = SAFE
    for (const node of nodes) {
      flow = worst(flow, this.trace(node, [], context))
      if (flow.trust === Trust.Remote) break
    }
    return flow
  }

  parts(pieces: readonly (Node | string)[], context: CallContext | undefined): Flow {
    if (this.category === 'url') return this.address(pieces, context)
    const flow = this.any(pieces.filter((piece): piece is Node => typeof piece !== 'string'), context)
    return this.category === 'any' ? softened(flow, Softening.Addresses) : flow
  }

  /** The options or elements of an object that a path leads to, or all of them. */
  object(node: Extract<Node, { type: 'ObjectExpression' }>, path: Path, context: CallContext | undefined): Flow {
    const [step, ...rest] = path
    const own = step === undefined || step === '*' || step === '...' ? undefined : this.constants.option(node, step)
    if (own) return this.trace(own, rest, context)
    return this.any(node.properties.map((entry) => (entry.type === 'SpreadElement' ? entry.argument : entry.value)), context)
  }

  tagged(node: Extract<Node, { type: 'TaggedTemplateExpression' }>, context: CallContext | undefined): Flow {
    const tag = this.names.of(node.tag) ?? ''
    if (isSanitizer(tag, this.category)) return SAFE
    const flow = this.any(node.quasi.expressions, context)
    return this.category === 'any' && mayClean(tag) ? softened(flow, Softening.Any) : flow
  }

  /** `LIST.includes(x) ? x : y` is no `x` of anybody's. */
  either({ test, consequent, alternate }: Extract<Node, { type: 'ConditionalExpression' }>, path: Path, context: CallContext | undefined): Flow {
    const isListed = (value: Node, says: typeof allows): boolean => {
      const name = dottedText(value)
      return name !== undefined && says(test, { names: new Set([name]), category: this.category, around: this.facts })
    }
    const first = isListed(consequent, allows) ? SAFE : this.trace(consequent, path, context)
    return worst(first, isListed(alternate, refuses) ? SAFE : this.trace(alternate, path, context))
  }

  /** A cycle, or too far or too long a way. */
  private isCut(target: Node): boolean {
    this.lasting++
    const isCut = this.active.includes(target) || this.active.length > MAX_DEPTH || ++this.work > MAX_STEPS || this.total > MAX_MODULE_STEPS
    if (isCut) this.cuts++
    return isCut
  }

  /** Whether an answer is worth remembering: that to the question itself, or one without a cut. */
  private isWhole(cutsBefore: number): boolean {
    return this.active.length === 0 || this.cuts === cutsBefore
  }

  private compute(node: Node, path: Path, context: CallContext | undefined): Flow {
    const follow = FOLLOWS.get(node.type)
    const flow = follow ? follow(this, node as never, path, context) : SAFE
    return flow.trust === Trust.Remote && path.length === 0 ? this.checked(node, flow) : flow
  }

  /** A name is harmless where it is reached only with what is allowed. Asked of outsiders' data alone: parameters are many, and asked about at the sink. */
  private checked(node: Node, flow: Flow): Flow {
    const name = dottedText(node)
    if (name === undefined) return flow
    const isGuardedAs = (category: Category): boolean => isGuarded(node, { names: new Set([name]), category, around: this.facts })
    if (isGuardedAs(this.category)) return SAFE
    return this.category === 'any' && OWN_CONDITIONS.some(isGuardedAs) ? softened(flow, Softening.Any) : flow
  }

  /** In an address, only what stands before the end of the host decides where it leads. */
  private address(pieces: readonly (Node | string)[], context: CallContext | undefined): Flow {
    let prefix = ''
    for (const piece of pieces) {
      const text = typeof piece === 'string' ? piece : this.constants.valueOf(piece)
      if (typeof text === 'string' || typeof text === 'number') {
        prefix += String(text)
        if (fixesHost(prefix)) return SAFE
        continue
      }
      return hostOf(this.trace(piece as Node, [], context), piece as Node, prefix)
    }
    return SAFE
  }
}

/** Uses of which conditions may say what they do not say of every use. */
const OWN_CONDITIONS: readonly Category[] = ['url', 'nosql', 'shell']

/** A base that is not the outsider's is the configured host. */
function hostOf(flow: Flow, piece: Node, prefix: string): Flow {
  const isConfigured = flow.trust <= Trust.Unknown && prefix === ''
  return isConfigured && flow.trust !== Trust.Safe ? unknown(piece) : isConfigured ? SAFE : flow
}

/** Whether the way to a value is told by this node too. */
function isHop(node: Node, flow: Flow): boolean {
  return flow.trust > Trust.Safe && flow.origin !== node && (node.type === 'Identifier' || node.type === 'CallExpression')
}

/** How each type of expression is followed; any other is safe. */
const FOLLOWS: ReadonlyMap<string, Follow> = new Map([
  on('Identifier', (tracer, node, path, context) => tracer.ofName.identifier(node, path, context)),
  on('MemberExpression', (tracer, node, path, context) => tracer.ofName.member(node, path, context)),
  on('CallExpression', (tracer, node, path, context) => tracer.ofCall.call(node, path, context)),
  on('NewExpression', (tracer, node, path, context) => tracer.ofCall.call(node, path, context)),
  on('TemplateLiteral', (tracer, node, _path, context) => tracer.parts(interleave(node), context)),
  on('BinaryExpression', (tracer, node, _path, context) => (node.operator === '+' ? tracer.parts(operandsOf(node), context) : SAFE)),
  on('ObjectExpression', (tracer, node, path, context) => tracer.object(node, path, context)),
  on('ArrayExpression', (tracer, node, _path, context) => tracer.any(node.elements, context)),
  on('TaggedTemplateExpression', (tracer, node, _path, context) => tracer.tagged(node, context)),
  on('ConditionalExpression', (tracer, node, path, context) => tracer.either(node, path, context)),
  on('LogicalExpression', (tracer, node, path, context) => worst(node.operator === '&&' ? SAFE : tracer.trace(node.left, path, context), tracer.trace(node.right, path, context))),
  on('AssignmentExpression', (tracer, node, path, context) => tracer.trace(node.right, path, context)),
  on('AwaitExpression', (tracer, node, path, context) => tracer.trace(node.argument, path, context)),
  on('SpreadElement', (tracer, node, path, context) => tracer.trace(node.argument, path, context)),
  on('SequenceExpression', (tracer, node, path, context) => tracer.trace(node.expressions.at(-1), path, context)),
  on('YieldExpression', (_tracer, node) => unknown(node)),
  on('ThisExpression', (_tracer, node) => unknown(node)),
])

function on<T extends Node['type']>(type: T, follow: TypedFollow<T>): [string, Follow] {
  return [type, follow as Follow]
}
