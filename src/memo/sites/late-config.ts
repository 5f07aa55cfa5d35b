/**
 * A configuration that plugins change after it was looked at: in an asynchronous `configResolved`, in `buildStart`, in a server.
 * Whoever keeps it sees it as it is when a module comes, so that it is looked at again once in each build.
 */
import { digest } from '../../hash.ts'
import type { Digest } from '../../hash.ts'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'
import type { BuildIdentity } from '../identity/identity.ts'
import { fingerprint } from '../record/fingerprint.ts'
import type { PortableText } from '../record/portable-text.ts'
import type { HookRecipe } from './site.ts'

/** The parts of a configuration that count, as they are now. */
export interface LatestConfig {
  readonly configIdentity: unknown
  readonly exposed: unknown
}

export interface LateConfigParts {
  /** Absent where nobody can change it. */
  readonly latest: (() => LatestConfig) | undefined
  readonly identity: BuildIdentity
  readonly portable: PortableText
  readonly vfs: VirtualFileSystem
}

interface Known {
  readonly epoch: number
  /** What differs from what is in the identity, by label. */
  readonly configured: Readonly<Record<string, Digest>>
  readonly exposed: Readonly<Record<string, Digest>>
}

const NONE: Readonly<Record<string, never>> = {}

export class LateConfig {
  readonly #parts: LateConfigParts
  #known: Known | null = null

  constructor(parts: LateConfigParts) {
    this.#parts = parts
  }

  /** The hook, with what was changed since as a part of the key. @param isExposed Whether it may read all that there is. */
  added(hook: HookRecipe, isExposed: boolean): HookRecipe {
    if (!this.#parts.latest) return hook
    return {
      ...hook,
      inputs: call => {
        const own = hook.inputs ? hook.inputs(call) : NONE
        return own === null ? null : { ...own, ...this.#changes(isExposed) }
      },
    }
  }

  #changes(isExposed: boolean): Readonly<Record<string, Digest>> {
    const { latest, vfs } = this.#parts
    if (this.#known?.epoch !== vfs.epoch) this.#known = { epoch: vfs.epoch, ...this.#compare(latest!()) }
    return isExposed ? this.#known.exposed : this.#known.configured
  }

  #compare({ configIdentity, exposed }: LatestConfig): Omit<Known, 'epoch'> {
    const { identity } = this.#parts
    const configured = this.#differing('configuration set late', configIdentity, identity.configured['resolved config'])
    return { configured, exposed: { ...configured, ...this.#differing('values set late', exposed, identity.exposed['exposed']) } }
  }

  #differing(label: string, value: unknown, atFirst: string | undefined): Readonly<Record<string, Digest>> {
    const now = digest(this.#parts.portable.tokenise(fingerprint(value).text))
    return now === atFirst ? NONE : { [label]: now }
  }
}
