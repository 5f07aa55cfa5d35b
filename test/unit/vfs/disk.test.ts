import type { BigIntStats } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isOlder, isRacy } from '../../../src/vfs/disk.ts'

const at = (ms: number): BigIntStats => ({ ctimeNs: BigInt(ms) * 1_000_000n, mtimeNs: BigInt(ms) * 1_000_000n }) as BigIntStats

describe('times of files', () => {
  it('are told apart from a moment that is 50 milliseconds away', () => {
    expect([isOlder(at(10_900), 10_960), isOlder(at(10_900), 10_940)]).toEqual([true, false])
    expect([isRacy(at(10_900), 10_960), isRacy(at(10_900), 10_940)]).toEqual([false, true])
  })

  it('that are whole seconds may be those of a file system that knows no others, and round down', () => {
    expect([isOlder(at(10_000), 11_900), isOlder(at(10_000), 12_100)]).toEqual([false, true])
    expect([isRacy(at(10_000), 11_900), isRacy(at(10_000), 12_100)]).toEqual([true, false])
  })
})
