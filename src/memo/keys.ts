/**
 * Keys: what a call is made of, as 32 bytes. Every part is length-prefixed, every path a token.
 */
import { digest, digestParts, keyOfParts } from '../hash.ts'
import type { PortableText } from './record/portable-text.ts'
import type { CallInfo, Site } from './sites/site.ts'

/** The store key of a call, and its own parts of it: label to text or digest. */
export interface CallKey {
  readonly key: Buffer
  readonly inputs: Readonly<Record<string, string>>
}

/** Texts below this length go into the key as they are. */
const SHORT_LENGTH = 24

export class Keys {
  readonly #identity: readonly string[]
  readonly #portable: PortableText
  /** What all calls of a site have in common, digested once. */
  readonly #sites = new WeakMap<Site['identity'], string>()

  /** @param identity The build identity: label to digest. */
  constructor(identity: Readonly<Record<string, string>>, portable: PortableText) {
    this.#identity = Object.entries(identity).flat()
    this.#portable = portable
  }

  /** @param extra Inputs that the recipe adds. */
  of(site: Site, call: CallInfo, extra: Readonly<Record<string, string>>): CallKey {
    const inputs: Record<string, string> = {}
    for (const [label, text] of Object.entries(call.inputs)) inputs[label] = this.#short(text)
    for (const [label, text] of Object.entries(extra)) inputs[label] = this.#short(text)
    return { key: keyOfParts([this.#siteDigest(site), this.#portable.tokenise(call.id), ...Object.entries(inputs).flat()]), inputs }
  }

  #siteDigest(site: Site): string {
    const known = this.#sites.get(site.identity)
    if (known !== undefined) return known
    const made = digestParts([...this.#identity, site.plugin, site.hook, ...Object.entries(site.identity).flat()])
    this.#sites.set(site.identity, made)
    return made
  }

  /** Itself behind `=` where it is short, else its digest, in which no `=` occurs. */
  #short(text: string): string {
    const portable = this.#portable.tokenise(text)
    return portable.length < SHORT_LENGTH ? `=${portable}` : digest(portable)
  }
}
