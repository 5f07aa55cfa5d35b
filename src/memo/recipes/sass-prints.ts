/**
 * Recognises what Sass prints by itself: warnings end in a stack whose last line is the entry, and after the fifth of a
 * kind it counts them and says at the end how many it left out.
 */
import { resolve, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ClaimStrength, PrintClaim } from '../observe/print-claims.ts'
import type { Trace } from '../trace/trace.ts'

const ENTRY = /^[ \t]*(\S.*?) \d+:\d+[ \t]+root stylesheet[ \t]*$/gm
const OMITTED = /repetitive deprecation warnings? omitted/
/** After so many of one kind Sass begins to leave them out. */
const REPETITIONS = 5

/** @param entry Absolute path of the file that is compiled. */
export function claimSassPrints(entry: string, trace: Trace): PrintClaim {
  let warnings = 0
  return {
    trace,
    strengthOf(text): ClaimStrength {
      const named = [...text.matchAll(ENTRY)].at(-1)?.[1]
      if (named !== undefined) {
        const strength = strengthOfName(named, entry)
        if (strength !== 'none') warnings++
        return strength
      }
      if (OMITTED.test(text)) return warnings >= REPETITIONS ? 'only' : 'none'
      return 'maybe'
    },
  }
}

/**
 * Sass prints the shorter of the absolute path and the one relative to its own working directory, and sass-embedded's
 * process has another one than ours: of such a path only what comes behind the `../` says anything.
 */
function strengthOfName(named: string, entry: string): ClaimStrength {
  const path = named.startsWith('file:') ? fileURLToPath(named) : named
  if (resolve(path) === entry) return 'owner'
  const tail = path.replace(/^(?:\.\.[\\/])+/, '')
  return tail !== path && entry.endsWith(sep + tail) ? 'only' : 'none'
}
