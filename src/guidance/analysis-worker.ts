/** The thread that analyses while the build goes on: a `Job` behind messages, one after the other. */
import { parentPort, workerData } from 'node:worker_threads'
import { answer } from './answer.ts'
import { Job } from './job.ts'
import { HURRY_AT, IN_HAND_BYTES } from './protocol.ts'
import type { Answer, Envelope } from './protocol.ts'

const { shared } = workerData as { readonly shared: SharedArrayBuffer }
const inHand = Buffer.from(shared, 0, IN_HAND_BYTES)
const flags = new Uint8Array(shared)
const job = new Job({
  // The text ends at the first zero; what does not fit is cut and still tells which module it was.
  inHand: id => void inHand.fill(0, inHand.write(id, 0, IN_HAND_BYTES - 1)),
  isHurried: () => Atomics.load(flags, HURRY_AT) !== 0,
  yields: false,
})
const queue = { last: Promise.resolve() }

parentPort?.on('message', ({ number, request }: Envelope) => {
  queue.last = queue.last.then(async () => {
    const result: Answer = { number, ...await answer(job, request) }
    parentPort?.postMessage(result)
  })
})
