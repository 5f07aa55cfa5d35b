/** Secrets in the source. No finding repeats the secret. */
import { memberName, staticKey, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { asCall, calledName, lastWord, placeOf, textOf, valueBefore, valueBehind, writtenText } from './shared.ts'

const HELP = 'Read it from the environment or a secret store at run time, and revoke the one that was committed.'

/** Formats that are nothing but credentials; each by its published prefix and length. */
const TOKEN_FORMATS = /^(?:AKIA|ASIA)[0-9A-Z]{16}$|^gh[pousr]_[A-Za-z0-9]{36,}$|^github_pat_\w{60,}$|^glpat-[\w-]{20,}$|^sk_live_[0-9a-zA-Z]{20,}$|^rk_live_[0-9a-zA-Z]{20,}$|^xox[abprs]-[\w-]{10,}$|^AIza[\w-]{35}$|^ya29\.[\w-]{20,}$|^SG\.[\w-]{20,}\.[\w-]{30,}$|^npm_[A-Za-z0-9]{36}$|^sk-(?:ant-|proj-)?[\w-]{32,}$|-----BEGIN (?:RSA |EC |DSA |OPENSSH |PGP |ENCRYPTED )?PRIVATE KEY|^eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}$/
const URL_PASSWORD = /^[a-z][a-z0-9+.-]*:\/\/[^\s:/@<>{}$]+:([^\s:/@<>{}$]+)@[^\s/]+/i
const PLACEHOLDER = /^(?:x+|\*+|\.+|your[-_ ]?\w*|<.*>|\$\{.*\}|%\w+%|change[-_]?me|example|placeholder|todo|none|null|undefined|true|false|test|password|pass|secret|token|user(?:name)?)$/i

const token = defineRule({
  id: 'hardcoded-secret/token',
  cwe: [798],
  severity: 'high',
  title: 'a credential is written in the source',
  help: HELP,
  nodes: ['Literal', 'TemplateElement'],
  check(node, context) {
    const text = writtenText(node)
    if (text.length < 16 || text.length > 4096) return
    if (TOKEN_FORMATS.test(text.replace(/^(?:Bearer|token|Basic) /i, '')) || hasPassword(text) || hasSecretQuery(text)) context.report(node)
  },
})

/** An address such as `postgres://user:password@host`. */
function hasPassword(text: string): boolean {
  const password = text.includes('@') ? URL_PASSWORD.exec(text)?.[1] : undefined
  return password !== undefined && !PLACEHOLDER.test(password)
}

const QUERY_SECRET = /[?&](?:password|passwd|pwd|secret|api_?key|(?:auth|access)_?token|token)=([^&#\s{}<>$]{8,})/i

/** An address such as `https://host/path?api_key=…`; a word is a name of something. */
function hasSecretQuery(text: string): boolean {
  const value = text.includes('=') ? QUERY_SECRET.exec(text)?.[1] : undefined
  return value !== undefined && /\d/.test(value) && /[a-z]/i.test(value) && !PLACEHOLDER.test(value)
}

const SECRET_WORD = /(?:^|[_-]|[a-z])(?:password|passwd|passphrase|pwd|secret|api[-_]?key|auth[-_]?token|access[-_]?token|private[-_]?key|client[-_]?secret|secret[-_]?key|access[-_]?key|encryption[-_]?key|signing[-_]?key|credentials?|token)$|^pass$/i
const NOT_SECRET = /(?:field|label|name|input|placeholder|url|uri|path|type|header|message|error|param|prefix|selector|regex|pattern|key(?:Name|Path|Code)|public_?key|hint|title|text|id|storage_?key|cache_?key)$/i

const named = defineRule({
  id: 'hardcoded-secret/named',
  cwe: [798, 259],
  severity: 'medium',
  title: 'what is called a secret is written in the source',
  help: HELP,
  nodes: ['VariableDeclarator', 'AssignmentExpression', 'Property', 'PropertyDefinition'],
  check(node, context) {
    const value = valueIn(node)
    // Few values are written texts: names are looked at only of those.
    const texts = value ? writtenValues(value) : NO_TEXTS
    const name = texts.length === 0 ? undefined : nameIn(node)
    if (name === undefined) return
    if (isSecretName(name) ? texts.some((text) => looksSecret(text, name)) : isAuthorization(name, texts)) context.report(node)
  },
})

function isSecretName(name: string): boolean {
  return SECRET_WORD.test(name) && !NOT_SECRET.test(name)
}

/** `Authorization: 'Bearer 4f…'`. */
function isAuthorization(name: string, texts: readonly string[]): boolean {
  return /^(?:proxy-)?authorization$/i.test(name) && texts.some((text) => /^(?:Bearer|Basic|Token|ApiKey)\s+(?=\S*\d)[\w.~+/=-]{12,}$/i.test(text))
}

/** What a declaration, a field or an assignment gives. */
function valueIn(node: Node): Node | null | undefined {
  switch (node.type) {
    case 'VariableDeclarator':
      return node.init
    case 'AssignmentExpression':
      return node.right
    case 'Property':
    case 'PropertyDefinition':
      return node.value
    default:
      return undefined
  }
}

/** What it gives it to. */
function nameIn(node: Node): string | undefined {
  switch (node.type) {
    case 'VariableDeclarator':
      return node.id.type === 'Identifier' ? node.id.name : undefined
    case 'AssignmentExpression':
      return lastName(unwrap(node.left))
    case 'Property':
    case 'PropertyDefinition':
      return staticKey(node, node.key)
    default:
      return undefined
  }
}

function lastName(target: Node): string | undefined {
  if (target.type === 'Identifier') return target.name
  return target.type === 'MemberExpression' ? memberName(target) : undefined
}

/** The texts that a value may be: as it is written, what is taken where a setting is missing, either way of a choice. */
function writtenValues(value: Node): readonly string[] {
  const target = unwrap(value)
  switch (target.type) {
    case 'Literal':
      return typeof target.value === 'string' ? [target.value] : NO_TEXTS
    case 'TemplateLiteral':
      return target.quasis.length === 1 ? target.quasis.map(writtenText) : NO_TEXTS
    case 'LogicalExpression':
      return writtenValues(target.right)
    case 'ConditionalExpression':
      return [target.consequent, target.alternate].flatMap(writtenValues)
    default:
      return NO_TEXTS
  }
}

const NO_TEXTS: readonly string[] = []

/** Keys of texts, as `page.login.reset`. */
const DOTTED_WORDS = /^[a-z]\w*(?:\.[a-z]\w*){2,}$/i

/** Texts for people (passwords and keys are ASCII without blanks), placeholders, addresses and paths. */
const NO_SECRET: readonly RegExp[] = [/[^\x21-\x7e]/, PLACEHOLDER, /^[a-z]+(?:[-_.][a-z]+)+$/, /^[A-Z]+(?:_[A-Z]+)*$/, /^(?:[./@#]|--?[a-z]|https?:|data:|mailto:)/, SECRET_WORD]

/** Prose, identifiers in the manner of keys, and placeholders are not secrets. */
function looksSecret(text: string, name: string): boolean {
  if (text.length < 4 || text.length > 400 || text.toLowerCase() === name.toLowerCase()) return false
  // A token is also what a parser reads and a style sheet names.
  if (/token$/i.test(name) && !/\d/.test(text)) return false
  return !NO_SECRET.some((pattern) => pattern.test(text)) && !(DOTTED_WORDS.test(text) && !/\d/.test(text))
}

interface SecretArgument {
  readonly callee: RegExp
  readonly position: number
  /** Options of that argument that hold the secret; the argument itself where absent. */
  readonly options?: readonly string[]
}

const SECRET_ARGUMENTS: readonly SecretArgument[] = [
  { callee: /^mod:(?:jsonwebtoken|jwt-simple|jose|express-jwt|koa-jwt|fast-jwt|njwt|jws)\b.*\.(?:sign|verify|encode|decode|create)$/, position: 1 },
  { callee: /^mod:jose\.JWK\.asKey$|^mod:jose\b.*SignJWT\(\)(?:\.\w+\(\))*\.sign$|^mod:jose\b.*\.(?:importJWK|jwtVerify|createSecretKey)$/, position: 0 },
  { callee: /^mod:jose\b.*\.(?:jwtVerify)$/, position: 1 },
  { callee: /^mod:crypto\.(?:createHmac|createCipheriv|createDecipheriv|createCipher|createDecipher)$/, position: 1 },
  { callee: /^mod:crypto\.(?:createSecretKey|pbkdf2|pbkdf2Sync|scrypt|scryptSync|createPrivateKey)$/, position: 0 },
  { callee: /^mod:crypto\.(?:privateDecrypt|privateEncrypt|createPrivateKey|sign)$/, position: 0, options: ['key', 'passphrase'] },
  { callee: /^mod:crypto\.createSign\(\)(?:\.\w+\(\))*\.sign$/, position: 0 },
  { callee: /^(?:mod:)?crypto-?js\b.*\.(?:encrypt|decrypt|Hmac\w+)$/i, position: 1 },
  { callee: /^mod:(?:express-session|cookie-session|client-sessions|koa-session|iron-session.*|express-jwt|koa-jwt|@fastify\/(?:session|jwt|cookie))(?:\.\w+)?$/, position: 0, options: ['secret', 'keys', 'key', 'password', 'keygrip'] },
  { callee: /^mod:(?:cookie-parser|keygrip)$/, position: 0 },
  { callee: /^mod:cookie-parser\.(?:signedCookies?)$|^mod:cookie-signature\.(?:sign|unsign)$/, position: 1 },
  { callee: /^mod:ldapjs\.createClient\(\)\.bind$|^mod:(?:request|superagent|supertest)\.(?:get|post|put|patch|del|delete|head)\(\)(?:\.\w+\(\))*\.auth$|^mod:request\(\)\.auth$/, position: 1 },
  { callee: /^mod:crypto\.(?:createDiffieHellman|createECDH)\(\)\.setPrivateKey$/, position: 0 },
  { callee: /^mod:passport-[\w-]+(?:\.\w+)?$|^mod:(?:@\w+\/)?passport[\w-]*\.\w*Strategy$|(?:^|[.:])\w*Strategy$/, position: 0, options: ['secretOrKey', 'clientSecret', 'consumerSecret', 'privateKey', 'secret', 'apiKey', 'appSecret'] },
  { callee: /^mod:(?:pg|mysql2?|mariadb|mssql|ioredis|redis|mongodb|sequelize|knex|typeorm|nodemailer|ssh2|ftp|basic-ftp|imap|ldapjs)\b.*(?:createConnection|createPool|createClient|Client|Pool|connect|Connection|createTransport|Redis|knex|access)$/, position: 0, options: ['password', 'pass', 'passwd'] },
  { callee: /^mod:sequelize(?:\.Sequelize)?$/, position: 2 },
  { callee: /^mod:mongoose\.(?:connect|createConnection)$/, position: 1, options: ['pass', 'password'] },
  { callee: /^mod:(?:aws-sdk|@aws-sdk\/[\w-]+)\b/, position: 0, options: ['secretAccessKey', 'accessKeyId', 'sessionToken'] },
  { callee: /^mod:(?:openai|stripe|twilio|@sendgrid\/mail|algoliasearch|@octokit\/\w+|mailgun-js|pusher|cloudinary)\b/, position: 0, options: ['apiKey', 'auth', 'secret', 'api_secret'] },
]

const passed = defineRule({
  id: 'hardcoded-secret/passed',
  cwe: [798, 321],
  severity: 'high',
  title: 'a secret that is written in the source is used',
  help: HELP,
  nodes: ['CallExpression', 'NewExpression'],
  mentions: ['jsonwebtoken', 'jwt', 'jose', 'jws', 'crypto', 'CryptoJS', 'session', 'cookie', 'keygrip', 'request', 'superagent', 'supertest', 'passport', 'pg', 'mysql', 'mariadb', 'mssql', 'redis', 'mongodb', 'mongoose', 'sequelize', 'knex', 'typeorm', 'nodemailer', 'ssh2', 'ftp', 'imap', 'ldap', 'aws-sdk', 'openai', 'stripe', 'twilio', 'sendgrid', 'algolia', 'octokit', 'mailgun', 'pusher', 'cloudinary'],
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    if (!name.startsWith('mod:') && !name.endsWith('Strategy') && !/crypto-?js/i.test(name)) return
    for (const secret of SECRET_ARGUMENTS) {
      const place = secret.callee.test(name) ? placeOfSecret(secret, call, context) : undefined
      if (place) return context.report(place)
    }
  },
})

/** Where a written secret is passed; nothing where it comes from elsewhere. */
function placeOfSecret({ position, options }: SecretArgument, call: CallNode, context: RuleContext): Node | undefined {
  const argument = call.arguments[position]
  if (!options) return isWritten(argument, context) ? call : undefined
  for (const option of options) {
    const value = optionOf(argument, option, context)
    if (value && isWritten(value, context)) return optionAround(unwrap(value).type === 'MemberExpression' ? valueBehind(value, context) : value) ?? placeOf(value, call)
  }
  return undefined
}

/** What was written last is what is passed, also where a variable is used again for other options. */
function optionOf(argument: Node | undefined, name: string, context: RuleContext): Node | undefined {
  return context.constants.option(argument, name) ?? (argument && context.constants.option(valueBefore(argument, context), name))
}

/** The option that a value is written in, wherever that is. */
function optionAround({ parent }: Node): Node | undefined {
  return parent?.type === 'Property' ? parent : undefined
}

/** What changes the form of a secret and nothing else. */
const CONVERSION = /^Buffer\.from$|\.(?:asKey|encode|from|toString)$|TextEncoder\(\)\.encode$/

/** A text, a list with one, `Buffer.from('…')`, or `process.env.X || 'fallback'`. */
function isWritten(value: Node | undefined, context: RuleContext): boolean {
  if (!value) return false
  const target = valueBehind(value, context)
  if (target.type === 'LogicalExpression') return isWritten(target.right, context)
  if (target.type === 'Identifier' && hasWrittenFallback(target, context)) return true
  if (target.type === 'ArrayExpression') return target.elements.some((element) => element !== null && isWritten(element, context))
  const call = asCall(target)
  if (call) return CONVERSION.test(calledName(call, context)) && isWritten(call.arguments[0], context)
  const text = textOf(target, context)
  return text !== '' && !/^-----BEGIN (?:PUBLIC|CERTIFICATE)/.test(text)
}

/** `const { KEY = 'fallback' } = process.env`. */
function hasWrittenFallback(variable: Extract<Node, { type: 'Identifier' }>, context: RuleContext): boolean {
  const binding = context.scopes.resolve(variable.name, variable.start)
  const writes = binding?.kind === 'variable' ? context.scopes.writesOf(binding) : []
  return writes.some(({ path }) => path.length > 0) && writes.some(({ value, path, adds }) => path.length === 0 && !adds && value.type === 'Literal' && textOf(value, context) !== '')
}

const EQUALITY: ReadonlySet<string> = new Set(['===', '!==', '==', '!='])
const COMPARED_SECRET = /(?:passw(?:or)?d|passphrase|secret|api_?key)$/i

const compared = defineRule({
  id: 'hardcoded-secret/compared',
  cwe: [798],
  severity: 'high',
  title: 'a password is compared with one that is written in the source',
  help: HELP,
  nodes: ['BinaryExpression'],
  check(node, context) {
    if (node.type !== 'BinaryExpression' || !EQUALITY.has(node.operator)) return
    const sides = [node.left, node.right]
    const name = sides.map((side) => lastWord(unwrap(side))).find((word) => COMPARED_SECRET.test(word) && !NOT_SECRET.test(word))
    if (name === undefined) return
    const text = sides.map((side) => textOf(side, context)).find((each) => each !== '')
    if (text !== undefined && text.length > 5 && /\d/.test(text) && looksSecret(text, name)) context.report(node)
  },
})

export const hardcodedSecretRules: readonly Rule[] = [token, named, passed, compared]
