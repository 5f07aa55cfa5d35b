import fc from 'fast-check'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digest, keyOfParts } from '../../../../src/hash.ts'
import { createLedgerWriter, previousLedgerPath, readLedger } from '../../../../src/memo/ledger/ledger.ts'
import type { Ledger, LedgerEntry, LedgerWriter } from '../../../../src/memo/ledger/ledger.ts'
import { OUTCOMES } from '../../../../src/types.ts'

const FACTS = {
  pitcrew: '0.1.0', root: '/project', startedAt: '2026-01-05T10:00:00.000Z', bundler: 'vite@8.3.8', command: 'build', mode: 'production',
  build: { bundler: 'vite@8.3.8', lockfile: digest('lockfile') },
}
const VUE = { name: 'vite:vue', hook: 'transform', parts: { options: digest('options') } }

function entry(changes: Partial<LedgerEntry> = {}): LedgerEntry {
  return {
    plugin: 0, id: 'src/App.vue', outcome: 'hit', key: keyOfParts(['key']), inputs: { code: digest('code'), moduleType: '=js' },
    cause: null, reason: null, costMs: 1.234, dependencyCount: 2, ...changes,
  }
}

function writerWith(...entries: readonly LedgerEntry[]): LedgerWriter {
  const writer = createLedgerWriter(FACTS)
  writer.plugin(VUE)
  for (const one of entries) writer.call(one)
  return writer
}

describe('the ledger', () => {
  let directory = ''
  let path = ''

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pitcrew-ledger-'))
    path = join(directory, 'cache', 'ledger', 'build.json')
  })

  afterEach(() => rmSync(directory, { recursive: true }))

  async function roundTrip(writer: LedgerWriter): Promise<Ledger> {
    expect(await writer.write(path)).toBeNull()
    return read()
  }

  function read(): Ledger {
    const { ledger, reason } = readLedger(path)
    if (ledger === null) throw new Error(reason)
    return ledger
  }

  it('gives back a call as it was told', async () => {
    const cause = { kind: 'trace', what: 'file', path: 'src/types.ts' } as const
    const ledger = await roundTrip(writerWith(entry({ outcome: 'stale', cause, reason: 'emits a chunk' })))
    expect(ledger).toMatchObject(FACTS)
    expect(ledger.plugins).toEqual([VUE])
    expect(ledger.find(0, 'src/App.vue')).toEqual({
      plugin: VUE, id: 'src/App.vue', outcome: 'stale', key: keyOfParts(['key']).toString('hex'),
      inputs: { code: digest('code').slice(0, 16), moduleType: '=js' }, cause, reason: 'emits a chunk', costMs: 1.234, dependencyCount: 2,
    })
  })

  it.each(['file', 'absent', 'probe', 'config', 'directory', 'resolve', 'env', 'input'] as const)('is not damaged by a call that was redone because of a changed %s', async what => {
    const cause = { kind: 'trace', what, path: 'src' } as const
    expect((await roundTrip(writerWith(entry({ outcome: 'stale', cause })))).find(0, 'src/App.vue')?.cause).toEqual(cause)
  })

  it('finds nothing for an id, a plugin or a pair that was not called', async () => {
    const writer = writerWith(entry())
    writer.plugin({ ...VUE, hook: 'load' })
    writer.call(entry({ plugin: 1, id: 'src/other.vue' }))
    const ledger = await roundTrip(writer)
    expect(ledger.find(0, 'src/none.vue')).toBeNull()
    expect(ledger.find(7, 'src/App.vue')).toBeNull()
    expect(ledger.find(0, 'src/other.vue')).toBeNull()
    expect(ledger.find(1, 'src/other.vue')).not.toBeNull()
  })

  it('keeps the last of several calls of one module', async () => {
    const ledger = await roundTrip(writerWith(entry({ costMs: 1 }), entry({ id: 'b' }), entry({ costMs: 9, outcome: 'miss', cause: { kind: 'new' } })))
    expect(ledger.callCount).toBe(2)
    expect(ledger.find(0, 'src/App.vue')).toMatchObject({ costMs: 9, outcome: 'miss' })
  })

  it('ignores a call of a plugin that was never told', async () => {
    expect((await roundTrip(writerWith(entry({ plugin: 5 })))).callCount).toBe(0)
  })

  it('any calls come back, with keys and inputs in their places', async () => {
    const id = fc.string({ unit: 'grapheme', maxLength: 12 })
    const call = fc.record({
      plugin: fc.nat(2),
      id,
      outcome: fc.constantFrom(...OUTCOMES),
      key: fc.option(fc.uint8Array({ minLength: 32, maxLength: 32 })),
      inputs: fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.stringMatching(/^[\w=-]{0,16}$/), { maxKeys: 4 }),
      cause: fc.constantFrom(null, { kind: 'new' } as const, { kind: 'key', part: 'code' } as const),
      reason: fc.option(id),
      costMs: fc.nat(1_000_000).map(us => us / 1000),
      dependencyCount: fc.nat(500),
    })
    await fc.assert(fc.asyncProperty(fc.uniqueArray(call, { selector: one => `${one.plugin} ${one.id}`, maxLength: 20 }), async (calls) => {
      const writer = writerWith()
      writer.plugin({ ...VUE, name: 'b' })
      writer.plugin({ ...VUE, name: 'c' })
      for (const one of calls) writer.call(one)
      const ledger = await roundTrip(writer)
      for (const { plugin, key, inputs, ...rest } of calls) {
        expect(ledger.find(plugin, rest.id)).toEqual({
          ...rest, plugin: ledger.plugins[plugin], key: key === null ? null : Buffer.from(key).toString('hex'), inputs: key === null ? {} : inputs,
        })
      }
    }), { numRuns: 50 })
  })

  it('tells long inputs apart that begin alike', async () => {
    const long = 'the same beginning of two long texts, then '
    const ledger = await roundTrip(writerWith(entry({ id: 'a', inputs: { text: `${long}a` } }), entry({ id: 'b', inputs: { text: `${long}b` } })))
    expect(ledger.find(0, 'a')?.inputs).not.toEqual(ledger.find(0, 'b')?.inputs)
  })

  it('keeps the ledger before as the previous one', async () => {
    await writerWith(entry({ costMs: 1 })).write(path)
    await writerWith(entry({ costMs: 2 })).write(path)
    await writerWith(entry({ costMs: 3 })).write(path)
    expect(read().find(0, 'src/App.vue')?.costMs).toBe(3)
    expect(readLedger(previousLedgerPath(path)).ledger?.find(0, 'src/App.vue')?.costMs).toBe(2)
    expect(readdirSync(join(directory, 'cache', 'ledger')).sort()).toEqual(['build.json', 'build.prev.json'])
  })

  it('is bounded, and counts what did not fit', async () => {
    const writer = writerWith()
    for (let index = 0; index < 2500; index++) writer.call(entry({ id: `${index}${'x'.repeat(10_000)}` }))
    const ledger = await roundTrip(writer)
    expect(ledger.callCount).toBeGreaterThan(1000)
    expect(ledger.callCount + ledger.droppedCount).toBe(2500)
    expect(readFileSync(path).length).toBeLessThan(17_000_000)
  })

  it('goes on taking news of calls that it has when it is full', async () => {
    const writer = writerWith(entry({ id: 'early', costMs: 1 }))
    for (let index = 0; index < 2000; index++) writer.call(entry({ id: `${index}${'x'.repeat(10_000)}` }))
    writer.call(entry({ id: 'early', costMs: 2 }))
    expect((await roundTrip(writer)).find(0, 'early')?.costMs).toBe(2)
  })

  it('gives back a fault when it cannot be written, and leaves nothing behind', async () => {
    writeFileSync(join(directory, 'cache'), 'a file where the folder should be')
    expect(await writerWith(entry()).write(path)).toMatchObject({ code: 'REPORT_FAULT', message: expect.stringContaining(path) })
    expect(readdirSync(directory)).toEqual(['cache'])
  })

  describe('read from a file that is not whole', () => {
    const whole = writerWith(entry(), entry({ id: 'b', cause: { kind: 'key', part: 'code' }, outcome: 'miss' })).serialize()

    beforeEach(() => mkdirSync(join(directory, 'cache', 'ledger'), { recursive: true }))

    function readText(text: string): ReturnType<typeof readLedger> {
      writeFileSync(path, text)
      return readLedger(path)
    }

    it.each([
      ['missing', null, /ENOENT/],
      ['empty', '', 'it is not JSON'],
      ['cut', whole.slice(0, whole.length / 2), 'it is not JSON'],
      ['garbage', '\u0000\u0001', 'it is not JSON'],
      ['another document', '{"version":2}', 'it is not a ledger'],
      ['null', 'null', 'it is not a ledger'],
      ['a number', '7', /version undefined/],
      ['another version', whole.replace('"version":2', '"version":1'), /version 1/],
      ['a column that is too short', whole.replace('"costUs":[1234,', '"costUs":['), 'its column costUs is damaged'],
      ['an index out of range', whole.replace('"id":[0,1]', '"id":[0,9]'), 'its column id is damaged'],
      ['a column of something else', whole.replace('"id":[0,1]', '"id":[0,"1"]'), 'its column id is damaged'],
      ['an unknown outcome', whole.replace('"hit"', '"hot"'), 'its outcomes are damaged'],
      ['a cause of no known kind', whole.replace('"kind":"key"', '"kind":"kez"'), 'its causes are damaged'],
      ['keys that are too short', whole.replace(/"keys":"../, '"keys":"'), 'its keys are damaged'],
      ['an id that is no text', whole.replace('"src/App.vue"', '7'), 'its texts are damaged'],
      ['a part that is no text', whole.replace('"lockfile":"', '"lockfile":7,"other":"'), 'its head is damaged'],
    ])('%s', (_name, text, reason) => {
      const read = text === null ? readLedger(path) : readText(text)
      expect(read.ledger).toBeNull()
      expect(read.reason).toMatch(reason)
    })

    it('never throws, whichever byte is another, and answers questions if it takes the file', () => {
      const bytes = Buffer.from(whole)
      fc.assert(fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(bytes)
        damaged[at] = (damaged[at] ?? 0) ^ change
        const { ledger } = readText(damaged.toString('latin1'))
        for (const id of ledger?.ids ?? []) ledger?.find(0, id)
      }), { numRuns: 400 })
    })
  })
})
