/** The official schema of SARIF 2.1.0. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import Ajv from 'ajv-draft-04'

const PACKAGE = dirname(createRequire(import.meta.url).resolve('@microsoft/jest-sarif/package.json'))
const SCHEMA = JSON.parse(readFileSync(join(PACKAGE, 'lib', 'schemas', 'sarif-2.1.0-rtm.5.json'), 'utf8')) as object
const isValid = new Ajv.default({ strict: false, validateFormats: false, allErrors: true, unicodeRegExp: false }).compile(SCHEMA)

/** Null for a valid log. */
export function sarifErrors(log: object): unknown {
  isValid(log)
  return isValid.errors ?? null
}
