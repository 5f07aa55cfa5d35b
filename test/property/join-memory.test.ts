/** A project that is edited again and again: what is joined with the memory of the joins before is what is joined from scratch. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { ModuleFacts } from '../../src/analysis/project/facts.ts'
import type { JoinInputs } from '../../src/analysis/project/join.ts'
import { JoinMemory } from '../../src/analysis/project/memory.ts'
import { factsOf, join } from '../unit/analysis/project/scene.ts'

const MODULES = 4
const HARD = `export function hard(x) {\n${'  if (x) { for (const y of x) if (y) return y }\n'.repeat(6)}}`

/** Lines that a module may consist of, each about itself and one other. */
const LINES: readonly ((own: number, other: number) => string)[] = [
  () => '// a line that moves the others down',
  own => `export const value${own} = ${own}`,
  own => `export default function main${own}() { return 1 }`,
  () => 'export function show(text) {\n  document.body.innerHTML = text\n}',
  () => 'document.body.innerHTML = location.hash',
  () => HARD,
  (_own, other) => `import { value${other} } from './m${other}'`,
  (_own, other) => `import { a, b, c, d, e, f } from './m${other}.js'\nexport function lives(on) { return a(on) }`,
  (_own, other) => `import { value${other} as aliased } from '@/m${other}'`,
  (_own, other) => `import './m${other}'`,
  (_own, other) => `export * from './m${other}'`,
  (_own, other) => `export { show, value${other} as renamed } from './m${other}'`,
  (_own, other) => `export const later${other} = () => import('./m${other}')`,
  (_own, other) => `import { show } from './m${other}'\nshow(location.hash)`,
  (_own, other) => `import { show as next } from './m${other}'\nexport function pass(text) { next(text) }`,
  () => "import { map } from 'lodash'",
  () => 'console.log(import.meta.env.VITE_SECRET_KEY)',
]

const line = fc.record({ of: fc.nat(LINES.length - 1), other: fc.nat(MODULES - 1) })
type Line = typeof line extends fc.Arbitrary<infer T> ? T : never

const some = fc.nat(MODULES - 1)
/** Most edits add to the end of a module, or take from there: its imports stay. */
const edit = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('add' as const), module: some, line }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), module: some }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('remove' as const), module: some }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('enter' as const), module: some }) },
)
type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never

class Project {
  readonly #lines = new Map<number, readonly Line[]>()
  /** Of a module that is not edited they are the same object, as in a watched project. */
  readonly #facts = new Map<string, ModuleFacts>()
  #entries: readonly string[] = []

  write(module: number, lines: readonly Line[]): void {
    this.#lines.set(module, lines)
    this.#facts.set(idOf(module), factsOf(idOf(module), lines.map(({ of, other }) => LINES[of]!(module, other)).join('\n')))
  }

  apply(edit: Edit): void {
    const lines = this.#lines.get(edit.module) ?? []
    switch (edit.kind) {
      case 'add':
        return this.write(edit.module, [...lines, edit.line])
      case 'cut':
        return this.write(edit.module, lines.slice(0, -1))
      case 'remove':
        this.#lines.delete(edit.module)
        return void this.#facts.delete(idOf(edit.module))
      case 'enter':
        this.#entries = this.#entries.length > 0 ? [] : [idOf(edit.module)]
    }
  }

  get inputs(): Partial<JoinInputs> {
    const modules = [...this.#facts].map(([id, facts]) => ({ id, facts })).sort((a, b) => (a.id < b.id ? -1 : 1))
    const ids = modules.map(({ id }) => id)
    return {
      modules, entries: this.#entries, bytes: new Map(ids.map(id => [id, 100])), churn: new Map(ids.map((id, at) => [id, at])),
      client: { chunkOf: new Map(ids.map(id => [id, 'main'])), exposed: new Map() },
    }
  }
}

it('a join with the memory of others is a join from scratch', () => {
  const whole = fc.array(fc.array(line, { maxLength: 4 }), { minLength: MODULES, maxLength: MODULES })
  fc.assert(fc.property(whole, fc.array(edit, { minLength: 2, maxLength: 15 }), (first, edits) => {
    const memory = new JoinMemory()
    const project = new Project()
    first.forEach((lines, module) => project.write(module, lines))
    for (const each of edits) {
      project.apply(each)
      expect(join({}, { ...project.inputs, memory })).toEqual(join({}, project.inputs))
    }
  }), { numRuns: 200 })
})

/** Too rare for chance: of six names of one module, that module becomes one that is made to be used by all. */
it('what a module becomes counts for those that import it', () => {
  const memory = new JoinMemory()
  const user = { id: 'user.js', facts: factsOf('user.js', "import { a, b, c, d, e, f } from './provider.js'\nexport function lives(on) { return a(on) + b + c + d + e + f }") }
  const enviousBeside = (provider: string): readonly string[] => {
    const modules = [{ id: 'provider.js', facts: factsOf('provider.js', provider) }, user]
    return join({}, { modules, memory }).report.envious.map(({ id }) => id)
  }
  expect(enviousBeside('export function a() { return 1 }')).toEqual(['user.js'])
  expect(enviousBeside('export const a = 1')).toEqual([])
})

function idOf(module: number): string {
  return `src/m${module}.js`
}
