/**
 * Import cycles: strongly connected modules, by Tarjan's algorithm (iterative: a chain of modules may be long), each told
 * as one shortest way around.
 *
 * Only imports that are evaluated when a module is count: `import()` waits until all of it is there. Imports of types are
 * in no graph of ours.
 */
import type { Edge, ImportGraph } from './graph.ts'

export interface Cycle {
  /** From the first module in name order along the imports; the last imports the first. */
  readonly path: readonly string[]
  /** All modules that are on some way around. */
  readonly moduleCount: number
}

/** @returns Longest knots first, then in name order. */
export function findCycles(graph: ImportGraph): Cycle[] {
  const knots = components(graph).filter(members => members.length > 1)
  return knots
    .map((members): Cycle => ({ path: shortestWay(members, graph), moduleCount: members.length }))
    .sort((a, b) => b.moduleCount - a.moduleCount || (a.path[0]! < b.path[0]! ? -1 : 1))
}

/** Whether an import is followed while the importer is being evaluated. */
export function isEager({ link }: Edge): boolean {
  return link.kind !== 'lazy'
}

function targets(graph: ImportGraph, id: string): string[] {
  return (graph.outgoing.get(id) ?? []).filter(isEager).map(({ to }) => to)
}

interface Visit {
  readonly id: string
  readonly targets: readonly string[]
  next: number
}

function components(graph: ImportGraph): string[][] {
  const index = new Map<string, number>()
  const low = new Map<string, number>()
  const open: string[] = []
  const isOpen = new Set<string>()
  const found: string[][] = []
  const enter = (id: string): Visit => {
    index.set(id, index.size)
    low.set(id, index.get(id)!)
    open.push(id)
    isOpen.add(id)
    return { id, targets: targets(graph, id), next: 0 }
  }
  const lower = (id: string, to: number): void => void low.set(id, Math.min(low.get(id)!, to))
  const leave = (id: string): void => {
    if (low.get(id) !== index.get(id)) return
    const members = open.splice(open.lastIndexOf(id))
    for (const member of members) isOpen.delete(member)
    found.push(members)
  }
  for (const root of graph.modules.keys()) {
    if (index.has(root)) continue
    const stack = [enter(root)]
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const target = top.targets[top.next++]
      if (target === undefined) {
        stack.pop()
        leave(top.id)
        const parent = stack.at(-1)
        if (parent) lower(parent.id, low.get(top.id)!)
      } else if (!index.has(target)) stack.push(enter(target))
      else if (isOpen.has(target)) lower(top.id, index.get(target)!)
    }
  }
  return found
}

/** The shortest way from the first member in name order back to it. */
function shortestWay(members: readonly string[], graph: ImportGraph): string[] {
  const inside = new Set(members)
  const start = members.toSorted()[0]!
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (let at = 0; at < queue.length; at++) {
    const id = queue[at]!
    for (const to of targets(graph, id).toSorted()) {
      if (to === start) return wayTo(id, cameFrom)
      if (!inside.has(to) || cameFrom.has(to)) continue
      cameFrom.set(to, id)
      queue.push(to)
    }
  }
  return [start]
}

function wayTo(id: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [id]
  for (let at = cameFrom.get(id); at !== undefined; at = cameFrom.get(at)) way.unshift(at)
  return way
}
