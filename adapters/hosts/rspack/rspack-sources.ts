/**
 * Where Rspack may give a loader something else than what lies on the disk: it reads modules in its native part, and what it
 * read cannot be known before the loaders run.
 */

interface Rule {
  readonly extractSourceMap?: unknown
  readonly rules?: unknown
  readonly oneOf?: unknown
}

export class Sources {
  readonly #isVirtual: boolean
  /** `true`: every file is read by JavaScript; expressions: those whose path one of them matches. */
  readonly #readElsewhere: unknown
  readonly #extractsMaps: boolean

  /** @param options Of the compiler. */
  constructor(options: Readonly<Record<string, unknown>>) {
    const plugins: readonly unknown[] = Array.isArray(options['plugins']) ? options['plugins'] : []
    this.#isVirtual = plugins.some(plugin => (plugin as { constructor?: { name?: string } } | null)?.constructor?.name === 'VirtualModulesPlugin')
    this.#readElsewhere = (options['experiments'] as { useInputFileSystem?: unknown } | undefined)?.useInputFileSystem
    this.#extractsMaps = anyRule((options['module'] as { rules?: unknown } | undefined)?.rules, rule => rule.extractSourceMap === true)
  }

  /** Why what the loaders of a module are given is not known, or `null`. @param content What lies on the disk. */
  refuse(path: string, content: Buffer): string | null {
    if (this.#isVirtual) return 'VirtualModulesPlugin may put other files over those on the disk'
    if (this.#isReadElsewhere(path)) return 'it is read through another file system'
    return this.#extractsMaps && content.includes('sourceMappingURL') ? 'its source map comes from another file' : null
  }

  #isReadElsewhere(path: string): boolean {
    const given = this.#readElsewhere
    return Array.isArray(given) ? given.some(each => each instanceof RegExp && new RegExp(each.source, each.flags.replace(/[gy]/g, '')).test(path)) : Boolean(given)
  }
}

/** Whether any rule, or one inside of it, is of a kind. */
export function anyRule(rules: unknown, isMeant: (rule: Rule) => boolean): boolean {
  if (!Array.isArray(rules)) return false
  return rules.some((rule: unknown) => {
    if (rule === null || typeof rule !== 'object') return false
    const some = rule as Rule
    return isMeant(some) || anyRule(some.rules, isMeant) || anyRule(some.oneOf, isMeant)
  })
}
