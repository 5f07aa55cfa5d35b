/** What style sheets load besides other style sheets: programs and data, of which compilers tell nothing, some in threads of their own. */

/** In Less. */
export const LESS_READS: RegExp = /data-uri\s*\(|image-(?:size|width|height)\s*\(|@plugin\b/
/** In the way of a Less that runs in a thread of its own: it names no text that is inlined, and what it looks for in vain is not seen. */
const LESS_UNTOLD = /@import\s*\([^)]*\binline\b|@import\s*\([^)]*\boptional\b[^)]*\)\s*(?:url\(\s*)?["']?(?!\.\.?\/|["'\s.])/
/** In a program in Less: what knows more than the style sheet. */
const LESS_AMBIENT = /\b(?:process|require|import|global|globalThis|eval|Function|constructor|Date|Intl|performance)\b|\brandom\s*\(/
const STYLUS_READS = /\b(?:json|image-size|embedurl)\b|\buse\s*\(|=\s*use\b/
const STYLUS_PRINTS = /\b(?:p|warn|trace)\s*\(/
/** All but the path of one file, in quotes. */
const STYLUS_PATTERN = /@(?:import|require)\b(?!\s*(?:url\b|(["'])[^"'*{}\n]+\1\s*(?:$|[;}\n]|\/[/*])))/m

/**
 * @param entry The style sheet that is compiled, or its extension alone, which says by what.
 * @param text Of any style sheet that it is made of.
 * @returns Why it cannot be remembered, or `null`.
 */
export function objectionToReads(entry: string, text: string): string | null {
  if (entry.endsWith('.less')) return objectionToLess(text)
  return /\.styl(?:us)?$/.test(entry) ? objectionToStylus(text) : null
}

function objectionToLess(text: string): string | null {
  if (LESS_READS.test(text)) return 'its Less loads a plugin or other files'
  if (LESS_UNTOLD.test(text)) return 'its Less imports what may be missing, or a text as it is'
  // Programs are what is between backticks.
  const hasProgram = text.split('`').some((part, index) => index % 2 === 1 && LESS_AMBIENT.test(part))
  return hasProgram ? 'its Less runs a program that may ask for anything' : null
}

function objectionToStylus(text: string): string | null {
  if (STYLUS_READS.test(text)) return 'its Stylus loads programs or data'
  if (STYLUS_PATTERN.test(text)) return 'its Stylus loads files by a pattern or by a name that is put together'
  return STYLUS_PRINTS.test(text) ? 'its Stylus prints' : null
}
