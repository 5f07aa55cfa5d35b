/**
 * Following a result that may be there at once, later, or never, without changing when or how it arrives.
 */

function isThenable<T>(value: T | PromiseLike<T>): value is PromiseLike<T> {
  return value !== null && (typeof value === 'object' || typeof value === 'function') && typeof (value as { then?: unknown }).then === 'function'
}

/** Calls `finish` when `body` has settled, in whatever way, and gives on exactly what it gave, synchronously if it did so. */
export function settleSync<T>(body: () => T | PromiseLike<T>, finish: (result: T | undefined, failed: boolean) => void): T | PromiseLike<T> {
  let value: T | PromiseLike<T>
  try {
    value = body()
  } catch (error) {
    finish(undefined, true)
    throw error
  }
  if (isThenable(value)) return settle(value, finish)
  finish(value, false)
  return value
}

/** The same for what is known to come later. */
export async function settle<T>(value: T | PromiseLike<T>, finish: (result: T | undefined, failed: boolean) => void): Promise<T> {
  let result: T
  try {
    result = await value
  } catch (error) {
    finish(undefined, true)
    throw error
  }
  finish(result, false)
  return result
}
