/**
 * What the store has for a call: a record of which every dependency is still as it was, or why there is none.
 */
import type { Cause } from '../types.ts'
import type { Store, StoreRead } from '../store/store.ts'
import type { CallKey } from './keys.ts'
import { describeEnvironment } from './observe/environment-names.ts'
import { decodeRecord } from './record/record.ts'
import type { MemoRecord } from './record/record.ts'
import { firstChanged, hostDependencies, presentName } from './trace/seal.ts'
import type { CheckContext, HostCheck } from './trace/seal.ts'
import type { Dependency } from './trace/dependency.ts'

export interface Missed {
  readonly kind: 'miss' | 'stale' | 'corrupt'
  readonly cause: Cause
}

export type Found = { readonly kind: 'hit'; readonly record: MemoRecord } | Missed

export interface LookupParts {
  readonly store: Store
  readonly check: CheckContext
  /** A path as a person knows it: relative to the root. */
  readonly displayPath: (path: string) => string
}

/** One that goes on where it waited for the host. */
interface Search {
  readonly reads: Iterator<StoreRead, unknown>
  readonly host: { check: HostCheck }
  missed: Missed
}

export class Lookup {
  readonly #parts: LookupParts
  readonly #restore = (text: string): string => this.#parts.check.portable.restore(text)

  constructor(parts: LookupParts) {
    this.#parts = parts
  }

  /**
   * At once where nobody but the store and the disk has to be asked, as where there is nothing: each promise costs while the runtime follows them.
   * @param host What can ask the bundler again what a recorded call asked. Throws or rejects with what that or the store throws.
   */
  find({ key }: CallKey, host: { check: HostCheck }): Found | Promise<Found> {
    return this.#next({ reads: this.#parts.store.get(key)[Symbol.iterator](), host, missed: { kind: 'miss', cause: { kind: 'new' } } })
  }

  /** From the next record on. */
  #next(search: Search): Found | Promise<Found> {
    for (let next = search.reads.next(); next.done !== true; next = search.reads.next()) {
      const read = next.value
      if (read.status === 'corrupt') {
        search.missed = { kind: 'corrupt', cause: { kind: 'corrupt', detail: read.reason } }
        continue
      }
      const record = decodeRecord(read.value, this.#restore)
      const changed = firstChanged(record.dependencies, this.#parts.check)
      if (changed !== null) this.#missedBy(changed, search)
      else if (hostDependencies(record.dependencies).length > 0) return this.#askHost(record, search)
      else return { kind: 'hit', record }
    }
    return search.missed
  }

  async #askHost(record: MemoRecord, search: Search): Promise<Found> {
    const changed = await firstChangedForHost(record.dependencies, search.host)
    if (changed === null) return { kind: 'hit', record }
    this.#missedBy(changed, search)
    return this.#next(search)
  }

  #missedBy(changed: Dependency, search: Search): void {
    if (search.missed.kind !== 'stale') search.missed = { kind: 'stale', cause: this.#causeOf(changed) }
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
