/**
 * What has to be the same for a build to say about its code what the last one said: the modules, a stamp of each file,
 * and what the bundler made of them. Where it is, no thread is started, no fact is read, and nothing is joined.
 *
 * A hit says what an analysis of the same files would say, but for what orders its hotspots, the times of plugins and how
 * often files were changed lately, which are those of the build that was analysed. Whatever cannot be told for sure is no hit.
 */
import { resolve } from 'node:path'
import type { ProjectReport } from '../analysis/project/project-report.ts'
import { digestParts } from '../hash.ts'
import type { Digest } from '../hash.ts'
import { textOrEmpty } from './baseline.ts'
import { readPackages } from './installed.ts'
import type { BuiltFacts, JobSettings } from './protocol.ts'
import { stampAt } from './stamp.ts'

/** Changes whenever the form does. */
export const KNOWN_VERSION = 2

export interface KnownBuild {
  /** Of all own modules. */
  readonly stamps: ReadonlyMap<string, string>
  /** Modules with imports that only the bundler can resolve. */
  readonly unclear: readonly string[]
  /** Of what the bundler made of them. */
  readonly digest: Digest
  /** Of what the bundler said of the build, where it has words of its own; empty where it has none. */
  readonly told: Digest
  /** Folders of packages in the build, relative to the root. */
  readonly packages: readonly string[]
  /** Of all else that the report rests on. */
  readonly circumstances: Digest
  readonly report: ProjectReport
}

export function encodeKnown({ stamps, ...known }: KnownBuild): Buffer {
  return Buffer.from(JSON.stringify({ version: KNOWN_VERSION, ids: [...stamps.keys()], stamps: [...stamps.values()], ...known }))
}

/** @returns Null for what is none of this version. */
export function decodeKnown(bytes: Uint8Array): KnownBuild | null {
  try {
    const { version, ids, stamps, ...known } = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as Omit<KnownBuild, 'stamps'> & { version: number; ids: string[]; stamps: string[] }
    if (version !== KNOWN_VERSION) return null
    return { ...known, stamps: new Map(ids.map((id, at) => [id, stamps[at] ?? ''])) }
  } catch {
    // Of another version: what it held is found out again.
    return null
  }
}

/** What plugins' calls cost differs in every build, and is left out. */
export function digestOfBuilt({ buildMs: _buildMs, ...built }: BuiltFacts): Digest {
  return digestParts(Object.entries(built).map(([of, facts]) => `${of} ${inOneOrder(facts)}`))
}

/** Of all that the report rests on besides the modules' own text and what was built. @param packages Folders, in any order. */
export function digestOfCircumstances(packages: readonly string[], { root, rules, gates, baselineFile, reportFile }: JobSettings): Digest {
  const versions = readPackages(root, packages.toSorted().map(folder => [folder, 0] as const)).map(({ version }) => version)
  return digestParts([JSON.stringify([rules, gates, baselineFile, reportFile, versions]), baselineFile === null ? '' : textOrEmpty(baselineFile)])
}

/** Bundlers on several threads name modules and packages in another order in each build; what is said of them is the same. */
function inOneOrder(facts: readonly unknown[]): string {
  return facts.map(fact => JSON.stringify(fact)).sort().join('\n')
}

/** Looks at as many files at once; other work of this thread has its turn in between. */
const FILES_A_TURN = 64

/** A look at every file of the last build, in idle moments of this one. */
export class StampCheck {
  readonly #root: string
  readonly #left: IterableIterator<[string, string]>
  #isSame = true
  #isDone = false
  #turn: NodeJS.Immediate | null = null

  constructor(root: string, stamps: ReadonlyMap<string, string>) {
    this.#root = root
    this.#left = stamps.entries() as IterableIterator<[string, string]>
  }

  /** Begins. @param onChange Called once, when a file is not what it was. */
  start(onChange: () => void): void {
    const go = (): void => {
      this.#look(FILES_A_TURN)
      if (!this.#isSame) onChange()
      else if (!this.#isDone) this.#turn = setImmediate(go).unref()
    }
    this.#turn = setImmediate(go).unref()
  }

  /** Looks at what is left. @returns Whether all files are what they were. */
  finish(): boolean {
    this.stop()
    this.#look(Infinity)
    return this.#isSame
  }

  stop(): void {
    if (this.#turn !== null) clearImmediate(this.#turn)
    this.#turn = null
  }

  #look(count: number): void {
    for (let at = 0; at < count && this.#isSame && !this.#isDone; at++) {
      const next = this.#left.next()
      if (next.done === true) this.#isDone = true
      else this.#isSame = stampAt(resolve(this.#root, next.value[0])) === next.value[1]
    }
  }
}
