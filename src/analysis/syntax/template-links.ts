/** Links of templates that open another site in a window of its own: `<a href="https://…" target="_blank">` without `rel`. */
import type { Report } from '../findings.ts'
import type { RuleMeta } from '../rule.ts'
import type { Node } from './ast.ts'

const OPENS = /\starget\s*=\s*["']?_blank\b/i
/** Any that is not written, or rides along in an object, is taken to be right. */
const HAS_REL = /\srel\s*=\s*["'][^"']*\bno(?:opener|referrer)\b|(?::|v-bind:)rel\s*=|\srel\s*=\s*["']?\{|\sv-bind\s*=|\{\.\.\./i
const WRITTEN = /\shref\s*=\s*(?:"([^"{]*)"|'([^'{]*)')/i
const BOUND = /\s(?::|v-bind:)href\s*=\s*(?:"([^"]*)"|'([^']*)')|\shref\s*=\s*["']?\{([^{}]*)\}/i
const FOREIGN = /^\s*(?:[a-z][a-z+.-]*:)?\/\//i
/** An expression that starts with a path of one's own. */
const OWN_PATH = /^\s*['"`](?:\/(?!\/)|[#?.]|mailto:|tel:)/

/** @param markup The template, with scripts, styles and comments blanked. */
export function linkFindings(rule: RuleMeta, markup: string): Report[] {
  const found: Report[] = []
  for (let start = nextLink(markup, 0); start >= 0;) {
    const end = endOfTag(markup, start)
    const tag = markup.slice(start, end)
    const address = tag.endsWith('>') && OPENS.test(tag) && !HAS_REL.test(tag) ? foreignAddress(tag) : undefined
    if (address !== undefined) found.push({ rule, node: textNode(address, start, end), flow: undefined })
    start = nextLink(markup, end)
  }
  return found
}

function nextLink(markup: string, from: number): number {
  for (let at = markup.indexOf('<', from); at >= 0; at = markup.indexOf('<', at + 1)) if (/^<a[\s/]$/i.test(markup.slice(at, at + 3))) return at
  return -1
}

const CLOSERS: Readonly<Record<string, string>> = { '"': '"', "'": "'", '{': '}' }
const MAX_TAG = 4000

/** Behind the `>`, or where the tag breaks off; quotes and braces may hold what would end it. */
function endOfTag(markup: string, start: number): number {
  const last = Math.min(markup.length, start + MAX_TAG)
  for (let at = start + 2; at < last; at++) {
    const char = markup[at] ?? ''
    if (char === '>') return at + 1
    if (char === '<') return at
    const closer = CLOSERS[char]
    if (closer !== undefined) at = closing(markup, closer, at + 1, last)
  }
  return last
}

function closing(markup: string, closer: string, from: number, last: number): number {
  for (let at = from; at < last; at++) if (markup[at] === closer) return at
  return last
}

/** Where a link leads, if it is to another site or not known. */
function foreignAddress(tag: string): string | undefined {
  const [, double, single] = WRITTEN.exec(tag) ?? []
  const written = double ?? single
  if (written !== undefined) return FOREIGN.test(written) ? written : undefined
  const bound = BOUND.exec(tag)?.slice(1).find((text) => text !== undefined)
  return bound === undefined || OWN_PATH.test(bound) ? undefined : bound
}

/** What is reported and told apart by its text: a template has no tree here. */
function textNode(value: string, start: number, end: number): Node {
  return { type: 'Literal', value, raw: value, start, end } as Node
}
