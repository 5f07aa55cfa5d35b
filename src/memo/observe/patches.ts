/** Functions of others that are replaced for a while, and put back unless somebody else has replaced them meanwhile. */

interface Patch {
  readonly owner: Record<string, unknown>
  readonly name: string
  readonly original: unknown
  readonly replacement: object
  /** It was inherited, so it is taken away again instead of put back. */
  readonly inherited: boolean
}

/** Where a replacement that could not be taken away, because another one lies over it, keeps what it stands for. */
const RETIRED: unique symbol = Symbol.for('unplugin-pitcrew.retired')
type Retired = { [RETIRED]?: Patch }

export class Patches {
  #patches: Patch[] = []

  /** @returns Nothing: what is frozen stays as it is. */
  replace(owner: Record<string, unknown>, name: string, replacement: object): void {
    const original = owner[name]
    const inherited = !Object.hasOwn(owner, name)
    try {
      owner[name] = replacement
    } catch {
      // Frozen by somebody (a hardened runtime): what cannot be replaced is not seen, as in native code.
      return
    }
    this.#patches.push({ owner, name, original, replacement, inherited })
  }

  /** Takes all of them back. */
  undo(): void {
    for (const patch of this.#patches) {
      const { owner, name, replacement } = patch
      if (owner[name] !== replacement) {
        Object.assign(replacement, { [RETIRED]: patch } satisfies Retired)
        continue
      }
      const { original, inherited } = lowestRetired(patch)
      if (inherited) Reflect.deleteProperty(owner, name)
      else owner[name] = original
    }
    this.#patches = []
  }
}

/** The last of the patches below this one that have been taken back already. */
function lowestRetired(patch: Patch): Patch {
  const below = (patch.original as Retired)[RETIRED]
  return below ? lowestRetired(below) : patch
}
