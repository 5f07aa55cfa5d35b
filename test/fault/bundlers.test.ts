/**
 * Faults of the store and of what lies beside it, in whole builds of every bundler: each ends with the output that it would
 * have had, in its time, says what happened once, and remembers what is still there to be remembered.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, statfsSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import type { BuildReport } from '../../src/report/build-report.ts'
import { forgetPlugins } from '../harness/new-process.ts'
import { requireDist } from '../harness/project.ts'
import { snapshotDirectory } from '../harness/snapshot.ts'
import type { Snapshot } from '../harness/snapshot.ts'
import { BUNDLERS, COUNT, writeApplication } from '../e2e/breaker-bundlers.ts'

requireDist()

const LOADER = vi.hoisted(() => `${process.cwd()}/dist/webpack-loader.js`)
// The loader that stands for a run is loaded by the bundler itself, which reads no TypeScript.
vi.mock('node:url', async original => {
  const url = await original<typeof import('node:url')>()
  return { ...url, fileURLToPath: (path: string | URL) => (String(path).endsWith('/webpack-loader.js') ? LOADER : url.fileURLToPath(path)) }
})

const isLinux = process.platform === 'linux'
const canMount = isLinux && process.getuid?.() === 0
/** How much longer than without Pitcrew a build may take on a machine that does other things, milliseconds. */
const SLACK_MS = 20_000
const DECADE_MS = 10 * 365 * 24 * 3_600_000

const base = realpathSync(mkdtempSync(join(tmpdir(), 'pitcrew-fault-bundlers-')))
const root = join(base, 'app')
const cacheDir = join(base, 'cache')
beforeAll(() => writeApplication(root))
afterAll(() => rmSync(base, { recursive: true, force: true }))
beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  for (const method of ['warn', 'error', 'info', 'log'] as const) vi.spyOn(console, method).mockImplementation(() => undefined)
})
afterEach(() => void vi.restoreAllMocks())

interface Fault {
  readonly title: string
  readonly isPossible?: boolean
  /** Begins it, with a store in `cacheDir` that knows all calls. @returns Ends it. */
  readonly begin: () => (() => void) | void
  /** Whether the application is another one while it lasts. */
  readonly isEdited?: boolean
  /** Where the cache is then said to be. @default cacheDir */
  readonly cacheDir?: string
  /** Calls that must still be remembered. */
  readonly leastHits: number
  /** Codes that the report may hold, and the one that it must. */
  readonly codes: readonly string[]
  readonly must?: string
  /** Afterwards. */
  readonly check?: () => void
}

const filesOfStore = (isWanted: (name: string) => boolean): string[] =>
  readdirSync(cacheDir, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile() && isWanted(entry.name)).map(entry => join(entry.parentPath, entry.name))
const packs = (): string[] => filesOfStore(name => name.endsWith('.pack'))

function flip(path: string, count: number): void {
  const bytes = readFileSync(path)
  for (let n = 0; n < count; n++) bytes[Math.floor((n + 0.5) * bytes.length / count)]! ^= 1 << n % 8
  writeFileSync(path, bytes)
}

/** @returns Takes it away again. */
function mountOver(path: string, sizeBytes: number): () => void {
  const kept = join(base, 'kept')
  cpSync(path, kept, { recursive: true })
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', path], { stdio: 'ignore' })
  cpSync(kept, path, { recursive: true })
  rmSync(kept, { recursive: true })
  return () => void execFileSync('umount', ['-l', path])
}

function fill(path: string): void {
  const { bavail, bsize } = statfsSync(path)
  writeFileSync(join(path, 'filler'), Buffer.alloc(bavail * bsize))
}

/** For a build with something to write: one module is another. */
function edited(): () => void {
  const path = join(root, `${COUNT - 1}.second.js`)
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, `${text}console.log('edited')\n`)
  return () => writeFileSync(path, text)
}

function shiftClock(byMs: number): void {
  const { now } = Date
  vi.spyOn(Date, 'now').mockImplementation(() => now.call(Date) + byMs)
}

const FOREIGN = join(cacheDir, 'v99', 'theirs.pack')

const FAULTS: readonly Fault[] = [
  { title: 'FAULTS 3: segments cut in the middle', begin: () => packs().forEach(path => truncateSync(path, Math.floor(readFileSync(path).length / 2))), leastHits: 1, codes: ['STORE_CORRUPT'] },
  { title: 'FAULTS 4: eight flipped bits', begin: () => packs().forEach(path => flip(path, 8)), leastHits: COUNT - 8, codes: ['STORE_CORRUPT'] },
  { title: 'FAULTS 4: 2,000 flipped bits', begin: () => packs().forEach(path => flip(path, 2000)), leastHits: 0, codes: ['STORE_CORRUPT'], must: 'STORE_CORRUPT' },
  { title: 'FAULTS 5: no index', begin: () => filesOfStore(name => name.endsWith('.idx')).forEach(path => rmSync(path)), leastHits: COUNT, codes: [] },
  { title: 'FAULTS 6: headers of zeros', begin: () => packs().forEach(path => writeFileSync(path, Buffer.concat([Buffer.alloc(64), readFileSync(path).subarray(64)]))), leastHits: 0, codes: ['STORE_CORRUPT'] },
  { title: 'FAULTS 6: files of garbage', begin: () => filesOfStore(() => true).forEach(path => writeFileSync(path, Buffer.alloc(5000, '\0garbage{'))), leastHits: 0, codes: ['STORE_CORRUPT', 'HISTORY_CORRUPT', 'AUDIT_FAULT'], must: 'STORE_CORRUPT' },
  {
    title: 'FAULTS 7: a full disk', isPossible: canMount, isEdited: true, leastHits: COUNT - 2, codes: ['STORE_WRITE_FAILED', 'HISTORY_FAILED', 'REPORT_FAULT'], must: 'STORE_WRITE_FAILED',
    begin: () => {
      const unmount = mountOver(cacheDir, 4_000_000)
      const restore = edited()
      fill(cacheDir)
      return () => (unmount(), restore())
    },
  },
  {
    title: 'FAULTS 10: a disk that can only be read', isPossible: canMount, isEdited: true, leastHits: COUNT - 2, codes: ['STORE_READ_ONLY', 'HISTORY_FAILED', 'REPORT_FAULT'], must: 'STORE_READ_ONLY',
    begin: () => {
      const unmount = mountOver(cacheDir, 4_000_000)
      const restore = edited()
      execFileSync('mount', ['-o', 'remount,ro', cacheDir], { stdio: 'ignore' })
      return () => (unmount(), restore())
    },
  },
  {
    title: 'FAULTS 11: a cache directory that is deleted meanwhile', leastHits: 0, codes: [],
    begin: () => {
      const timer = setTimeout(() => rmSync(cacheDir, { recursive: true, force: true }), 10)
      return () => clearTimeout(timer)
    },
  },
  { title: 'FAULTS 12: a cache directory that is a file', cacheDir: join(root, 'package.json'), begin: () => undefined, leastHits: 0, codes: ['STORE_UNAVAILABLE', 'HISTORY_FAILED'], must: 'STORE_UNAVAILABLE' },
  { title: 'FAULTS 12: a cache directory below /proc', isPossible: isLinux, cacheDir: '/proc/pitcrew/cache', begin: () => undefined, leastHits: 0, codes: ['STORE_UNAVAILABLE', 'HISTORY_FAILED'], must: 'STORE_UNAVAILABLE' },
  {
    title: 'FAULTS 15: a newer format', leastHits: COUNT, codes: [],
    begin: () => {
      mkdirSync(join(FOREIGN, '..'), { recursive: true })
      writeFileSync(FOREIGN, 'theirs')
    },
    check: () => expect(readFileSync(FOREIGN, 'utf8')).toBe('theirs'),
  },
  { title: 'FAULTS 16: a clock ten years ahead', begin: () => shiftClock(DECADE_MS), leastHits: COUNT, codes: [] },
  { title: 'FAULTS 16: a clock ten years back', begin: () => shiftClock(-DECADE_MS), leastHits: COUNT, codes: [] },
  { title: 'FAULTS 24: history and ledgers of garbage', begin: () => filesOfStore(name => !/\.(?:pack|idx)$/.test(name)).forEach(path => writeFileSync(path, '\0garbage{')), leastHits: COUNT, codes: ['HISTORY_CORRUPT', 'STORE_CORRUPT'] },
]

interface Built {
  readonly files: Snapshot
  readonly report: BuildReport | null
  readonly tookMs: number
}

describe.each(Object.entries(BUNDLERS))('%s', (bundler, { run }) => {
  const whole = join(base, `whole ${bundler}`)
  let plain: Built

  async function build(where: string | null): Promise<Built> {
    const reportFile = join(base, 'report.json')
    const outDir = join(base, 'out')
    for (const path of [reportFile, outDir]) rmSync(path, { recursive: true, force: true })
    // Each build is meant as one of a process of its own.
    forgetPlugins()
    const startedAt = performance.now()
    await run({ root, outDir, sore: null, options: where === null ? null : { cacheDir: where, reportFile, report: false, audit: { sample: 0 } } })
    return { files: snapshotDirectory(outDir), report: existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) as BuildReport : null, tookMs: performance.now() - startedAt }
  }

  beforeAll(async () => {
    rmSync(cacheDir, { recursive: true, force: true })
    plain = await build(null)
    expect((await build(cacheDir)).files).toEqual(plain.files)
    const warm = await build(cacheDir)
    expect(warm.files).toEqual(plain.files)
    expect(warm.report!.outcomes).toMatchObject({ hit: expect.any(Number) as number, miss: 0, stale: 0 })
    expect(warm.report!.outcomes.hit).toBeGreaterThanOrEqual(COUNT)
    cpSync(cacheDir, whole, { recursive: true })
  })

  it.each(FAULTS.filter(({ isPossible = true }) => isPossible))('$title', async fault => {
    rmSync(cacheDir, { recursive: true, force: true })
    cpSync(whole, cacheDir, { recursive: true })
    const end = fault.begin()
    let off: Built
    let built: Built
    try {
      built = await build(fault.cacheDir ?? cacheDir)
      off = fault.isEdited ? await build(null) : plain
    } finally {
      end?.()
      vi.restoreAllMocks()
    }
    expect(built.files).toEqual(off.files)
    expect(built.tookMs).toBeLessThan(plain.tookMs + SLACK_MS)
    const codes = built.report!.faults.map(({ code }) => code)
    expect(codes.filter(code => !fault.codes.includes(code))).toEqual([])
    if (fault.must !== undefined) expect(codes).toContain(fault.must)
    expect(built.report!.outcomes.hit).toBeGreaterThanOrEqual(fault.leastHits)
    fault.check?.()
    // And the next one is as if nothing had been.
    const next = await build(cacheDir)
    expect(next.files).toEqual(plain.files)
    expect(next.report!.faults.filter(({ code }) => code !== 'STORE_CORRUPT' && code !== 'HISTORY_CORRUPT')).toEqual([])
  })
})
