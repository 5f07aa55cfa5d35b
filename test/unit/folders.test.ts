import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeFolder } from '../../src/folders.ts'

describe('a folder', () => {
  let root = ''
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), 'pitcrew-folders-'))
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  it('is made with all that is missing above it, and may be there', () => {
    makeFolder(join(root, 'a', 'b', 'c'))
    makeFolder(join(root, 'a', 'b', 'c'))
    expect(existsSync(join(root, 'a', 'b', 'c'))).toBe(true)
  })

  it('below a file is an error', () => {
    writeFileSync(join(root, 'file'), '')
    expect(() => makeFolder(join(root, 'file', 'a'))).toThrow(/ENOTDIR/)
  })

  it.runIf(process.platform === 'linux')('that cannot be is an error, at once', () => {
    expect(() => makeFolder('/proc/pitcrew/cache')).toThrow(/ENOENT|EACCES|EPERM/)
  })
})
