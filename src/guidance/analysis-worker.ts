/** The thread that analyses while the build goes on: a `Job` behind messages, one after the other. */
import { availableParallelism } from 'node:os'
import { parentPort, workerData } from 'node:worker_threads'
import { answer } from './answer.ts'
import { importModule } from './import-module.ts'
import { Job } from './job.ts'
import { Pace } from './pace.ts'
import { IN_HAND_BYTES, URGENCY_AT, Urgency } from './protocol.ts'
import { threadWaits } from './thread-waits.ts'
import type { Answer, Envelope } from './protocol.ts'

const { shared } = workerData as { readonly shared: SharedArrayBuffer }
const inHand = Buffer.from(shared, 0, IN_HAND_BYTES)
const flags = new Int32Array(shared)
const urgency = (): number => Atomics.load(flags, URGENCY_AT)
const pace = new Pace({
  now: () => performance.now(), waits: threadWaits, processors: availableParallelism(),
  rest: ms => void Atomics.wait(flags, URGENCY_AT, Urgency.Beside, ms),
  isAwaited: () => urgency() !== Urgency.Beside,
})
const job = new Job({
  // The text ends at the first zero; what does not fit is cut and still tells which module it was.
  inHand: id => void inHand.fill(0, inHand.write(id, 0, IN_HAND_BYTES - 1)),
  isHurried: () => urgency() === Urgency.Hurried,
  between: () => pace.between(),
  yields: false,
  loadModule: importModule,
})
const queue = { last: Promise.resolve() }

parentPort?.on('message', ({ number, request }: Envelope) => {
  queue.last = queue.last.then(async () => {
    const result: Answer = { number, ...await answer(job, request) }
    parentPort?.postMessage(result)
  })
})
