/** Gives a finished report out: to the terminal as the user asked, and to a file. Never throws. */
import type { Fault } from '../types.ts'
import type { BuildReport } from './build-report.ts'
import { detectTerminal } from './detect-terminal.ts'
import type { TerminalStream } from './detect-terminal.ts'
import { writeReportFile, writeWhole } from './json.ts'
import { sendOtlp } from './otlp-send.ts'
import { renderTerminal } from './terminal.ts'
import { renderTrace } from './trace-event.ts'
import type { TraceLog } from './trace-event.ts'

export interface Publication {
  readonly mode: false | 'summary' | 'full'
  /** Absolute, or null for none. */
  readonly file: string | null
  /** Absolute, or null for none. */
  readonly traceFile: string | null
  /** What a trace is made of; null when calls were not kept. */
  readonly log: TraceLog | null
  /** Address of a collector, or null for none. */
  readonly otlpEndpoint: string | null
  readonly say: (text: string) => void
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stream: TerminalStream
}

/** @returns What went wrong, or null. */
export async function publishReport(report: BuildReport, publication: Publication): Promise<Fault | null> {
  return show(report, publication) ?? await send(report, publication)
}

function show(report: BuildReport, { mode, say, env, stream }: Publication): Fault | null {
  try {
    const text = mode === false ? '' : renderTerminal(report, mode, detectTerminal(env, stream))
    // Channels end lines themselves.
    if (text !== '') say(text.trimEnd())
    return null
  } catch (error) {
    return { code: 'REPORT_FAULT', message: `the report could not be shown (${error instanceof Error ? error.message : String(error)}); the build is not affected`, count: 1 }
  }
}

async function send(report: BuildReport, { file, traceFile, log, otlpEndpoint, env }: Publication): Promise<Fault | null> {
  const [written, traced, sent] = await Promise.all([
    file === null ? null : writeReportFile(file, report),
    traceFile === null || log === null ? null : writeWhole(traceFile, renderTrace(report, log), 'traceFile'),
    otlpEndpoint === null ? null : sendOtlp(report, otlpEndpoint, env),
  ])
  return written ?? traced ?? sent
}
