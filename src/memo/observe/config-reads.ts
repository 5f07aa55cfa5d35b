/**
 * What a configuration looked at while it was evaluated: plugins are made then, and may answer every call from what they read,
 * by paths that were put together, as a table of the language that is built. Text tells of none of these.
 *
 * Seen is what code of the project asks for, itself or through packages, from when Pitcrew is imported until a build knows its
 * configuration, and again from when its plugin is made for another build: data, modules by paths that are computed, and what
 * processes tell it. What packages look for by themselves is theirs, and what a bundler looks for is the bundler's. Not seen:
 * what ran before Pitcrew was imported, what follows a package's timer or `await`, and native code.
 */
import { relative, resolve, sep } from 'node:path'
import { clearTimeout, setTimeout } from 'node:timers'
import { digestParts } from '../../hash.ts'
import type { Digest } from '../../hash.ts'
import type { VirtualFileSystem } from '../../vfs/virtual-file-system.ts'
import { isAskedForConfiguration } from './caller.ts'
import { ConfigProcesses } from './config-processes.ts'
import { isOfKernel, isToWrite, pathOf } from './fs-arguments.ts'
import { BINDING_ACTS, fsBinding } from './fs-binding.ts'
import { Patches } from './patches.ts'

/** A configuration takes less; whoever imports Pitcrew and builds nothing is left alone after it, milliseconds. */
const LONGEST_MS = 30_000
/** More than these are somebody who goes through a whole project: the first of them have to do. */
const MAX_PATHS = 2_000
const PACKAGES = `${sep}node_modules${sep}`

type Look = 'content' | 'listing' | 'kind'
const LOOKS: Readonly<Record<string, Look>> = { reads: 'content', opens: 'content', lists: 'listing', probes: 'kind', measures: 'kind', follows: 'kind' }

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown

class ConfigReads {
  readonly #seen: Readonly<Record<Look, Set<string>>> = { content: new Set(), listing: new Set(), kind: new Set() }
  readonly #processes = new ConfigProcesses(isAskedForConfiguration)
  #patches: Patches | null = null
  #timer: NodeJS.Timeout | undefined

  open(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.close(), LONGEST_MS).unref()
    const binding = this.#patches === null ? fsBinding() : null
    if (binding === null) return
    this.#patches = new Patches()
    this.#processes.watch(this.#patches)
    for (const [name, act] of Object.entries(BINDING_ACTS)) if (act in LOOKS) this.#patch(binding, name, LOOKS[act]!)
  }

  close(): void {
    clearTimeout(this.#timer)
    if (this.#patches === null) return
    this.#patches.undo()
    this.#patches = null
    this.#processes.settle()
  }

  /**
   * The files that are there: where one is there that was not, it is part of this. Not what is not there, which is as much as the
   * place is deep, and not whether a folder is, which may be one that a build writes. And what processes told.
   */
  describe(vfs: VirtualFileSystem, workspaceRoot: string): Digest {
    const answers: Readonly<Record<Look, (path: string) => string | null>> = {
      content: path => vfs.digest(path), listing: path => vfs.listing(path), kind: path => (vfs.kind(path) === 'file' ? '' : null),
    }
    const parts = Object.entries(this.#seen).flatMap(([look, paths]) => Array.from(paths, path => {
      const answer = answers[look as Look](path)
      return answer === null ? [] : [`${look}\0${relative(workspaceRoot, path).split(sep).join('/')}\0${answer}`]
    }).flat())
    return digestParts([...parts.sort(), ...this.#processes.told])
  }

  #patch(binding: Record<string, unknown>, name: string, look: Look): void {
    const original = binding[name]
    if (typeof original !== 'function') return
    const reads = this
    const replacement = function (this: unknown, ...args: unknown[]): unknown {
      reads.#note(replacement, name, look, args)
      return (original as AnyFunction).apply(this, args)
    }
    this.#patches!.replace(binding, name, replacement)
  }

  #note(below: AnyFunction, name: string, look: Look, [subject, flags]: readonly unknown[]): void {
    try {
      const given = pathOf(subject)
      if (given === null || (name.startsWith('open') && isToWrite(flags))) return
      const path = resolve(given)
      if (this.#mayCount(path, look) && isAskedForConfiguration(below)) this.#seen[look].add(path)
    } catch {
      // No working directory, or no path: whoever reads learns of it as without Pitcrew.
    }
  }

  /** Before the stack is looked at, which takes longer. */
  #mayCount(path: string, look: Look): boolean {
    return !path.includes(PACKAGES) && !isOfKernel(path) && !this.#seen[look].has(path) && this.#seen[look].size < MAX_PATHS
  }
}

const KNOWN: unique symbol = Symbol.for('unplugin-pitcrew.config-reads')

function readsHere(): ConfigReads {
  const holder = process as { [KNOWN]?: ConfigReads }
  if (!holder[KNOWN]) Object.defineProperty(process, KNOWN, { value: new ConfigReads(), enumerable: false, configurable: true })
  return holder[KNOWN]!
}

/** A configuration is being evaluated, or may be. */
export function watchConfiguration(): void {
  readsHere().open()
}

/** It is known now. */
export function leaveConfiguration(): void {
  readsHere().close()
}

/** Of all that configurations of this process looked at, as it is at present; the same wherever the workspace lies. */
export function digestOfConfigReads(vfs: VirtualFileSystem, workspaceRoot: string): Digest {
  return readsHere().describe(vfs, workspaceRoot)
}
