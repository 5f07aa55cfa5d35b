/**
 * What the store has for a call: a record of which every dependency is still as it was, or why there is none.
 */
import type { Cause } from '../types.ts'
import type { Store } from '../store/store.ts'
import type { CallKey } from './keys.ts'
import { describeEnvironment } from './observe/environment-names.ts'
import { decodeRecord } from './record/record.ts'
import type { MemoRecord } from './record/record.ts'
import { firstChanged, hostDependencies, presentName } from './trace/seal.ts'
import type { CheckContext, HostCheck } from './trace/seal.ts'
import type { Dependency } from './trace/trace.ts'

export type Found =
  | { readonly kind: 'hit'; readonly record: MemoRecord }
  | { readonly kind: 'miss' | 'stale' | 'corrupt'; readonly cause: Cause }

export interface LookupParts {
  readonly store: Store
  readonly check: CheckContext
  /** A path as a person knows it: relative to the root. */
  readonly displayPath: (path: string) => string
}

export class Lookup {
  readonly #parts: LookupParts
  readonly #restore = (text: string): string => this.#parts.check.portable.restore(text)

  constructor(parts: LookupParts) {
    this.#parts = parts
  }

  /** @param host What can ask the bundler again what a recorded call asked. Rejects with what that or the store throws. */
  async find({ key }: CallKey, host: { check: HostCheck }): Promise<Found> {
    const { store, check } = this.#parts
    let missed: Found = { kind: 'miss', cause: { kind: 'new' } }
    for (const read of store.get(key)) {
      if (read.status === 'corrupt') {
        missed = { kind: 'corrupt', cause: { kind: 'corrupt', detail: read.reason } }
        continue
      }
      const record = decodeRecord(read.value, this.#restore)
      const changed = firstChanged(record.dependencies, check) ?? await firstChangedForHost(record.dependencies, host)
      if (changed === null) return { kind: 'hit', record }
      if (missed.kind !== 'stale') missed = { kind: 'stale', cause: this.#causeOf(changed) }
    }
    return missed
  }

  /** Absolute paths of the files that a record depends on. */
  filesOf({ dependencies }: MemoRecord): string[] {
    return dependencies.flatMap(dependency => (dependency[0] === 'file' ? [this.#restore(dependency[1])] : []))
  }

  #causeOf(changed: Dependency): Cause {
    const { check, displayPath } = this.#parts
    if (changed[0] === 'missing') {
      const path = presentName(changed, check.vfs, check.portable) ?? this.#restore(changed[1])
      return { kind: 'trace', what: 'probe', path: displayPath(path) }
    }
    if (changed[0] === 'env') return { kind: 'trace', what: 'env', path: describeEnvironment(changed[1]) }
    if (changed[0] === 'place') return { kind: 'trace', what: 'input', path: 'the place of the project' }
    const what = changed[0] === 'link' ? 'probe' : changed[0] === 'file' && changed[2] === null ? 'absent' : changed[0]
    return { kind: 'trace', what, path: displayPath(this.#restore(changed[1])) }
  }
}

async function firstChangedForHost(dependencies: readonly Dependency[], host: { check: HostCheck }): Promise<Dependency | null> {
  for (const dependency of hostDependencies(dependencies)) {
    if (await host.check(dependency) !== dependency[2]) return dependency
  }
  return null
}
