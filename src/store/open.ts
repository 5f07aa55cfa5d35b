/** Opens the store that a build asked for: the segment pack in its cache directory. */
import { systemClock } from '../clock.ts'
import { createSegmentStore } from './index.ts'
import type { FaultListener, Store } from './store.ts'

export function openStore(options: { readonly cacheDir: string; readonly storeMaxBytes: number }, onFault: FaultListener): Store {
  return createSegmentStore({ directory: options.cacheDir, maxBytes: options.storeMaxBytes, clock: systemClock, onFault })
}
