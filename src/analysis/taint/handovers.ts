/**
 * What a module hands to the functions of other modules, and what its own exported functions do with what they are
 * handed: the summary from which `project-taint.ts` joins flows across modules.
 *
 * Facts without syntax nodes, found on demand: a module that exports no function with a sink below it, and that gives
 * nothing of its callers or of outsiders away, costs two lookups.
 */
import { staticKey, unwrap } from '../syntax/ast.ts'
import type { CallNode, FunctionNode, Node, Program } from '../syntax/ast.ts'
import { isFunction } from '../syntax/ast.ts'
import type { EvidenceStep } from '../findings.ts'
import type { LineTable } from '../syntax/lines.ts'
import type { RuleContext } from '../rule.ts'
import type { Category } from './sanitizers.ts'
import { exportsOf } from '../roles/shape.ts'
import { Softening } from './flow.ts'
import { Trust } from './sources.ts'
import type { Flow } from './taint.ts'

/** A parameter of what a module exports: `find` and `Users().find` by the path that a caller takes to it. */
export interface ExportedParam {
  readonly name: string
  readonly index: number
}

/** An argument of a call into another module. */
export interface Handover {
  /** As written in the import. */
  readonly specifier: string
  readonly to: ExportedParam
  /** Where it comes from: outsiders, or a caller of this module. */
  readonly from: 'remote' | ExportedParam
  /** The uses in which it is still dangerous. */
  readonly categories: readonly Category[]
  readonly steps: readonly EvidenceStep[]
}

/** Trees are gone when flows are joined; places are kept. */
export interface RawHandover extends Omit<Handover, 'steps'> {
  readonly flow: Flow
  readonly call: CallNode
}

const CATEGORIES: readonly Category[] = ['html', 'url', 'path', 'shell', 'sql', 'nosql', 'code', 'regex', 'log', 'key', 'any']
/** Modules of the project by how they are imported: relative, rooted, or by a customary alias. */
const OWN_SPECIFIER = /^(?:\.{0,2}\/|@\/|~|#|\$lib|src\/)/
const MAX_CALLS = 400

/** Functions by the names under which importers reach them. */
export function exportedFunctions(program: Program): Map<FunctionNode, string> {
  const found = new Map<FunctionNode, string>()
  for (const { name, value, isType } of exportsOf(program.body)) if (value && !isType) addExport(name, unwrap(value), found)
  return found
}

/** Whether any of them is handed anything. */
export function takeParams(exported: ReadonlyMap<FunctionNode, string>): boolean {
  for (const { params } of exported.keys()) if (params.length > 0) return true
  return false
}

function addExport(name: string, value: Node, found: Map<FunctionNode, string>): void {
  if (isFunction(value)) found.set(value, name)
  else if (value.type === 'ClassDeclaration' || value.type === 'ClassExpression') addMethods(`${name}()`, value, found)
  else if (value.type === 'ObjectExpression') addEntries(name, value, found)
}

function addMethods(path: string, owner: Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>, found: Map<FunctionNode, string>): void {
  for (const member of owner.body.body) {
    const key = member.type === 'MethodDefinition' ? staticKey(member, member.key) : undefined
    if (member.type === 'MethodDefinition' && key !== undefined && isFunction(member.value)) found.set(member.value, key === 'constructor' ? path.slice(0, -2) : `${path}.${key}`)
  }
}

/** `module.exports = { find }` exports `find`; an exported object its members. */
function addEntries(name: string, owner: Extract<Node, { type: 'ObjectExpression' }>, found: Map<FunctionNode, string>): void {
  for (const entry of owner.properties) {
    const key = entry.type === 'Property' ? staticKey(entry, entry.key) : undefined
    const value = entry.type === 'Property' ? unwrap(entry.value) : undefined
    if (key !== undefined && value && isFunction(value)) found.set(value, name === 'default' ? key : `${name}.${key}`)
  }
}

/** The exported parameter that a flow starts from, if it does. */
export function exportedParamOf(flow: Flow, exported: ReadonlyMap<FunctionNode, string>, context: Pick<RuleContext, 'scopes'>): ExportedParam | undefined {
  const { origin } = flow
  if (flow.trust !== Trust.Parameter || origin.type !== 'Identifier') return undefined
  const binding = context.scopes.resolve(origin.name, origin.start)
  const name = binding?.kind === 'param' ? exported.get(binding.owner) : undefined
  return name !== undefined && binding?.kind === 'param' ? { name, index: binding.index } : undefined
}

/** Arguments that outsiders, or callers of an exported function, decide, in calls into modules of the project. */
export function findHandovers(specifiers: readonly string[], exported: ReadonlyMap<FunctionNode, string>, context: RuleContext): RawHandover[] {
  const own = ownModules(specifiers)
  if (own.length === 0 || (exported.size === 0 && !context.isExposed())) return []
  const handovers: RawHandover[] = []
  let asked = 0
  for (const [, calls] of context.scopes.callsByName()) {
    for (const call of calls) {
      const target = call.arguments.length > 0 ? targetOf(context.names.of(call.callee), own) : undefined
      if (!target || ++asked > MAX_CALLS) continue
      call.arguments.forEach((argument, index) => {
        const handover = handoverOf(argument, call, { specifier: target.specifier, to: { name: target.name, index } })
        if (handover) handovers.push(handover)
      })
    }
  }
  return handovers

  function handoverOf(argument: Node, call: CallNode, target: Pick<Handover, 'specifier' | 'to'>): RawHandover | undefined {
    const flow = context.trace(argument, 'any')
    const from = flow.trust === Trust.Remote ? 'remote' as const : exportedParamOf(flow, exported, context)
    if (from === undefined) return undefined
    return { ...target, from, categories: CATEGORIES.filter((category) => isDangerousAs(category, argument, flow)), flow, call }
  }

  /** Asks again for those uses alone in which something on the way may have made it harmless. */
  function isDangerousAs(category: Category, argument: Node, { trust, softening }: Flow): boolean {
    const mayDiffer = softening === Softening.Any || (softening === Softening.Addresses && category === 'url')
    return !mayDiffer || category === 'any' || context.trace(argument, category).trust >= trust
  }
}

/** A module of the project, and what canonical names of all that it exports begin with. */
interface OwnModule {
  readonly specifier: string
  readonly prefix: string
}

/** Longer specifiers first. */
function ownModules(specifiers: readonly string[]): OwnModule[] {
  const own = specifiers.filter((specifier) => OWN_SPECIFIER.test(specifier)).toSorted((left, right) => right.length - left.length)
  return own.map((specifier) => ({ specifier, prefix: `mod:${specifier}` }))
}

/** Module and export behind a canonical name: `mod:./users.find` is `find` of `./users`. */
function targetOf(name: string | undefined, own: readonly OwnModule[]): { specifier: string; name: string } | undefined {
  if (!name?.startsWith('mod:')) return undefined
  for (const { specifier, prefix } of own) {
    if (!name.startsWith(prefix)) continue
    const path = name.slice(prefix.length)
    if (!/^(?:$|[.(])/.test(path)) continue
    const member = path.replace(/^\.default(?=$|[.(])/, '')
    return { specifier, name: member === '' ? 'default' : member.startsWith('.') ? member.slice(1) : `default${member}` }
  }
  return undefined
}

/** Places instead of nodes. */
export function placeHandover({ flow, call, ...rest }: RawHandover, source: string, lines: LineTable, evidenceOf: (flow: Flow, sink: Node, source: string, lines: LineTable) => EvidenceStep[]): Handover {
  return { ...rest, steps: evidenceOf(flow, call, source, lines) }
}
