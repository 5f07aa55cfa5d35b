/** Every built-in rule. Order carries no meaning. */
import type { Rule } from '../rule.ts'
import { xpathRules } from './xpath.ts'
import { scriptSourceRules } from './script-source.ts'
import { responseHeaderRules } from './response-headers.ts'
import { mergeFunctionRules } from './merge-function.ts'
import { logInjectionRules } from './log-injection.ts'
import { hostCheckRules } from './host-checks.ts'
import { exhaustionRules } from './exhaustion.ts'
import { errorDetailRules } from './error-details.ts'
import { electronRules } from './electron.ts'
import { constantVectorRules } from './constant-vector.ts'
import { archiveRules } from './archives.ts'
import { cloudRules } from './cloud.ts'
import { codeInjectionRules } from './code-injection.ts'
import { commandInjectionRules } from './command-injection.ts'
import { comparisonRules } from './comparisons.ts'
import { hardcodedSecretRules } from './hardcoded-secrets.ts'
import { insecureTransportRules } from './insecure-transport.ts'
import { nosqlInjectionRules } from './nosql-injection.ts'
import { originRules } from './origins.ts'
import { pathTraversalRules } from './path-traversal.ts'
import { privacyRules } from './privacy.ts'
import { prototypePollutionRules } from './prototype-pollution.ts'
import { redosRules } from './redos.ts'
import { requestRules } from './requests.ts'
import { sessionRules } from './sessions.ts'
import { sqlInjectionRules } from './sql-injection.ts'
import { tokenRules } from './tokens.ts'
import { weakCryptoRules } from './weak-crypto.ts'
import { xmlAndObjectRules } from './xml-and-objects.ts'
import { xssDomRules } from './xss-dom.ts'
import { xssFrameworkRules } from './xss-frameworks.ts'
import { xssServerRules } from './xss-server.ts'

export const RULES: readonly Rule[] = [
  cloudRules, codeInjectionRules, commandInjectionRules, comparisonRules, hardcodedSecretRules, insecureTransportRules, nosqlInjectionRules,
  originRules, pathTraversalRules, privacyRules, prototypePollutionRules, redosRules, requestRules, sessionRules, sqlInjectionRules, tokenRules,
  archiveRules, constantVectorRules, electronRules, errorDetailRules, exhaustionRules, hostCheckRules, logInjectionRules, mergeFunctionRules, responseHeaderRules, scriptSourceRules, xpathRules,
  weakCryptoRules, xmlAndObjectRules, xssDomRules, xssFrameworkRules, xssServerRules,
].flat()
