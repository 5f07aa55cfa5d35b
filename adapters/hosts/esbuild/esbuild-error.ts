/**
 * The error of a callback, with the stack that it would have had without Pitcrew.
 *
 * esbuild places an error at the first frame of its stack whose file it can read, prints that stack, and else says only
 * which import it was. Of the ten frames that V8 keeps ours take most, so that esbuild may find nothing to read. So the
 * frames from the first of ours downwards are replaced by those of whoever called us. An error without a frame of ours was
 * made elsewhere, or deep inside the plugin, and is left alone, as is everything else about an error.
 */
const FRAME = '    at '
const OWN_FOLDER = new URL('.', import.meta.url).href

/** Where a call comes from: stacks, made a text only where that is asked for. */
export interface Callers {
  /** When it began. */
  readonly running: () => unknown
  /** When it failed: of an error from after an `await`. */
  readonly waiting: () => unknown
}

type Callback<Args extends unknown[], Result> = (...args: Args) => Result | PromiseLike<Result>

/** The callback, for a host that awaits what it gives. */
export function withCallersStack<Args extends unknown[], Result>(callback: Callback<Args, Result>): (...args: Args) => Promise<Result> {
  return async (...args) => {
    const running = stackHere()
    try {
      return await callback(...args)
    } catch (error) {
      mendStack(error, { running, waiting: stackHere() })
      throw error
    }
  }
}

function stackHere(): () => unknown {
  const here: { stack?: unknown } = {}
  Error.captureStackTrace(here, stackHere)
  return () => here.stack
}

/** @param isOwn Whether a frame is one of Pitcrew's. */
export function mendStack(error: unknown, callers: Callers, isOwn: (frame: string) => boolean = frame => frame.includes(OWN_FOLDER)): void {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return
  const { stack, message } = error
  // A message may hold frames of other errors, and may have been changed since.
  const headEnd = stack.indexOf(`\n${FRAME}`, stack.includes(message) ? stack.indexOf(message) + message.length : 0)
  const frames = headEnd < 0 ? [] : framesIn(stack.slice(headEnd))
  const first = frames.findIndex(isOwn)
  if (first < 0) return
  const below = frames[first]!.startsWith(`${FRAME}async `) ? callers.waiting() : callers.running()
  const mended = [...frames.slice(0, first), ...framesIn(below).filter(frame => !isOwn(frame))].slice(0, Error.stackTraceLimit)
  Reflect.set(error, 'stack', [stack.slice(0, headEnd), ...mended].join('\n'))
}

function framesIn(text: unknown): string[] {
  return typeof text === 'string' ? text.split('\n').filter(line => line.startsWith(FRAME)) : []
}
