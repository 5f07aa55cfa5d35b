/**
 * Who does the analysis: a worker thread; when it dies, another one, without the module that it died on; when that dies
 * as well, this thread, a turn at a time; when that fails, nobody.
 *
 * Guarantees: `ask` settles, also when a thread ends, runs out of memory or makes no progress for STALL_MS; a request is
 * never answered by half of the work, because whoever takes over begins from the first request of the build; the thread
 * does not keep the process alive unless somebody waits for it.
 */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { answer } from './answer.ts'
import type { Job } from './job.ts'
import { IN_HAND_BYTES, SHARED_BYTES, URGENCY_AT, Urgency } from './protocol.ts'
import type { Answer, Envelope, JobSettings, Replies, ReplyTo, Request } from './protocol.ts'

/** Of young objects: larger than usual, because a tree lives for one module and would be copied again and again. */
const MAX_YOUNG_MB = 96
/** No module takes so long, milliseconds; a thread that shows the same one for longer hangs. */
const STALL_MS = 20_000
const MAX_HEAP_MB = 2048
const MAX_DEATHS = 2

export interface CrewSeams {
  /** Absolute path of the worker's script; null: there are no threads. */
  readonly script: string | null
  readonly onDeath: (reason: string, suspect: string) => void
  readonly stallMs?: number
}

interface Waiting {
  readonly envelope: Envelope
  readonly settle: (answer: Omit<Answer, 'number'>) => void
}

/** The worker as it is built; running from sources there is none, and all is done in line. */
export function workerScript(): string | null {
  const path = fileURLToPath(new URL('./analysis-worker.js', import.meta.url))
  return existsSync(path) ? path : null
}

export class Crew {
  readonly #seams: CrewSeams
  readonly #shared = new SharedArrayBuffer(SHARED_BYTES)
  readonly #flags = new Int32Array(this.#shared)
  /** Of this build, in order; what was answered is asked again of whoever takes over. */
  #requests: Envelope[] = []
  readonly #waiting = new Map<number, Waiting>()
  readonly #suspects: string[] = []
  #worker: Worker | null = null
  #job: Job | null = null
  #queue: Promise<void> = Promise.resolve()
  #deaths = 0
  #number = 0
  #watch: NodeJS.Timeout | null = null
  #lastSeen = { text: '', atMs: 0 }

  constructor(seams: CrewSeams) {
    this.#seams = seams
  }

  /** @throws Error when nobody can do it. */
  async ask<R extends Request>(request: R): Promise<ReplyTo<R>> {
    if (request.kind === 'open') this.#requests = []
    const envelope: Envelope = { number: ++this.#number, request }
    this.#requests.push(envelope)
    const done = new Promise<Omit<Answer, 'number'>>(settle => this.#waiting.set(envelope.number, { envelope, settle }))
    this.#send(envelope)
    const { reply, error } = await done
    if (error !== null) throw new Error(error)
    return reply as Replies[R['kind']]
  }

  /** Whether the process stays until all is answered. */
  hold(isHeld: boolean): void {
    if (isHeld) this.#worker?.ref()
    else this.#worker?.unref()
  }

  /** How the build stands to modules that are not known yet. */
  urge(urgency: Urgency): void {
    Atomics.store(this.#flags, URGENCY_AT, urgency)
    Atomics.notify(this.#flags, URGENCY_AT)
  }

  async close(): Promise<void> {
    if (this.#watch !== null) clearInterval(this.#watch)
    this.#watch = null
    const worker = this.#worker
    this.#worker = null
    await worker?.terminate()
  }

  #send(envelope: Envelope): void {
    if (this.#seams.script === null || this.#deaths >= MAX_DEATHS) return this.#runHere(envelope)
    this.#worker ??= this.#hire(this.#seams.script)
    if (this.#worker === null) this.#runHere(envelope)
    else this.#worker.postMessage(this.#withSuspects(envelope))
  }

  #hire(script: string): Worker | null {
    try {
      const worker = new Worker(script, { workerData: { shared: this.#shared }, resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: MAX_YOUNG_MB }, execArgv: [] })
      worker.on('message', (result: Answer) => this.#settle(result))
      worker.once('error', (error: Error) => this.#bury(worker, error.message))
      worker.once('exit', code => this.#bury(worker, `it ended with code ${code}`))
      // Last, because a listener for messages keeps the process alive again.
      worker.unref()
      this.#watch ??= setInterval(() => this.#look(), 1000).unref()
      return worker
    } catch (error) {
      // No threads here, as under a permission model.
      this.#deaths = MAX_DEATHS
      this.#seams.onDeath(error instanceof Error ? error.message : String(error), '')
      return null
    }
  }

  #settle({ number, reply, error }: Answer): void {
    this.#waiting.get(number)?.settle({ reply, error })
    this.#waiting.delete(number)
  }

  #bury(worker: Worker, reason: string): void {
    if (worker !== this.#worker) return
    this.#worker = null
    this.#deaths++
    const suspect = this.#textInHand()
    if (suspect !== '') this.#suspects.push(suspect)
    Buffer.from(this.#shared, 0, IN_HAND_BYTES).fill(0)
    this.#seams.onDeath(reason, suspect)
    void worker.terminate()
    // What was answered already is asked again: without it the next one knows nothing.
    if (this.#waiting.size === 0) return
    for (const envelope of this.#requests) this.#send(envelope)
    this.hold(true)
  }

  #runHere(envelope: Envelope): void {
    this.#queue = this.#queue.then(async () => {
      const { Job } = await import('./job.ts')
      const job = this.#job ??= new Job({ inHand: () => undefined, isHurried: () => Atomics.load(this.#flags, URGENCY_AT) === Urgency.Hurried, between: () => undefined, yields: true, loadModule: createRequire(import.meta.url) })
      this.#settle({ number: envelope.number, ...await answer(job, this.#withSuspects(envelope).request) })
    })
  }

  #withSuspects({ number, request }: Envelope): Envelope {
    if (request.kind !== 'open' || this.#suspects.length === 0) return { number, request }
    const settings: JobSettings = { ...request.settings, suspects: this.#suspects }
    return { number, request: { ...request, settings } }
  }

  #textInHand(): string {
    const bytes = Buffer.from(this.#shared, 0, IN_HAND_BYTES)
    return bytes.toString('utf8', 0, bytes.indexOf(0) < 0 ? IN_HAND_BYTES : bytes.indexOf(0))
  }

  /** A thread that hangs says nothing: it shows the same module for too long. */
  #look(): void {
    const text = this.#textInHand()
    const now = performance.now()
    if (text === '' || text !== this.#lastSeen.text) this.#lastSeen = { text, atMs: now }
    else if (this.#worker !== null && now - this.#lastSeen.atMs > (this.#seams.stallMs ?? STALL_MS)) this.#bury(this.#worker, `it made no progress for ${Math.round((now - this.#lastSeen.atMs) / 1000)} s`)
  }
}
