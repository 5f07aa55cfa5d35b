/**
 * What leaves for the browser: secrets in modules that are in a client chunk, and environment variables whose names or
 * values say that they are secret and that the bundler replaced by their values.
 *
 * Only where the host knows that a chunk is for clients. A variable counts when the bundler gives it to the application
 * (`exposed`); one that stays `process.env.X` in the output carries no value anywhere.
 */
import { digestParts } from '../../hash.ts'
import type { FoundFact } from './facts.ts'
import type { EnvRead } from './links.ts'
import type { ProjectModule } from './graph.ts'

export interface ClientFacts {
  /** Own modules with bytes in a client chunk, and the name of the first such chunk. */
  readonly chunkOf: ReadonlyMap<string, string>
  /** Variables that are replaced by values, such as `import.meta.env.VITE_KEY`; their values, or null where they are not known. */
  readonly exposed: ReadonlyMap<string, string | null>
}

/** Names that are said of what nobody else may know. `key` alone is often a public one. */
const SECRET_NAME = /(?:^|_)(?:SECRET|PASSWORD|PASSWD|PASSPHRASE|PRIVATE_?KEY|ACCESS_?TOKEN|AUTH_?TOKEN|API_?SECRET|CLIENT_?SECRET|SERVICE_?ROLE(?:_?KEY)?|CREDENTIALS?|SIGNING_?KEY|ENCRYPTION_?KEY|DATABASE_?URL|CONNECTION_?STRING)(?:_|$)/i
/** Values that are secrets whatever their name is: keys of known services, private keys, addresses with a password. */
const SECRET_VALUE = /^(?:AKIA[0-9A-Z]{16}|gh[pousr]_\w{30,}|sk_live_\w{16,}|rk_live_\w{16,}|xox[abp]-[\w-]{10,}|sk-(?:ant-|proj-)?[\w-]{24,}|-----BEGIN [A-Z ]*PRIVATE KEY|\w+:\/\/[^\s:/@]+:[^\s:/@]+@)/

/** Findings that only the build shows, by module id. */
export function clientFindings({ chunkOf, exposed }: ClientFacts, modules: readonly ProjectModule[]): Map<string, FoundFact[]> {
  const found = new Map<string, FoundFact[]>()
  for (const { id, facts } of modules) {
    const chunk = chunkOf.get(id)
    if (chunk === undefined) continue
    const own = [...facts.links.env.flatMap(read => envFinding(read, exposed)), ...onePerLine(facts.findings.filter(isSecretInSource)).map(shipped)]
    if (own.length > 0) found.set(id, own)
  }
  return found
}

/** Findings that are told as shipped where their module is in a client chunk. */
export function isSecretInSource({ ruleId }: FoundFact): boolean {
  return /^hardcoded-secrets?\//.test(ruleId)
}

/** One secret is often found by its form and by its name. */
function onePerLine(findings: readonly FoundFact[]): FoundFact[] {
  return findings.filter(({ line }, index) => findings.findIndex(each => each.line === line) === index)
}

function shipped(finding: FoundFact): FoundFact {
  return {
    ...finding,
    ruleId: 'client/secret-in-chunk', cwe: [798, 200], severity: 'high', confidence: 'high',
    title: 'a secret in the source is part of a chunk for browsers',
    help: 'Whoever loads the page can read it: revoke it, and keep its successor on the server.',
    fingerprint: digestParts(['client/secret-in-chunk', finding.fingerprint]).slice(0, 24),
    fix: null,
  }
}

function envFinding(read: EnvRead, exposed: ClientFacts['exposed']): FoundFact[] {
  const name = read.text.startsWith('import.meta.env') ? `import.meta.env.${read.name}` : `process.env.${read.name}`
  const value = exposed.get(name)
  if (value === undefined || value === '') return []
  const isByValue = value !== null && SECRET_VALUE.test(value)
  if (!isByValue && !SECRET_NAME.test(read.name)) return []
  const end = read.column + read.text.length
  return [{
    ruleId: 'client/secret-in-env', cwe: [200, 522], severity: 'high', confidence: isByValue ? 'high' : 'medium',
    title: `${read.name} is replaced by its value in a chunk for browsers`,
    help: 'Read it on the server, and give the browser only what it may know; a prefix such as VITE_ publishes a variable.',
    line: read.line, column: read.column, endLine: read.line, endColumn: end, evidence: [],
    fingerprint: digestParts(['client/secret-in-env', name]).slice(0, 24), fix: null,
  }]
}
