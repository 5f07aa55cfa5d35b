/**
 * What any call of a site was seen to look at. A plugin may look once in a process and answer later calls from what it
 * keeps, so that what one call saw is a dependency of the calls that end after it, in later builds of the process as well.
 */
import type { Digest } from '../../hash.ts'
import type { Trace } from './trace.ts'

/** By path, when the last call that was seen to look at it began, milliseconds since the epoch; `Infinity` where this process has written it since. */
type Looks = Map<string, number>

export class SharedReads {
  readonly files: Looks = new Map()
  readonly directories: Looks = new Map()
  /** Paths that were looked for. */
  readonly probes: Looks = new Map()
  /** Paths of which it was asked where they lead, with the answers. */
  readonly links: Map<string, string | null> = new Map()
  /** What was asked of the bundler without a word of the call's own module. */
  readonly resolutions: Map<string, Digest> = new Map()
  /** Whether a file's size or times were asked for: then no call of the site is remembered that no recipe vouches for. */
  hasMeasured = false

  /** Whether a recipe vouches for what compilers look for: that belongs to single calls. What others look for, such as their plugins, never does. */
  readonly trustsCompilers: boolean

  constructor(trustsCompilers: boolean = false) {
    this.trustsCompilers = trustsCompilers
  }

  /** What was seen before any call, while the plugin was set up. */
  take({ files, directories, probes, links, hasMeasured, startedWallMs }: Trace): void {
    this.hasMeasured ||= hasMeasured
    for (const path of files) this.files.set(path, startedWallMs)
    for (const path of directories) this.directories.set(path, startedWallMs)
    for (const path of probes) this.probes.set(path, startedWallMs)
    for (const [path, target] of links) this.links.set(path, target)
  }
}

/** What the calls of one site have in common, whichever build makes them. */
export interface SiteReads {
  /** `null` where the recipe knows the dependencies of each call. */
  readonly reads: SharedReads | null
  /** Variables of the environment that any call was seen to read, with their values. */
  readonly env: Map<string, string | null>
}

const KNOWN: unique symbol = Symbol.for('unplugin-pitcrew.site-reads')

/**
 * The reads of a site as this process has them: what a plugin keeps outlives the build that it was made for.
 *
 * @param key Stands for the plugin, its hook and the project.
 */
export function readsInProcess(key: Digest, create: () => SiteReads): SiteReads {
  const holder = process as { [KNOWN]?: Map<Digest, SiteReads> }
  if (!holder[KNOWN]) Object.defineProperty(process, KNOWN, { value: new Map<Digest, SiteReads>(), enumerable: false, configurable: true })
  const known = holder[KNOWN]!
  const reads = known.get(key) ?? create()
  known.set(key, reads)
  return reads
}
