/** What style sheets load besides other style sheets: programs and data, of which compilers tell nothing, some in threads of their own. */

/** In Less. */
export const LESS_READS: RegExp = /data-uri\s*\(|image-(?:size|width|height)\s*\(|@plugin\b/
const STYLUS_READS = /\b(?:json|use|image-size|embedurl)\s*\(|@(?:import|require)\s[^;\n]*\*/

/**
 * @param entry The style sheet that is compiled: its extension says by what.
 * @param text Of any style sheet that it is made of.
 * @returns Why it cannot be remembered, or `null`.
 */
export function objectionToReads(entry: string, text: string): string | null {
  if (entry.endsWith('.less') && LESS_READS.test(text)) return 'its Less loads a plugin or other files'
  return /\.styl(?:us)?$/.test(entry) && STYLUS_READS.test(text) ? 'its Stylus loads programs, data or files by a pattern' : null
}
