/**
 * The facts of a build's modules in stored form: one value for all of them, because a warm build wants all of them at once.
 *
 * An entry holds for one content of one module. `stamp` is the file's stat when it was read: equal stats mean equal
 * content, as in git's index, unless the file was written so shortly before that a later write could have the same times;
 * then there is no stamp, and the content is read and hashed. Whether the whole is undamaged the store has checked.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib'
import type { ModuleFacts } from '../analysis/project/facts.ts'

/** Changes whenever the form of facts does. */
export const PACK_VERSION = 4

export interface PackEntry {
  readonly digest: string
  /** Empty: never believe a stat. */
  readonly stamp: string
  readonly facts: ModuleFacts
  /** How many packs were written since a build had this module. */
  readonly unused: number
}

export interface Pack {
  readonly entries: ReadonlyMap<string, PackEntry>
  /** How often files were changed, at one commit. */
  readonly churn: { readonly head: string; readonly counts: Readonly<Record<string, number>> } | null
  /** Modules that the build did not wait for. */
  readonly left: readonly string[]
}

export const EMPTY_PACK: Pack = { entries: new Map(), churn: null, left: [] }

/** Speed counts, and the text is repetitive: the fastest level leaves a tenth. */
const LEVEL = 1

export function encodePack({ entries, churn, left }: Pack): Uint8Array {
  return deflateRawSync(JSON.stringify({ version: PACK_VERSION, entries: [...entries], churn, left }), { level: LEVEL })
}

/** @returns An empty pack for what is none of this version. */
export function decodePack(bytes: Uint8Array | null): Pack {
  if (bytes === null) return EMPTY_PACK
  const document = JSON.parse(inflateRawSync(bytes).toString('utf8')) as { version: number; entries: [string, PackEntry][]; churn: Pack['churn']; left: string[] }
  return document.version === PACK_VERSION ? { entries: new Map(document.entries), churn: document.churn, left: document.left } : EMPTY_PACK
}
