/** What a call depended on, as it is stored beside its result. */
import type { Digest } from '../../hash.ts'
import type { ConfigFamily } from '../identity/config-files.ts'

/**
 * One dependency, as stored. Paths are portable text. `null` as a digest means absent: something that would shadow
 * another once it exists is a dependency, too.
 */
export type Dependency =
  | readonly ['file', path: string, digest: Digest | null]
  /** A path that was looked for but not read: `file`, `directory` or `absent`. */
  | readonly ['probe', path: string, kind: string]
  /** Names that are not in a directory (which may not exist itself), separated by newlines: all that was looked for in vain there. */
  | readonly ['missing', dir: string, names: string]
  | readonly ['directory', path: string, digest: Digest | null]
  /** Where a path led to, links followed; `null` where nothing was. */
  | readonly ['link', path: string, target: string | null]
  /** Configuration searched upwards from a directory: the digest of all that was found. */
  | readonly ['config', dir: string, digest: Digest, family: ConfigFamily]
  | readonly ['env', name: string, value: Digest | null]
  /** A resolution asked of the bundler: `request` is host-specific JSON, the digest is of its portable answer. */
  | readonly ['resolve', request: string, digest: Digest]
  /** An input that the call fetched from its context while it ran, such as the combined source map. */
  | readonly ['input', label: string, digest: Digest]
  /** The result holds the root in a form that cannot be moved: good in this place alone. */
  | readonly ['place', root: string]
