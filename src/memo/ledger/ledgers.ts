/**
 * The ledgers of one build: the one that it writes, and the last one, read only when a miss asks for its cause.
 */
import { join } from 'node:path'
import { digestParts } from '../../hash.ts'
import type { Cause, Fault } from '../../types.ts'
import type { BuildIdentity } from '../identity/identity.ts'
import { causeOfMiss } from './cause.ts'
import { createLedgerWriter, readLedger } from './ledger.ts'
import type { Ledger, LedgerWriter } from './ledger.ts'
import type { CallReport } from '../host-call.ts'
import type { Site } from '../sites/site.ts'
import type { Outlines } from './outlines.ts'

export interface LedgersInputs {
  readonly cacheDir: string
  /** What never mixes: project, bundler, command, mode. */
  readonly stratum: readonly string[]
  readonly header: { readonly pitcrew: string; readonly startedAt: string; readonly bundler: string; readonly command: string; readonly mode: string; readonly root: string }
  readonly identity: BuildIdentity
  readonly outlines: Outlines
  readonly relativeId: (id: string) => string
}

export class Ledgers {
  readonly #inputs: LedgersInputs
  readonly #path: string
  readonly #writer: LedgerWriter
  readonly #numbers = new Map<Site, number>()
  #previous: Ledger | null | undefined

  constructor(inputs: LedgersInputs) {
    this.#inputs = inputs
    this.#path = join(inputs.cacheDir, 'ledger', `${digestParts(inputs.stratum).slice(0, 16)}.json`)
    this.#writer = createLedgerWriter({ ...inputs.header, build: inputs.identity.base }, part => inputs.outlines.of(part))
  }

  /** Enters a call. @returns Its cause, made precise by what the last build did. */
  note(report: CallReport): Cause | null {
    const { site, call, outcome, key, reason, costMs, dependencyCount } = report
    const number = this.#numberOf(site)
    const id = this.#inputs.relativeId(call.id)
    const cause = report.cause?.kind === 'new' ? this.#explain(site, id, key?.inputs ?? {}) : report.cause
    this.#writer.call({ plugin: number, id, outcome, key: key?.key ?? null, inputs: key?.inputs ?? {}, cause, reason, costMs, dependencyCount })
    return cause
  }

  write(): Promise<Fault | null> {
    return this.#writer.write(this.#path)
  }

  #numberOf(site: Site): number {
    const known = this.#numbers.get(site)
    if (known !== undefined) return known
    const number = this.#writer.plugin({ name: site.plugin, hook: site.hook, parts: site.identity })
    this.#numbers.set(site, number)
    return number
  }

  #explain(site: Site, id: string, inputs: Readonly<Record<string, string>>): Cause {
    if (this.#previous === undefined) this.#previous = readLedger(this.#path).ledger
    const { identity, outlines } = this.#inputs
    return causeOfMiss(this.#previous, { build: identity.base, plugin: { name: site.plugin, hook: site.hook, parts: site.identity }, id, inputs, outlineOf: part => outlines.of(part) })
  }
}
