import { describe, expect, it } from 'vitest'
import { calleeName } from '../../../../src/analysis/syntax/ast.ts'
import type { CallNode } from '../../../../src/analysis/syntax/ast.ts'
import { parseModule } from '../../../../src/analysis/syntax/parse.ts'
import { createScopes } from '../../../../src/analysis/names/scopes.ts'
import type { ScopeTable } from '../../../../src/analysis/names/scope-table.ts'
import { walk } from '../../../../src/analysis/syntax/walk.ts'

function scopesOf(source: string): ScopeTable {
  const parsed = parseModule(source, 'tsx')
  if (parsed.kind === 'note') throw new Error(parsed.message)
  const scopes = createScopes(parsed.program)
  walk(parsed.program, {
    enter(node, kind, parent, parentKind) {
      const name = node.type === 'CallExpression' || node.type === 'NewExpression' ? calleeName(node) : undefined
      if (name !== undefined) scopes.addCall(name, node as CallNode)
      return scopes.enter(node, kind, parent, parentKind)
    },
    exit: (node, kind) => scopes.exit(node, kind),
  })
  return scopes.finish()
}

/** Kind of the binding that the last `x` of the text means, and where its declaration stands. */
function lastX(source: string): string | undefined {
  const binding = scopesOf(source).resolve('x', source.lastIndexOf('x'))
  return binding && `${binding.kind}@${binding.node.start}`
}

describe('createScopes', () => {
  it.each([
    ['const x = 1; x', 'variable@6'],
    ['x', undefined],
    ['{ let x } x', undefined],
    ['{ var x } x', 'variable@6'],
    ['function f() { { let x } } x', undefined],
    ['const x = 1; { let x; { x } }', 'variable@19'],
    ['const x = 1; { { let y; let x } let z; x }', 'variable@6'],
    ['function f(x) { { let x } return x }', 'param@11'],
    ['function f({ a: [x] }) { return x }', 'param@17'],
    ['function x() {} x()', 'function@0'],
    ['const f = function x() { x() }', 'function@10'],
    ['const f = function x() {}; x()', undefined],
    ['try {} catch (x) { x }', 'variable@14'],
    ['for (const x of y) x', 'variable@11'],
    ['for (const x of y) {} x', undefined],
    ['import x from "a"; x', 'import@7'],
    ['import { a as x } from "a"; x', 'import@9'],
    ['class x {} x', 'variable@0'],
    ['const a = class x { b() { return x } }', 'variable@10'],
    ['enum x {} x', 'variable@0'],
  ])('resolves the last x of %s', (source, expected) => {
    expect(lastX(source)).toBe(expected)
  })

  it('collects every write to a binding, with the path to the part that is bound', () => {
    const source = 'let x = 1; x = 2; x += 3; ({ a: x } = 4); [x] = 5; for (x of y) {} function f() { let x = 6 }'
    const scopes = scopesOf(source)
    const binding = scopes.resolve('x', 0)
    const writes = binding ? scopes.writesOf(binding) : []
    expect(writes.map(({ value, path, adds }) => [source.slice(value.start, value.end), path.join('.'), adds])).toEqual([
      ['1', '', false], ['2', '', false], ['3', '', true], ['4', 'a', false], ['5', '*', false], ['y', '*', false],
    ])
  })

  it('collects calls by their last word, and assignments to properties', () => {
    const scopes = scopesOf('a.b(); b(); new b(); a["b"](); c.d = 1; this.d = 2')
    expect(scopes.callsOf('b')).toHaveLength(4)
    expect(scopes.callsOf('toString')).toHaveLength(0)
    expect(scopes.memberWritesOf('d')).toHaveLength(2)
  })
})
