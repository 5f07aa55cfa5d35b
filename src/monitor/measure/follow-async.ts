/**
 * Deep mode: tells a meter when a call goes on after an `await`, a timer or any other callback that it set up, and when
 * it pauses again, by the runtime's async hooks. Exact, and not free: a few microseconds for each promise of the process.
 *
 * What a call started and did not wait for stays its own as long as it runs. Whatever throws in an async hook ends the
 * process, so nothing here can.
 */
import { createHook, executionAsyncResource } from 'node:async_hooks'
import type { Call } from './call.ts'
import type { Meter } from './meter.ts'

/** Which call set a resource up. A map would cost five times as much. */
const OWNER: unique symbol = Symbol('unplugin-pitcrew.call')
type Owned = { [OWNER]?: Call }

/** @returns Stops it. */
export function followAsync(meter: Meter): () => void {
  const hook = createHook({
    init(_id, _type, _trigger, resource: Owned) {
      const { running } = meter
      if (running !== null && Object.isExtensible(resource)) resource[OWNER] = running
    },
    before() {
      meter.resume((executionAsyncResource() as Owned)[OWNER] ?? null)
    },
    after() {
      meter.pause()
    },
  })
  hook.enable()
  return () => void hook.disable()
}
