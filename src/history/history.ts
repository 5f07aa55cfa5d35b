/**
 * The history of builds on disk: one compact entry a build, a few kilobytes, appended at its end.
 *
 *   <cacheDir>/history/v1/<stratum>-<number>.log      frames (frames.ts); builds are appended to the highest number
 *
 * Builds that may not be compared lie in files of their own, so that a build reads only what concerns it. Guaranteed: any number of
 * processes may append at once, because each writes its frames in one append; a killed process or a full disk leaves at most a torn
 * frame, which is skipped, and the next build copies what is whole into a new file; nothing is thrown. Bounded: a file that is full is
 * followed by the next number and the one before it is kept, of MAX_STRATA strata. Not guaranteed: that the entry of a build that ends
 * in the very moment in which a damaged file is replaced survives.
 */
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { digestParts } from '../hash.ts'
import type { BuildEntry } from '../monitor/build-entry.ts'
import type { Stratum } from '../monitor/build-record.ts'
import type { Fault } from '../types.ts'
import { classifyPayload, decodeEntry, encodeEntry } from './entry-codec.ts'
import { decodeFrames, encodeFrame, MAX_PAYLOAD_BYTES } from './frames.ts'

const FORMAT_DIRECTORY = 'v1'
const NAME = /^([\w-]{16})-(\d{6})\.log$/
/** Two of them hold five hundred builds of two hundred hooks. */
const MAX_FILE_BYTES = 1_000_000
const MAX_STRATA = 64

export interface HistoryRead {
  /** Oldest first. */
  readonly entries: readonly BuildEntry[]
  readonly fault: Fault | null
}

interface SegmentName {
  readonly stratum: string
  readonly number: number
  readonly path: string
}

/** A file as it was read. */
interface Segment extends SegmentName {
  readonly payloads: readonly Buffer[]
  readonly sharedDigests: ReadonlySet<string>
  readonly isDamaged: boolean
}

const DAMAGED: Fault = {
  code: 'HISTORY_CORRUPT', count: 1,
  message: 'a part of the history of builds was damaged; what is whole is kept, and the next build writes it anew.',
}

export class History {
  readonly #directory: string
  readonly #maxFileBytes: number
  /** By stratum, what its newest file was found to hold. */
  readonly #known = new Map<string, Segment>()

  /** @param cacheDir Absolute; created when the first build is appended. @param maxFileBytes @default 1 MB */
  constructor(cacheDir: string, maxFileBytes: number = MAX_FILE_BYTES) {
    this.#directory = join(cacheDir, 'history', FORMAT_DIRECTORY)
    this.#maxFileBytes = maxFileBytes
  }

  /** The builds of one project and stratum. @param limit Only the newest are decoded. */
  async read(project: string, stratum: Stratum, limit: number = Infinity): Promise<HistoryRead> {
    const name = stratumName(project, stratum)
    return this.#readFiles((await this.#list()).filter(segment => segment.stratum === name), limit)
  }

  /** Every build of every project, by time. */
  async readAll(): Promise<HistoryRead> {
    const { entries, fault } = await this.#readFiles(await this.#list(), Infinity)
    return { entries: [...entries].sort((a, b) => a.record.startedAtMs - b.record.startedAtMs), fault }
  }

  /** Appends one build. @returns What went wrong; the build then is not remembered. */
  async append(project: string, entry: BuildEntry): Promise<Fault | null> {
    try {
      await createFolders(this.#directory)
      await this.#append(stratumName(project, entry.record.stratum), entry)
      return null
    } catch (error) {
      return { code: 'HISTORY_FAILED', message: `this build could not be entered into the history of builds in ${this.#directory} (${messageOf(error)}).`, count: 1 }
    }
  }

  async #append(stratum: string, entry: BuildEntry): Promise<void> {
    const segments = (await this.#list()).filter(segment => segment.stratum === stratum)
    const last = segments.at(-1)
    if (last === undefined) {
      await this.#makeRoom()
      return this.#write(this.#nameOf(stratum, 0), encodeEntry(entry), new Set())
    }
    const known = this.#known.get(stratum)
    const segment = known?.number === last.number ? known : await readSegment(last).catch(() => unreadable(last))
    const encoded = encodeEntry(entry)
    if (segment.isDamaged) return this.#replace(segment, encoded)
    const size = (await stat(last.path)).size
    if (size + encoded.build.length <= this.#maxFileBytes) return this.#write(last, encoded, segment.sharedDigests)
    await this.#write(this.#nameOf(stratum, last.number + 1), encoded, new Set())
    for (const old of segments.slice(0, -1)) await rm(old.path, { force: true })
  }

  /** One append, so that frames of other processes come before or after it and never in between. */
  async #write(name: SegmentName, { build, shared }: ReturnType<typeof encodeEntry>, present: ReadonlySet<string>, before: readonly Buffer[] = []): Promise<void> {
    const missing = [...shared].flatMap(([digest, payload]) => (present.has(digest) ? [] : [payload]))
    const payloads = [...before, ...missing, build]
    if (payloads.some(payload => payload.length > MAX_PAYLOAD_BYTES)) throw new Error('it is too large')
    const bytes = Buffer.concat(payloads.map(encodeFrame))
    const file = await open(name.path, 'a')
    try {
      const { bytesWritten } = await file.write(bytes)
      if (bytesWritten < bytes.length) throw new Error(`only ${bytesWritten} of ${bytes.length} bytes could be written`)
    } finally {
      await file.close()
    }
    this.#known.set(name.stratum, { ...name, payloads: [], sharedDigests: new Set([...present, ...shared.keys()]), isDamaged: false })
  }

  async #replace(damaged: Segment, encoded: ReturnType<typeof encodeEntry>): Promise<void> {
    await this.#write(this.#nameOf(damaged.stratum, damaged.number + 1), encoded, damaged.sharedDigests, damaged.payloads)
    await rm(damaged.path, { force: true, recursive: true })
  }

  async #readFiles(names: readonly SegmentName[], limit: number): Promise<HistoryRead> {
    const entries: BuildEntry[] = []
    let fault: Fault | null = null
    // From the newest file on, since only so many builds are wanted.
    for (const name of [...names].reverse()) {
      if (entries.length >= limit) break
      try {
        const segment = await readSegment(name)
        if (!this.#known.has(name.stratum)) this.#known.set(name.stratum, segment)
        if (segment.isDamaged) fault ??= DAMAGED
        entries.unshift(...entriesOf(segment, limit - entries.length))
      } catch (error) {
        fault = { code: 'HISTORY_FAILED', message: `the history of builds in ${this.#directory} could not be read (${messageOf(error)}).`, count: 1 }
      }
    }
    return { entries, fault }
  }

  /** By stratum and number. */
  async #list(): Promise<SegmentName[]> {
    const names = await readdir(this.#directory).catch(() => [] as string[])
    return names.sort().flatMap((name) => {
      const match = NAME.exec(name)
      return match ? [{ stratum: match[1]!, number: Number(match[2]), path: join(this.#directory, name) }] : []
    })
  }

  #nameOf(stratum: string, number: number): SegmentName {
    return { stratum, number, path: join(this.#directory, `${stratum}-${String(number).padStart(6, '0')}.log`) }
  }

  /** A new stratum takes the place of the one that was not built for longest. */
  async #makeRoom(): Promise<void> {
    const segments = await this.#list()
    if (new Set(segments.map(segment => segment.stratum)).size < MAX_STRATA) return
    const ages = await Promise.all(segments.map(async segment => ({ segment, at: (await stat(segment.path)).mtimeMs })))
    const newest = new Map<string, number>()
    for (const { segment, at } of ages) newest.set(segment.stratum, Math.max(at, newest.get(segment.stratum) ?? 0))
    const [oldest] = [...newest].sort(([, a], [, b]) => a - b)[0] ?? []
    for (const segment of segments) if (segment.stratum === oldest) await rm(segment.path, { force: true })
  }
}

/** What is not even a file is replaced like a damaged one. */
function unreadable(name: SegmentName): Segment {
  return { ...name, payloads: [], sharedDigests: new Set(), isDamaged: true }
}

async function readSegment(name: SegmentName): Promise<Segment> {
  const { payloads, damagedBytes } = decodeFrames(await readFile(name.path))
  const shared = payloads.map(classifyPayload).flatMap(payload => (payload.kind === 'shared' ? [payload.digest] : []))
  return { ...name, payloads, sharedDigests: new Set(shared), isDamaged: damagedBytes > 0 }
}

function entriesOf({ payloads }: Segment, limit: number): BuildEntry[] {
  const shared = new Map<string, string>()
  const builds: Buffer[] = []
  for (const payload of payloads) {
    const content = classifyPayload(payload)
    if (content.kind === 'shared') shared.set(content.digest, content.text)
    else if (content.kind === 'build') builds.push(payload)
  }
  return builds.slice(limit === Infinity ? 0 : -limit).flatMap(payload => decodeEntry(payload, shared) ?? [])
}

/** Level by level: on Node 20 a recursive mkdir of a path that cannot exist, as under `/proc`, never returns. */
async function createFolders(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'EEXIST') return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    await createFolders(dirname(path))
    await mkdir(path).catch((late: NodeJS.ErrnoException) => {
      if (late.code !== 'EEXIST') throw late
    })
  }
}

function stratumName(project: string, { command, mode, variant, bundler, cache, cpuModel, nodeMajor, site }: Stratum): string {
  return digestParts([project, command, mode, variant, bundler, cache, cpuModel, String(nodeMajor), site]).slice(0, 16)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
