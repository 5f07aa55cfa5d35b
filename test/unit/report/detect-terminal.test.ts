import { describe, expect, it } from 'vitest'
import { detectTerminal } from '../../../src/report/detect-terminal.ts'

const TTY = { isTTY: true, columns: 90 }
const PIPE = { isTTY: undefined, columns: undefined }

describe('detectTerminal', () => {
  it.each([
    ['a terminal', {}, TTY, true],
    ['a pipe', {}, PIPE, false],
    ['NO_COLOR', { NO_COLOR: '1' }, TTY, false],
    ['an empty NO_COLOR, which by its standard says nothing', { NO_COLOR: '' }, TTY, true],
    ['FORCE_COLOR on a pipe', { FORCE_COLOR: '1' }, PIPE, true],
    ['an empty FORCE_COLOR', { FORCE_COLOR: '' }, PIPE, true],
    ['FORCE_COLOR=0 on a terminal', { FORCE_COLOR: '0' }, TTY, false],
    ['FORCE_COLOR=false', { FORCE_COLOR: 'false' }, TTY, false],
    ['FORCE_COLOR before NO_COLOR', { FORCE_COLOR: '1', NO_COLOR: '1' }, TTY, true],
    ['TERM=dumb', { TERM: 'dumb' }, TTY, false],
    ['a CI log', { CI: 'true' }, PIPE, false],
    ['a CI log with FORCE_COLOR', { CI: 'true', FORCE_COLOR: '1' }, PIPE, true],
  ])('colour for %s', (_name, env, stream, expected) => {
    expect(detectTerminal(env, stream).color).toBe(expected)
  })

  it.each([
    ['a terminal', {}, TTY, 90],
    ['a pipe', {}, PIPE, 120],
    ['a terminal that does not know', {}, { isTTY: true, columns: 0 }, 120],
    ['a terminal in CI', { CI: '1' }, { isTTY: true, columns: 80 }, 120],
    ['a terminal where CI is said to be off', { CI: 'false' }, TTY, 90],
    ['a tiny terminal', {}, { isTTY: true, columns: 4 }, 30],
    ['a huge terminal', {}, { isTTY: true, columns: 500 }, 160],
  ])('columns of %s', (_name, env, stream, expected) => {
    expect(detectTerminal(env, stream).columns).toBe(expected)
  })
})
