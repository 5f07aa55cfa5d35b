/**
 * The audits of one build, and what follows from them: a plugin that was found wrong is put into quarantine, for this
 * process at once and for later ones by the cache directory; it is said once, with the module and the first difference.
 */
import type { AuditFinding, AuditSummary } from '../../types.ts'
import { Audit, auditBudgetMs } from './audit.ts'
import type { AuditParts, Mismatch, Served } from './audit.ts'
import type { Sites } from '../sites/sites.ts'
import type { Site } from '../sites/site.ts'

export interface AuditsParts extends Omit<AuditParts, 'onMismatch'> {
  readonly sites: Sites
  /** A path as a person knows it: relative to the root. */
  readonly displayPath: (path: string) => string
  readonly warn: (message: string) => void
}

export class Audits {
  readonly #parts: AuditsParts
  readonly #audit: Audit
  #done: Omit<AuditSummary, 'quarantined' | 'mismatches'> = { audited: 0, inconclusive: 0, ms: 0 }
  #mismatches: AuditFinding[] = []
  #running: Promise<void> | null = null

  constructor(parts: AuditsParts) {
    this.#parts = parts
    this.#audit = new Audit({ ...parts, onMismatch: mismatch => this.#condemn(mismatch) })
  }

  /** A build or a rebuild begins, and with it another summary. */
  begin(): void {
    this.#audit.begin()
    this.#done = { audited: 0, inconclusive: 0, ms: 0 }
    this.#mismatches = []
  }

  offer<Result>(served: Served<Result>): void {
    this.#audit.offer(served)
  }

  ran(site: Site, id: string): void {
    this.#audit.ran(site, id)
  }

  /** @param wallMs What the build took so far, for what its audit may take. Never rejects; one at a time. */
  run(wallMs: number): Promise<void> {
    this.#running ??= this.#run(wallMs).finally(() => {
      this.#running = null
    })
    return this.#running
  }

  summary(): AuditSummary {
    return { ...this.#done, mismatches: [...this.#mismatches], quarantined: this.#parts.sites.condemned() }
  }

  async #run(wallMs: number): Promise<void> {
    const { audited, inconclusive, ms } = await this.#audit.run(auditBudgetMs(wallMs, this.#parts.sample))
    this.#done = { audited: this.#done.audited + audited, inconclusive: this.#done.inconclusive + inconclusive, ms: this.#done.ms + ms }
  }

  #condemn({ site, id, difference }: Mismatch): void {
    const { sites, clock, displayPath, warn } = this.#parts
    const finding: AuditFinding = { plugin: site.plugin, hook: site.hook, module: displayPath(id), difference, at: new Date(clock.wall()).toISOString() }
    this.#mismatches.push(finding)
    const isRefused = sites.condemn(site, finding)
    const consequence = isRefused
      ? 'It is not remembered any more in this project, until its version or its options change'
      : 'It goes on being remembered, because the option `plugins` says so'
    warn(`${site.plugin} (${site.hook}) gave something else for ${finding.module} when an audit ran it again: its ${difference.where} was ${quoted(difference.served)}, and is ${quoted(difference.now)}. What this build has of it from the store may be wrong: build again. ${consequence}. [AUDIT_MISMATCH]`)
  }
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
