import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LinkedPackages } from '../../../../src/memo/trace/linked-packages.ts'

let root: string
let links: LinkedPackages

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'pitcrew-links-')))
  mkdirSync(join(root, 'packages/ui'), { recursive: true })
  mkdirSync(join(root, 'node_modules/installed'), { recursive: true })
  symlinkSync(join(root, 'packages/ui'), join(root, 'node_modules/ui'))
  links = new LinkedPackages()
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('the file that is meant', () => {
  it('of a package of the workspace is the workspace\'s', () => {
    expect(links.fileMeantBy(join(root, 'node_modules/ui/a.ts'))).toBe(join(root, 'packages/ui/a.ts'))
  })

  it('of an installed package is the one that is named', () => {
    expect(links.fileMeantBy(join(root, 'node_modules/installed/a.js'))).toBe(join(root, 'node_modules/installed/a.js'))
  })

  it('is the same however the path is written, and however often it is asked for', () => {
    const file = join(root, 'packages/ui/a.ts')
    for (const path of [`${root}/packages/./ui/a.ts`, `${root}/packages/other/../ui/a.ts`, `${root}//packages/ui/a.ts`]) {
      expect([links.fileMeantBy(path), links.fileMeantBy(path)]).toEqual([file, file])
    }
  })

  it('by a relative path is another one in another working directory', () => {
    const from = process.cwd()
    try {
      process.chdir(root)
      expect(links.fileMeantBy('a.ts')).toBe(join(root, 'a.ts'))
      process.chdir(join(root, 'packages'))
      expect(links.fileMeantBy('a.ts')).toBe(join(root, 'packages/a.ts'))
    } finally {
      process.chdir(from)
    }
  })
})
