/** What the build asks of the analysis, wherever it runs: in a worker thread, or in line. All of it can be cloned. */
import type { GateLimits } from '../analysis/project/gates.ts'
import type { ProjectReport, Severity } from '../analysis/project/project-report.ts'

/** What stays the same for all of a build. */
export interface JobSettings {
  /** Absolute; ids are relative to it. */
  readonly root: string
  /** Absolute paths of modules that export rules. */
  readonly ruleFiles: readonly string[]
  readonly rules: readonly (readonly [id: string, word: 'off' | Severity])[]
  readonly gates: { readonly warn: GateLimits; readonly fail: GateLimits }
  /** Absolute; null for none. It need not exist. */
  readonly baselineFile: string | null
  /** Where the whole report goes for `pitcrew findings`, absolute; null for nowhere. */
  readonly reportFile: string | null
  /** Ids of modules on which a worker died: they are left alone. */
  readonly suspects: readonly string[]
}

/** What the bundler made of the modules. Ids are relative to the root. */
export interface BuiltFacts {
  readonly edges: readonly (readonly [id: string, resolved: readonly string[]])[]
  readonly entries: readonly string[]
  readonly bytes: readonly (readonly [id: string, bytes: number])[]
  /** Folders of packages, relative to the root, and their bytes in the chunks. */
  readonly packages: readonly (readonly [folder: string, bytes: number])[]
  readonly clientChunkOf: readonly (readonly [id: string, chunk: string])[]
  readonly exposed: readonly (readonly [name: string, value: string | null])[]
  readonly target: readonly string[]
  readonly buildMs: readonly (readonly [id: string, ms: number])[]
}

export type Request =
  /** First. `pack` holds the facts of the last build, which are brought up to date at once. */
  | { readonly kind: 'open'; readonly settings: JobSettings; readonly pack: Uint8Array | null }
  /** The modules of this build. Answered by those whose imports only the bundler can resolve. */
  | { readonly kind: 'analyse'; readonly ids: readonly string[] }
  /** Last. Answered by the outcome. */
  | { readonly kind: 'join'; readonly built: BuiltFacts }

export interface Outcome {
  readonly report: ProjectReport
  /** Facts for the next build; null when they are the same as before. */
  readonly pack: Uint8Array | null
  /** Stamps of all modules, by which the next build sees that it is the same; null where some are not known, or not to be believed. */
  readonly stamps: readonly (readonly [id: string, stamp: string])[] | null
}

export interface Replies {
  readonly open: null
  readonly analyse: readonly string[]
  readonly join: Outcome
}

export type ReplyTo<R extends Request> = Replies[R['kind']]

/** Between threads. */
export interface Envelope {
  readonly number: number
  readonly request: Request
}

export interface Answer {
  readonly number: number
  readonly reply: Replies[keyof Replies] | null
  /** What was thrown; null when nothing was. */
  readonly error: string | null
}

/** Bytes that both threads see: the id of the module in hand, so that a thread that died tells what it died on. */
export const IN_HAND_BYTES = 2048
/** And an integer behind them, by its index: how the build stands to what is not analysed yet. */
export const URGENCY_AT: number = IN_HAND_BYTES / 4
export const SHARED_BYTES: number = IN_HAND_BYTES + 4

export const Urgency = {
  /** The build goes on beside: whoever analyses is in nobody's way. */
  Beside: 0,
  /** The build has ended and waits. */
  Awaited: 1,
  /** It waits no longer for modules that are not known yet. */
  Hurried: 2,
} as const
export type Urgency = (typeof Urgency)[keyof typeof Urgency]
