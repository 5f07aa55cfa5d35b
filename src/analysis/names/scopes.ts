/**
 * Collects the scope table of a module: who declares a name, what is ever written to it, who calls it.
 *
 * Built on the fused walk as plain lists; a name is resolved on demand, by its place in the text, so that a module
 * in which nothing is asked costs almost nothing. Flow order is not recorded: what is written anywhere counts.
 * Not covered: names made by `eval` and `with`.
 */
import { KIND_COUNT, Kind, memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, FunctionNode, Node } from '../syntax/ast.ts'
import { eachName } from './pattern-names.ts'
import { createResolver } from './resolution.ts'
import { WHOLE } from './scope-table.ts'
import type { Binding, FunctionRecord, MemberWrite, Path, Scope, ScopeTable, Write } from './scope-table.ts'
import { groupByOwner } from './write-order.ts'

export interface ScopeCollector {
  /** @returns Whether `exit` is wanted. */
  enter(node: Node, kind: Kind, parent: Node, parentKind: Kind): boolean
  /** A call, by the last word of its callee. */
  addCall(name: string, call: CallNode): void
  exit(node: Node, kind: Kind): void
  finish(): ScopeTable
}

export function createScopes(program: Node): ScopeCollector {
  return new Collector(program)
}

/** What a kind of node means for scopes, so that most nodes are passed with one look. */
const Job = { None: 0, Function: 1, Block: 2, Scope: 3, Declaration: 4 } as const

const JOBS = ((): Uint8Array => {
  const jobs = new Uint8Array(KIND_COUNT)
  const give = (job: number, ...kinds: readonly Kind[]): void => {
    for (const kind of kinds) jobs[kind] = job
  }
  give(Job.Function, Kind.FunctionDeclaration, Kind.FunctionExpression, Kind.ArrowFunctionExpression)
  give(Job.Block, Kind.BlockStatement)
  give(Job.Scope, Kind.ForStatement, Kind.ForInStatement, Kind.ForOfStatement, Kind.SwitchStatement, Kind.CatchClause)
  give(Job.Scope, Kind.StaticBlock, Kind.TSModuleDeclaration, Kind.ClassExpression, Kind.ClassDeclaration)
  give(Job.Declaration, Kind.VariableDeclarator, Kind.AssignmentExpression, Kind.ReturnStatement, Kind.ImportDeclaration)
  give(Job.Declaration, Kind.TSEnumDeclaration, Kind.TSImportEqualsDeclaration, Kind.LabeledStatement)
  return jobs
})()

interface Level {
  readonly node: Node
  readonly isFunction: boolean
  scope: Scope | undefined
}

function isFunctionKind(kind: Kind): boolean {
  return kind === Kind.FunctionDeclaration || kind === Kind.FunctionExpression || kind === Kind.ArrowFunctionExpression
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

class Collector implements ScopeCollector {
  private readonly root: Scope
  private readonly levels: Level[]
  private readonly functions = new Map<Node, FunctionRecord>()
  private readonly functionStack: FunctionRecord[] = []
  private readonly writes = new Map<string, Write[]>()
  private readonly memberWrites = new Map<string, MemberWrite[]>()
  private readonly calls = new Map<string, CallNode[]>()

  constructor(program: Node) {
    this.root = { start: 0, end: Number.POSITIVE_INFINITY, parent: undefined, children: [], bindings: new Map() }
    this.levels = [{ node: program, isFunction: true, scope: this.root }]
  }

  enter(node: Node, kind: Kind, parent: Node, parentKind: Kind): boolean {
    switch (JOBS[kind]) {
      case Job.Function:
        return this.enterFunction(node as FunctionNode)
      case Job.Block:
        // The body of a function shares the scope of its parameters.
        return !isFunctionKind(parentKind) && this.pushLevel(node, false)
      case Job.Scope:
        return this.enterScoped(node)
      case Job.Declaration:
        this.declareBy(node, parent)
        return false
      default:
        return false
    }
  }

  addCall(name: string, call: CallNode): void {
    push(this.calls, name, call)
  }

  exit(node: Node, kind: Kind): void {
    if (this.levels.at(-1)?.node !== node) return
    this.levels.pop()
    if (isFunctionKind(kind)) this.functionStack.pop()
  }

  finish(): ScopeTable {
    const { root, functions, writes, memberWrites, calls } = this
    const cache = new Map<Binding, Write[]>()
    const grouped = new Set<string>()
    let byOwner: Map<string, MemberWrite[]> | undefined
    const resolve = createResolver(root)
    return {
      root,
      functions,
      resolve,
      writesOf(binding) {
        // All bindings of one name at once: short names have hundreds of bindings, each with a share of thousands of writes.
        if (!grouped.has(binding.name)) {
          grouped.add(binding.name)
          for (const write of writes.get(binding.name) ?? []) {
            const target = resolve(write.name, write.at)
            if (target) push(cache, target, write)
          }
        }
        return cache.get(binding) ?? []
      },
      callsOf: (name) => calls.get(name) ?? [],
      callsByName: () => calls,
      memberWritesOf: (name) => memberWrites.get(name) ?? [],
      memberWritesTo: (object) => (byOwner ??= groupByOwner(memberWrites)).get(object) ?? [],
    }
  }

  private declareBy(node: Node, parent: Node): void {
    switch (node.type) {
      case 'VariableDeclarator':
        return this.declareVariable(node.id, node.init, parent)
      case 'AssignmentExpression':
        return this.assign(unwrap(node.left), node.right, node.operator !== '=')
      case 'ReturnStatement':
        return this.addReturn(node.argument)
      case 'ImportDeclaration':
        return this.declareImports(node)
      case 'TSEnumDeclaration':
        return this.declare({ kind: 'variable', name: node.id.name, scope: this.blockScope(), declaration: 'enum', node })
      case 'TSImportEqualsDeclaration':
        return this.declareImportEquals(node)
      case 'LabeledStatement':
        return this.declareReactive(node)
      default:
    }
  }

  private addReturn(value: Node | null): void {
    if (value) this.functionStack.at(-1)?.returns.push(value)
  }

  private declareImports(node: Extract<Node, { type: 'ImportDeclaration' }>): void {
    if (node.importKind === 'type') return
    for (const specifier of node.specifiers) {
      const imported = specifier.type === 'ImportSpecifier' ? importedName(specifier.imported) : specifier.type === 'ImportDefaultSpecifier' ? 'default' : '*'
      this.declare({ kind: 'import', name: specifier.local.name, scope: this.root, specifier: node.source.value, imported, node: specifier })
    }
  }

  private declareImportEquals(node: Extract<Node, { type: 'TSImportEqualsDeclaration' }>): void {
    const reference = node.moduleReference
    if (reference.type !== 'TSExternalModuleReference') return
    this.declare({ kind: 'import', name: node.id.name, scope: this.root, specifier: reference.expression.value, imported: '*', node })
  }

  private enterFunction(node: FunctionNode): boolean {
    if (node.type === 'FunctionDeclaration' && node.id) {
      this.declare({ kind: 'function', name: node.id.name, scope: this.blockScope(), node })
    }
    const record: FunctionRecord = { node, outer: this.functionStack.at(-1), returns: [] }
    this.functions.set(node, record)
    this.functionStack.push(record)
    this.levels.push({ node, isFunction: true, scope: undefined })
    const scope = this.blockScope()
    if (node.type === 'FunctionExpression' && node.id) this.declare({ kind: 'function', name: node.id.name, scope, node })
    node.params.forEach((param, index) => this.declareParam(param, node, index, scope))
    if (node.body && node.body.type !== 'BlockStatement') record.returns.push(node.body)
    return true
  }

  private declareParam(param: Node, owner: FunctionNode, index: number, scope: Scope): void {
    eachName(param, WHOLE, (name, path, node, fallback) => {
      this.declare({ kind: 'param', name, scope, owner, index, path, node })
      if (fallback) push(this.writes, name, { name, at: node.start, value: fallback, path: WHOLE, adds: false })
    })
  }

  private pushLevel(node: Node, isFunction: boolean): boolean {
    this.levels.push({ node, isFunction, scope: undefined })
    return true
  }

  private enterScoped(node: Node): boolean {
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') return this.enterClass(node)
    this.pushLevel(node, node.type === 'StaticBlock' || node.type === 'TSModuleDeclaration')
    if (node.type === 'CatchClause' && node.param) {
      const scope = this.blockScope()
      eachName(node.param, WHOLE, (name, _path, at) => {
        // Names have no parent; from this one the block whose errors it holds is looked for.
        ;(at as { parent?: Node }).parent = node
        this.declare({ kind: 'variable', name, scope, declaration: 'catch', node: at })
      })
    }
    if (node.type === 'ForOfStatement' || node.type === 'ForInStatement') this.declareLoop(node)
    return true
  }

  private enterClass(node: Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }>): boolean {
    if (!node.id) return false
    const isOwnScope = node.type === 'ClassExpression' && this.pushLevel(node, false)
    this.declare({ kind: 'variable', name: node.id.name, scope: this.blockScope(), declaration: 'class', node })
    return isOwnScope
  }

  private declareLoop(node: Extract<Node, { type: 'ForOfStatement' | 'ForInStatement' }>): void {
    const step: Path = [node.type === 'ForOfStatement' ? '*' : 'key']
    const target = node.left.type === 'VariableDeclaration' ? node.left.declarations[0]?.id : unwrap(node.left)
    if (target) this.bindWrites(target, node.right, step, false)
  }

  private declareVariable(id: Node, init: Node | null, declaration: Node): void {
    if (declaration.type !== 'VariableDeclaration') return
    const kind = declaration.kind === 'var' ? 'var' : declaration.kind === 'let' ? 'let' : 'const'
    const scope = kind === 'var' ? this.functionScope() : this.blockScope()
    eachName(id, WHOLE, (name, path, node, fallback) => {
      if (!(kind === 'var' && scope.bindings.get(name))) this.declare({ kind: 'variable', name, scope, declaration: kind, node })
      if (init) push(this.writes, name, { name, at: node.start, value: init, path, adds: false })
      if (fallback) push(this.writes, name, { name, at: node.start, value: fallback, path: WHOLE, adds: false })
    })
  }

  private assign(target: Node, value: Node, adds: boolean): void {
    if (target.type === 'MemberExpression') {
      push(this.memberWrites, memberName(target) ?? '*', { target, value })
    } else this.bindWrites(target, value, WHOLE, adds)
  }

  /** `$: name = …` of Svelte declares the name. */
  private declareReactive({ label, body }: Extract<Node, { type: 'LabeledStatement' }>): void {
    const expression = label.name === '$' && body.type === 'ExpressionStatement' ? unwrap(body.expression) : undefined
    if (expression?.type !== 'AssignmentExpression') return
    eachName(expression.left, WHOLE, (name, _path, node) => {
      if (!this.root.bindings.has(name)) this.declare({ kind: 'variable', name, scope: this.root, declaration: 'const', node })
    })
  }

  private bindWrites(target: Node, value: Node, prefix: Path, adds: boolean): void {
    eachName(target, prefix, (name, path, node) => push(this.writes, name, { name, at: node.start, value, path, adds }))
  }

  private declare(binding: Binding): void {
    binding.scope.bindings.set(binding.name, binding)
  }

  private blockScope(): Scope {
    return this.scopeOfLevel(this.levels.length - 1)
  }

  private functionScope(): Scope {
    for (let index = this.levels.length - 1; index >= 0; index--) {
      if (this.levels[index]?.isFunction) return this.scopeOfLevel(index)
    }
    return this.root
  }

  /** Makes the scopes of all levels around it first, so that scopes nest and children stay sorted by their start. */
  private scopeOfLevel(index: number): Scope {
    let scope = this.root
    for (let at = 0; at <= index; at++) {
      const level = this.levels[at]
      if (!level) break
      scope = level.scope ??= createScope(level.node, scope)
    }
    return scope
  }
}

function createScope(node: Node, parent: Scope): Scope {
  const scope: Scope = { start: node.start, end: node.end, parent, children: [], bindings: new Map() }
  parent.children.push(scope)
  return scope
}

function importedName(node: Node): string {
  return node.type === 'Literal' ? String(node.value) : node.type === 'Identifier' ? node.name : 'default'
}
