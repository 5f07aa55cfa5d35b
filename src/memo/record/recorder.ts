/**
 * From a call that has ended to a stored record, or to the reason why there is none.
 *
 * Part of it can wait (sealing, tokens, encoding) and is handed back as a task. Paths become tokens. What cannot be moved for certain (a path in a form that is not replaced, a root so shallow that
 * any text may look like it, a plugin that nobody has read) is bound to this place.
 */
import { dirname, isAbsolute } from 'node:path'
import { LRUCache } from 'lru-cache'
import type { Digest } from '../../hash.ts'
import type { Store } from '../../store/store.ts'
import type { EncodedResult } from '../host-call.ts'
import { encodeRecord } from './record.ts'
import { isColourable, textsOf, withTexts } from './record-texts.ts'
import type { RecordTexts } from './record-texts.ts'
import type { MemoRecord, Payload } from './record.ts'
import { namesOriginalMap, traceOriginalMaps } from '../trace/compiled-from.ts'
import { sealTrace } from '../trace/seal.ts'
import type { CheckContext } from '../trace/seal.ts'
import type { CallInfo, Site } from '../sites/site.ts'
import { isInPackage } from '../trace/package-paths.ts'
import type { Dependency } from '../trace/dependency.ts'
import type { Trace } from '../trace/trace.ts'

const MAX_FILES = 10_000
const MODULE = /\.[cm]?[jt]sx?$/

export interface EndedCall {
  readonly site: Site
  readonly call: CallInfo
  readonly key: Buffer
  readonly trace: Trace
  readonly encode: () => EncodedResult
  readonly costMs: number
  /** By the monotonic clock, milliseconds. */
  readonly startedAtMs: number
}

/** `reason` is null when it was stored. */
export interface Stored {
  readonly count: number
  readonly reason: string | null
}

export class Recorder {
  readonly #store: Store
  readonly #check: CheckContext
  /** By the digest of a file. */
  readonly #namingRoot = new LRUCache<Digest, boolean>({ maxSize: MAX_FILES, sizeCalculation: () => 1 })
  readonly #tokenise = (text: string): string => this.#check.portable.tokenise(text)

  constructor(store: Store, check: CheckContext) {
    this.#store = store
    this.#check = check
  }

  /**
   * The part that must be done at once: what the recipe knows now, and the result before anybody changes it.
   * @returns The rest, or the reason why there is nothing to store. May throw what a recipe throws.
   */
  prepare({ site, call, key, trace, encode, costMs }: EndedCall): (() => Stored) | Stored {
    site.recipe.observe?.(call, trace)
    if (site.decision.recipe === null && isAbsolute(call.id)) this.#traceNative(call.id.split('?', 1)[0]!, trace)
    trace.takeShared()
    const objection = objectionTo(site, trace)
    if (objection !== null) return notStored(objection)
    const encoded = encode()
    if (!encoded.ok) return notStored(encoded.reason)
    const refusal = refusalOf(encoded.code, site, call)
    if (refusal !== null) return notStored(refusal)
    // Bytes are whoever's gave them: by the time they are written they may hold something else.
    const code = encoded.code === null || typeof encoded.code === 'string' ? encoded.code : Buffer.from(encoded.code)
    return () => this.#finish(site, call.id, key, trace, { ...encoded, code, effects: trace.effects, dependencies: [], costMs, outsourced: trace.foreign !== null })
  }

  /** Whatever compiler a plugin has that nobody has read, it may be native: what it looks for above and beside a module is known, but not seen. */
  #traceNative(file: string, trace: Trace): void {
    trace.config('native', dirname(file))
    // The output may lie beside the sources, with maps of the same names, which are no business of plugins that do not look.
    if (MODULE.test(file) && namesOriginalMap(file, this.#check.vfs)) traceOriginalMaps(file, this.#check.vfs, trace)
  }

  /** May throw what the store throws. */
  #finish(site: Site, id: string, key: Buffer, trace: Trace, unsealed: MemoRecord): Stored {
    const texts = textsOf(unsealed)
    const sealed = sealTrace(trace, this.#check, () => [...texts.movable, ...texts.fixed].some(isColourable))
    if (!sealed.ok) return notStored(sealed.reason)
    const record = this.#toPortable(site, id, { ...unsealed, dependencies: sealed.dependencies }, texts)
    this.#store.put(key, encodeRecord(record))
    return { count: record.dependencies.length, reason: null }
  }

  #toPortable(site: Site, id: string, record: MemoRecord, texts: RecordTexts): MemoRecord {
    const tokenised = texts.movable.map(this.#tokenise)
    const holdsRoot = tokenised.some((text, index) => text !== texts.movable[index])
    const portableRecord = holdsRoot ? withTexts(record, texts.movable, tokenised, this.#tokenise) : record
    if (site.relocatable && !this.#isOutside(id, record.dependencies) && !this.#isBound(record.dependencies, holdsRoot, [...tokenised, ...texts.fixed])) return portableRecord
    return { ...portableRecord, dependencies: [...portableRecord.dependencies, ['place', this.#check.root]] }
  }

  /** What lies outside the workspace does not move with it: the way there from the project is another one elsewhere. Packages are found by their names. */
  #isOutside(id: string, dependencies: MemoRecord['dependencies']): boolean {
    if (isAbsolute(id) && this.#tokenise(id) === id) return true
    return dependencies.some(isOutside)
  }

  /** @param texts As they are stored. */
  #isBound(dependencies: MemoRecord['dependencies'], holdsRoot: boolean, texts: readonly string[]): boolean {
    const { portable } = this.#check
    if (texts.some(text => portable.hasResidue(text))) return true
    return holdsRoot && (portable.ambiguous || this.#isWritten(dependencies))
  }

  /**
   * Whether a file that was read has the root in its own text: what the result has of it may then be that text, which stays
   * as it is elsewhere. (Text that a call is given is part of its key.)
   */
  #isWritten(dependencies: MemoRecord['dependencies']): boolean {
    return dependencies.some(dependency => dependency[0] === 'file' && dependency[2] !== null && this.#namesRoot(dependency[1], dependency[2]))
  }

  /** Many records depend on the same files. */
  #namesRoot(path: string, seen: Digest): boolean {
    const known = this.#namingRoot.get(seen)
    if (known !== undefined) return known
    const { portable, vfs } = this.#check
    const content = vfs.read(portable.restore(path))
    // Gone meanwhile: nobody knows.
    const names = content === null || portable.includesRoot(content.toString('utf8'))
    this.#namingRoot.set(seen, names)
    return names
  }
}

/** Not taken apart by a pattern, which asks an iterator: every record has dozens. */
function isOutside(dependency: Dependency): boolean {
  switch (dependency[0]) {
    case 'file': return dependency[2] !== null && isAbsolute(dependency[1]) && !isInPackage(dependency[1])
    case 'link': return dependency[2] !== null && isAbsolute(dependency[2])
    default: return false
  }
}

/** What speaks against a call whatever it gave. */
function objectionTo({ decision }: Site, trace: Trace): string | null {
  if (trace.foreign !== null && (decision.recipe === null || !trace.isVouchedFor)) return trace.foreign
  if (trace.hasMeasured && decision.recipe === null) return 'it asked what is at a path, and with that for its size and its times, which no key knows'
  return Number(process.exitCode ?? 0) === 0 ? null : 'it, or a call before it, made the process end with an error code'
}

function refusalOf(code: Payload | null, { recipe }: Site, call: CallInfo): string | null {
  return typeof code === 'string' ? recipe.admitResult?.(call, code) ?? null : null
}

function notStored(reason: string): Stored {
  return { count: 0, reason }
}
