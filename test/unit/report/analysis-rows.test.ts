import { describe, expect, it } from 'vitest'
import { analysisRows, isAnalysisNews } from '../../../src/report/analysis-rows.ts'
import { renderFindings } from '../../../src/report/findings-text.ts'
import { join } from '../analysis/project/scene.ts'
import type { Sources } from '../analysis/project/scene.ts'
import { replacementsFor } from '../../../src/guidance/installed.ts'

const SOURCES: Sources = {
  'src/Preview.vue': '<template><p/></template>\n<script setup>\nimport { useRoute } from "vue-router"\nconst route = useRoute()\nel.innerHTML = location.hash\n</script>',
  'src/a.js': "import assign from 'object.assign'\nimport './b'", 'src/b.js': "import './a'",
}
const packages = [{ name: 'object.assign', folder: 'node_modules/object.assign', version: '', bytes: 30_000 }]

function text(report: ReturnType<typeof join>['report'], isFull = false): string {
  return analysisRows(report, 100, isFull).flatMap(({ label, lines }) => lines.map(line => `${label}  ${line}`)).join('\n')
}

describe('the rows about the code', () => {
  it('name what is new, where, and the next step', () => {
    const { report } = join(SOURCES, { baseline: new Map() })
    expect(text(report)).toBe(`risk  1 new of 1: src/Preview.vue:5 text that is not constant becomes markup (CWE-79)
risk  npx pitcrew findings
advice  src/a.js:2 move what src/a.js needs of src/b.js out of src/b.js, so that src/a.js need not import
advice  it: src/a.js -> src/b.js -> src/a.js is a cycle`)
  })

  it('say how to get rid of what is old when there is no baseline', () => {
    expect(text(join(SOURCES).report)).toContain('npx pitcrew baseline to hear only of new ones')
  })

  it('tell of comments that silence nothing', () => {
    const silent = '// pitcrew-ignore xss/markup-property\nel.innerHTML = location.hash'
    expect(text(join({ 'a.js': silent, 'b.js': silent }).report).replaceAll('\nnote ', '')).toContain('a.js: Line 1: pitcrew-ignore xss/markup-property gives no reason, so it silences nothing; write `pitcrew-ignore xss/markup-property: <why>`.; 1 more')
  })

  it('are none when nothing is new', () => {
    const { report } = join({ 'a.js': 'export const a = 1' })
    expect([isAnalysisNews(report), text(report), isAnalysisNews(null), analysisRows(null, 80, true)]).toEqual([false, '', false, []])
  })

  it('tell of limits, and all of it in full', () => {
    const { report } = join(SOURCES, { gates: { warn: { cycles: 0 }, fail: { findings: 'low' } } })
    expect(text(report)).toContain('limit  failed findings: 1 findings of severity low or above')
    expect(text(report)).toContain('limit  passed cycles: there are 1 import cycles, more than 0 (src/a.js)')
    expect(text(report, true)).toMatch(/code {2}3 modules \(0 analysed anew\), \d+ lines of code/)
  })
})

describe('the findings as text', () => {
  const { report } = join(SOURCES, { packages, replacements: replacementsFor(1), target: ['chrome111'] })
  const shown = renderFindings(report, { columns: 100, isAll: true })

  it('hold the way of the data, a diff, and alternatives with their scores', () => {
    expect(shown).toContain('high     src/Preview.vue:5:1  text that is not constant becomes markup (xss/markup-property, CWE-79)')
    expect(shown).toContain('- el.innerHTML = location.hash')
    expect(shown).toContain('+ el.textContent = location.hash')
    expect(shown).toContain('cycle    src/a.js -> src/b.js -> src/a.js')
    expect(shown).toMatch(/\d+ {2}Object\.assign, or [^:]*: 30 kB less, 1 call site, covers 100 %, in every engine of the target, risk low {2}https:/)
  })

  it('smuggle no control character in', () => {
    const { report: odd } = join({ 'a\u001b[31m.js': SOURCES['src/Preview.vue']!.split('\n')[4]! })
    expect(renderFindings(odd, { columns: 100, isAll: true })).not.toContain('\u001b')
  })
})
