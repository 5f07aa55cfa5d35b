/**
 * Metrics of functions and of the module, gathered on the fused walk.
 *
 * - Cyclomatic: McCabe's number as ESLint's `complexity` counts it, classic and modified (a `switch` counts once).
 *   Class field initializers and static blocks are functions of their own, as they are there.
 * - Cognitive, `sonar`: as eslint-plugin-sonarjs reports it for each function, code of nested functions excluded, `||`
 *   and `??` free, JSX short circuits free. One difference: there, nesting leaks behind a ternary one of whose
 *   branches is a function; here it does not. `sonarLeak` is what that plugin would add for it.
 * - Cognitive, `whitePaper`: as the paper of G. A. Campbell (version 1.7) defines it: nested functions add to the one
 *   around them and deepen nesting, each run of like `&&` or `||` adds one, direct recursion adds one.
 * - Maintainability index: Visual Studio's, max(0, 100 · (171 − 5.2 ln V − 0.23 G − 16.2 ln L) / 171), with V Halstead's
 *   volume, G classic cyclomatic and L the lines that hold code. The module's is the mean of its functions', as Visual
 *   Studio rolls it up; of a module without functions, the formula over the whole text with G = 1.
 */
import { Kind, SHAPES } from './ast.ts'
import type { FunctionNode, Node } from './ast.ts'
import { createCognitive } from './cognitive.ts'
import type { Cognitive, CognitiveCollector } from './cognitive.ts'
import { addHalstead, createHalsteadCounter } from './halstead.ts'
import type { Halstead, HalsteadCounter, TokenList } from './halstead.ts'
import type { LineTable } from './lines.ts'
import { nameOfFunction } from './function-name.ts'

export type FunctionKind = 'function' | 'arrow' | 'method' | 'class-field' | 'static-block'

export interface FunctionMetrics {
  /** As a reader would name it: `name`, `Class.method`, or `<anonymous>`. */
  readonly name: string
  readonly kind: FunctionKind
  /** UTF-16 offsets of the node. */
  readonly start: number
  readonly end: number
  readonly line: number
  readonly cyclomatic: { readonly classic: number; readonly modified: number }
  readonly cognitive: Cognitive
  readonly halstead: Halstead
  /** 0–100, higher is better. */
  readonly maintainability: number
  /** Lines from the first to the last, and those of them that hold code; nested functions included. */
  readonly lines: number
  readonly codeLines: number
  /** Deepest nesting of control statements, nested functions excluded. */
  readonly nesting: number
  readonly params: number
}

export interface ModuleMetrics {
  readonly lines: number
  readonly codeLines: number
  readonly halstead: Halstead
  readonly maintainability: number
  /** Sums over the functions, classic. */
  readonly cyclomatic: number
  readonly cognitive: number
  readonly functionCount: number
}

/** Of a text in which nothing could be parsed. */
export function emptyModuleMetrics(lines: LineTable, textLength: number): ModuleMetrics {
  const halstead = createHalsteadCounter().measure([])
  const codeLines = lines.codeLinesBetween(0, textLength)
  return { lines: lines.lineCount, codeLines, halstead, maintainability: maintainabilityIndex(0, 1, codeLines), cyclomatic: 0, cognitive: 0, functionCount: 0 }
}

/** Of the blocks of one module; distinct words of different blocks are counted in each. */
export function sumModuleMetrics(parts: readonly ModuleMetrics[]): ModuleMetrics {
  const [first] = parts
  if (!first) throw new TypeError('A module has at least one block.')
  return parts.slice(1).reduce((sum, part) => {
    const halstead = addHalstead(sum.halstead, part.halstead)
    const functionCount = sum.functionCount + part.functionCount
    const weighted = sum.maintainability * sum.functionCount + part.maintainability * part.functionCount
    return {
      ...sum,
      halstead,
      cyclomatic: sum.cyclomatic + part.cyclomatic,
      maintainability: functionCount === 0 ? maintainabilityIndex(halstead.volume, 1, sum.codeLines) : weighted / functionCount,
      cognitive: sum.cognitive + part.cognitive,
      functionCount,
    }
  }, first)
}

interface Frame {
  readonly node: Node
  readonly kind: FunctionKind | 'module'
  readonly tokens: TokenList
  classic: number
  modified: number
  depth: number
  nesting: number
}

export interface MetricsCollector {
  enter(node: Node, kind: Kind, parent: Node, key: string): void
  exit(node: Node, kind: Kind): void
  /** Whether the module holds an identifier, or a quoted text, that is exactly this. */
  holds(word: string): boolean
  /** @param lines Line table of the whole text. @returns Functions in source order. */
  finish(lines: LineTable, textLength: number): { functions: FunctionMetrics[]; module: ModuleMetrics }
}

export function createMetrics(program: Node): MetricsCollector {
  return new Collector(program)
}

/** 100 · (171 − 5.2 ln V − 0.23 G − 16.2 ln L) / 171, within 0–100; 100 for nothing. */
export function maintainabilityIndex(volume: number, cyclomatic: number, codeLines: number): number {
  const raw = 171 - 5.2 * Math.log(Math.max(1, volume)) - 0.23 * cyclomatic - 16.2 * Math.log(Math.max(1, codeLines))
  return Math.min(100, Math.max(0, (raw * 100) / 171))
}

/** Whether the code path of ESLint starts at this node, and as what. */
function functionKindOf(node: Node, kind: Kind, parent: Node, key: string): FunctionKind | undefined {
  if (kind === Kind.ArrowFunctionExpression) return 'arrow'
  if (kind === Kind.FunctionDeclaration) return 'function'
  if (kind === Kind.FunctionExpression) {
    const isMethod = parent.type === 'MethodDefinition' || (parent.type === 'Property' && (parent.method || parent.kind !== 'init'))
    return isMethod && key === 'value' ? 'method' : 'function'
  }
  return kind === Kind.StaticBlock ? 'static-block' : undefined
}

class Collector implements MetricsCollector {
  private readonly frames: Frame[]
  private readonly done: { frame: Frame; cognitive: Cognitive }[] = []
  private readonly all: TokenList[] = []
  private readonly halstead: HalsteadCounter = createHalsteadCounter()
  private readonly cognitive: CognitiveCollector = createCognitive()
  private top: Frame

  constructor(program: Node) {
    this.top = createFrame(program, 'module')
    this.frames = [this.top]
  }

  enter(node: Node, kind: Kind, parent: Node, key: string): void {
    if (parent.type === 'PropertyDefinition' && key === 'value') this.push(node, 'class-field')
    const functionKind = functionKindOf(node, kind, parent, key)
    if (functionKind) this.push(node, functionKind)
    this.cognitive.enter(node, kind, parent, key)
    this.halstead.count(node, kind, this.top.tokens)
    this.branch(node, kind)
    if (isNestingStatement(node, kind, parent)) this.top.nesting = Math.max(this.top.nesting, ++this.top.depth)
    // The walk does not leave what has no children; a field such as `x = 1` ends here.
    if (this.top.node === node && SHAPES[node.type]?.keys.length === 0) this.pop()
  }

  exit(node: Node, kind: Kind): void {
    this.cognitive.exit(node, kind)
    if (isNestingStatement(node, kind, node.parent ?? node)) this.top.depth--
    // A field whose value is a function ends two frames at once.
    while (this.top.node === node) this.pop()
  }

  holds(word: string): boolean {
    return this.halstead.holds(word)
  }

  finish(lines: LineTable, textLength: number): { functions: FunctionMetrics[]; module: ModuleMetrics } {
    this.all.push(this.top.tokens)
    const functions = this.done.map(({ frame, cognitive }) => this.measure(frame, cognitive, lines))
    functions.sort((left, right) => left.start - right.start || right.end - left.end)
    const halstead = this.halstead.measure(this.all)
    const cyclomatic = functions.reduce((sum, each) => sum + each.cyclomatic.classic, 0)
    const codeLines = lines.codeLinesBetween(0, textLength)
    const module: ModuleMetrics = {
      lines: lines.lineCount,
      codeLines,
      halstead,
      maintainability: rollUp(functions, halstead.volume, codeLines),
      cyclomatic,
      cognitive: functions.reduce((sum, each) => sum + each.cognitive.sonar, 0),
      functionCount: functions.length,
    }
    return { functions, module }
  }

  private push(node: Node, kind: FunctionKind): void {
    this.top = createFrame(node, kind)
    this.frames.push(this.top)
    this.cognitive.enterFunction(node, kind)
  }

  private pop(): void {
    const frame = this.frames.pop()
    const next = this.frames.at(-1)
    if (!frame || !next) return
    this.top = next
    this.all.push(frame.tokens)
    this.done.push({ frame, cognitive: this.cognitive.exitFunction() })
  }

  private branch(node: Node, kind: Kind): void {
    const { top } = this
    switch (kind) {
      case Kind.IfStatement: case Kind.ForStatement: case Kind.ForInStatement: case Kind.ForOfStatement: case Kind.WhileStatement:
      case Kind.DoWhileStatement: case Kind.CatchClause: case Kind.ConditionalExpression: case Kind.LogicalExpression: case Kind.AssignmentPattern:
        top.classic++
        top.modified++
        break
      case Kind.SwitchStatement:
        top.modified++
        break
      case Kind.SwitchCase:
        if (node.type === 'SwitchCase' && node.test) top.classic++
        break
      default:
        if (isHiddenBranch(node)) {
          top.classic++
          top.modified++
        }
    }
  }

  private measure(frame: Frame, cognitive: Cognitive, lines: LineTable): FunctionMetrics {
    const { node } = frame
    const halstead = this.halstead.measure([frame.tokens])
    const first = lines.positionAt(node.start).line
    const codeLines = lines.codeLinesBetween(node.start, node.end)
    return {
      name: nameOfFunction(node),
      kind: frame.kind === 'module' ? 'function' : frame.kind,
      start: node.start,
      end: node.end,
      line: first,
      cyclomatic: { classic: frame.classic, modified: frame.modified },
      cognitive,
      halstead,
      maintainability: maintainabilityIndex(halstead.volume, frame.classic, codeLines),
      lines: lines.positionAt(Math.max(node.start, node.end - 1)).line - first + 1,
      codeLines,
      nesting: frame.nesting,
      params: frame.kind === 'class-field' || frame.kind === 'static-block' ? 0 : (node as FunctionNode).params.length,
    }
  }
}

function rollUp(functions: readonly FunctionMetrics[], volume: number, codeLines: number): number {
  if (functions.length === 0) return maintainabilityIndex(volume, 1, codeLines)
  return functions.reduce((sum, each) => sum + each.maintainability, 0) / functions.length
}

function createFrame(node: Node, kind: Frame['kind']): Frame {
  return { node, kind, tokens: [], classic: 1, modified: 1, depth: 0, nesting: 0 }
}

/** Optional links and logical assignments branch without a keyword. */
function isHiddenBranch(node: Node): boolean {
  switch (node.type) {
    case 'MemberExpression':
    case 'CallExpression':
      return node.optional
    case 'AssignmentExpression':
      return node.operator === '&&=' || node.operator === '||=' || node.operator === '??='
    default:
      return false
  }
}

/** Statements that indent; an `else if` does not indent further. */
function isNestingStatement(node: Node, kind: Kind, parent: Node): boolean {
  if (kind === Kind.IfStatement) return !(parent.type === 'IfStatement' && parent.alternate === node)
  return (kind >= Kind.ForStatement && kind <= Kind.SwitchStatement) || kind === Kind.TryStatement
}
