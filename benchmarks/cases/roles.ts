/**
 * Question: does a module's role, as the analysis sees it, agree with what its framework's conventions say it is?
 *
 * Labels come from file names alone, where a convention leaves no doubt (`use*` is a hook, `index` that only re-exports a
 * barrel, `*.vue` and `*.svelte` and capitalised `.tsx` components, `*.spec.*` tests, `types.ts` types); the role is asked
 * for under another name, so that the analysis has to see it in the code.
 */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createAnalyzer } from '../../src/analysis/analyze.ts'
import { REPOSITORY } from '../../test/harness/playgrounds.ts'
import type { BenchCase, FiguresResult } from '../case.ts'

const PACKAGES = ['ra-core/src', 'ra-ui-materialui/src', 'primevue', 'carbon-components-svelte/src', '@tanstack/react-query/src', '@tanstack/query-core/src']
const WANTED = 0.95

interface RoleAgreement {
  readonly count: number
  readonly right: number
  /** `label > role`: how often, and the first of them. */
  readonly confusion: Readonly<Record<string, { count: number; first: string }>>
}

const roles: BenchCase = {
  name: 'roles',
  question: 'Does the role of a module agree with the conventions of its framework?',
  onDemand: true,
  async run(): Promise<FiguresResult> {
    const figures = compareRoles()
    const ratio = figures.right / figures.count
    if (ratio < WANTED) throw new Error(`only ${(100 * ratio).toFixed(1)} % of ${figures.count} roles agree:\n${matrix(figures)}`)
    return { kind: 'figures', figures, text: `${figures.right} of ${figures.count} agree (${(100 * ratio).toFixed(1)} %)\n${matrix(figures)}` }
  },
}

export default roles

/** Over the playgrounds' packages that bring their sources. */
export function compareRoles(): RoleAgreement {
  const { analyze } = createAnalyzer()
  const confusion: Record<string, { count: number; first: string }> = {}
  let [count, right] = [0, 0]
  for (const path of PACKAGES.flatMap(filesOf)) {
    const text = readFileSync(join(REPOSITORY, 'node_modules', path), 'utf8')
    const label = labelOf(path, text)
    if (label === undefined) continue
    const { role } = analyze(anonymous(path), text).classification
    const cell = (confusion[`${label} > ${role}`] ??= { count: 0, first: path })
    cell.count++
    count++
    if (label === role) right++
  }
  return { count, right, confusion }
}

function filesOf(folder: string): string[] {
  return readdirSync(join(REPOSITORY, 'node_modules', folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(?:tsx?|vue|svelte)$/.test(path) && !/\.d\.ts$|\.stories\./.test(path))
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
}

function labelOf(path: string, text: string): string | undefined {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (/\.(?:spec|test)\.tsx?$/.test(name)) return 'test'
  if (/\.(?:vue|svelte)$/.test(name)) return 'component'
  if (/^use[A-Z]\w*\.tsx?$/.test(name)) return 'hook'
  if (/^index\.tsx?$/.test(name)) return /^(?:\s*(?:export|import)\b[^;]*\bfrom\s*['"][^'"]+['"];?|\s*\/\/.*|\s*\/\*[\s\S]*?\*\/)*\s*$/.test(text) ? 'barrel' : undefined
  if (name === 'types.ts') return 'types'
  return /^[A-Z]\w*\.tsx$/.test(name) && !/(?:Context|Provider|Theme|Props|Types)\w*\.tsx$/.test(name) ? 'component' : undefined
}

/** The file under a name that says nothing but its dialect. */
function anonymous(path: string): string {
  return `x/y${path.slice(path.lastIndexOf('.'))}`
}

function matrix({ confusion }: RoleAgreement): string {
  return Object.entries(confusion).sort(([, left], [, right]) => right.count - left.count).map(([cell, { count, first }]) => `  ${String(count).padStart(5)}  ${cell.padEnd(28)} ${first}`).join('\n')
}
