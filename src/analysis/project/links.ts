/**
 * What ties a module to others, as its source says: imports with the names that they ask for, exports, and the
 * environment variables that it reads. Types are left out: they are gone before anything is linked.
 *
 * Pure, and about one module: what a specifier resolves to is the graph's business (`graph.ts`).
 */
import type { EcmaScriptModule, ExportImportName, ImportName } from 'oxc-parser'
import type { Node } from '../syntax/ast.ts'
import type { LineTable } from '../syntax/lines.ts'
import type { ParsedModule } from '../syntax/parse.ts'
import type { ScopeTable } from '../names/scope-table.ts'
import { exportsOf } from '../roles/shape.ts'

export interface ImportLink {
  readonly specifier: string
  /** As the exporter calls them; `*` for the whole namespace; empty for an import that is only evaluated. */
  readonly names: readonly string[]
  /** Of a re-export, what each of `names` is exported as, `*` for `export *`; else empty. */
  readonly as: readonly string[]
  /** `lazy`: by `import()`. */
  readonly kind: 'static' | 'lazy' | 'reexport' | 'require'
  readonly line: number
}

export interface EnvRead {
  /** Such as `import.meta.env.VITE_API`. */
  readonly text: string
  readonly name: string
  readonly line: number
  readonly column: number
}

export interface Links {
  readonly imports: readonly ImportLink[]
  /** Names that others can import, re-exports by name included; `export *` is an import link alone. */
  readonly exports: readonly { readonly name: string; readonly line: number }[]
  readonly env: readonly EnvRead[]
}

/** One block of code, parsed and walked. */
export interface LinkedBlock {
  readonly parsed: ParsedModule
  readonly scopes: ScopeTable
}

export function linksOf(blocks: readonly LinkedBlock[], source: string, lines: LineTable): Links {
  const lineAt = (at: number): number => lines.positionAt(at).line
  return {
    imports: blocks.flatMap(({ parsed, scopes }) => [...staticLinks(parsed.module, lineAt), ...lazyLinks(parsed.module, source, lineAt), ...requireLinks(scopes, lineAt)]),
    exports: blocks.flatMap(({ parsed }) => exportLinks(parsed, lineAt)),
    env: envReads(source, blocks.flatMap(({ parsed }) => parsed.comments), lines),
  }
}

function staticLinks(module: EcmaScriptModule, lineAt: (at: number) => number): ImportLink[] {
  return [...importLinks(module, lineAt), ...reexportLinks(module, lineAt)]
}

/** One for each module that is re-exported, in order. */
function reexportLinks(module: EcmaScriptModule, lineAt: (at: number) => number): ImportLink[] {
  const reexported = new Map<string, { names: string[]; as: string[]; line: number }>()
  for (const { start, entries } of module.staticExports) {
    for (const { moduleRequest, importName, exportName, isType } of entries) {
      // `import { a } from './x'; export { a }` is one link: the import tells of it below.
      if (moduleRequest === null || isType || moduleRequest.start < start) continue
      const link = reexported.get(moduleRequest.value) ?? { names: [], as: [], line: lineAt(start) }
      link.names.push(importedName(importName))
      link.as.push(exportName.kind === 'None' ? '*' : exportName.name ?? 'default')
      reexported.set(moduleRequest.value, link)
    }
  }
  return Array.from(reexported, ([specifier, link]): ImportLink => ({ specifier, kind: 'reexport', ...link }))
}

function importLinks(module: EcmaScriptModule, lineAt: (at: number) => number): ImportLink[] {
  return module.staticImports.flatMap(({ start, moduleRequest, entries }): ImportLink[] => {
    const values = entries.filter(({ isType }) => !isType)
    if (values.length === 0 && entries.length > 0) return []
    const names = values.map(({ importName }) => importedName(importName))
    return [{ specifier: moduleRequest.value, names, as: [], kind: 'static', line: lineAt(start) }]
  })
}

/** As the exporter calls it; `*` for all that it exports. */
function importedName({ kind, name }: ImportName | ExportImportName): string {
  if (kind === 'Default') return 'default'
  return kind === 'Name' ? name ?? 'default' : '*'
}

function lazyLinks(module: EcmaScriptModule, source: string, lineAt: (at: number) => number): ImportLink[] {
  return module.dynamicImports.flatMap(({ start, moduleRequest }): ImportLink[] => {
    const specifier = /^(["'`])([^"'`$]+)\1$/.exec(source.slice(moduleRequest.start, moduleRequest.end))?.[2]
    return specifier === undefined ? [] : [{ specifier, names: ['*'], as: [], kind: 'lazy', line: lineAt(start) }]
  })
}

function requireLinks(scopes: ScopeTable, lineAt: (at: number) => number): ImportLink[] {
  return scopes.callsOf('require').flatMap((call): ImportLink[] => {
    const [first] = call.arguments
    const isPlain = call.callee.type === 'Identifier' && scopes.resolve('require', call.start) === undefined
    return isPlain && first?.type === 'Literal' && typeof first.value === 'string' ? [{ specifier: first.value, names: ['*'], as: [], kind: 'require', line: lineAt(call.start) }] : []
  })
}

function exportLinks({ program, module }: ParsedModule, lineAt: (at: number) => number): { name: string; line: number }[] {
  if (!module.hasModuleSyntax) {
    // CommonJS: whoever requires it gets all of it.
    return exportsOf(program.body as Node[]).map(({ name, value }) => ({ name, line: value ? lineAt(value.start) : 1 }))
  }
  return module.staticExports.flatMap(({ entries }) => entries
    .filter(({ exportName, isType }) => !isType && exportName.kind !== 'None')
    .map(({ exportName, start }) => ({ name: exportName.kind === 'Default' ? 'default' : exportName.name ?? 'default', line: lineAt(start) })))
}

const ENV_READ = /\b(?:import\.meta\.env|process\.env)(?:\.([A-Za-z_$][\w$]*)|\[\s*['"]([\w$]+)['"]\s*\])/g

function envReads(source: string, comments: readonly { readonly start: number; readonly end: number }[], lines: LineTable): EnvRead[] {
  if (!source.includes('.env')) return []
  return Array.from(source.matchAll(ENV_READ)).flatMap((match): EnvRead[] => {
    const at = match.index
    if (comments.some(({ start, end }) => start <= at && at < end)) return []
    return [{ text: match[0], name: match[1] ?? match[2] ?? '', ...lines.positionAt(at) }]
  })
}
