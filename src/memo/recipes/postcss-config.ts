/**
 * The configuration that vite:css loads for PostCSS, once, before any call: `postcss.config` and its kin, in a folder that is
 * named or upwards from the root. What it is made of is seen by nobody, so it is followed here: modules and packages that
 * it imports or names, files that it reads, variables and arguments that it mentions.
 */
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, parse, resolve } from 'node:path'
import { packageParts, walkConfigGraph } from '../identity/config-graph.ts'
import { mentionedValue } from '../identity/environment-mentions.ts'
import { packagesNamedIn } from '../identity/named-packages.ts'
import { digestOfConfigReads } from '../observe/config-reads.ts'
import { digestParts } from '../../hash.ts'
import type { Digest } from '../../hash.ts'
import type { RecipeKit } from '../recipe.ts'
import { ancestors } from './probes.ts'

const NAMES = ['.postcssrc', '.postcssrc.json', '.postcssrc.yaml', '.postcssrc.yml', ...['.postcssrc', 'postcss.config'].flatMap(stem => ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'].map(extension => stem + extension))]

export class PostcssConfig {
  readonly #kit: RecipeKit
  readonly #start: string
  #known: { readonly epoch: number; readonly digest: Digest } | null = null

  /** @param named As Vite's option has it: a folder. */
  constructor(named: string | undefined, kit: RecipeKit) {
    this.#kit = kit
    this.#start = named === undefined ? kit.root : resolve(kit.root, named)
  }

  /** Absolute paths of the files that there are, nearest first. */
  get files(): string[] {
    return ancestors(this.#start, parse(this.#start).root).flatMap(dir => [...NAMES.map(name => join(dir, name)), ...manifestIn(dir)]).filter(path => existsSync(path))
  }

  /** Of all that it is made of at present; the same wherever the project lies. */
  digest(): Digest {
    const { epoch } = this.#kit.vfs
    if (this.#known?.epoch !== epoch) this.#known = { epoch, digest: this.#describe() }
    return this.#known.digest
  }

  #describe(): Digest {
    return digestOfConfiguration(this.files, this.#kit)
  }
}

/** Of all that configuration files are made of: modules, packages, files that they read, variables that they mention. */
export function digestOfConfiguration(files: readonly string[], { vfs, workspaceRoot }: Pick<RecipeKit, 'vfs' | 'workspaceRoot'>): Digest {
  const graph = walkConfigGraph(files, vfs)
  // Those of a configuration that is no program: it imports nothing.
  const named = files.flatMap(path => packageParts(packagesNamedIn(path, vfs.read(path)?.toString('utf8') ?? ''), dirname(path), vfs))
  return digestParts([
    ...[...graph.files, ...graph.packages, ...named].map(part => part.digest),
    files.length === 0 ? '' : digestOfConfigReads(vfs, workspaceRoot),
    ...graph.envNames.map(name => `${name}\0${mentionedValue(process.env, name)}`),
  ])
}

/** A manifest may hold one. */
function manifestIn(dir: string): string[] {
  const path = join(dir, 'package.json')
  try {
    return 'postcss' in (JSON.parse(readFileSync(path, 'utf8')) as object) ? [path] : []
  } catch {
    // There is none, or it is no JSON: whoever needs it will complain.
    return []
  }
}
