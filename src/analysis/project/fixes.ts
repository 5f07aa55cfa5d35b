/**
 * Mechanical changes: where one edit on the spot does what the finding asks for. A change is offered only when its pattern
 * is within the reported text (or before it on its line); whether it is wanted is for a person to say, since behaviour
 * changes: markup becomes text, a hash gets longer.
 */
import type { Finding } from '../findings.ts'
import type { Fix } from './facts.ts'

interface Mechanical {
  readonly rules: RegExp
  readonly from: RegExp
  readonly to: string
}

const CHANGES: readonly Mechanical[] = [
  { rules: /^xss\/markup-property$/, from: /\.(?:inner|outer)HTML(?=\s*\+?=)/, to: '.textContent' },
  { rules: /^xss\/template-raw-markup$/, from: /\bv-html(?==)/, to: 'v-text' },
  { rules: /^xss\/template-raw-markup$/, from: /\{@html\s+/, to: '{' },
  { rules: /^xss\/jquery-markup$/, from: /\bhtml(?=\()/, to: 'text' },
  { rules: /^weak-crypto\/guessable-secret$/, from: /\bMath\.random\(\)/, to: '(crypto.getRandomValues(new Uint32Array(1))[0] / 2 ** 32)' },
  { rules: /^weak-crypto\/hash$/, from: /(['"`])(?:md[245]|sha-?1|ripemd\d*)\1/i, to: '$1sha256$1' },
  { rules: /^insecure-transport\/plain-(?:request|protocol)$/, from: /\bhttp(?=:\/\/)/, to: 'https' },
  { rules: /^insecure-transport\/plain-socket$/, from: /\bws(?=:\/\/)/, to: 'wss' },
  { rules: /^insecure-transport\/unverified-peer$/, from: /(\brejectUnauthorized['"]?\s*:\s*)false\b/, to: '$1true' },
  { rules: /^cookie\/flag/, from: /(\b(?:httpOnly|secure)['"]?\s*:\s*)false\b/i, to: '$1true' },
  { rules: /^authn-jwt\/expiry-ignored$/, from: /(\bignoreExpiration['"]?\s*:\s*)true\b/, to: '$1false' },
]

/** More lines than a person reads as one change. */
const MAX_LINES = 6

export function fixFor({ ruleId, start, end }: Finding, source: string): Fix | null {
  const lineStart = source.lastIndexOf('\n', start - 1) + 1
  const lineEnd = source.indexOf('\n', end)
  const text = source.slice(lineStart, lineEnd < 0 ? source.length : lineEnd)
  // What comes after the reported text on its line is not its business.
  const reported = source.slice(lineStart, end)
  for (const { rules, from, to } of CHANGES) {
    if (!rules.test(ruleId)) continue
    const own = reported.slice(start - lineStart)
    const changed = from.test(own) ? reported.slice(0, start - lineStart) + own.replace(from, to) : from.test(reported) ? reported.replace(from, to) : null
    if (changed !== null) return toFix(source, lineStart, text, changed + text.slice(reported.length))
  }
  return null
}

function toFix(source: string, lineStart: number, before: string, after: string): Fix | null {
  const lines = (text: string): string[] => text.split(/\r?\n/)
  if (lines(before).length > MAX_LINES || before.length > 500) return null
  return { line: source.slice(0, lineStart).split('\n').length, before: lines(before), after: lines(after) }
}
