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
export const KNOWN_VERSION = 1

export interface KnownBuild {
  /** Of all own modules. */
  readonly stamps: ReadonlyMap<string, string>
  /** Modules with imports that only the bundler can resolve. */
  readonly unclear: readonly string[]
  /** Of what the bundler made of them, and all else that the report rests on. */
  readonly digest: Digest
  readonly report: ProjectReport
}

export function encodeKnown({ stamps, unclear, digest, report }: KnownBuild): Buffer {
  const head = JSON.stringify({ version: KNOWN_VERSION, unclear, digest, report })
  return Buffer.from([head, ...[...stamps].map(([id, stamp]) => `${stamp}\t${JSON.stringify(id)}`)].join('\n'))
}

/** @returns Null for what is none of this version. */
export function decodeKnown(bytes: Uint8Array): KnownBuild | null {
  try {
    const [head = '', ...lines] = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8').split('\n')
    const { version, ...known } = JSON.parse(head) as Omit<KnownBuild, 'stamps'> & { version: number }
    if (version !== KNOWN_VERSION) return null
    return { ...known, stamps: new Map(JSON.parse(`[${lines.map(line => `[${line.slice(line.indexOf('\t') + 1)},"${line.slice(0, line.indexOf('\t'))}"]`).join(',')}]`) as [string, string][]) }
  } catch {
    // Of another version: what it held is found out again.
    return null
  }
}

/** Of all that the report rests on besides the modules' own text. What plugins' calls cost differs in every build, and is left out. */
export function digestOfBuilt({ buildMs: _buildMs, ...built }: BuiltFacts, { root, rules, gates, baselineFile, reportFile }: JobSettings): Digest {
  const versions = readPackages(root, built.packages.toSorted(([one], [other]) => (one < other ? -1 : 1))).map(({ version }) => version)
  return digestParts([...Object.entries(built).map(([of, facts]) => `${of} ${inOneOrder(facts)}`), JSON.stringify([rules, gates, baselineFile, reportFile, versions]), baselineFile === null ? '' : textOrEmpty(baselineFile)])
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
