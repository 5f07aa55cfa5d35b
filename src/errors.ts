/**
 * The one error class of Pitcrew. Code switches on `code`, never on text.
 * Errors of other plugins are never wrapped in it: they are rethrown untouched.
 */

export type ErrorCode =
  | 'OPTIONS_INVALID'
  | 'STORE_UNAVAILABLE'
  | 'STORE_READ_ONLY'
  | 'STORE_CORRUPT'
  | 'STORE_WRITE_FAILED'
  | 'STORE_NETWORK'
  | 'STORE_FAULT'
  | 'MEMO_FAULT'
  | 'AUDIT_FAULT'
  | 'AUDIT_MISMATCH'
  | 'HOST_FAULT'
  | 'REPORT_FAULT'
  | 'HISTORY_CORRUPT'
  | 'HISTORY_FAILED'
  | 'CLI_USAGE'
  | 'ANALYSIS_FAULT'
  | 'ANALYSIS_GATE'
  | 'BASELINE_INVALID'
  | 'VERIFY_BUILD_FAILED'
  | 'VERIFY_NO_OUTPUT'
  | 'VERIFY_NOT_LOADED'

export interface PitcrewErrorDetails {
  cause?: unknown
  /** Module id, where known. */
  id?: string | undefined
  plugin?: string | undefined
  hook?: string | undefined
}

export class PitcrewError extends Error {
  override readonly name = 'PitcrewError'
  readonly code: ErrorCode
  readonly id: string | undefined
  readonly plugin: string | undefined
  readonly hook: string | undefined

  /** @param message What happened with the observed values, what was done about it, what to do. */
  constructor(code: ErrorCode, message: string, details: PitcrewErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = code
    this.id = details.id
    this.plugin = details.plugin
    this.hook = details.hook
  }
}

/** What was thrown, in words: it need not be an error. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
