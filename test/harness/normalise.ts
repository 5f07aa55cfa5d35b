/**
 * Takes out of a build's messages what differs between two equal builds: colours, places, durations, and Pitcrew's own
 * report. What a plugin or the bundler said is left, and so is any fault of Pitcrew: a fault is a difference.
 */

export interface BuildPaths {
  readonly root: string
  readonly outDir: string
  readonly cacheDir: string
}

// eslint-disable-next-line no-control-regex -- the escape character is what it looks for
const COLOURS = /\u001B\[[\d;]*m/g
/** Rolldown's hint about slow plugins comes and goes with the load of the machine. */
const TIMING_HINT = /^[\s:]*\[PLUGIN_TIMINGS\]/
/** What Vite's logger puts before each line. */
const TIME_OF_DAY = /^\d{1,2}:\d\d:\d\d(?: [AP]M)? /gm
const DURATION = /\b\d+(?:\.\d+)? ?(?:ms|s)\b/g
/** What webpack's infrastructure log puts before each line. */
const LOG_PREFIX = /^<i> (?:\[pitcrew\] )?/
/** The report's first line, and the rows under it with what they wrapped. */
const REPORT_HEAD = /^pitcrew {2}/
const REPORT_ROW = /^ {2,}\S/

export function normaliseWarnings(messages: readonly string[], paths: BuildPaths): string[] {
  return messages.map(message => withoutPlaces(message, paths)).filter(message => !TIMING_HINT.test(message))
}

/** Lines that the process printed by itself, not through a channel of the bundler. */
export function normaliseOutput(output: string, paths: BuildPaths): string[] {
  return splitReport(withoutPlaces(output, paths)).others.filter(line => line.trim() !== '')
}

/** Tells Pitcrew's rendered report from everything else. */
export function splitReport(text: string): { report: string[]; others: string[] } {
  const report: string[] = []
  const others: string[] = []
  let isInReport = false
  for (const raw of text.replace(COLOURS, '').split(/\r?\n/)) {
    const line = raw.replace(LOG_PREFIX, '')
    isInReport = REPORT_HEAD.test(line) || (isInReport && REPORT_ROW.test(line))
    if (isInReport) report.push(line)
    else others.push(line)
  }
  return { report, others }
}

function withoutPlaces(text: string, { root, outDir, cacheDir }: BuildPaths): string {
  return text.replace(COLOURS, '')
    .replaceAll(outDir, '<out>').replaceAll(cacheDir, '<cache>').replaceAll(root, '<root>')
    .replace(TIME_OF_DAY, '').replace(DURATION, '<duration>')
    .trimEnd()
}
