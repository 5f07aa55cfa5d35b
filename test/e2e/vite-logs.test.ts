/**
 * Who decides whether there is a report: the user. A plugin that silences Vite for the sake of a display of its own
 * (vite-plugin-progress does) has not spoken about Pitcrew.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { build, createLogger } from 'vite'
import type { InlineConfig, Plugin, UserConfig } from 'vite'
import pitcrew from '../../adapters/vite.ts'

const root = mkdtempSync(join(tmpdir(), 'pitcrew-logs-'))
beforeAll(() => writeFileSync(join(root, 'main.js'), "console.log('main')\n"))
afterEach(() => vi.restoreAllMocks())
afterAll(() => rmSync(root, { recursive: true, force: true }))

const silencing: Readonly<Record<string, Plugin>> = {
  'by what it returns': { name: 'progress', config: (): UserConfig => ({ logLevel: 'silent' }) },
  'in place, before all others': { name: 'progress', enforce: 'pre', config: { order: 'pre', handler: config => void (config.logLevel = 'silent') } },
}
const slow: Plugin = {
  name: 'slow',
  transform(code) {
    const until = performance.now() + 60
    while (performance.now() < until);
    return { code: `${code};console.log('slow')`, map: null }
  },
}

let serial = 0

/** What was written to the console by a first build, in lines. */
async function said(more: InlineConfig, plugins: Plugin[], cacheDir: string = join(root, `cache-${serial++}`)): Promise<string[]> {
  const lines: string[] = []
  for (const method of ['log', 'info', 'warn', 'error'] as const) vi.spyOn(console, method).mockImplementation(text => void lines.push(String(text)))
  vi.spyOn(process.stderr, 'write').mockImplementation(text => Boolean(lines.push(String(text))))
  await build({ root, configFile: false, build: { write: false, rollupOptions: { input: 'main.js' } }, plugins: [pitcrew({ cacheDir, audit: { sample: 0 } }), slow, ...plugins], ...more })
  vi.restoreAllMocks()
  return lines
}
const reports = (lines: readonly string[]): number => lines.filter(line => line.includes('pitcrew  ')).length

describe.each(Object.entries(silencing))('a plugin that silences Vite, %s', (_how, plugin) => {
  it('does not silence the report', async () => {
    const lines = await said({}, [plugin])
    expect(reports(lines)).toBe(1)
    // Nor does it let Vite speak.
    expect(lines.join('\n')).not.toMatch(/modules transformed|built in \d+ms/)
  })

  it('does not silence what went wrong', async () => {
    const taken = join(root, 'taken')
    writeFileSync(taken, 'a file')
    expect((await said({ logLevel: 'warn' }, [plugin], taken)).filter(line => line.includes('STORE_UNAVAILABLE'))).toHaveLength(1)
  })

  it('does not make a build speak that the user wanted to be quiet', async () => {
    expect(await said({ logLevel: 'silent' }, [plugin])).toEqual([])
    expect(reports(await said({ logLevel: 'warn' }, [plugin]))).toBe(0)
  })
})

it('leaves it to a logger of the user', async () => {
  const heard: string[] = []
  const customLogger = { ...createLogger('silent'), info: (text: string) => void heard.push(text) }
  expect(reports(await said({ customLogger }, [silencing['by what it returns']!]))).toBe(0)
  expect(reports(heard)).toBe(1)
})
