/**
 * What a build says about its code: a bounded document, part of the BuildReport and what `pitcrew findings` reads.
 *
 * Findings, cycles and dead exports depend on the sources and on which of them are in the build, and so are the same from
 * every bundler; bytes and chunks are that bundler's. Ids are relative to the root, with `/`. Lists are cut, counts never.
 */
import type { FoundFact, FunctionFact } from './facts.ts'
import type { Severity } from '../rule.ts'
import type { Cycle } from './cycles.ts'
import type { DeadExport, WastefulBarrel } from './demand.ts'
import type { EnviousModule } from './envy.ts'

export interface ReportedFinding extends FoundFact {
  readonly id: string
  /** Not in the baseline. Without a baseline every finding is new. */
  readonly isNew: boolean
}

export interface Hotspot extends FunctionFact {
  readonly id: string
  /** How often its file was changed lately; null where no history was read. */
  readonly changes: number | null
  /** What the plugins' work on its module cost, milliseconds, as far as it was measured. */
  readonly buildMs: number
  /** Cognitive complexity, weighted by changes and build time; only good for ordering. */
  readonly score: number
}

export interface GodModule {
  readonly id: string
  readonly codeLines: number
  readonly functionCount: number
  readonly importers: number
  readonly imports: number
}

export interface DuplicatePackage {
  readonly name: string
  /** In version order. */
  readonly versions: readonly { readonly version: string; readonly bytes: number }[]
  /** Bytes of all but the largest. */
  readonly bytes: number
}

/** One thing to do. */
export interface Advice {
  readonly kind: 'finding' | 'complexity' | 'cycle' | 'barrel' | 'duplicate' | 'dependency' | 'dead-code' | 'god-module' | 'feature-envy'
  /** Where to begin: a module's id with or without `:line`, or a package's name. */
  readonly where: string
  /** A sentence without a full stop. */
  readonly what: string
  /** Why it is worth it, in measured figures. */
  readonly why: string
  readonly fix: { readonly id: string; readonly line: number; readonly before: readonly string[]; readonly after: readonly string[] } | null
  /** Best first; empty where there is one way. */
  readonly alternatives: readonly Alternative[]
  /** 0–100 each: what it gains, and what it takes. Ranked by their quotient. */
  readonly benefit: number
  readonly effort: number
}

/** One of several ways, scored from what was measured. */
export interface Alternative {
  readonly name: string
  /** 0–100, higher is better: the weighted mean of its inputs. */
  readonly score: number
  readonly inputs: {
    /** Bytes that leave the chunks, before compression; null where a package that is not in the build would come in. */
    readonly bytesSaved: number | null
    /** Importing modules that have to be touched. */
    readonly callSites: number
    /** Share of the imported names that it is known to cover, 0–1; null: not known. */
    readonly coverage: number | null
    /** Whether every engine of the build's target has it; null: nothing is known of the target. */
    readonly isInTarget: boolean | null
    readonly risk: 'low' | 'medium' | 'high'
  }
  readonly url: string | null
  readonly example: string | null
}

export interface GateResult {
  /** Its name in the options. */
  readonly gate: string
  readonly action: 'warn' | 'fail'
  /** A sentence with the observed value and the limit. */
  readonly message: string
  /** The first place, `id:line` or `id`; null for totals. */
  readonly where: string | null
}

export interface FindingTotals {
  readonly high: number
  readonly medium: number
  readonly low: number
  readonly isNew: number
  readonly suppressed: number
}

export interface ProjectReport {
  /** `partial`: a fault of ours left some of it out, `notes` says what. */
  readonly state: 'ok' | 'partial'
  readonly moduleCount: number
  /** Modules that were read and analysed anew. */
  readonly analysedCount: number
  /** Modules that the build's end did not wait for: nothing is said of them, nor of what nobody imports. The next build goes on. */
  readonly leftCount: number
  readonly codeLines: number
  readonly functionCount: number
  /** Functions with a cyclomatic number up to 5, 10, 20, and above. */
  readonly spread: readonly [number, number, number, number]
  /** Mean over modules, weighted by their lines. */
  readonly maintainability: number
  readonly roles: Readonly<Record<string, number>>
  readonly totals: FindingTotals
  readonly hasBaseline: boolean
  /** New ones first, then by severity and place; at most 200. */
  readonly findings: readonly ReportedFinding[]
  readonly cycles: { readonly count: number; readonly list: readonly Cycle[] }
  readonly dead: { readonly count: number; readonly list: readonly DeadExport[] }
  readonly barrels: readonly WastefulBarrel[]
  readonly godModules: readonly GodModule[]
  readonly envious: readonly EnviousModule[]
  readonly duplicates: readonly DuplicatePackage[]
  readonly hotspots: readonly Hotspot[]
  /** Best first; at most 20. */
  readonly advice: readonly Advice[]
  readonly gates: readonly GateResult[]
  readonly notes: readonly { readonly id: string; readonly reason: string; readonly message: string }[]
}

export type { Severity }
