/** Of rules about keys, ciphers, tokens and passwords. */
import { handler } from './cases.ts'
import type { Cases } from './cases.ts'

export const SECRETS: Readonly<Record<string, Cases>> = {
  'hardcoded-secret/compared': {
    bad: ["if (password === 'letmein99') login()", "ok = 'S3cret-Word' !== user.apiKey"],
    good: ["if (password === '') return", "if (type === 'password') show()", "if (password === confirmation) save()", "if (field.password === 'auth/wrong-password') warn()"],
  },
  'weak-crypto/cipher-mode': {
    bad: ["import CryptoJS from 'crypto-js'; CryptoJS.AES.encrypt(text, key, { mode: CryptoJS.mode.ECB })"],
    good: ["import CryptoJS from 'crypto-js'; CryptoJS.AES.encrypt(text, key, { mode: CryptoJS.mode.CTR })"],
  },
  'weak-crypto/unauthenticated': {
    bad: ["import crypto from 'crypto'; crypto.createCipheriv('aes-256-cbc', key, iv)", "import { createCipheriv } from 'node:crypto'; const name = 'AES128'; createCipheriv(name, key, iv)"],
    good: ["import crypto from 'crypto'; crypto.createCipheriv('aes-256-gcm', key, iv)", "import crypto from 'crypto'; const c = crypto.createCipheriv('aes-256-cbc', key, iv); crypto.createHmac('sha256', other).update(c.update(text))", "import crypto from 'crypto'; crypto.createDecipheriv('aes-256-cbc', key, iv)"],
  },
  'weak-crypto/padding': {
    bad: ["import crypto from 'crypto'; crypto.publicEncrypt({ key, padding: crypto.constants.RSA_PKCS1_PADDING }, data)"],
    good: ["import crypto from 'crypto'; crypto.publicEncrypt({ key, padding: crypto.constants.RSA_PKCS1_OAEP_PADDING }, data)", "import crypto from 'crypto'; crypto.sign('sha256', data, { key, padding: crypto.constants.RSA_PKCS1_PADDING })"],
  },
  'authn-jwt/public-bucket': {
    bad: ["import { Bucket } from 'aws-cdk-lib/aws-s3'; const b = new Bucket(this, 'b', { enforceSSL: true }); b.grantPublicAccess()"],
    good: ["import { Bucket } from 'aws-cdk-lib/aws-s3'; const b = new Bucket(this, 'b', { enforceSSL: true }); b.grantRead(role)"],
  },
  'authn-jwt/public-project': {
    bad: ["import { Project } from 'aws-cdk-lib/aws-codebuild'; new Project(this, 'p', { badge: true })"],
    good: ["import { Project } from 'aws-cdk-lib/aws-codebuild'; new Project(this, 'p', { badge: false }); new Project(this, 'q')"],
  },
  'authn-jwt/protection-off': {
    bad: ["const helmet = require('helmet'); app.use(helmet({ contentSecurityPolicy: false }))", "import helmet from 'helmet'; const off = { hsts: false }; app.use(helmet(off))"],
    good: ["import helmet from 'helmet'; app.use(helmet())", "import helmet from 'helmet'; app.use(helmet({ contentSecurityPolicy: { directives } }))", "import { helmet } from './mine'; app.use(helmet({ hsts: false }))"],
  },
  'timing/compared-secret': {
    bad: ['if (password === given) go()', 'export const ok = (secret, b) => b.secret !== secret'],
    good: [handler('if (req.body.password !== req.body.cpassword) return'), 'if (password === "") go()', 'if (token === "(") go()', 'if (password === confirmPassword) go()', 'if (a === b) go()'],
  },
  'hardcoded-secret/token': {
    bad: ['const a = "AKIAIOSFODNN7EXAMPLE"', 'connect("postgres://admin:s3cr3tpw@db.example.com/x")', 'const k = `-----BEGIN RSA PRIVATE KEY-----`', 'get("https://api.example.com/v1?api_key=f3b1c9d27e8a")'],
    good: ['get("https://api.example.com/v1?token=placeholder")', 'get("https://api.example.com/?q=f3b1c9d27e8a&tokens=12345678")', 'const a = "AKIA"', 'connect(`postgres://${user}:${password}@db/x`)', 'connect("https://example.com/a:b@c")'],
  },
  'hardcoded-secret/named': {
    bad: ['const apiKey = "d41d8cd98f00b204"', 'config.clientSecret = "aB3xK9qLm2"', '({ password: "hunter2!" })', 'let password; password = env.PASSWORD ?? "xK9mP2vL5nQ8wR"', 'const passphrase = isTest ? "xK9mP2vL5nQ8" : load()', 'const dbPassword = `Jx9kLmP2vN5q`'],
    good: ['const texts = { refreshToken: "请求的token已过期" }', 'const keys = { "reset-pwd": "page.login.resetPwd.title" }', 'const password = load() ?? ""', 'const token = `${a}-b3xK9`', 'const apiKey = process.env.KEY', 'const passwordField = "d41d8cd98f"', 'const PASSWORD = "password"', 'const token = "Bad token here"', 'const tokenType = "d41d8cd98"'],
  },
  'hardcoded-secret/passed': {
    bad: ["import session from 'express-session'; var o = { secret: 'cat' }; app.use(session(o)); var o = { secret: '' }; app.use(session(o))", "import jwt from 'jsonwebtoken'; jwt.sign({ a }, 'shh')", "import session from 'express-session'; app.use(session({ name: 'n', secret: 'cat', cookie: { secure: true } }))", "import { createHmac } from 'crypto'; const key = 'abc'; createHmac('sha256', key)"],
    good: ["import session from 'express-session'; var o = { secret: process.env.KEY }; app.use(session(o)); var o = { secret: 'cat' }; save(o)", "import jwt from 'jsonwebtoken'; jwt.sign({ a }, process.env.KEY)", "import jwt from './mine'; jwt.sign({ a }, 'shh')"],
  },
  'authn-jwt/session-defaults': {
    bad: ["import session from 'express-session'; app.use(session({ cookie: { secure: true } }))"],
    good: ["import session from 'express-session'; app.use(session(optionsOf(config)))", "import session from 'express-session'; app.use(session({ name: 'n', cookie: { secure: true } }))"],
  },
  'authn-jwt/unhardened-server': { bad: ["import express from 'express'; import routes from './routes'; const app = express(); app.use(express.json()); app.use(routes)", "import express from 'express'; const app = express(); app.listen(1)"], good: ["import express from 'express'; import { protect } from './protect'; const app = express(); app.use(protect()); app.listen(1)", "import express from 'express'; import helmet from 'helmet'; const app = express(); app.use(helmet()); app.listen(1)"] },
  'authn-jwt/unverified': {
    bad: ["import jwt from 'jsonwebtoken'; const { a } = jwt.decode(token)", "import jwt from 'jwt-simple'; jwt.decode(token, key, true)"],
    good: ["import jwt from 'jsonwebtoken'; jwt.verify(token, key); jwt.decode(token)", "import jwt from 'jwt-simple'; jwt.decode(token, key)"],
  },
  'weak-crypto/unsigned-token': { bad: ["import jwt from 'jsonwebtoken'; jwt.verify(t, k, { algorithms: ['HS256', 'none'] })"], good: ["import jwt from 'jsonwebtoken'; jwt.verify(t, k, { algorithms: ['HS256'] })"] },
  'authn-jwt/expiry-ignored': { bad: ['jwt.verify(t, k, { ignoreExpiration: true })'], good: ['jwt.verify(t, k, { ignoreExpiration: false })'] },
  'authn-jwt/irrevocable': { bad: ["import { expressjwt as guard } from 'express-jwt'; guard({ secret: k })"], good: ["import { expressjwt } from 'express-jwt'; expressjwt({ secret: k, isRevoked })"] },
  'hardcoded-secret/exposed-claims': { bad: ["import jwt from 'jsonwebtoken'; export const f = (user) => jwt.sign(user, key)"], good: ["import jwt from 'jsonwebtoken'; export const f = (user) => jwt.sign({ id: user.id }, key)"] },
  'authn-jwt/stored-token': { bad: ["localStorage.setItem('access_token', t)"], good: ["localStorage.setItem('theme', t)"] },
  'authn-jwt/decoded-kept': {
    bad: ["import decode from 'jwt-decode'; function f(t) { const a = decode(t); localStorage.setItem('a', a.b) }"],
    good: ["import decode from 'jwt-decode'; function f(t) { return decode(t) } function g() { localStorage.setItem('a', 1) }"],
  },
  'weak-crypto/hash': { bad: ["import { createHash } from 'crypto'; createHash('md5')", "const md = require('md5'); md(x)"], good: ["import { createHash } from 'crypto'; createHash('sha256')", "import { createHash } from './mine'; createHash('md5')"] },
  'weak-crypto/cipher': { bad: ["import crypto from 'crypto'; crypto.createCipheriv('des-ede3-cbc', k, i)", 'CryptoJS.RC4.encrypt(a, k)'], good: ["import crypto from 'crypto'; crypto.createCipheriv('aes-256-gcm', k, i)", "import crypto from 'crypto'; crypto.createCipheriv('seed-cfb', k, i)"] },
  'weak-crypto/no-vector': { bad: ["import crypto from 'crypto'; crypto.createCipher('aes-256-cbc', k)"], good: ["import crypto from 'crypto'; crypto.createCipheriv('aes-256-cbc', k, i)"] },
  'weak-crypto/tag-length': { bad: ["import crypto from 'crypto'; function f() { crypto.createDecipheriv('aes-128-gcm', k, i) }"], good: ["import crypto from 'crypto'; function f() { crypto.createDecipheriv('aes-128-gcm', k, i, { authTagLength: 16 }) }"] },
  'weak-crypto/unverified-message': {
    bad: ["import crypto from 'crypto'; function f() { const d = crypto.createDecipheriv('aes-128-gcm', k, i, { authTagLength: 16 }); return d.update(x) }"],
    good: ["import crypto from 'crypto'; function f() { const d = crypto.createDecipheriv('aes-128-gcm', k, i, { authTagLength: 16 }); return d.update(x) + d.final() }"],
  },
  'weak-crypto/guessable-secret': { bad: ['const token = Math.random().toString(36)', "import crypto from 'crypto'; crypto.pseudoRandomBytes(8)"], good: ['const colour = Math.random()', 'const token = crypto.randomUUID()'] },
  'weak-crypto/key-size': { bad: ["import crypto from 'crypto'; crypto.generateKeyPairSync('rsa', { modulusLength: 1024 })", "import crypto from 'crypto'; crypto.generateKeyPairSync('ec', { namedCurve: 'secp112r1' })", "crypto.generateKeyPair('dsa', { modulusLength: 2048, divisorLength: 160 }, f)", "import bcrypt from 'bcrypt'; bcrypt.hash(p, 4)"], good: ["import crypto from 'crypto'; crypto.generateKeyPairSync('rsa', { modulusLength: 3072 })", "import crypto from 'crypto'; crypto.generateKeyPairSync('ec', { namedCurve: 'secp256k1' })", "import bcrypt from 'bcrypt'; bcrypt.hash(p, 12)"] },
  'weak-crypto/password-hash': { bad: ["import { createHash } from 'crypto'; createHash('sha256').update(user.password)"], good: ["import { createHash } from 'crypto'; createHash('sha256').update(file)"] },
  'weak-crypto/biased-number': { bad: ["import crypto from 'crypto'; const digit = crypto.randomBytes(1)[0] % 10", "import { randomBytes } from 'crypto'; const bytes = randomBytes(4); const at = bytes.readUInt32BE(0) % names.length", "import crypto from 'crypto'; const digit = Math.floor(crypto.randomBytes(1)[0] / 255 * 9)", "import crypto from 'crypto'; const n = parseInt(crypto.randomBytes(2).toString('hex'), 16) % 100"], good: ["import crypto from 'crypto'; const digit = crypto.randomBytes(1)[0] % 16", "import crypto from 'crypto'; const digit = crypto.randomInt(10)", "import crypto from 'crypto'; while (true) { const one = crypto.randomBytes(1)[0]; if (one < 250) { use(one % 10); break } }", 'const digit = numbers[0] % 10', "import crypto from 'crypto'; const share = crypto.randomBytes(1)[0] / 255"] },
  'weak-crypto/constant-vector': { bad: ["import crypto from 'crypto'; crypto.createCipheriv('aes-256-cbc', key, '0123456789abcdef')", "import crypto from 'crypto'; crypto.pbkdf2Sync(password, 'salt', 600000, 32, 'sha512')"], good: ["import crypto from 'crypto'; crypto.createCipheriv('aes-256-gcm', key, crypto.randomBytes(12))"] },
}
