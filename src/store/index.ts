/** The stores and their contract. */
export { createMemoryStore, type MemoryStoreOptions } from './memory-store.ts'
export { createSegmentStore, type SegmentStore, type SegmentStoreOptions } from './segment-store.ts'
export type { MaintenanceOutcome } from './maintenance.ts'
export type { FaultListener, Store, StoreFaultCode, StoreRead, StoreState, StoreStats } from './store.ts'
export { nodeStoreFs, type StoreFs } from './store-fs.ts'
export type { ClearResult, VerifyResult } from './upkeep.ts'
