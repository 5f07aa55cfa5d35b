/** Every built-in rule, by file. Order carries no meaning. */
import type { Rule } from '../rule.ts'
import { archiveRules } from './archives.ts'
import { bufferRules } from './buffers.ts'
import { cloudRules } from './cloud.ts'
import { codeInjectionRules } from './code-injection.ts'
import { commandInjectionRules } from './command-injection.ts'
import { comparisonRules } from './comparisons.ts'
import { constantVectorRules } from './constant-vector.ts'
import { drivenBrowserRules } from './driven-browser.ts'
import { electronRules } from './electron.ts'
import { errorDetailRules } from './error-details.ts'
import { escapingRules } from './escaping.ts'
import { exhaustionRules } from './exhaustion.ts'
import { expressServerRules } from './express-servers.ts'
import { filePermissionRules } from './file-permissions.ts'
import { hardcodedSecretRules } from './hardcoded-secrets.ts'
import { hostCheckRules } from './host-checks.ts'
import { insecureTransportRules } from './insecure-transport.ts'
import { keyStrengthRules } from './key-strength.ts'
import { logInjectionRules } from './log-injection.ts'
import { mergeFunctionRules } from './merge-function.ts'
import { nosqlInjectionRules } from './nosql-injection.ts'
import { originRules } from './origins.ts'
import { pathTraversalRules } from './path-traversal.ts'
import { privacyRules } from './privacy.ts'
import { protectionRules } from './protections.ts'
import { prototypePollutionRules } from './prototype-pollution.ts'
import { randomnessRules } from './randomness.ts'
import { redirectRules } from './redirects.ts'
import { redosRules } from './redos.ts'
import { requestRules } from './requests.ts'
import { responseHeaderRules } from './response-headers.ts'
import { scriptSourceRules } from './script-source.ts'
import { sessionRules } from './sessions.ts'
import { sqlInjectionRules } from './sql-injection.ts'
import { tlsRules } from './tls.ts'
import { tokenRules } from './tokens.ts'
import { weakCryptoRules } from './weak-crypto.ts'
import { wholeInputRules } from './whole-input.ts'
import { xmlAndObjectRules } from './xml-and-objects.ts'
import { xpathRules } from './xpath.ts'
import { xssDomRules } from './xss-dom.ts'
import { xssFrameworkRules } from './xss-frameworks.ts'
import { xssServerRules } from './xss-server.ts'

export const RULES: readonly Rule[] = [
  archiveRules, bufferRules, cloudRules, codeInjectionRules, commandInjectionRules, comparisonRules, constantVectorRules,
  drivenBrowserRules, electronRules, errorDetailRules, escapingRules, exhaustionRules, expressServerRules, filePermissionRules,
  hardcodedSecretRules, hostCheckRules, insecureTransportRules, keyStrengthRules, logInjectionRules, mergeFunctionRules,
  nosqlInjectionRules, originRules, pathTraversalRules, privacyRules, protectionRules, prototypePollutionRules, randomnessRules, redirectRules, redosRules,
  requestRules, responseHeaderRules, scriptSourceRules, sessionRules, sqlInjectionRules, tlsRules, tokenRules, weakCryptoRules,
  wholeInputRules, xmlAndObjectRules, xpathRules, xssDomRules, xssFrameworkRules, xssServerRules,
].flat()
