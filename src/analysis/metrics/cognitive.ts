/**
 * Cognitive complexity, both variants in one go; `metrics.ts` says what each counts.
 */
import { KIND_COUNT, Kind } from '../syntax/ast.ts'
import type { Node } from '../syntax/ast.ts'

export interface Cognitive {
  readonly sonar: number
  /** What eslint-plugin-sonarjs adds to `sonar` because its nesting leaks; 0 almost everywhere. */
  readonly sonarLeak: number
  readonly whitePaper: number
}

interface Frame {
  readonly name: string | undefined
  sonar: number
  /** Control nesting within this function alone. */
  nesting: number
  leakedLevels: number
  sonarLeak: number
  whitePaper: number
  isRecursive: boolean
  /** `nesting` of the whole walk when this function began, itself included. */
  readonly base: number
  /** False for class fields and static blocks, which SonarJS does not see as functions. */
  readonly isFunction: boolean
}

export interface CognitiveCollector {
  enterFunction(node: Node, kind: string, parentKind: Kind, key: string): void
  exitFunction(): Cognitive
  /** After `enterFunction` where the node is a function. @returns Whether `exit` is wanted. */
  enter(node: Node, kind: Kind, parent: Node, parentKind: Kind, key: string): boolean
  /** Before `exitFunction`. */
  exit(node: Node, kind: Kind): void
}

export function createCognitive(): CognitiveCollector {
  return new Collector()
}

class Collector implements CognitiveCollector {
  private readonly frames: Frame[] = []
  /** Levels of control and of nested functions around the current node. */
  private nesting = 0
  /** Nodes around the current one that deepen nesting by where they stand. */
  private readonly nested: Node[] = []

  enterFunction(node: Node, kind: string, parentKind: Kind, key: string): void {
    const isFunction = kind !== 'class-field' && kind !== 'static-block'
    const outer = this.sonarFrame()
    // The nesting of a ternary branch that is itself a function lies outside of that function.
    if (isFunction && outer && nests(Kind.FunctionExpression, parentKind, key)) {
      this.nested.push(node)
      outer.nesting++
      this.nesting++
    }
    if (this.frames.length > 0 && isFunction) this.nesting++
    this.frames.push({ name: ownName(node), sonar: 0, nesting: 0, leakedLevels: 0, sonarLeak: 0, whitePaper: 0, isRecursive: false, base: this.nesting, isFunction })
  }

  exitFunction(): Cognitive {
    const frame = this.frames.pop()
    if (!frame) return { sonar: 0, sonarLeak: 0, whitePaper: 0 }
    if (this.frames.length > 0 && frame.isFunction) this.nesting--
    return { sonar: frame.sonar, sonarLeak: frame.sonarLeak, whitePaper: frame.whitePaper }
  }

  enter(node: Node, kind: Kind, parent: Node, parentKind: Kind, key: string): boolean {
    const isNested = !isFunctionKind(kind) && NESTING_PARENTS[parentKind] === 1 && nests(kind, parentKind, key)
    if (isNested) {
      this.nested.push(node)
      this.nest(1)
    }
    if (COUNTED[kind] === 1) this.count(node, kind, parent, parentKind, key)
    return isNested
  }

  exit(node: Node, kind: Kind): void {
    if (this.nested.at(-1) !== node) return
    this.nested.pop()
    if (!isFunctionKind(kind)) return this.nest(-1)
    // Runs before `exitFunction`: the frame around the function is the last but one.
    const outer = this.sonarFrame(1)
    if (!outer) return
    outer.nesting--
    outer.leakedLevels++
    this.nesting--
  }

  private count(node: Node, kind: Kind, parent: Node, parentKind: Kind, key: string): void {
    switch (kind) {
      case Kind.IfStatement:
        this.branch(node, parentKind, key)
        break
      case Kind.BreakStatement: case Kind.ContinueStatement:
        if ('label' in node && node.label) this.flat(1, 1)
        break
      case Kind.LogicalExpression:
        if (parentKind !== Kind.LogicalExpression) this.logical(node, parent)
        break
      case Kind.CallExpression:
        this.recursion(node)
        break
      default:
        this.structural()
    }
  }

  /** The frame that SonarJS would take: fields and static blocks belong to the function around them. */
  private sonarFrame(skip = 0): Frame | undefined {
    for (let index = this.frames.length - 1 - skip; index >= 0; index--) {
      const frame = this.frames[index]
      if (frame?.isFunction) return frame
    }
    return undefined
  }

  private nest(by: 1 | -1): void {
    this.nesting += by
    const frame = this.sonarFrame()
    if (frame) frame.nesting += by
  }

  private branch(node: Node, parentKind: Kind, key: string): void {
    if (parentKind === Kind.IfStatement && key === 'alternate') this.flat(1, 1)
    else this.structural()
    if (node.type === 'IfStatement' && node.alternate && node.alternate.type !== 'IfStatement') this.flat(1, 1)
  }

  private structural(): void {
    const frame = this.sonarFrame()
    if (frame) {
      frame.sonar += frame.nesting + 1
      frame.sonarLeak += frame.leakedLevels
    }
    for (const each of this.frames) each.whitePaper += this.nesting - each.base + 1
  }

  private flat(sonar: number, whitePaper: number): void {
    const frame = this.sonarFrame()
    if (frame) frame.sonar += sonar
    if (whitePaper > 0) for (const each of this.frames) each.whitePaper += whitePaper
  }

  private logical(node: Node, parent: Node): void {
    const operators = operatorsOf(node)
    let sonar = 0
    let whitePaper = 0
    const isShortCircuit = parent.type === 'JSXExpressionContainer' && isUniform(node)
    for (let index = 0; index < operators.length; index++) {
      const isNewRun = operators[index] !== operators[index - 1]
      if (operators[index] === '&&' && isNewRun && !isShortCircuit) sonar++
      if (operators[index] !== '??' && isNewRun) whitePaper++
    }
    this.flat(sonar, whitePaper)
  }

  private recursion(node: Node): void {
    if (node.type !== 'CallExpression' || node.callee.type !== 'Identifier') return
    const frame = this.sonarFrame()
    if (!frame || frame.isRecursive || frame.name !== node.callee.name) return
    frame.isRecursive = true
    this.flat(0, 1)
  }
}

function ownName(node: Node): string | undefined {
  return 'id' in node && node.id?.type === 'Identifier' ? node.id.name : undefined
}

function isFunctionKind(kind: Kind): boolean {
  return kind === Kind.FunctionDeclaration || kind === Kind.FunctionExpression || kind === Kind.ArrowFunctionExpression
}

function tableOf(kinds: readonly Kind[]): Uint8Array {
  const table = new Uint8Array(KIND_COUNT)
  for (const kind of kinds) table[kind] = 1
  return table
}

const LOOPS: readonly Kind[] = [Kind.ForStatement, Kind.ForInStatement, Kind.ForOfStatement, Kind.WhileStatement, Kind.DoWhileStatement]
const COUNTED = tableOf([
  ...LOOPS, Kind.IfStatement, Kind.SwitchStatement, Kind.CatchClause, Kind.ConditionalExpression, Kind.BreakStatement, Kind.ContinueStatement, Kind.LogicalExpression, Kind.CallExpression,
])
const NESTING_PARENTS = tableOf([...LOOPS, Kind.IfStatement, Kind.CatchClause, Kind.ConditionalExpression, Kind.SwitchStatement])

/** Whether a node deepens nesting by where it stands. */
function nests(kind: Kind, parentKind: Kind, key: string): boolean {
  switch (parentKind) {
    case Kind.IfStatement:
      return key === 'consequent' || (key === 'alternate' && kind !== Kind.IfStatement)
    case Kind.ConditionalExpression:
      return key !== 'test'
    case Kind.SwitchStatement:
      return kind === Kind.SwitchCase
    default:
      return NESTING_PARENTS[parentKind] === 1 && key === 'body'
  }
}

/** Operators of a tree of logical expressions in source order; iterative, because such trees can be thousands deep. */
function operatorsOf(root: Node): string[] {
  const operators: string[] = []
  const pending: (Node | string)[] = [root]
  while (pending.length > 0) {
    const item = pending.pop()
    if (typeof item === 'string') operators.push(item)
    else if (item?.type === 'LogicalExpression') pending.push(item.right, item.operator, item.left)
  }
  return operators
}

/** One operator throughout and no ternary among the operands: JSX that renders under a condition. */
function isUniform(root: Node): boolean {
  if (root.type !== 'LogicalExpression') return false
  const pending: Node[] = [root]
  while (pending.length > 0) {
    const item = pending.pop()
    if (item?.type === 'ConditionalExpression') return false
    if (item?.type !== 'LogicalExpression') continue
    if (item.operator !== root.operator) return false
    pending.push(item.left, item.right)
  }
  return true
}
