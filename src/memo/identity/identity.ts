/**
 * The build identity: everything that can change what a plugin does besides the module itself.
 *
 * It is split into labelled parts, so that `explain` can say which one changed, and so that plugins whose options are
 * fully visible need not depend on the whole configuration: `base` is part of every key, `configured` of the keys of
 * plugins with hidden options, `exposed` of those that read what the bundler exposes to the application.
 *
 * What cannot be seen: values that a configuration script computes from the network or the clock, or has from a thread.
 */
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join, parse, relative, sep } from 'node:path'
import { digest, digestParts } from '../../hash.ts'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'
import type { Outlines } from '../ledger/outlines.ts'
import { digestOfConfigReads } from '../observe/config-reads.ts'
import { walkConfigGraph } from './config-graph.ts'
import { mentionedValue } from './environment-mentions.ts'
import { changedSinceLoaded } from './loaded-code.ts'
import type { PortableText } from '../record/portable-text.ts'

export interface IdentityInputs {
  readonly pitcrew: string
  readonly bundler: { readonly name: string; readonly version: string }
  readonly command: 'build' | 'watch' | 'dev'
  readonly mode: string
  readonly root: string
  readonly workspaceRoot: string
  /** Files that configure the build; what they import is followed. Absolute. */
  readonly configFiles: readonly string[]
  /** Resolved options of the bundler that plugins can read; functions in it count by their source. */
  readonly resolvedConfig: unknown
  /** What the application sees of its environment: `define`, exposed variables. */
  readonly exposed: unknown
  readonly env: NodeJS.ProcessEnv
  /** Anything else that the user says matters. */
  readonly salt: readonly string[]
}

export interface BuildIdentity {
  readonly base: Readonly<Record<string, string>>
  readonly configured: Readonly<Record<string, string>>
  readonly exposed: Readonly<Record<string, string>>
}

/** Their configuration is a script that is loaded once; others load theirs anew when it changes. */
const KEEPS_CONFIG = new Set(['webpack', 'rspack', 'esbuild'])
/** Raised whenever the meaning of a key or of a stored record changes. */
const FORMAT = '7'
const LOCKFILES = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb', 'deno.lock']
/**
 * Where package managers note what they have installed, of which a lockfile says only what it ought to be: it may have come with a
 * commit and nobody has installed anything since, or there is none. Of npm, pnpm, Yarn.
 */
const INSTALLED = ['node_modules/.package-lock.json', 'node_modules/.pnpm/lock.yaml', 'node_modules/.yarn-integrity', 'node_modules/.yarn-state.yml', '.pnp.cjs']
const PATCH_FOLDERS = ['patches', '.yarn/patches']
/** Files that tools find by their place: configuration of compilers, presets and targets. */
const CONFIG_NAME = /^\.?[\w-]+\.config\.(?:[cm]?[jt]sx?|json)$|^\.[\w-]+rc(\.(json|[cm]?[jt]s|ya?ml))?$|^[tj]sconfig[\w.-]*\.json$|^\.env(\..+)?$/
/** Tools that no bundler asks. */
const OTHER_TOOL = /^\.?(?:vitest|jest|playwright|cypress|commitlint|lint-?staged|knip|renovate|release-it)(?:rc)?(?:\.|$)/
/** Fields of package.json that say nothing about how modules are compiled. */
const IRRELEVANT_FIELDS = new Set(['version', 'description', 'keywords', 'homepage', 'bugs', 'license', 'author', 'contributors', 'funding', 'repository', 'scripts', 'private', 'publishConfig', 'files', 'bin', 'man', 'lint-staged', 'husky', 'jest', 'eslintConfig', 'prettier'])

/** The nearest directory with a lockfile, from `root` upwards; `root` itself when there is none. */
export function findWorkspaceRoot(root: string): string {
  for (let dir = root; ; dir = dirname(dir)) {
    if (LOCKFILES.some(name => existsSync(join(dir, name)))) return dir
    if (dirname(dir) === dir) return root
  }
}

export function computeIdentity(inputs: IdentityInputs, vfs: VirtualFileSystem, portable: PortableText, outlines: Outlines): BuildIdentity {
  const { root, workspaceRoot } = inputs
  const files = [...inputs.configFiles, ...configFilesIn(root), ...(workspaceRoot === root ? [] : configFilesIn(workspaceRoot))]
  const graph = walkConfigGraph(files, vfs)
  return {
    base: {
      format: FORMAT,
      pitcrew: inputs.pitcrew,
      bundler: `${inputs.bundler.name}@${inputs.bundler.version}`,
      runtime: `${process.platform} node ${process.versions.node.split('.')[0]}`,
      command: inputs.command,
      mode: inputs.mode,
      // Names of modules, and hashes of them, are often made of the way from the root to a file.
      'root in the workspace': relative(workspaceRoot, root).split(sep).join('/'),
      NODE_ENV: inputs.env['NODE_ENV'] ?? '',
      lockfile: lockfileDigest(workspaceRoot, vfs),
      installed: installedDigest(root, workspaceRoot, vfs),
      packages: digestParts([...graph.packages.map(({ name, digest: content }) => `${name}\0${content}`), ...stale(graph.packages)]),
      patches: patchesDigest(workspaceRoot, vfs),
      salt: digestParts(inputs.salt),
    },
    configured: {
      config: digestParts([...graph.files.map(({ path, digest: content }) => `${portable.tokenise(path)}\0${content}`), ...(KEEPS_CONFIG.has(inputs.bundler.name) ? stale(graph.files) : [])]),
      'read by it': digestOfConfigReads(vfs, workspaceRoot),
      'package.json': digestParts([root, workspaceRoot].map(dir => packageFields(join(dir, 'package.json'), vfs))),
      'resolved config': outlines.partOf(inputs.resolvedConfig).part,
      'config env': digestParts(graph.envNames.map(name => `${name}\0${mentionedValue(inputs.env, name, portable)}`)),
      region: region(inputs.env, vfs),
      'working directory': portable.tokenise(process.cwd()),
      arguments: digest(portable.tokenise(JSON.stringify(process.argv.slice(2)))),
    },
    exposed: { exposed: outlines.partOf(inputs.exposed).part },
  }
}

function stale(parts: Parameters<typeof changedSinceLoaded>[0]): string[] {
  return [changedSinceLoaded(parts)].filter(part => part !== '')
}

/** What a system has its time zone in. */
const LOCAL_TIME = '/etc/localtime'

/**
 * How dates and numbers are written where nobody says how: of the machine, or of its environment. Where these are all there
 * is to it they are taken, since asking `Intl` loads its tables, which takes as long as everything else in a key.
 */
function region(env: IdentityInputs['env'], vfs: VirtualFileSystem): string {
  if (process.platform !== 'win32') return [env['LC_ALL'] || env['LC_MESSAGES'] || env['LANG'], env['TZ'] || vfs.digest(LOCAL_TIME)].map(part => part ?? '').join(' ')
  const { locale, timeZone } = Intl.DateTimeFormat().resolvedOptions()
  return `${locale} ${timeZone}`
}

function lockfileDigest(workspaceRoot: string, vfs: VirtualFileSystem): string {
  return digestParts(LOCKFILES.map(name => vfs.digest(join(workspaceRoot, name)) ?? ''))
}

/** Packages are found upwards, beyond the workspace where no lockfile bounds it. */
function installedDigest(root: string, workspaceRoot: string, vfs: VirtualFileSystem): string {
  const top = LOCKFILES.some(name => vfs.kind(join(workspaceRoot, name)) === 'file') ? workspaceRoot : parse(root).root
  const dirs: string[] = []
  for (let dir = root; ; dir = dirname(dir)) {
    dirs.push(dir)
    if (dir === top || dirname(dir) === dir) break
  }
  return digestParts(dirs.flatMap(dir => INSTALLED.map(name => vfs.digest(join(dir, name)) ?? '')).filter(found => found !== ''))
}

/** Patches of installed packages that no lockfile knows of. */
function patchesDigest(workspaceRoot: string, vfs: VirtualFileSystem): string {
  return digestParts(PATCH_FOLDERS.map(name => join(workspaceRoot, name)).flatMap(dir => namesIn(dir).map(name => `${name}\0${vfs.digest(join(dir, name))}`)))
}

function namesIn(dir: string): string[] {
  try {
    // pitcrew-ignore path-traversal/file: the folder is the project's, and whoever builds it says where that is
    return readdirSync(dir).sort()
  } catch {
    // There is none; the root of a build may be virtual, too.
    return []
  }
}

function configFilesIn(dir: string): string[] {
  return namesIn(dir).filter(name => CONFIG_NAME.test(name) && !OTHER_TOOL.test(name)).map(name => join(dir, name))
}

function packageFields(path: string, vfs: VirtualFileSystem): string {
  const text = vfs.read(path)?.toString('utf8')
  if (text === undefined) return `${basename(path)} absent`
  try {
    const fields = Object.entries(JSON.parse(text) as Record<string, unknown>).filter(([name]) => !IRRELEVANT_FIELDS.has(name))
    return digest(JSON.stringify(fields))
  } catch {
    // Not JSON: whoever reads it will complain; until then its text is what counts.
    return digest(text)
  }
}
