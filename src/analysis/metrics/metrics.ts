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
 *   Studio rolls it up; of a module without functions, the formula with G = 1 over its lines that are neither imports nor types.
 */
import { KIND_COUNT, Kind } from '../syntax/ast.ts'
import type { AssignmentExpression, FunctionNode, MemberExpression, Node } from '../syntax/ast.ts'
import { createCognitive } from './cognitive.ts'
import type { Cognitive, CognitiveCollector } from './cognitive.ts'
import { addHalstead, createHalsteadCounter } from './halstead.ts'
import type { Halstead, HalsteadCounter, Word } from './halstead.ts'
import type { LineTable } from '../syntax/lines.ts'
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
  const halstead = createHalsteadCounter().measureAll()
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
  classic: number
  modified: number
  depth: number
  nesting: number
}

/** A function whose end was met. */
interface Done {
  readonly frame: Frame
  readonly cognitive: Cognitive
  readonly halstead: Halstead
}

export interface MetricsCollector {
  /** @returns Whether `exit` is wanted. */
  enter(node: Node, kind: Kind, parent: Node, parentKind: Kind, key: string): boolean
  exit(node: Node, kind: Kind): void
  /** Whether the module holds an identifier, or a quoted text, that is exactly this. */
  holds(word: Word): boolean
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

/** What a kind of node may mean for a metric, so that most nodes are passed with one look. */
const Meaning = { Function: 1, Branch: 2, Nesting: 4 } as const

const MEANINGS = ((): Uint8Array => {
  const table = new Uint8Array(KIND_COUNT)
  const add = (meaning: number, ...kinds: readonly Kind[]): void => {
    for (const kind of kinds) table[kind] = (table[kind] ?? 0) | meaning
  }
  add(Meaning.Function, Kind.FunctionDeclaration, Kind.FunctionExpression, Kind.ArrowFunctionExpression, Kind.StaticBlock)
  add(Meaning.Branch, Kind.IfStatement, Kind.ForStatement, Kind.ForInStatement, Kind.ForOfStatement, Kind.WhileStatement, Kind.DoWhileStatement, Kind.CatchClause)
  add(Meaning.Branch, Kind.ConditionalExpression, Kind.LogicalExpression, Kind.AssignmentPattern, Kind.SwitchStatement, Kind.SwitchCase)
  add(Meaning.Branch, Kind.MemberExpression, Kind.CallExpression, Kind.AssignmentExpression)
  add(Meaning.Nesting, Kind.IfStatement, Kind.ForStatement, Kind.ForInStatement, Kind.ForOfStatement, Kind.WhileStatement, Kind.DoWhileStatement, Kind.SwitchStatement, Kind.TryStatement)
  return table
})()

/** Half of all nodes and more: nothing is in them that could be nested, and they branch nowhere. */
function isLeaf(kind: Kind): boolean {
  return kind === Kind.Identifier || kind === Kind.Literal
}

/** As what the code path of ESLint starts at this node. */
function functionKindOf(kind: Kind, parent: Node, key: string): FunctionKind {
  if (kind === Kind.ArrowFunctionExpression) return 'arrow'
  if (kind === Kind.FunctionDeclaration) return 'function'
  if (kind === Kind.FunctionExpression) {
    const isMethod = parent.type === 'MethodDefinition' || (parent.type === 'Property' && (parent.method || parent.kind !== 'init'))
    return isMethod && key === 'value' ? 'method' : 'function'
  }
  return 'static-block'
}

class Collector implements MetricsCollector {
  private readonly frames: Frame[]
  private readonly done: Done[] = []
  private readonly halstead: HalsteadCounter = createHalsteadCounter()
  private readonly cognitive: CognitiveCollector = createCognitive()
  private top: Frame
  /** Statements around the current node that indent. */
  private readonly indenting: Node[] = []

  constructor(program: Node) {
    this.top = createFrame(program, 'module')
    this.frames = [this.top]
  }

  enter(node: Node, kind: Kind, parent: Node, parentKind: Kind, key: string): boolean {
    const isField = parentKind === Kind.PropertyDefinition && key === 'value'
    if (isField || !isLeaf(kind)) return this.enterInner(node, kind, parent, parentKind, key, isField)
    this.halstead.count(node, kind)
    return false
  }

  private enterInner(node: Node, kind: Kind, parent: Node, parentKind: Kind, key: string, isField: boolean): boolean {
    const meaning = MEANINGS[kind] as number
    if (isField) this.push(node, 'class-field', parentKind, key)
    if (meaning & Meaning.Function) this.push(node, functionKindOf(kind, parent, key), parentKind, key)
    const isNested = this.cognitive.enter(node, kind, parent, parentKind, key)
    this.halstead.count(node, kind)
    if (meaning & Meaning.Branch) this.branch(node, kind)
    const isIndenting = (meaning & Meaning.Nesting) !== 0 && this.indent(node, kind, parentKind, key)
    return isField || isNested || isIndenting || (meaning & Meaning.Function) !== 0
  }

  exit(node: Node, kind: Kind): void {
    this.cognitive.exit(node, kind)
    if (this.indenting.at(-1) === node) {
      this.indenting.pop()
      this.top.depth--
    }
    // A field whose value is a function ends two frames at once.
    while (this.top.node === node) this.pop()
  }

  holds(word: Word): boolean {
    return this.halstead.holds(word)
  }

  finish(lines: LineTable, textLength: number): { functions: FunctionMetrics[]; module: ModuleMetrics } {
    const functions = this.done.map((each) => measure(each, lines))
    functions.sort((left, right) => left.start - right.start || right.end - left.end)
    const halstead = this.halstead.measureAll()
    const cyclomatic = functions.reduce((sum, each) => sum + each.cyclomatic.classic, 0)
    const codeLines = lines.codeLinesBetween(0, textLength)
    const module: ModuleMetrics = {
      lines: lines.lineCount,
      codeLines,
      halstead,
      maintainability: rollUp(functions, halstead.volume, functions.length === 0 ? plainLines(this.top.node, lines) : codeLines),
      cyclomatic,
      cognitive: functions.reduce((sum, each) => sum + each.cognitive.sonar, 0),
      functionCount: functions.length,
    }
    return { functions, module }
  }

  private push(node: Node, kind: FunctionKind, parentKind: Kind, key: string): void {
    this.top = createFrame(node, kind)
    this.frames.push(this.top)
    this.halstead.open()
    this.cognitive.enterFunction(node, kind, parentKind, key)
  }

  /** An `else if` does not indent further. */
  private indent(node: Node, kind: Kind, parentKind: Kind, key: string): boolean {
    if (kind === Kind.IfStatement && parentKind === Kind.IfStatement && key === 'alternate') return false
    this.indenting.push(node)
    this.top.nesting = Math.max(this.top.nesting, ++this.top.depth)
    return true
  }

  private pop(): void {
    const frame = this.frames.pop()
    const next = this.frames.at(-1)
    if (!frame || !next) return
    this.top = next
    this.done.push({ frame, cognitive: this.cognitive.exitFunction(), halstead: this.halstead.close() })
  }

  private branch(node: Node, kind: Kind): void {
    if (kind === Kind.SwitchStatement) this.top.modified++
    else if (kind === Kind.SwitchCase) {
      if (node.type === 'SwitchCase' && node.test) this.top.classic++
    } else if (kind < Kind.AssignmentExpression || isHiddenBranch(node, kind)) {
      this.top.classic++
      this.top.modified++
    }
  }
}

function measure({ frame, cognitive, halstead }: Done, lines: LineTable): FunctionMetrics {
  const { node } = frame
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

function rollUp(functions: readonly FunctionMetrics[], volume: number, codeLines: number): number {
  if (functions.length === 0) return maintainabilityIndex(volume, 1, codeLines)
  return functions.reduce((sum, each) => sum + each.maintainability, 0) / functions.length
}

/** Lines of top-level statements that are left when the module runs, imports aside. */
function plainLines(program: Node, lines: LineTable): number {
  if (program.type !== 'Program') return 0
  const plain = program.body.filter(({ type }) => !/^(?:Import|TSInterface|TSTypeAlias|ExportAll)/.test(type)).filter((node) => !(node.type === 'ExportNamedDeclaration' && (node.exportKind === 'type' || node.declaration?.type.startsWith('TSInterface') || node.source)))
  return plain.reduce((sum, { start, end }) => sum + lines.codeLinesBetween(start, end), 0)
}

function createFrame(node: Node, kind: Frame['kind']): Frame {
  return { node, kind, classic: 1, modified: 1, depth: 0, nesting: 0 }
}

/** Optional links and logical assignments branch without a keyword. */
function isHiddenBranch(node: Node, kind: Kind): boolean {
  if (kind !== Kind.AssignmentExpression) return (node as MemberExpression).optional
  const { operator } = node as AssignmentExpression
  return operator === '&&=' || operator === '||=' || operator === '??='
}
