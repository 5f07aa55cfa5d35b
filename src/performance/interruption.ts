/**
 * What a build was waiting for when somebody interrupts it: a hook that never settles holds it up for ever, and no bundler
 * says which one.
 *
 * A process that listens to a signal does not die of it by itself, and not before its main thread is free. So signals are
 * listened to only while a call has been pending for a while, which is found out when the main thread is free, and before
 * everybody else who listens. Once heard, the signal does what it would have done without us: the others hear it, or it is
 * sent again and nobody does.
 */
import type { UnfinishedCall } from '../monitor/measure/timings.ts'
import { formatSeconds, plural, printable } from '../report/format.ts'

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM']
/** Nobody gives up on a build sooner because of one call. */
const PATIENCE_MS = 1000
const LOOK_EVERY_MS = 500
/** What waits for the one that never settles is pending as well. */
const MAX_LINES = 5

/** What is needed of `process`. */
export type SignalSource = Pick<NodeJS.Process, 'pid' | 'kill' | 'listenerCount' | 'prependListener' | 'removeListener'>

export interface InterruptionInputs {
  /** Calls that have not settled, oldest first. */
  readonly pending: () => readonly UnfinishedCall[]
  readonly say: (text: string) => void
  readonly signals: SignalSource
}

export class Interruption {
  readonly #inputs: InterruptionInputs
  #timer: NodeJS.Timeout | null = null
  #isListening = false

  constructor(inputs: InterruptionInputs) {
    this.#inputs = inputs
  }

  /** A build begins. */
  watch(): void {
    this.#timer ??= setInterval(() => this.#look(), LOOK_EVERY_MS).unref()
  }

  /** It is over. */
  rest(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#listen(false)
  }

  #look(): void {
    this.#listen(this.#inputs.pending().some(({ sinceMs }) => sinceMs >= PATIENCE_MS))
  }

  #listen(isListening: boolean): void {
    if (isListening === this.#isListening) return
    this.#isListening = isListening
    const { signals } = this.#inputs
    for (const signal of SIGNALS) {
      if (isListening) signals.prependListener(signal, this.#hear)
      else signals.removeListener(signal, this.#hear)
    }
  }

  readonly #hear = (signal: NodeJS.Signals): void => {
    const { pending, say, signals } = this.#inputs
    this.rest()
    try {
      say(interruptionText(pending()))
    } finally {
      if (signals.listenerCount(signal) === 0) signals.kill(signals.pid, signal)
    }
  }
}

/** @param calls Oldest first. */
export function interruptionText(calls: readonly UnfinishedCall[]): string {
  const lines = calls.slice(-MAX_LINES).map(({ plugin, hook, id, sinceMs }) => `  pending  ${printable(`${plugin} ${hook}${id === '' ? '' : ` of ${id}`}`)}, for ${formatSeconds(sinceMs)}`)
  const more = calls.length - lines.length
  return [`pitcrew  interrupted while ${plural(calls.length, 'call')} had not settled`, ...(more > 0 ? [`  pending  ${more} more, which began before these`] : []), ...lines].join('\n')
}
