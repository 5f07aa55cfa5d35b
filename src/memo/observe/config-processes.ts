/**
 * What processes told a configuration that started them: a version, the commit, a list of files. It is part of keys as what
 * it reads is.
 *
 * Every way of starting one ends in one of two functions of the runtime, whatever a package took out of `child_process`
 * before. Output is hashed as it passes; nobody gets it later or otherwise than without. Not seen: what goes through a
 * descriptor that is handed over, a channel of messages, or a thread.
 */
import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'
import { ChildProcess } from 'node:child_process'
import { digestParts } from '../../hash.ts'
import type { Digest } from '../../hash.ts'
import { runtimeBinding } from './fs-binding.ts'
import type { Patches } from './patches.ts'

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown
type Owner = Record<string, unknown>

/** One that ran, or runs. */
interface Started {
  /** What was run, to tell one command from another; it holds paths, and is in no key. */
  readonly command: string
  readonly told: () => Digest
  /** Nobody listens any more to what it goes on to say. */
  readonly leave: () => void
}

export class ConfigProcesses {
  /** Since it was last settled. */
  readonly #started: Started[] = []
  readonly #told: Digest[] = []
  /** By command. */
  readonly #latest = new Map<string, Digest>()
  readonly #mayCount: (below: AnyFunction) => boolean

  /** @param mayCount Whether the function was called for the configuration. */
  constructor(mayCount: (below: AnyFunction) => boolean) {
    this.#mayCount = mayCount
  }

  watch(patches: Patches): void {
    this.#replace(patches, ChildProcess.prototype as unknown as Owner, (self, [options]) => this.#running(self as ChildProcess, options))
    const binding = runtimeBinding('spawn_sync')
    if (binding !== null) this.#replace(patches, binding, (_self, [options], result) => this.#ended(options, result))
  }

  /** What each told until then, in order. */
  get told(): readonly Digest[] {
    return this.#told
  }

  /** The configuration is known: what is told from now on is too late for it. */
  settle(): void {
    for (const { command, told, leave } of this.#started) {
      const digest = told()
      leave()
      // A command that tells the same again, as when a server loads its configuration anew, counts once.
      if (this.#latest.get(command) === digest) continue
      this.#latest.set(command, digest)
      this.#told.push(digest)
    }
    this.#started.length = 0
  }

  #replace(patches: Patches, owner: Owner, note: (self: unknown, args: readonly unknown[], result: unknown) => void): void {
    const original = owner['spawn']
    if (typeof original !== 'function') return
    const processes = this
    const replacement = function (this: unknown, ...args: unknown[]): unknown {
      const result = (original as AnyFunction).apply(this, args)
      try {
        if (processes.#mayCount(replacement)) note(this, args, result)
      } catch {
        // Of another shape than is known: whoever started it has it as without Pitcrew.
      }
      return result
    }
    patches.replace(owner, 'spawn', replacement)
  }

  #running(child: ChildProcess, options: unknown): void {
    const outputs = [child.stdout, child.stderr].map(stream => (stream === null ? null : listen(stream)))
    this.#started.push({
      command: commandOf(options),
      told: () => digestParts([...outputs.map(output => output?.hash.copy().digest('base64url') ?? ''), String(child.exitCode)]),
      leave: () => outputs.forEach(output => output?.leave()),
    })
  }

  #ended(options: unknown, result: unknown): void {
    const { output, status } = result as { readonly output?: readonly (Uint8Array | null)[] | null; readonly status?: unknown }
    const told = digestParts([...(output ?? []).slice(1).map(bytes => createHash('sha256').update(bytes ?? '').digest('base64url')), String(status)])
    this.#started.push({ command: commandOf(options), told: () => told, leave: () => undefined })
  }
}

/** @returns The hash of all that comes out of a stream from now on, before whoever reads it has it, until it is left. */
function listen(stream: object): { readonly hash: Hash; readonly leave: () => void } {
  const hash = createHash('sha256')
  const push: unknown = Reflect.get(stream, 'push')
  let isLeft = typeof push !== 'function'
  const hashing = function (this: unknown, ...args: unknown[]): unknown {
    if (!isLeft && args[0] instanceof Uint8Array) hash.update(args[0])
    return (push as AnyFunction).apply(this, args)
  }
  if (!isLeft) Object.defineProperty(stream, 'push', { value: hashing, configurable: true, writable: true, enumerable: false })
  return { hash, leave: () => void (isLeft = true) }
}

function commandOf(options: unknown): string {
  const { file, args, cwd } = (options ?? {}) as { readonly file?: unknown; readonly args?: unknown; readonly cwd?: unknown }
  return JSON.stringify([file, args, cwd])
}
