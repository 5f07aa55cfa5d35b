import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runAnalyze } from '../../../src/cli/analyze.ts'
import { PitcrewError } from '../../../src/errors.ts'

let root = ''
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'pitcrew-analyze-'))
  mkdirSync(join(root, 'src', 'node_modules'), { recursive: true })
  writeFileSync(join(root, 'src', 'bad.js'), 'el.innerHTML = location.hash\n')
  writeFileSync(join(root, 'src', 'good.ts'), 'export const a: number = 1\n')
  writeFileSync(join(root, 'src', 'torn.js'), 'const = 1\n')
  writeFileSync(join(root, 'src', 'style.css'), 'a {}')
  writeFileSync(join(root, 'src', 'node_modules', 'skipped.js'), 'eval(x)')
  symlinkSync('..', join(root, 'src', 'circle'))
})
afterAll(() => rmSync(root, { recursive: true }))

async function run(...args: string[]): Promise<{ code: number; out: string }> {
  let out = ''
  const io = { cwd: root, env: {}, terminal: { color: false, columns: 100 }, out: (text: string) => void (out += text), err: () => undefined }
  return { code: await runAnalyze(args, io), out }
}

describe('pitcrew analyze', () => {
  it('prints what it found, worst first, and what it could not read', async () => {
    const { code, out } = await run()
    expect(code).toBe(0)
    expect(out).toContain('3 modules, 0 functions, 3 lines of code, maintainability')
    expect(out).toContain('; 1 finding\n')
    expect(out).toContain('high     src/bad.js:1:1  text that is not constant becomes markup (xss/markup-property, CWE-79)')
    expect(out).toContain('note     src/torn.js: It does not parse')
    expect(out).not.toContain('skipped')
  })

  it('writes the same JSON twice, with paths below the root', async () => {
    const first = await run('--json', 'src')
    expect(first.out).toBe((await run('--json', 'src')).out)
    expect(JSON.parse(first.out).modules.map((each: { id: string }) => each.id)).toEqual(['src/bad.js', 'src/good.ts', 'src/torn.js'])
  })

  it('writes SARIF', async () => {
    expect(JSON.parse((await run('--sarif')).out).runs[0].results).toHaveLength(1)
  })

  it('fails where it was told to', async () => {
    expect((await run('--fail-on', 'high')).code).toBe(1)
    expect((await run('--fail-on', 'high', 'src/good.ts')).code).toBe(0)
  })

  it('says which path is not there', async () => {
    const { code, out } = await run('nowhere')
    expect(code).toBe(0)
    expect(out).toContain('note     nowhere: ENOENT')
  })

  it.each([[['--fail-on', 'bad']], [['--json', '--sarif']], [['--wrong']]])('refuses %s', async (args) => {
    await expect(run(...args)).rejects.toThrow(PitcrewError)
  })
})
