import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { diffDirectories, digestOf, snapshotDirectory } from '../../harness/snapshot.ts'

const made: string[] = []
afterEach(() => {
  for (const dir of made.splice(0)) rmSync(dir, { recursive: true })
})

function directory(files: Record<string, string>): string {
  const dir = mkdtempSync(join(tmpdir(), 'pitcrew-snapshot-'))
  made.push(dir)
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, file)), { recursive: true })
    writeFileSync(join(dir, file), text)
  }
  return dir
}

describe('diffDirectories', () => {
  it('finds nothing in equal directories', () => {
    const files = { 'index.html': '<a>', 'assets/a.js': 'x' }
    expect(diffDirectories(directory(files), directory(files))).toBeNull()
  })

  it.each([
    ['a byte', { 'a.js': 'let a = 1' }, { 'a.js': 'let a = 2' }, /^a\.js, byte 8 \(9 and 9 bytes\):/],
    ['a longer file', { 'a.js': 'let a' }, { 'a.js': 'let a = 2' }, /^a\.js, byte 5 \(5 and 9 bytes\)/],
    ['a missing file', { 'a.js': '', 'b.js': '' }, { 'a.js': '' }, /^b\.js is missing in /],
    ['an added file', { 'a.js': '' }, { 'a.js': '', 'b/c.js': '' }, /^b\/c\.js is only in /],
    ['content behind a hashed name', { 'a-1234abcd.js': 'one' }, { 'a-5678EF_-.js': 'two' }, /^a-1234abcd\.js \/ a-5678EF_-\.js, byte 0/],
  ])('tells %s', (_what, left, right, expected) => {
    expect(diffDirectories(directory(left), directory(right))).toMatch(expected)
  })
})

describe('digestOf', () => {
  it('depends on names as well as on contents', () => {
    const digests = [{ 'a.js': 'x' }, { 'b.js': 'x' }, { 'a.js': 'y' }].map(files => digestOf(snapshotDirectory(directory(files))))
    expect(new Set(digests).size).toBe(3)
  })
})
