import { describe, expect, it } from 'vitest'
import { version } from '../../../src/version.ts'
import { run } from './command-line.ts'

describe('pitcrew', () => {
  it.each([['--version'], ['-v']])('%s prints the version', async (flag) => {
    expect(await run([flag])).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  it.each([[['--help']], [['-h']], [['help']], [['explain', '--help']], [['explain', 'x', '-h']], [['cache', '--help']], [['cache', 'clear', '--help']]])('%j prints help and does nothing else', async (args) => {
    const { code, out, err } = await run(args)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toContain('pitcrew ')
  })

  it.each<[string, string[], RegExp]>([
    ['no command', [], /a command is missing.*pitcrew --help/],
    ['an unknown command', ['frobnicate'], /no command `frobnicate`; there are explain, verify, analyze, findings, baseline, history, compare, cache/],
    ['a name that every object has', ['toString'], /no command `toString`/],
    ['explain without a module', ['explain'], /which module.*pitcrew explain --help/],
    ['explain with an empty module', ['explain', ''], /which module/],
    ['explain with two modules', ['explain', 'a', 'b'], /one module at a time, not 2 \(a, b\)/],
    ['explain with an unknown option', ['explain', 'a', '--plugins', 'b'], /Unknown option '--plugins'/],
    ['explain with an option without its value', ['explain', 'a', '--plugin'], /--plugin <value>/],
    ['explain with an empty root', ['explain', 'a', '--root', ''], /--root is empty/],
    ['cache without an action', ['cache'], /an action is missing; there are stats, verify, gc, clear/],
    ['cache with an unknown action', ['cache', 'prune'], /no action `prune`/],
    ['cache with a name that every object has', ['cache', 'constructor'], /no action `constructor`/],
    ['cache with too much', ['cache', 'clear', 'everything'], /`everything` is too much/],
    ['a bound that is no number', ['cache', 'gc', '--max-bytes', '1GB'], /--max-bytes is "1GB"/],
    ['a bound of nothing', ['cache', 'gc', '--max-bytes', '0'], /--max-bytes is "0"/],
    ['a bound where it means nothing', ['cache', 'stats', '--max-bytes', '5'], /--max-bytes is for gc alone/],
  ])('%s is wrong usage', async (_name, args, message) => {
    const { code, out, err } = await run(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(message)
    expect(err).toMatch(/\[CLI_USAGE\]\n$/)
  })
})
