import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

/** A directory of its own for a test file, with the child program in it, ready to run. */
export interface Bench {
  readonly root: string
  readonly childPath: string
  remove(): void
}

export function createBench(): Bench {
  const root = mkdtempSync(join(tmpdir(), 'pitcrew-store-'))
  const childPath = join(root, 'child.mjs')
  buildSync({
    entryPoints: [fileURLToPath(new URL('./store-child.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile: childPath,
    logLevel: 'error',
  })
  return { root, childPath, remove: () => rmSync(root, { recursive: true, force: true }) }
}

export interface RunningChild {
  readonly process: ChildProcess
  readonly lines: string[]
  /** Resolves with the signal or the exit code. */
  readonly ended: Promise<string>
  /** Resolves when a line that begins so has come, or the child has ended. */
  seen(start: string): Promise<void>
}

export function startChild(bench: Bench, args: readonly string[], identity: { uid?: number; gid?: number } = {}): RunningChild {
  const child = spawn(process.execPath, [bench.childPath, ...args], { stdio: ['ignore', 'pipe', 'inherit'], ...identity })
  const lines: string[] = []
  const waiting: { start: string; resolve: () => void }[] = []
  let rest = ''
  const notice = (isOver: boolean): void => {
    for (const waiter of [...waiting]) {
      if (!isOver && !lines.some((line) => line.startsWith(waiter.start))) continue
      waiting.splice(waiting.indexOf(waiter), 1)
      waiter.resolve()
    }
  }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n')
    rest = parts.pop() ?? ''
    lines.push(...parts)
    notice(false)
  })
  const ended = new Promise<string>((resolve) => child.on('close', (code, signal) => (notice(true), resolve(signal ?? String(code)))))
  let isOver = false
  void ended.then(() => (isOver = true))
  const seen = (start: string): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ start, resolve })
      notice(isOver)
    })
  return { process: child, lines, ended, seen }
}

/** The last index that the child acknowledged, or -1. */
export function lastAck({ lines }: RunningChild): number {
  return Math.max(-1, ...lines.filter((line) => line.startsWith('ack ')).map((line) => Number(line.slice(4))))
}
