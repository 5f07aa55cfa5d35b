/**
 * Reads the traces of stored memos for `pitcrew explain`: verified by the store, paths shown relative to the root.
 */
import { relative, sep } from 'node:path'
import type { TraceReader, TracedDependency, TraceVariant } from '../memo/ledger/explain.ts'
import { findWorkspaceRoot } from '../memo/identity/identity.ts'
import { PortableText } from '../memo/record/portable-text.ts'
import { decodeRecord } from '../memo/record/record.ts'
import { describeEnvironment } from '../memo/observe/environment-names.ts'
import type { Dependency } from '../memo/trace/dependency.ts'
import type { Store } from '../store/store.ts'

/** @param root Absolute. */
export function createTraceReader(store: Store, root: string): TraceReader {
  const portable = new PortableText([{ token: 'w', path: findWorkspaceRoot(root) }, { token: 'r', path: root }])
  const restore = (text: string): string => portable.restore(text)
  const show = (path: string): string => relativePath(restore(path), root)

  return {
    read(key) {
      const variants: TraceVariant[] = []
      let flaw = 'the store has no record of it (any more)'
      for (const read of store.get(Buffer.from(key, 'hex'))) {
        if (read.status === 'corrupt') {
          flaw = `its record is damaged: ${read.reason}`
          continue
        }
        try {
          const { dependencies, costMs } = decodeRecord(read.value, restore)
          variants.push({ dependencies: dependencies.map(dependency => (dependency[0] === 'link' ? describeLink(dependency, show) : describe(dependency, show))), costMs })
        } catch (error) {
          flaw = `its record cannot be read: ${error instanceof Error ? error.message : String(error)}`
        }
      }
      return variants.length > 0 ? { status: 'found', variants } : { status: 'unknown', reason: flaw }
    },
  }
}

type Link = Extract<Dependency, readonly ['link', ...unknown[]]>

function describeLink([, path, target]: Link, show: (path: string) => string): TracedDependency {
  return { kind: 'probe', name: show(path), seen: target === null ? 'absent' : `leads to ${show(target)}` }
}

function describe(dependency: Exclude<Dependency, Link>, show: (path: string) => string): TracedDependency {
  switch (dependency[0]) {
    case 'file': return { kind: dependency[2] === null ? 'absent' : 'file', name: show(dependency[1]), seen: dependency[2] }
    case 'missing': return { kind: 'absent', name: `${show(dependency[1])}: ${dependency[2].replaceAll('\n', ', ')}`, seen: null }
    case 'env': return { kind: 'env', name: describeEnvironment(dependency[1]), seen: dependency[2] }
    case 'input': return { kind: dependency[0], name: dependency[1], seen: dependency[2] }
    case 'config': return { kind: 'file', name: `${dependency[3]} configuration for ${show(dependency[1])}`, seen: dependency[2] }
    case 'place': return { kind: 'place', name: dependency[1], seen: null }
    // Paths, and texts with paths in them, for which the kind says how they were looked at.
    default: return { kind: dependency[0], name: show(dependency[1]), seen: dependency[2] }
  }
}

function relativePath(text: string, root: string): string {
  if (!text.startsWith(root)) return text
  const path = relative(root, text)
  if (path === '') return '.'
  return sep === '/' ? path : path.replaceAll(sep, '/')
}
