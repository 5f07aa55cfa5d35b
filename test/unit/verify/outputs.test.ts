import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { differences, firstDifference, takeSnapshot } from '../../../src/verify/outputs.ts'

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'pitcrew-outputs-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

function output(name: string, files: Record<string, string | Buffer>): string {
  const dir = join(base, name)
  mkdirSync(dir)
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true })
    writeFileSync(join(dir, path), content)
  }
  return dir
}

function compare(expected: Record<string, string | Buffer>, actual: Record<string, string | Buffer>, unstable: string[] = []) {
  const [left, right] = [output('left', expected), output('right', actual)]
  const found = differences(takeSnapshot(left), takeSnapshot(right), new Set(unstable))
  return { found, first: firstDifference(found, left, right) }
}

describe('two outputs', () => {
  it('that are the same differ in nothing', () => {
    expect(compare({ 'a/b.js': 'x', 'c.css': '' }, { 'c.css': '', 'a/b.js': 'x' })).toEqual({ found: [], first: null })
  })

  it('differ by a missing and by an added file', () => {
    const { found, first } = compare({ 'a.css': '', 'b.js': '' }, { 'b.js': '', 'c.js': '' })
    expect(found.map(({ file, kind }) => [file, kind])).toEqual([['a.css', 'missing'], ['c.js', 'added']])
    expect(first).toMatchObject({ file: 'a.css', kind: 'missing', at: null })
  })

  it('pair files whose names differ by a hash, and show the content', () => {
    const { found, first } = compare({ 'assets/app-Ab12Cd34.js': 'let a = 1\nlet b = 2', 'index.html': 'app-Ab12Cd34.js' }, { 'assets/app-Zz99Yy88.js': 'let a = 1\nlet b = 3', 'index.html': 'app-Zz99Yy88.js' })
    expect(found.map(({ file, kind, otherFile }) => [file, kind, otherFile])).toEqual([['assets/app-Ab12Cd34.js', 'changed', 'assets/app-Zz99Yy88.js'], ['index.html', 'changed', 'index.html']])
    expect(first).toMatchObject({ file: 'assets/app-Ab12Cd34.js', at: { byte: 18, line: 2, column: 9 } })
  })

  it('are not compared in what is never the same', () => {
    expect(compare({ 'stamp.txt': '1', 'a.js': '' }, { 'stamp.txt': '2', 'a.js': '' }, ['stamp.txt']).found).toEqual([])
  })

  it('are compared by bytes, which need not be text', () => {
    const { first } = compare({ 'a.png': Buffer.from([0xff, 0xfe, 0]) }, { 'a.png': Buffer.from([0xff, 0xfe, 1]) })
    expect(first).toMatchObject({ at: { byte: 2 } })
  })

  it('that begin alike and differ in length differ at the end of the shorter', () => {
    expect(compare({ 'a.js': 'abc' }, { 'a.js': 'abcd' }).first).toMatchObject({ at: { byte: 3, line: 1, column: 4 } })
  })

  it('name the module that the place came from, by the source map', () => {
    const map = JSON.stringify({ version: 3, sources: ['../src/one.js', '../src/two.js'], names: [], mappings: 'AAAA;ACAA' })
    const { first } = compare({ 'a.js': 'one()\ntwo()', 'a.js.map': map }, { 'a.js': 'one()\ntoo()', 'a.js.map': map })
    expect(first).toMatchObject({ file: 'a.js', source: '../src/two.js' })
  })
})
