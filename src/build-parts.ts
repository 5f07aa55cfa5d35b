/** The parts of a build that are made once, from what its host and its options say. */
import { messageOf } from './errors.ts'
import type { BuildSeams, HostFacts } from './host-facts.ts'
import { ConfigFiles } from './memo/identity/config-files.ts'
import { computeIdentity } from './memo/identity/identity.ts'
import type { BuildIdentity } from './memo/identity/identity.ts'
import { Ledgers } from './memo/ledger/ledgers.ts'
import type { Outlines } from './memo/ledger/outlines.ts'
import type { Observer } from './memo/observe/observer.ts'
import type { PortableText } from './memo/record/portable-text.ts'
import { Quarantine } from './memo/sites/quarantine.ts'
import { Sites } from './memo/sites/sites.ts'
import type { ResolvedOptions } from './options.ts'
import type { VirtualFileSystem } from './vfs/virtual-file-system.ts'

/** What a build has from its beginning. */
export interface BuildGround {
  readonly options: ResolvedOptions
  readonly facts: HostFacts
  readonly vfs: VirtualFileSystem
  readonly portable: PortableText
  readonly outlines: Outlines
  readonly observer: Observer
  fault(code: string, message: string): void
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

export function createLedgers({ options, facts, outlines }: BuildGround, seams: BuildSeams, identity: BuildIdentity, relativeId: (id: string) => string): Ledgers {
  const { bundler, command, mode, root } = facts
  return new Ledgers({
    cacheDir: options.cacheDir, identity, outlines, relativeId,
    stratum: [root, bundler.name, command, mode, ...partOf(facts)],
    header: { pitcrew: seams.version, startedAt: new Date(seams.clock.wall()).toISOString(), bundler: `${bundler.name}@${bundler.version}`, command, mode, root },
  })
}

/** One of several builds of the same command: a server's beside the browser's (Vite), a configuration with a name (webpack). */
function partOf({ resolvedConfig: { build, name } }: HostFacts): string[] {
  const isForServer = build !== null && typeof build === 'object' && Boolean(Reflect.get(build, 'ssr'))
  return [...(isForServer ? ['ssr'] : []), ...(typeof name === 'string' && name !== '' ? [`name ${name}`] : [])]
}
