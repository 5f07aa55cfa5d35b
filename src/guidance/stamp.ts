/** What of a module's file changes with its content, as far as a look at its stat tells. */
import { isRacy, stampOf, statOrNull } from '../vfs/disk.ts'

/** @returns Null for what is no file, and an empty text for what was written a moment ago. */
export function stampAt(path: string): string | null {
  const stat = statOrNull(path)
  if (stat === null || !stat.isFile()) return null
  return isRacy(stat, Date.now()) ? '' : stampOf(stat)
}
