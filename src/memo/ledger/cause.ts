/**
 * Why a call missed, told from what the last build did with the same call. Pure.
 *
 * Guarantees: a part is named only when it really differs from the last build's. Not guaranteed: that it is the only one
 * that does; the first in the order of the key is named (the build's identity, the plugin's, the call's own inputs),
 * because what comes first concerns the most calls, but options rather than the text that they stand in.
 */
import type { Cause } from '../../types.ts'
import { shortenInput, shortenPart } from './ledger-document.ts'
import type { Ledger, LedgerCall, LedgerPlugin, Parts } from './ledger.ts'
import { changedOptions } from './outlines.ts'
import type { Outline } from './outlines.ts'

/** So many of the options that differ are named. */
const MAX_NAMED = 3

export interface MissedCall {
  /** Build identity. */
  readonly build: Parts
  readonly plugin: LedgerPlugin
  readonly id: string
  readonly inputs: Parts
  /** What a part of the plugin's is made of. @default nothing is known */
  readonly outlineOf?: (part: string) => Outline | null
}

/** `new` without a ledger, or when the last build did not have this call; `not-stored` when every part is the same. */
export function causeOfMiss(previous: Ledger | null, call: MissedCall): Cause {
  const last = previous === null ? null : findSameCall(previous, call.plugin, call.id)
  if (previous === null || last === null) return { kind: 'new' }
  const causes = differingParts(previous, last, call).map(part => causeIn(part, previous.outlines[last.plugin.parts[part] ?? ''], call.outlineOf?.(call.plugin.parts[part] ?? '')))
  const [first] = causes
  if (first === undefined) return { kind: 'not-stored', detail: last.reason ?? '' }
  return isOfConfigText(first) ? causes.find(cause => cause.kind === 'options') ?? first : first
}

/** The files that configure a build are others whenever an option in them is, and the option says more. */
function isOfConfigText(cause: Cause): boolean {
  return cause.kind === 'key' && cause.part === 'config'
}

function causeIn(part: string, before: Outline | null | undefined, now: Outline | null | undefined): Cause {
  const options = changedOptions(before, now)
  return options.length === 0 ? { kind: 'key', part } : { kind: 'options', part, names: options.slice(0, MAX_NAMED), moreCount: Math.max(0, options.length - MAX_NAMED) }
}

/**
 * The same call in another build. Of several plugins with one name (it is used twice, or in two environments) the one
 * that has changed least is taken to be the same.
 */
export function findSameCall(previous: Ledger, plugin: LedgerPlugin, id: string): LedgerCall | null {
  let best: LedgerCall | null = null
  let bestDifferences = Infinity
  previous.plugins.forEach((candidate, index) => {
    if (candidate.name !== plugin.name || candidate.hook !== plugin.hook) return
    const differences = labelsThatDiffer(candidate.parts, plugin.parts, shortenPart).length
    const found = differences < bestDifferences ? previous.find(index, id) : null
    if (found === null) return
    best = found
    bestDifferences = differences
  })
  return best
}

function differingParts(previous: Ledger, last: LedgerCall, { build, plugin, inputs }: MissedCall): string[] {
  return [
    ...labelsThatDiffer(previous.build, build, shortenPart),
    ...labelsThatDiffer(last.plugin.parts, plugin.parts, shortenPart),
    // Without a key it was not remembered then, and its inputs were not kept.
    ...(last.key === null ? [] : labelsThatDiffer(last.inputs, inputs, shortenInput)),
  ]
}

/** @param before As the ledger has them. @param shorten What the ledger does to a value. */
function labelsThatDiffer(before: Parts, now: Parts, shorten: (value: string) => string): string[] {
  const labels = Object.keys(now).filter(label => before[label] !== shorten(now[label] ?? ''))
  // A part that is no more, too, makes another key.
  for (const label in before) if (!(label in now)) labels.push(label)
  return labels
}
