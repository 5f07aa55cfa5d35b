/** The memo with a store in memory, a real VFS over a temporary folder, and hosts that are made up. */
import { ConfigFiles } from '../../../../src/memo/identity/config-files.ts'
import { CostMeter } from '../../../../src/memo/cost-meter.ts'
import { Memo } from '../../../../src/memo/memo.ts'
import type { CallReport, EncodedResult, HostCall } from '../../../../src/memo/host-call.ts'
import type { MemoParts } from '../../../../src/memo/memo.ts'
import { Observer } from '../../../../src/memo/observe/observer.ts'
import { PortableText } from '../../../../src/memo/record/portable-text.ts'
import type { MemoRecord } from '../../../../src/memo/record/record.ts'
import type { Decision, HookRecipe, Site } from '../../../../src/memo/sites/site.ts'
import type { Effect } from '../../../../src/memo/trace/effect.ts'
import type { Trace } from '../../../../src/memo/trace/trace.ts'
import { createMemoryStore } from '../../../../src/store/memory-store.ts'
import type { Store } from '../../../../src/store/store.ts'
import type { Outcome } from '../../../../src/types.ts'
import { VirtualFileSystem } from '../../../../src/vfs/virtual-file-system.ts'
import { createLateClock, createProjectFiles } from './project-files.ts'
import type { ManualClock, ProjectFiles } from './project-files.ts'

export interface MemoBench {
  readonly project: ProjectFiles
  readonly clock: ManualClock
  readonly vfs: VirtualFileSystem
  readonly store: Store
  readonly env: Record<string, string | undefined>
  readonly reports: CallReport[]
  readonly faults: { readonly where: string; readonly error: unknown }[]
  readonly memo: Memo
  /** Another memo over the same store, as in the next process. Outcomes go on being collected here. */
  again(changes?: Partial<MemoParts>): Memo
  outcomes(): Outcome[]
  dispose(): void
}

export function createMemoBench(changes: Partial<MemoParts> = {}): MemoBench {
  const project = createProjectFiles()
  const clock = createLateClock()
  const vfs = new VirtualFileSystem({ maxBytes: 10_000_000, clock })
  const store = createMemoryStore()
  const env: Record<string, string | undefined> = {}
  const reports: CallReport[] = []
  const faults: { where: string; error: unknown }[] = []
  const again = (more: Partial<MemoParts> = {}): Memo => {
    vfs.nextEpoch()
    return new Memo({
      store, vfs, clock, env,
      configs: new ConfigFiles(vfs, project.root),
      portable: new PortableText([{ token: 'r', path: project.root }]),
      meter: new CostMeter(clock),
      root: project.root,
      identity: { bundler: 'fake@1' },
      watch: (_trace, body) => body(),
      displayPath: path => path.replace(`${project.root}/`, ''),
      claims: new Observer().claims,
      onCall: report => void reports.push(report),
      onFault: (where, error) => void faults.push({ where, error }),
      overhead: () => undefined,
      audit: null,
      isOff: () => false,
      ...changes, ...more,
    })
  }
  return {
    project, clock, vfs, store, env, reports, faults, again,
    memo: again(),
    outcomes: () => reports.map(report => report.outcome),
    dispose: () => project.dispose(),
  }
}

const KNOWN: Decision = { kind: 'memoize', reason: 'known', recipe: 'fake', learning: false }

export function siteOf(recipe: HookRecipe = {}, changes: Partial<Site> = {}): Site {
  return { plugin: 'fake', hook: 'transform', decision: KNOWN, identity: {}, recipe, relocatable: true, sharedReads: null, sharedEnv: new Map(), costs: new Map(), ...changes }
}

export interface FakeCall {
  readonly id?: string
  readonly code?: string
  readonly inputs?: Readonly<Record<string, string>>
  /** What the plugin does. @default gives back the code in upper case */
  readonly run?: (trace: Trace | null) => unknown
  readonly encode?: (result: unknown) => EncodedResult
  readonly check?: HostCall<unknown>['check']
  readonly replay?: (record: MemoRecord) => unknown
}

export interface FakeHost extends HostCall<unknown> {
  /** How often the plugin really ran. */
  runs: number
  reruns: number
  /** What was replayed, in order. */
  readonly replayed: Effect[]
}

/** A plugin whose results are texts. */
export function hostOf({ id = '/virtual/a.js', code = 'code', inputs, run, encode, check, replay }: FakeCall = {}): FakeHost {
  const host: FakeHost = {
    runs: 0,
    reruns: 0,
    replayed: [],
    call: { id, inputs: inputs ?? { code } },
    execute(trace) {
      host.runs++
      return run ? run(trace) : code.toUpperCase()
    },
    rerun: () => Promise.resolve(host.reruns++),
    repeat: async (_record, trace) => (run ? run(trace) : code.toUpperCase()),
    encode: encode ?? (result => ({ ok: true, result: null, code: result as string, map: null })),
    replay(record) {
      host.replayed.push(...record.effects)
      return replay ? replay(record) : record.code
    },
    check: check ?? (() => Promise.resolve(null)),
  }
  return host
}
