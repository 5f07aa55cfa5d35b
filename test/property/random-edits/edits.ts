/** Edits as pure functions of the state of a project, so that a sequence of them can be shrunk and done again. */
import fc from 'fast-check'
import { PRISTINE, RENAMES, TEXTS, VARIABLES } from './application.ts'
import type { Tree } from './application.ts'

export interface State {
  readonly tree: Tree
  readonly env: Readonly<Record<string, string | null>>
}

/** A sequence's memory: where it is, where it was, and the other branch. */
export interface History {
  readonly now: State
  readonly before: readonly State[]
  readonly other: State
}

export const KINDS = ['edit', 'edit', 'edit', 'delete', 'rename', 'revert', 'config', 'env', 'branch'] as const
export type Kind = (typeof KINDS)[number]

/** The numbers choose among what is possible then. */
export interface Edit {
  readonly kind: Kind
  readonly which: number
  readonly how: number
}

const isConfig = (path: string): boolean => !path.startsWith('src/') && path !== 'index.html'
const SOURCES = Object.keys(TEXTS).filter(path => !isConfig(path))
const CONFIGS = Object.keys(TEXTS).filter(isConfig)
/** What may be deleted without every build failing from then on, and a few whose going makes them fail. */
const DELETABLE = ['src/base.ts', 'src/base.d.ts', 'src/price.js', 'src/pages/about.ts', 'src/pages/more.ts', 'src/pages/imprint.ts', 'src/styles/deep.less', 'src/components/Badge.svelte', 'src/mark.svg', 'postcss.config.cjs', 'svelte.config.js', 'tsconfig.json', '.env', '.env.production', 'package-lock.json']

export const edits: fc.Arbitrary<readonly Edit[]> = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), which: fc.nat(997), how: fc.nat(11) }),
  { minLength: 2, maxLength: 4 },
)

export function begin(): History {
  const now: State = { tree: PRISTINE, env: {} }
  const switched: Tree = { ...PRISTINE, 'src/types.ts': TEXTS['src/types.ts']![1]!, 'src/base.ts': TEXTS['src/base.ts']![1]!, 'src/App.vue': TEXTS['src/App.vue']![0]!, 'src/pages/more.ts': TEXTS['src/pages/more.ts']![0]! }
  return { now, before: [], other: { tree: switched, env: {} } }
}

export function apply(history: History, edit: Edit): History {
  const { now, before, other } = history
  if (edit.kind === 'branch') return { now: { tree: other.tree, env: now.env }, before: [...before, now], other: now }
  if (edit.kind === 'revert') return { now: before.at(-1) ?? now, before: before.slice(0, -1), other }
  return { now: changedState(now, edit), before: [...before, now], other }
}

/** What a person reads of an edit, once it is known on which state. */
export function describe(history: History, edit: Edit): string {
  const next = apply(history, edit)
  const paths = new Set([...Object.keys(history.now.tree), ...Object.keys(next.now.tree)])
  const files = [...paths].filter(path => history.now.tree[path] !== next.now.tree[path])
    .map(path => (next.now.tree[path] === undefined ? `-${path}` : history.now.tree[path] === undefined ? `+${path}` : path))
  const names = Object.keys(VARIABLES).filter(name => history.now.env[name] !== next.now.env[name]).map(name => `${name}=${next.now.env[name] ?? ''}`)
  return `${edit.kind} ${[...files, ...names].join(' ') || '(nothing)'}`
}

function changedState({ tree, env }: State, { kind, which, how }: Edit): State {
  if (kind === 'env') {
    const name = pick(Object.keys(VARIABLES), which)
    return { tree, env: { ...env, [name]: pick(VARIABLES[name]!, how) } }
  }
  if (kind === 'delete') return { tree: without(tree, pick(DELETABLE.filter(path => path in tree), which)), env }
  if (kind === 'rename') {
    const [from, to] = pick(RENAMES.filter(([name]) => name in tree), which)
    return { tree: { ...without(tree, from), [to]: tree[from]! }, env }
  }
  const path = pick(kind === 'config' ? CONFIGS : SOURCES, which)
  const texts = [...(PRISTINE[path] === undefined ? [] : [PRISTINE[path]]), ...TEXTS[path]!].filter(text => text !== tree[path])
  return texts.length === 0 ? { tree, env } : { tree: { ...tree, [path]: pick(texts, how) }, env }
}

function pick<T>(from: readonly T[], at: number): T {
  return from[at % from.length]!
}

function without(tree: Tree, path: string): Tree {
  const { [path]: _gone, ...rest } = tree
  return rest
}
