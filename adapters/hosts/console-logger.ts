/** What Pitcrew says, and prints again for others, where the bundler offers no channel. */
import type { HostFacts } from '../../src/build.ts'

/** On stderr, where bundlers write: standard output may be what a script is for. */
export function stderrLogger(isSilent: boolean): HostFacts['logger'] {
  const say = (message: string): void => {
    if (!isSilent) process.stderr.write(`${message}\n`)
  }
  return { info: say, warn: say }
}

/** Writes a line again that a recorded call wrote. */
export const printAgain: HostFacts['print'] = ({ channel, method, args }) => {
  const owner: object = channel === 'stdout' || channel === 'stderr' ? process[channel] : console
  const print: unknown = Reflect.get(owner, method)
  if (typeof print === 'function') Reflect.apply(print, owner, args as unknown[])
}
