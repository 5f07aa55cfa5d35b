import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readBaseline, writeBaseline } from '../../../src/guidance/baseline.ts'

let folder = ''
let file = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pitcrew-baseline-'))
  file = join(folder, 'pitcrew-baseline.json')
})
afterEach(() => rmSync(folder, { recursive: true }))

const found = (fingerprint: string, id: string) => ({ fingerprint, id, ruleId: 'xss/markup-property' })

describe('a baseline', () => {
  it('that is not there knows nothing', async () => {
    expect(await readBaseline(file)).toBeNull()
  })

  it('knows each finding as often as it was found', async () => {
    expect(await writeBaseline(file, [found('f1', 'a.js'), found('f1', 'b.js'), found('f2', 'a.js')])).toEqual({ added: 2, removed: 0, kept: 0 })
    expect(await readBaseline(file)).toEqual(new Map([['f1', 2], ['f2', 1]]))
    expect(readFileSync(file, 'utf8')).toMatch(/^\/\/ Findings that were here before/)
  })

  it('keeps every comment, the order, and what people added', async () => {
    const text = `// at the top
{
  // before the version
  "version": 1, // behind it
  "findings": {
    /* why f2 stays */
    "f2": {
      "rule": "xss/markup-property",
      "files": [
        // this page is internal
        "a.js"
      ],
      "ticket": "SHOP-1" // ours
    },
    // goes
    "f3": {
      "rule": "xss/markup-property",
      "files": ["c.js"]
    },
    "f1": {
      "rule": "xss/markup-property",
      "files": ["a.js"] // behind f1
    }
    // at the end
  }
}
// after all
`
    writeFileSync(file, text)
    expect(await writeBaseline(file, [found('f1', 'a.js'), found('f2', 'a.js'), found('f4', 'd.js')])).toEqual({ added: 1, removed: 1, kept: 2 })
    const after = readFileSync(file, 'utf8')
    for (const comment of ['// at the top', '// before the version', '// behind it', '/* why f2 stays */', '// this page is internal', '// ours', '// behind f1', '// at the end', '// after all']) expect(after).toContain(comment)
    expect(after).toContain('"ticket": "SHOP-1"')
    expect(after.indexOf('"f2"')).toBeLessThan(after.indexOf('"f1"'))
    expect(after).not.toContain('"f3"')
    await writeBaseline(file, [found('f1', 'a.js'), found('f2', 'a.js'), found('f4', 'd.js')])
    expect(readFileSync(file, 'utf8')).toBe(after)
  })

  it('loses nothing while some modules have not been looked at', async () => {
    await writeBaseline(file, [found('f1', 'a.js'), found('f2', 'a.js'), found('f2', 'b.js')])
    expect(await writeBaseline(file, [found('f2', 'b.js'), found('f3', 'c.js')], { isWhole: false })).toEqual({ added: 1, removed: 0, kept: 1 })
    expect(await readBaseline(file)).toEqual(new Map([['f1', 1], ['f2', 2], ['f3', 1]]))
  })

  it.each(['{', '[]', '{ "version": 2, "findings": {} }', '{ "version": 1, "findings": { "f": {} } }', 'null'])('that holds %s is refused and left alone', async text => {
    writeFileSync(file, text)
    await expect(readBaseline(file)).rejects.toMatchObject({ code: 'BASELINE_INVALID' })
    await expect(writeBaseline(file, [])).rejects.toMatchObject({ code: 'BASELINE_INVALID' })
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
})
