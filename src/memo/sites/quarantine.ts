/**
 * Plugins of which an audit has proved that remembering them is wrong: kept in the cache directory, a file each, until
 * the plugin, its options or the packages that the configuration imports are others.
 *
 * Guarantees: any number of processes may add at once (a file is written whole and renamed); what cannot be read is told
 * by `onFault` and counts as not there; nothing is written unless something is added. An entry never expires by itself:
 * a plugin that is wrong once in a thousand calls would be trusted again otherwise.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../../folders.ts'
import { digestParts } from '../../hash.ts'
import type { Digest } from '../../hash.ts'
import type { AuditFinding, Difference } from '../../types.ts'

/** Parts of a plugin's identity that stay the same from one command, mode and machine to the next. */
const LASTING_PARTS = ['source', 'options', 'occurrence', 'config']
const FOLDER = 'quarantine'
const SUFFIX = '.json'

export class Quarantine {
  readonly #directory: string
  readonly #packages: string
  readonly #onFault: (error: unknown) => void
  #entries: Map<Digest, AuditFinding> | null = null

  /** @param packages Digest of the packages that the configuration imports: a plugin's version is not told otherwise. */
  constructor(cacheDir: string, packages: string, onFault: (error: unknown) => void) {
    this.#directory = join(cacheDir, FOLDER)
    this.#packages = packages
    this.#onFault = onFault
  }

  /** Stands for a plugin in this version with these options, all of its hooks together. */
  idOf(plugin: string, identity: Readonly<Record<string, string>>): Digest {
    return digestParts([plugin, this.#packages, ...LASTING_PARTS.map(label => identity[label] ?? '')])
  }

  find(id: Digest): AuditFinding | null {
    this.#entries ??= this.#read()
    return this.#entries.get(id) ?? null
  }

  /** Never throws: where it cannot be written, it holds until the end of this process. */
  add(id: Digest, entry: AuditFinding): void {
    this.#entries ??= this.#read()
    this.#entries.set(id, entry)
    const path = join(this.#directory, id + SUFFIX)
    const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
    try {
      makeFolder(this.#directory)
      writeFileSync(temporary, JSON.stringify(entry))
      renameSync(temporary, path)
    } catch (error) {
      this.#onFault(error)
    }
  }

  #read(): Map<Digest, AuditFinding> {
    const entries = new Map<Digest, AuditFinding>()
    for (const name of namesIn(this.#directory)) {
      if (!name.endsWith(SUFFIX)) continue
      try {
        const entry: unknown = JSON.parse(readFileSync(join(this.#directory, name), 'utf8'))
        if (!isEntry(entry)) throw new TypeError(`${name} is not an entry of the quarantine`)
        entries.set(name.slice(0, -SUFFIX.length), entry)
      } catch (error) {
        this.#onFault(error)
      }
    }
    return entries
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    // Nothing was ever put there.
    return []
  }
}

function isEntry(value: unknown): value is AuditFinding {
  const { plugin, hook, module, difference, at } = (value ?? {}) as Partial<Record<keyof AuditFinding, unknown>>
  const { where, served, now } = (difference ?? {}) as Partial<Record<keyof Difference, unknown>>
  return [plugin, hook, module, at, where, served, now].every(text => typeof text === 'string')
}
