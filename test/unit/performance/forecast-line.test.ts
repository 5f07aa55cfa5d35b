import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { expectation, ForecastLine, progress } from '../../../src/performance/forecast-line.ts'

const forecast = { expectedMs: 10_000, low: 9_500, high: 10_700 }

describe('what is expected', () => {
  it.each([
    [{ expectedMs: 3100, low: 2900, high: 3300 }, 'building… expected 3.1 s ± 0.2'],
    [{ expectedMs: 420, low: 400, high: 444 }, 'building… expected 420 ms ± 22'],
  ])('%j', (given, text) => {
    expect(expectation(given)).toBe(text)
  })

  it.each([
    [0, '░░░░░░░░░░░░░░░░░░░░ 0 %, about 10 s left'],
    [6200, '████████████░░░░░░░░ 62 %, about 4 s left'],
    [10_200, '████████████████████ 99 %, any moment now'],
    [14_000, '████████████████████ 99 %, 4.0 s longer than expected'],
  ])('is shown after %d ms', (elapsedMs, text) => {
    expect(progress(elapsedMs, forecast)).toBe(`pitcrew  ${text}`)
  })
})

describe('the line', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  function line(isTTY: boolean): { readonly line: ForecastLine; readonly written: string[]; readonly said: string[]; begin(expectedMs: number): void } {
    const written: string[] = []
    const said: string[] = []
    const made = new ForecastLine({ isTTY, write: text => written.push(text) }, () => Date.now())
    return { line: made, written, said, begin: expectedMs => made.begin({ ...forecast, expectedMs }, Date.now(), text => said.push(text)) }
  }

  it('goes on until the build ends, and is wiped', () => {
    const shown = line(true)
    shown.begin(10_000)
    vi.advanceTimersByTime(1000)
    expect(shown.written).toHaveLength(4)
    shown.line.end()
    expect(shown.written.at(-1)).toBe('\r\u001b[K')
    vi.advanceTimersByTime(1000)
    expect(shown.written).toHaveLength(5)
    expect(shown.said).toHaveLength(1)
  })

  it('gives up on a build of which nobody hears again', () => {
    const shown = line(true)
    shown.begin(10_000)
    vi.advanceTimersByTime(60_000)
    const count = shown.written.length
    vi.advanceTimersByTime(60_000)
    expect(shown.written).toHaveLength(count)
  })

  it.each([['a log', false, 10_000], ['a short build', true, 900]])('is not drawn in %s', (_what, isTTY, expectedMs) => {
    const shown = line(isTTY)
    shown.begin(expectedMs)
    vi.advanceTimersByTime(5000)
    expect(shown.written).toEqual([])
    expect(shown.said).toHaveLength(1)
  })
})
