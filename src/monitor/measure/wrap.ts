/** A handler that does what another one does, and is measured. Whatever it gives, throws or never does is given on as it is. */
import { types } from 'node:util'
import type { Call } from './call.ts'
import type { Meter, Meterable } from './meter.ts'

export type Handler = (this: never, ...args: never[]) => unknown

/** @param hook A hook, or the place of one that has been registered. */
export function measureHandler<T extends Handler>(meter: Meter, hook: Meterable | number, handler: T): T {
  return wrap(meter, hook, handler, followed)
}

/**
 * The same for a host that awaits whatever it is given and shows where an error came from: V8 knows who waits for a promise
 * only where that is one alone, so that what is given on is a promise of our own.
 */
export function measureAwaited<T extends Handler>(meter: Meter, hook: Meterable | number, handler: T): T {
  return wrap(meter, hook, handler, awaited)
}

function wrap<T extends Handler>(meter: Meter, hook: Meterable | number, handler: T, follow: typeof followed): T {
  const place = typeof hook === 'number' ? hook : meter.register(hook)
  return function (this: unknown, ...args: never[]): unknown {
    const call = meter.enter(place, args)
    let result: unknown
    try {
      result = Reflect.apply(handler, this, args)
    } catch (error) {
      meter.leave(call, undefined)
      throw error
    }
    if (isThenable(result)) return follow(meter, call, result)
    meter.leave(call, result)
    return result
  } as unknown as T
}

function followed(meter: Meter, call: Call, result: PromiseLike<unknown>): unknown {
  meter.suspend(call)
  const settled = (value?: unknown): void => meter.settle(call, value)
  // A promise is given on as it is; a foreign thenable may do its work each time that it is asked.
  const promise = types.isPromise(result) ? result : Promise.resolve(result)
  void promise.then(settled, () => settled())
  return promise
}

async function awaited(meter: Meter, call: Call, result: PromiseLike<unknown>): Promise<unknown> {
  meter.suspend(call)
  let value: unknown
  try {
    value = await result
  } catch (error) {
    meter.settle(call, undefined)
    throw error
  }
  meter.settle(call, value)
  return value
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return value !== null && (typeof value === 'object' || typeof value === 'function') && typeof (value as { then?: unknown }).then === 'function'
}
