/** What a source file imports, and what it declares at its top level, by a real parser. */
import { readFileSync, readdirSync } from 'node:fs'
import { join, relative, resolve, sep } from 'node:path'
import { parseSync } from 'oxc-parser'
import { REPOSITORY } from './playgrounds.ts'

export interface Import {
  readonly specifier: string
  /** Erased by the compiler. */
  readonly isType: boolean
}

export interface SourceFile {
  /** Relative to the repository, with slashes. */
  readonly path: string
  readonly text: string
  readonly imports: readonly Import[]
  /** `let` and `var` at the top level, as written. */
  readonly variables: readonly string[]
  /** Dotted names that are called or constructed without arguments, such as `Date.now`. */
  readonly calls: ReadonlySet<string>
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [name: string]: unknown
}

/** All files of a folder of the repository, TypeScript alone. */
export function sourceFiles(folder: string): SourceFile[] {
  return readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.ts')).sort().map(path => readSource(join(folder, path)))
}

/** The path in the repository of what a relative import names, or `null` for a package. */
export function targetOf(file: SourceFile, { specifier }: Import): string | null {
  if (!specifier.startsWith('.')) return null
  return toSlashes(relative(REPOSITORY, resolve(REPOSITORY, file.path, '..', specifier)))
}

function readSource(path: string): SourceFile {
  return parseSource(toSlashes(path), readFileSync(join(REPOSITORY, path), 'utf8'))
}

/** @throws Error when the text does not parse. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text)
  if (errors.length > 0) throw new Error(`${path} does not parse: ${errors[0]!.message}`)
  const imports: Import[] = []
  const calls = new Set<string>()
  walk(program as unknown as Node, node => {
    const specifier = specifierOf(node)
    if (specifier !== null) imports.push({ specifier, isType: isErased(node) })
    if ((node.type === 'CallExpression' || node.type === 'NewExpression') && (node['arguments'] as unknown[]).length === 0) {
      const { start, end } = node['callee'] as Node
      calls.add(text.slice(start, end))
    }
  })
  return { path, text, imports, variables: variablesOf(program.body as unknown as Node[], text), calls }
}

function variablesOf(body: readonly Node[], text: string): string[] {
  return body.map(node => (node.type === 'ExportNamedDeclaration' ? node['declaration'] as Node | null : node) ?? node)
    .filter(node => node.type === 'VariableDeclaration' && node['kind'] !== 'const').map(node => text.slice(node.start, node.end).split('\n', 1)[0]!)
}

function specifierOf(node: Node): string | null {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
    case 'TSImportType': return literalOf(node['source'] ?? node['argument'])
    case 'CallExpression': return (node['callee'] as Node)['name'] === 'require' ? literalOf((node['arguments'] as unknown[])[0]) : null
    default: return null
  }
}

function literalOf(value: unknown): string | null {
  const literal = (value as { value?: unknown } | null | undefined)?.value
  return typeof literal === 'string' ? literal : null
}

function isErased(node: Node): boolean {
  return node.type === 'TSImportType' || node['importKind'] === 'type' || node['exportKind'] === 'type'
}

function walk(node: Node, visit: (node: Node) => void): void {
  visit(node)
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === 'object' && typeof (child as Node).type === 'string') walk(child as Node, visit)
    }
  }
}

function toSlashes(path: string): string {
  return path.replaceAll(sep, '/')
}
