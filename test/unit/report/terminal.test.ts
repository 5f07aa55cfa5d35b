import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { BuildReport } from '../../../src/report/build-report.ts'
import { displayWidth } from '../../../src/report/format.ts'
import { describeCause } from '../../../src/report/phrases.ts'
import { isWorthSaying, renderTerminal } from '../../../src/report/terminal.ts'
import type { Cause } from '../../../src/types.ts'
import { callEvent, calls, collect } from './reports.ts'
import { scenarios } from './scenarios.ts'

const PLAIN = { color: false, columns: 100 }
const MODES = ['summary', 'full'] as const

function scenario(name: string): BuildReport {
  const report = scenarios[name]
  if (!report) throw new Error(`there is no scenario ${name}`)
  return report
}

describe.each(Object.keys(scenarios))('%s', (name) => {
  it.each(MODES)('%s', (mode) => {
    expect(renderTerminal(scenario(name), mode, PLAIN)).toMatchSnapshot()
  })

  it.each(MODES)('%s in a narrow terminal', (mode) => {
    const text = renderTerminal(scenario(name), mode, { color: false, columns: 50 })
    expect(text).toMatchSnapshot()
  })

  it.each([40, 60, 80, 120])('%i columns are enough for every line whose words are short enough', (columns) => {
    for (const mode of MODES) {
      const lines = renderTerminal(scenario(name), mode, { color: false, columns }).split('\n')
      const tooWide = lines.filter(line => displayWidth(line) > columns && !isOneWord(line, columns))
      expect(tooWide).toEqual([])
    }
  })

  it('is the same text with colour', () => {
    for (const mode of MODES) {
      const colored = renderTerminal(scenario(name), mode, { color: true, columns: 100 })
      expect(stripVTControlCharacters(colored)).toBe(renderTerminal(scenario(name), mode, PLAIN))
    }
  })

  it('has no control character but line ends without colour', () => {
    expect(renderTerminal(scenario(name), 'full', PLAIN)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })
})

/** A line that could not be broken: behind its label there is one word, or the command to type. */
function isOneWord(line: string, columns: number): boolean {
  const text = line.slice(11).trim()
  return text.startsWith('npx pitcrew ') || text.split(' ').some(word => displayWidth(word) > columns - 11)
}

describe('colour', () => {
  it('is there when asked for', () => {
    expect(renderTerminal(scenario('faults'), 'summary', { color: true, columns: 100 })).toMatchSnapshot()
  })
})

describe('isWorthSaying', () => {
  const watch = { command: 'watch' } as const
  const edited: Cause = { kind: 'key', part: 'code' }

  it.each([
    ['cheap plugins that are bypassed', collect(collector => calls(collector, 50, 0, 0.1, { outcome: 'bypass' })), false],
    ['no call at all', collect(() => undefined), false],
    ['hits that saved next to nothing', collect(collector => calls(collector, 5, 0, 0.1, { recordedCostMs: 1 })), false],
    ['hits that saved time', collect(collector => calls(collector, 5, 0, 0.1, { recordedCostMs: 10 })), true],
    ['calls worth recording', collect(collector => calls(collector, 5, 0, 10, { outcome: 'miss', cause: { kind: 'new' } })), true],
    ['a fault', collect(collector => collector.fault('MEMO_FAULT', 'x')), true],
    ['a damaged record', collect(collector => collector.call(callEvent({ outcome: 'corrupt', cause: { kind: 'corrupt', detail: 'x' } }))), true],
    ['a refused plugin that takes a good part of the build', collect(collector => calls(collector, 10, 0, 10, { outcome: 'refused' })), true],
    ['a refused plugin that takes a small part', collect(collector => calls(collector, 10, 0, 4, { outcome: 'refused' })), false],
    ['an edited module in watch mode', collect(collector => calls(collector, 1, 0, 100, { outcome: 'miss', cause: edited }), {}, watch), false],
    ['a module edited elsewhere in watch mode', collect(collector => calls(collector, 1, 0, 100, { outcome: 'stale', cause: { kind: 'trace', what: 'file', path: 'src/types.ts' } }), {}, watch), false],
    ['a puzzling miss in watch mode', collect(collector => calls(collector, 1, 0, 100, { outcome: 'miss', cause: { kind: 'not-stored', detail: 'it failed' } }), {}, watch), true],
    ['the first build of a watch', collect(collector => calls(collector, 9, 0, 100, { outcome: 'miss', cause: { kind: 'new' } }), { firstRun: true }, watch), true],
  ])('%s: %s', (_name, report, expected) => {
    expect(isWorthSaying(report, 'summary')).toBe(expected)
    expect(renderTerminal(report, 'summary', PLAIN) !== '').toBe(expected)
  })

  it('of a full report is any call', () => {
    expect(isWorthSaying(collect(collector => calls(collector, 1, 0, 0.1, { outcome: 'bypass' })), 'full')).toBe(true)
    expect(isWorthSaying(collect(() => undefined), 'full')).toBe(false)
  })
})

describe('the cause of what was redone', () => {
  it.each<[Cause, string]>([
    [{ kind: 'options', part: 'options', names: ['template'], moreCount: 0 }, "the plugin's options changed: template"],
    [{ kind: 'options', part: 'resolved config', names: ['module.rules[0]', 'resolve.alias'], moreCount: 3 }, 'the resolved configuration changed: module.rules[0], resolve.alias and 3 more'],
    [{ kind: 'options', part: 'odd', names: ['x\u001b[1m'], moreCount: 0 }, 'odd changed: x\\u{1b}[1m'],
  ])('%j', (cause, expected) => {
    expect(describeCause(cause)).toBe(expected)
  })
})

describe('the next step', () => {
  function nextOf(cause: Cause, id = 'src/App.vue'): string | null {
    const report = collect(collector => calls(collector, 1, 0, 100, { id, outcome: cause.kind === 'corrupt' ? 'corrupt' : 'miss', cause }))
    return /^ {2}next +(.*)$/m.exec(renderTerminal(report, 'summary', PLAIN))?.[1] ?? null
  }

  it.each<[Cause, string | null]>([
    [{ kind: 'key', part: 'code' }, null],
    [{ kind: 'key', part: 'lockfile' }, null],
    [{ kind: 'new' }, null],
    [{ kind: 'trace', what: 'file', path: 'src/types.ts' }, null],
    [{ kind: 'key', part: 'options' }, 'npx pitcrew explain src/App.vue'],
    [{ kind: 'options', part: 'options', names: ['template'], moreCount: 0 }, null],
    [{ kind: 'trace', what: 'resolve', path: './x' }, 'npx pitcrew explain src/App.vue'],
    [{ kind: 'not-stored', detail: '' }, 'npx pitcrew explain src/App.vue'],
    [{ kind: 'corrupt', detail: 'x' }, 'npx pitcrew cache verify'],
  ])('after %j is %s', (cause, expected) => {
    expect(nextOf(cause)).toBe(expected)
  })

  it('is not an explanation of a call that took no time', () => {
    const report = collect(collector => {
      calls(collector, 300, 0, 0.1, { recordedCostMs: 10 })
      calls(collector, 1, 0, 0.3, { id: 'src/route.js', outcome: 'miss', cause: { kind: 'not-stored', detail: 'cheaper than remembering it' } })
    })
    const text = renderTerminal(report, 'summary', PLAIN)
    expect(text).toContain('300 of 301 calls remembered')
    expect(text).not.toContain('src/route.js')
  })

  it('can be pasted into a shell', () => {
    const cause: Cause = { kind: 'not-stored', detail: '' }
    expect(nextOf(cause, 'src/App.vue?vue&type=style')).toBe('npx pitcrew explain src/App.vue')
    expect(nextOf(cause, "src/it's $(here).vue")).toBe(String.raw`npx pitcrew explain 'src/it'\''s $(here).vue'`)
    expect(nextOf(cause, '\0virtual:pages')).toBe(null)
  })
})

describe('what a person would be misled by', () => {
  it('a dev server has no duration without it', () => {
    const report = collect(collector => calls(collector, 9, 0, 0.1, { recordedCostMs: 100 }), { wallMs: 60_000 }, { command: 'dev' })
    const text = renderTerminal(report, 'summary', PLAIN)
    expect(text).toContain('899 ms saved in this session')
    expect(text).not.toContain('without it')
    expect(text).not.toContain('and the rest')
  })

  it('a store that records nothing does not promise a faster build', () => {
    expect(renderTerminal(scenario('read-only store'), 'summary', PLAIN)).not.toContain('faster')
  })

  it('calls of which nothing was written were not recorded', () => {
    const report = collect(collector => calls(collector, 9, 0, 10, { outcome: 'miss', cause: { kind: 'new' } }), {
      firstRun: true, store: { location: 'cache', state: 'ok', entryCount: 0, sizeBytes: 0, readBytes: 0, writtenBytes: 0 },
    })
    const text = renderTerminal(report, 'summary', PLAIN)
    expect(text).toContain('9 calls made, none recorded')
    expect(text).not.toContain('faster')
  })

  it('lost causes are not presented as all there is', () => {
    const report = collect(collector => calls(collector, 500, 0, 10, { outcome: 'miss', cause: { kind: 'key', part: 'lockfile' } }))
    expect(renderTerminal(report, 'summary', PLAIN)).toContain('500 calls (the lockfile changed)')
  })
})
