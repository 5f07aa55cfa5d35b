/** The parts of a build that are made once, from what its host and its options say. */
import { STORE_PART } from './breaker.ts'
import { messageOf } from './errors.ts'
import type { BuildSeams, HostFacts } from './host-facts.ts'
import { Audits } from './memo/audit/audits.ts'
import type { Backlog } from './memo/backlog.ts'
import { CostMeter } from './memo/cost-meter.ts'
import type { CallReport } from './memo/host-call.ts'
import { ConfigFiles } from './memo/identity/config-files.ts'
import { computeIdentity } from './memo/identity/identity.ts'
import type { BuildIdentity } from './memo/identity/identity.ts'
import { Ledgers } from './memo/ledger/ledgers.ts'
import type { Outlines } from './memo/ledger/outlines.ts'
import { Memo } from './memo/memo.ts'
import { Observer } from './memo/observe/observer.ts'
import { UnwatchedReads } from './memo/observe/unwatched-reads.ts'
import type { PortableText } from './memo/record/portable-text.ts'
import { Quarantine } from './memo/sites/quarantine.ts'
import { Sites } from './memo/sites/sites.ts'
import type { CheckContext } from './memo/trace/seal.ts'
import type { Meter } from './monitor/measure/meter.ts'
import type { ResolvedOptions } from './options.ts'
import { PerformanceMonitor } from './performance/performance-monitor.ts'
import { GuardedStore } from './store/guarded-store.ts'
import type { Store } from './store/store.ts'
import type { Ticks } from './turn.ts'
import type { VirtualFileSystem } from './vfs/virtual-file-system.ts'

/** What a build has from its beginning. */
export interface BuildGround {
  readonly options: ResolvedOptions
  readonly facts: HostFacts
  readonly vfs: VirtualFileSystem
  readonly portable: PortableText
  readonly outlines: Outlines
  readonly observer: Observer
  /** `null` when nothing is timed. */
  readonly meter: Meter | null
  readonly displayId: (id: string) => string
  fault(code: string, message: string, part?: string): void
  warn(text: string): void
  overhead(part: 'key' | 'lookup' | 'record', ms: number): void
  isOff(plugin: string): boolean
}

/** What the memo is made of beside that. */
export interface MemoGround {
  readonly identity: BuildIdentity
  readonly store: Store
  readonly configs: ConfigFiles
  readonly audits: Audits
  readonly backlog: Backlog
  readonly ticks: Ticks
  readonly onCall: (report: CallReport) => void
}

/** @param module What the call is about that runs now. */
export function createObserver(facts: HostFacts, { clock }: BuildSeams, module: () => string | undefined): Observer {
  // A server is part of a program that may read anything for whoever asks it.
  return new Observer(facts.command === 'dev' ? null : UnwatchedReads.of(facts.root, { now: () => clock.wall(), module }))
}

export function openStore(build: BuildGround, seams: BuildSeams, isOff: () => boolean): Store {
  return new GuardedStore(seams.openStore(build.options, (code, message) => build.fault(code, message)), {
    isOff,
    onFault: (step, error) => build.fault('STORE_FAULT', `a fault in ${step} the store (${messageOf(error)}).`, STORE_PART),
  })
}

export function identifyBuild({ options, facts, vfs, portable, outlines }: BuildGround, seams: BuildSeams, workspaceRoot: string): BuildIdentity {
  const { bundler, command, mode, root, configFiles, configIdentity, exposed } = facts
  return computeIdentity({
    pitcrew: seams.version, bundler, command, mode, root, workspaceRoot, configFiles, exposed,
    resolvedConfig: configIdentity, env: seams.env, salt: options.salt,
  }, vfs, portable, outlines)
}

export function createConfigFiles({ facts, vfs }: BuildGround, workspaceRoot: string): ConfigFiles {
  const configs = new ConfigFiles(vfs, workspaceRoot)
  configs.look(facts.root)
  return configs
}

export function createSites(build: BuildGround, seams: BuildSeams, identity: BuildIdentity, workspaceRoot: string): Sites {
  const { options, facts, vfs, portable, outlines, observer } = build
  const { root, command, resolvedConfig } = facts
  return new Sites({
    recipes: seams.recipes,
    identity,
    portable,
    outlines,
    latest: facts.latest,
    isFromConfig: facts.isFromConfig,
    word: plugin => options.plugins.get(plugin),
    quarantine: new Quarantine(options.cacheDir, identity.base['packages'] ?? '', error => build.fault('AUDIT_FAULT', `the quarantine could not be read or written (${messageOf(error)}).`)),
    kit: {
      vfs, root, workspaceRoot, command, config: resolvedConfig,
      activeTrace: () => observer.active,
      withFiles: (files, body) => observer.runWithFiles(files, body),
    },
  })
}

export function createMemo(build: BuildGround, seams: BuildSeams, { identity, store, configs, audits, backlog, ticks, onCall }: MemoGround): Memo {
  const { options, facts, vfs, portable, observer } = build
  return new Memo({
    store, vfs, configs, portable, clock: seams.clock, meter: new CostMeter(seams.clock, ticks), root: facts.root, identity: identity.base,
    get env() { return seams.env },
    watch: (trace, body) => observer.run(trace, body),
    claims: observer.claims,
    unwatched: observer.unwatched?.reads,
    defer: task => backlog.add(task),
    displayPath: build.displayId,
    onCall,
    audit: options.auditSample > 0 ? audits : null,
    isOff: site => build.isOff(site.plugin),
    onFault: (where, error, site) => build.fault('MEMO_FAULT', `a fault in ${where} (${messageOf(error)}).`, site.plugin),
    overhead: (part, ms) => build.overhead(part, ms),
  })
}

/** @param check What recorded calls are compared with, once there is a memo. */
export function createAudits(build: BuildGround, seams: BuildSeams, sites: Sites, check: () => CheckContext): Audits {
  const { options, vfs, observer } = build
  return new Audits({
    sample: options.auditSample, clock: seams.clock, sites, check,
    watch: (trace, body) => observer.run(trace, body),
    lookAgain: () => vfs.nextEpoch(),
    displayPath: build.displayId,
    warn: message => build.warn(`pitcrew: ${message}`),
    onFault: error => build.fault('AUDIT_FAULT', `an audit failed (${messageOf(error)}).`),
  })
}

export function createPerformance(build: BuildGround, { clock, env }: BuildSeams, identity: BuildIdentity, sites: Sites, workspaceRoot: string): PerformanceMonitor {
  const { options, facts, meter, vfs, displayId } = build
  return new PerformanceMonitor({
    options, facts, workspaceRoot, identity, sites: () => sites.all, meter, clock, env, stream: process.stderr,
    readText: path => vfs.read(path)?.toString('utf8') ?? null,
    warn: text => build.warn(text),
    pending: () => (meter?.unfinished() ?? []).map(call => ({ ...call, id: displayId(call.id) })),
  })
}

export function createLedgers({ options, facts, outlines, displayId }: BuildGround, seams: BuildSeams, identity: BuildIdentity): Ledgers {
  const { bundler, command, mode, root } = facts
  return new Ledgers({
    cacheDir: options.cacheDir, identity, outlines, relativeId: displayId,
    stratum: [root, bundler.name, command, mode, ...partOf(facts)],
    header: { pitcrew: seams.version, startedAt: new Date(seams.clock.wall()).toISOString(), bundler: `${bundler.name}@${bundler.version}`, command, mode, root },
  })
}

/** One of several builds of the same command: a server's beside the browser's (Vite), a configuration with a name (webpack). */
function partOf({ resolvedConfig: { build, name } }: HostFacts): string[] {
  const isForServer = build !== null && typeof build === 'object' && Boolean(Reflect.get(build, 'ssr'))
  return [...(isForServer ? ['ssr'] : []), ...(typeof name === 'string' && name !== '' ? [`name ${name}`] : [])]
}
