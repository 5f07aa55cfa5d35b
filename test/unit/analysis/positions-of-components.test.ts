/**
 * Findings in the playgrounds' own components stand at the exact text.
 *
 * Each component is taken apart at every place where a statement, or an element of its template, can stand, and something
 * known is put in: a statement between those of the script, raw markup between the elements of the template, with line ends of
 * either kind and with a byte-order mark. The finding must be there, at that text and at the line and column that a person counts.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../src/analysis/analyze.ts'
import type { Finding } from '../../../src/analysis/findings.ts'
import { REPOSITORY } from '../../harness/playgrounds.ts'

const { analyze } = createAnalyzer()
const PLAYGROUNDS = join(REPOSITORY, 'playground')

interface Injected {
  readonly id: string
  readonly source: string
  /** What the finding stands at. */
  readonly text: string
  readonly at: number
  readonly ruleId: string
}

const STATEMENTS: readonly (readonly [text: string, ruleId: string])[] = [
  ["document.body.innerHTML = 'ü' + location.hash", 'xss/markup-property'],
  ["eval(location.hash)", 'code-injection/dynamic-code'],
  ["const apiToken = 'tok_8f3a61c09b7d'", 'hardcoded-secret/named'],
]

const MARKUP: Readonly<Record<string, (name: string) => readonly [element: string, text: string]>> = {
  vue: name => [`<p title="it’s" v-html="post.${name}" />`, `post.${name}`],
  svelte: name => [`<p>🏁{@html post.${name}}</p>`, `post.${name}`],
}

function components(): { id: string; source: string; kind: string }[] {
  return readdirSync(PLAYGROUNDS, { recursive: true, encoding: 'utf8' })
    .filter(path => /\.(?:vue|svelte)$/.test(path) && !path.includes('node_modules'))
    .sort()
    .map(path => ({ id: path, source: readFileSync(join(PLAYGROUNDS, path), 'utf8'), kind: path.slice(path.lastIndexOf('.') + 1) }))
}

/** Offsets of the starts of lines, within the first `<script>`, at which a statement stands. */
function placesInScript(source: string): number[] {
  const open = /<script[^>]*>\n/.exec(source)
  const end = source.indexOf('</script>')
  if (!open || end < 0) return []
  const first = open.index + open[0].length
  return [...source.matchAll(/^(?=\s*(?:const|let|import|function|define\w+)\b)/gm)].map(({ index }) => index).filter(at => at >= first && at < end && /^\s{0,2}\S/.test(source.slice(at)))
}

/** Offsets of elements that begin a line of the template. */
function placesInTemplate(source: string): number[] {
  const code = [...source.matchAll(/<(script|style)\b.*?<\/\1>/gs)].map(({ 0: text, index }) => [index, index + text.length] as const)
  const from = source.includes('<template>') ? source.indexOf('<template>') + 10 : 0
  const to = source.includes('</template>') ? source.lastIndexOf('</template>') : source.length
  return [...source.matchAll(/^[ \t]*<(?=[a-zA-Z])/gm)].map(({ index, 0: text }) => index + text.length - 1)
    .filter(at => at >= from && at < to && !code.some(([start, end]) => at >= start && at < end) && !/^<[\w-]+[^>]*\bv-else/.test(source.slice(at)))
}

function* injections(): Iterable<Injected> {
  for (const { id, source, kind } of components()) {
    for (const at of placesInScript(source)) {
      for (const [text, ruleId] of STATEMENTS) yield { id, source: `${source.slice(0, at)}${text}\n${source.slice(at)}`, text, at, ruleId }
    }
    for (const [index, at] of placesInTemplate(source).entries()) {
      const [element, text] = MARKUP[kind]!(`body${index}`)
      yield { id, source: `${source.slice(0, at)}${element}\n${source.slice(at)}`, text, at: at + element.indexOf(text), ruleId: 'xss/template-raw-markup' }
    }
  }
}

const FORMS: Readonly<Record<string, (injected: Injected) => Injected>> = {
  'as they are': injected => injected,
  'with the line ends of Windows': ({ source, at, ...rest }) => ({ ...rest, source: source.replaceAll('\n', '\r\n'), at: at + source.slice(0, at).split('\n').length - 1 }),
  'behind a byte-order mark': ({ source, at, ...rest }) => ({ ...rest, source: `\uFEFF${source}`, at: at + 1 }),
}

/** The declaration's own text, where a finding stands at a part of the statement. */
function standsAt({ start, end }: Finding, { at, text }: Injected): boolean {
  return start >= at && end <= at + text.length
}

describe.each(Object.entries(FORMS))('findings in components of the playgrounds, %s', (_name, form) => {
  const all = [...injections()].map(form)

  it('are put in at many places', () => expect(all.length).toBeGreaterThan(60))

  it('stand at the exact text, and nowhere else', () => {
    for (const injected of all) {
      const { id, source, ruleId, at } = injected
      const findings = analyze(id, source).findings.filter(each => each.ruleId === ruleId)
      expect(findings.map(each => standsAt(each, injected)), `${id} ${ruleId} at ${at}`).toEqual([true])
      const [{ line, column, start }] = findings as [Finding]
      const lines = source.split(/\r\n|\n/)
      expect(lines[line - 1]?.slice(column - 1, column + 3), `${id}:${line}:${column}`).toBe(source.slice(start, start + 4))
    }
  })
})
