/**
 * What a hook is given to ask the bundler with, for deep timings: what the bundler does for it is not the hook's, nor is
 * what that goes on to do after an `await`; what the hook is called back with is.
 */
import type { Meter } from './meter.ts'

type Method = (this: unknown, ...args: unknown[]) => unknown

/** @param method Of the bundler. @param receiver Its own object, which may have private fields. */
export function steppingOutside(meter: Meter, method: Method, receiver: unknown): Method {
  return (...args) => {
    if (meter.running === null) return Reflect.apply(method, receiver, args)
    const bound = args.map(argument => (typeof argument === 'function' ? meter.bind(argument as Method) : argument))
    return meter.outside(() => Reflect.apply(method, receiver, bound))
  }
}

/** The same object with such methods. @param names Of those; others stay as they are. @param returning Of those, the ones that return such a method. */
export function withSteps<T extends object>(meter: Meter, object: T, names: ReadonlySet<string>, returning: ReadonlySet<string> = new Set()): T {
  // A proxy must give what a frozen object gives.
  if (Object.isFrozen(object)) return object
  return new Proxy(object, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function' || typeof name !== 'string') return value
      if (returning.has(name)) return (...args: unknown[]) => steppingOutside(meter, Reflect.apply(value, target, args) as Method, target)
      return names.has(name) ? steppingOutside(meter, value as Method, target) : value
    },
    set: (target, name, value) => Reflect.set(target, name, value, target),
  })
}
