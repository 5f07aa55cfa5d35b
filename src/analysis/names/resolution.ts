/**
 * Which binding a name means at an offset.
 *
 * Most names have one binding or a few, so that looking for the name first and then at the extents of those few scopes is
 * quicker than going down the tree of scopes, and far quicker for a global, which has none. The index is made at the
 * first question: a module in which nothing is asked pays nothing.
 */
import type { Binding, Scope } from './scope-table.ts'

/** Of a name with more bindings than this (`e` in a minified file) the tree is asked. */
const MAX_LISTED = 8

/** @param root Complete: nothing may be declared after the first question. */
export function createResolver(root: Scope): (name: string, at: number) => Binding | undefined {
  let byName: ReadonlyMap<string, readonly Binding[]> | undefined
  return (name, at) => {
    const bindings = (byName ??= groupByName(root)).get(name)
    if (bindings === undefined) return undefined
    return bindings.length > MAX_LISTED ? resolveInTree(root, name, at) : innermost(bindings, at)
  }
}

/** Outer scopes before the scopes in them. */
function groupByName(root: Scope): Map<string, Binding[]> {
  const byName = new Map<string, Binding[]>()
  const pending: Scope[] = [root]
  for (let scope = pending.pop(); scope; scope = pending.pop()) {
    for (const [name, binding] of scope.bindings) addTo(byName, name, binding)
    for (const child of scope.children) pending.push(child)
  }
  return byName
}

function addTo(byName: Map<string, Binding[]>, name: string, binding: Binding): void {
  const list = byName.get(name)
  if (list) list.push(binding)
  else byName.set(name, [binding])
}

/** Scopes that hold one offset lie in one another: the last of them is the innermost. */
function innermost(bindings: readonly Binding[], at: number): Binding | undefined {
  let found: Binding | undefined
  for (const binding of bindings) {
    const { start, end } = binding.scope
    if (start <= at && at < end) found = binding
  }
  return found
}

function resolveInTree(root: Scope, name: string, at: number): Binding | undefined {
  let found = root.bindings.get(name)
  for (let scope = childAt(root, at); scope; scope = childAt(scope, at)) found = scope.bindings.get(name) ?? found
  return found
}

/** Children are sorted and disjoint. */
function childAt({ children }: Scope, at: number): Scope | undefined {
  let low = 0
  let high = children.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const child = children[middle]
    if (!child || child.start > at) high = middle - 1
    else if (child.end <= at) low = middle + 1
    else return child
  }
  return undefined
}
