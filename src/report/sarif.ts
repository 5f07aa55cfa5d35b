/**
 * Findings as SARIF 2.1.0, as code-scanning services read it.
 *
 * Pure: a document is computed, not written. Paths are relative with `/` and percent-encoded as URIs; the columns are
 * UTF-16 code units from 1, which the document says (`columnKind`). `partialFingerprints` carry the finding's own
 * fingerprint, so that services follow a finding through moved lines, formatting and renamed files.
 */

export interface SarifFinding {
  readonly ruleId: string
  readonly cwe: readonly number[]
  readonly severity: 'high' | 'medium' | 'low'
  readonly confidence: 'high' | 'medium' | 'low'
  readonly title: string
  readonly help: string
  readonly line: number
  readonly column: number
  readonly endLine: number
  readonly endColumn: number
  /** Steps in other modules name them. */
  readonly evidence: readonly { readonly id?: string; readonly line: number; readonly column: number; readonly text: string }[]
  readonly fingerprint: string
}

export interface SarifModule {
  /** Relative to the root, with `/`. */
  readonly id: string
  readonly findings: readonly SarifFinding[]
  readonly suppressed: readonly SarifFinding[]
  readonly notes: readonly { readonly reason: string; readonly message: string }[]
}

/** A JSON-safe SARIF log. Typed as far as this module builds it. */
export interface SarifLog {
  readonly $schema: string
  readonly version: '2.1.0'
  readonly runs: readonly object[]
}

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'
const LEVELS = { high: 'error', medium: 'warning', low: 'note' } as const
/** What code-scanning services sort by, 0–10. */
const SECURITY_SEVERITY = { high: '8.0', medium: '5.5', low: '3.0' } as const

/** @param modules In the order in which results shall appear; rules are listed by id. */
export function toSarif(modules: readonly SarifModule[], toolVersion: string): SarifLog {
  const rules = collectRules(modules)
  const indexes = new Map(rules.map((rule, index) => [rule.ruleId, index]))
  const results = modules.flatMap((module) => [
    ...module.findings.map((finding) => toResult(module.id, finding, indexes, false)),
    ...module.suppressed.map((finding) => toResult(module.id, finding, indexes, true)),
  ])
  const run = {
    tool: { driver: { name: 'pitcrew', version: toolVersion, rules: rules.map(toRule) } },
    columnKind: 'utf16CodeUnits',
    originalUriBaseIds: { ROOT: { description: { text: 'The root of the project.' } } },
    invocations: [{ executionSuccessful: true, toolExecutionNotifications: modules.flatMap(toNotifications) }],
    results,
  }
  return { $schema: SCHEMA, version: '2.1.0', runs: [run] }
}

function collectRules(modules: readonly SarifModule[]): SarifFinding[] {
  const byId = new Map<string, SarifFinding>()
  for (const { findings, suppressed } of modules) for (const finding of [...findings, ...suppressed]) byId.set(finding.ruleId, byId.get(finding.ruleId) ?? finding)
  return [...byId.values()].sort((left, right) => (left.ruleId < right.ruleId ? -1 : 1))
}

function toRule({ ruleId, cwe, severity, title, help }: SarifFinding): object {
  return {
    id: ruleId,
    shortDescription: { text: sentence(title) },
    help: { text: help },
    defaultConfiguration: { level: LEVELS[severity] },
    properties: { tags: ['security', ...cwe.map((number) => `external/cwe/cwe-${String(number).padStart(3, '0')}`)], 'security-severity': SECURITY_SEVERITY[severity] },
  }
}

function toResult(id: string, finding: SarifFinding, indexes: ReadonlyMap<string, number>, isSuppressed: boolean): object {
  const { line, column, endLine, endColumn } = finding
  return {
    ruleId: finding.ruleId,
    ruleIndex: indexes.get(finding.ruleId) ?? -1,
    level: LEVELS[finding.severity],
    message: { text: `${sentence(finding.title)} ${finding.help}` },
    locations: [location(id, { startLine: line, startColumn: column, endLine, endColumn })],
    ...(finding.evidence.length > 1 ? { codeFlows: [{ threadFlows: [{ locations: finding.evidence.map((step) => flowStep(id, step)) }] }] } : {}),
    partialFingerprints: { 'pitcrew/v1': finding.fingerprint },
    ...(isSuppressed ? { suppressions: [{ kind: 'inSource' }] } : {}),
    properties: { confidence: finding.confidence },
  }
}

interface Region {
  readonly startLine: number
  readonly startColumn: number
  readonly endLine?: number
  readonly endColumn?: number
}

function location(id: string, region: Region): object {
  return { physicalLocation: { artifactLocation: { uri: toUri(id), uriBaseId: 'ROOT' }, region } }
}

function flowStep(id: string, step: SarifFinding['evidence'][number]): object {
  return { location: { ...location(step.id ?? id, { startLine: step.line, startColumn: step.column }), message: { text: step.text } } }
}

function toNotifications({ id, notes }: SarifModule): object[] {
  return notes.map(({ reason, message }) => ({
    level: 'note',
    descriptor: { id: reason },
    message: { text: message },
    locations: [{ physicalLocation: { artifactLocation: { uri: toUri(id), uriBaseId: 'ROOT' } } }],
  }))
}

function toUri(id: string): string {
  return id.split('/').map(encodeURIComponent).join('/')
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}
