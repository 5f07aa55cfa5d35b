/**
 * How the store tells what went wrong: each code once, so that a disk that fails a thousand times says so once.
 */

import type { FaultListener } from './store.ts'

/** Passes the first fault of each code on and swallows the rest. */
export function tellOnce(listener: FaultListener): FaultListener {
  const told = new Set<string>()
  return (code, message, cause) => {
    if (told.has(code)) return
    told.add(code)
    listener(code, message, cause)
  }
}

/** The errno name of a system error, such as `ENOSPC`; for anything else its message. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}

/** Runs a step whose failure changes nothing but what it would have improved: cleaning up, mostly. @returns null when it failed. */
export function attempt<T>(step: () => T): T | null {
  try {
    return step()
  } catch {
    return null
  }
}
