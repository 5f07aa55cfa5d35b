/**
 * Trace: everything that one call depended on besides its key, and the effects that it had besides its result.
 *
 * A trace is filled while the call runs (by the host's context, by recipes and by the file observer) and sealed after
 * it. Sealing gives the dependencies with their digests, or the reason why the call must not be remembered.
 */
import type { Digest } from '../hash.ts'

/**
 * One dependency, as stored. Paths are portable text. `null` as a digest means absent: something that would shadow
 * another once it exists is a dependency, too.
 */
export type Dependency =
  | readonly ['file', path: string, digest: Digest | null]
  /** A path that was looked for but not read: `file`, `directory` or `absent`. */
  | readonly ['probe', path: string, kind: string]
  | readonly ['directory', path: string, digest: Digest | null]
  | readonly ['env', name: string, value: Digest | null]
  /** A resolution asked of the bundler: `request` is host-specific JSON, the digest is of its portable answer. */
  | readonly ['resolve', request: string, digest: Digest]
  /** An input that the call fetched from its context while it ran, such as the combined source map. */
  | readonly ['input', label: string, digest: Digest]
  /** The result holds the root in a form that cannot be moved: good in this place alone. */
  | readonly ['place', root: string]

/** What a call did besides returning, in order. Hosts replay it on a hit. JSON-safe; paths are absolute here. */
export type Effect =
  | { readonly kind: 'log'; readonly level: 'warn' | 'info' | 'debug'; readonly log: unknown; readonly position: unknown }
  | { readonly kind: 'watch'; readonly path: string }
  | { readonly kind: 'watch-directory'; readonly path: string }
  | { readonly kind: 'watch-missing'; readonly path: string }
  | { readonly kind: 'emit'; readonly fileName: string; readonly name: string | null; readonly source: string; readonly encoding: 'utf8' | 'base64' }
  /** A line written through a logger that is not the context's: `method` of Vite's logger or of the console. */
  | { readonly kind: 'print'; readonly channel: string; readonly method: string; readonly args: unknown }

export class Trace {
  readonly files: Set<string> = new Set()
  readonly probes: Set<string> = new Set()
  readonly directories: Set<string> = new Set()
  readonly env: Map<string, string | null> = new Map()
  readonly resolutions: Map<string, Digest> = new Map()
  readonly inputs: Map<string, Digest> = new Map()
  readonly effects: Effect[] = []
  #refusal: string | null = null

  /** Milliseconds since the epoch when the call began: what changed later is not believed. */
  readonly startedWallMs: number

  constructor(startedWallMs: number) {
    this.startedWallMs = startedWallMs
  }

  /** A file that was read, or looked for in vain. */
  file(path: string): void {
    this.files.add(path)
  }

  /** A path whose existence or kind was asked for. */
  probe(path: string): void {
    this.probes.add(path)
  }

  directory(path: string): void {
    this.directories.add(path)
  }

  /** A line written through something other than the context. */
  print(channel: string, method: string, args: readonly unknown[], plain: boolean): void {
    if (plain) this.effects.push({ kind: 'print', channel, method, args })
    else this.refuse(`it printed something through ${channel}.${method} that cannot be stored`)
  }

  /** The call did something that cannot be replayed. The first reason is kept. */
  refuse(reason: string): void {
    this.#refusal ??= reason
  }

  get refusal(): string | null {
    return this.#refusal
  }
}
