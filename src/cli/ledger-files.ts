/**
 * Finds the ledgers of a project in its cache directory.
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { previousLedgerPath, readLedger } from '../memo/ledger/ledger.ts'
import type { Ledger } from '../memo/ledger/ledger.ts'

export interface LedgerFile {
  readonly path: string
  readonly ledger: Ledger
}

export interface FoundLedgers {
  /** The last build of each stratum of the project, the latest first. */
  readonly files: readonly LedgerFile[]
  /** Where they were looked for, and what could not be read there and why. */
  readonly directory: string
  readonly flaws: readonly string[]
}

export function findLedgers(cacheDir: string, root: string): FoundLedgers {
  const directory = join(cacheDir, 'ledger')
  const flaws: string[] = []
  const files = listLedgers(directory).flatMap((path): LedgerFile[] => {
    const { ledger, reason } = readLedger(path)
    if (ledger === null) flaws.push(`${path}: ${reason}`)
    // Projects may share a cache directory; a ledger that does not say whose it is may be this one's.
    return ledger !== null && (ledger.root === '' || ledger.root === root) ? [{ path, ledger }] : []
  })
  return { files: files.sort((a, b) => (a.ledger.startedAt < b.ledger.startedAt ? 1 : -1)), directory, flaws }
}

/** The ledger of the build before, or null. */
export function readPreviousLedger({ path }: LedgerFile): Ledger | null {
  return readLedger(previousLedgerPath(path)).ledger
}

function listLedgers(directory: string): string[] {
  try {
    return readdirSync(directory).filter(name => name.endsWith('.json') && !name.endsWith('.prev.json')).map(name => join(directory, name))
  } catch {
    // Missing or not readable: the caller says where it was looked for.
    return []
  }
}
