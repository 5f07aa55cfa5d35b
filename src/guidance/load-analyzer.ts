/**
 * The analyser with the rules of the project's own.
 *
 * Whoever loads it says how a module is loaded: an `import()` of a computed name must not be in what a build's configuration
 * imports, because webpack up to 5.98 follows that by parsing it, and warns of each name that it cannot tell.
 */
import type { Analyzer } from '../analysis/analyze.ts'
import type { Rule } from '../analysis/rule.ts'

/** @param path Absolute. @returns The module's exports by name. Rejects, or throws, as loading does. */
export type LoadModule = (path: string) => unknown

/** @param ruleFiles Absolute paths. */
export async function loadAnalyzer(ruleFiles: readonly string[], loadModule: LoadModule): Promise<Analyzer> {
  const { createAnalyzer } = await import('../analysis/analyze.ts')
  const extraRules = (await Promise.all(ruleFiles.map(async file => rulesOf(await loadModule(file))))).flat()
  return createAnalyzer({ extraRules })
}

/** Every export that is a rule, or a list of rules. */
function rulesOf(exported: unknown): Rule[] {
  return Object.values(exported as Record<string, unknown>).flat().filter((each): each is Rule => each !== null && typeof each === 'object' && 'check' in each && 'id' in each)
}
