/**
 * What a tracer has found out about parts of values and about values within a call: those are asked for again on every way
 * that leads through them. Only answers that no cycle and no bound has cut short are kept.
 *
 * An answer out of here counts as the steps that it would take to find it again, so that what is beyond the bound of a
 * question is the same with and without it.
 */
import type { Node } from '../syntax/ast.ts'
import type { Path } from '../names/scope-table.ts'
import type { CallContext, Flow } from './flow.ts'

export interface Question {
  readonly path: Path
  readonly context: CallContext | undefined
  /** How many functions outwards it is asked from. */
  readonly outwards: number
}

export interface Remembered extends Question {
  readonly flow: Flow
  /** Steps that it would take again. */
  readonly steps: number
}

export class TaintMemory {
  private readonly answers = new Map<Node, Remembered[]>()

  find(node: Node, path: Path, context: CallContext | undefined, outwards: number): Remembered | undefined {
    const known = this.answers.get(node)
    if (known === undefined) return undefined
    for (const each of known) if (each.outwards === outwards && isSamePath(each.path, path) && isSameCall(each.context, context)) return each
    return undefined
  }

  keep(node: Node, answer: Remembered): void {
    const known = this.answers.get(node)
    if (known === undefined) this.answers.set(node, [answer])
    else if (known.length < MAX_ANSWERS) known.push(answer)
  }
}

/** Of one value: more parts of it are not asked for again. */
const MAX_ANSWERS = 12

function isSamePath(left: Path, right: Path): boolean {
  if (left === right) return true
  if (left.length !== right.length) return false
  for (let at = 0; at < left.length; at++) if (left[at] !== right[at]) return false
  return true
}

/** Whether the same calls were entered in the same order. */
function isSameCall(left: CallContext | undefined, right: CallContext | undefined): boolean {
  let one = left
  let other = right
  while (one !== undefined && other !== undefined && one.call === other.call) {
    one = one.outer
    other = other.outer
  }
  return one === other
}
