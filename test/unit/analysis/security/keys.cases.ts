/** As `injection.cases.ts`, for cryptography, secrets, sessions and what costs time or memory. */
import type { Cases } from './injection.cases.ts'

export const KEYS: Readonly<Record<string, Cases>> = {
  'weak-crypto': {
    bad: [
      `const crypto = require('crypto'); const h = crypto.createHash('md5').update(password).digest('hex')`,
      `import { createHash } from 'node:crypto'; export const sign = (t) => createHash('sha1').update(t).digest()`,
      `const crypto = require('crypto'); crypto.createCipheriv('des-ede3-cbc', key, iv)`,
      `const crypto = require('crypto'); crypto.createCipheriv('aes-256-ecb', key, null)`,
      `const crypto = require('crypto'); crypto.createCipher('aes192', password)`,
      `const token = Math.random().toString(36).slice(2)`,
      `export function generatePassword() { let password = ''; for (let i = 0; i < 8; i++) password += chars[Math.floor(Math.random() * chars.length)]; return password }`,
      `const crypto = require('crypto'); crypto.generateKeyPairSync('rsa', { modulusLength: 1024 })`,
      `const crypto = require('crypto'); crypto.pbkdf2Sync(password, salt, 100, 64, 'sha512')`,
      `import CryptoJS from 'crypto-js'; CryptoJS.MD5(password)`,
      `const bcrypt = require('bcrypt'); bcrypt.hashSync(password, 4)`,
      `import md5 from 'md5'; user.password = md5(req.body.password)`,
      `const crypto = require('crypto'); const iv = Buffer.alloc(16, 0); crypto.createCipheriv('aes-256-cbc', key, iv)`,
      `const jwt = require('jsonwebtoken'); jwt.verify(token, key, { algorithms: ['none'] })`,
      `const jwt = require('jsonwebtoken'); jwt.sign({ id }, process.env.K, { algorithm: 'none' })`,
    ],
    good: [
      `const crypto = require('crypto'); crypto.createHash('sha256').update(data).digest('hex')`,
      `const crypto = require('crypto'); const iv = crypto.randomBytes(16); crypto.createCipheriv('aes-256-gcm', key, iv)`,
      `const delay = Math.random() * 1000`,
      `const bcrypt = require('bcrypt'); bcrypt.hashSync(password, 12)`,
      `const crypto = require('crypto'); crypto.generateKeyPairSync('rsa', { modulusLength: 4096 })`,
    ],
  },
  'hardcoded-secret': {
    bad: [
      `const jwt = require('jsonwebtoken'); jwt.sign({ id }, 'my-super-secret-key-42')`,
      `const session = require('express-session'); app.use(session({ secret: 'keyboard cat 93', resave: false }))`,
      `const AWS_KEY = 'AKIA' + ''; const key = 'AKIAIOSFODNN7ABCDEFG'`,
      `const mysql = require('mysql'); mysql.createConnection({ host: 'db', user: 'root', password: 'hunter2!x' })`,
      `const stripe = require('stripe')('sk_live_4eC39HqLyjWDarjtT1zdp7dc')`,
      `const config = { apiKey: 'f3b1c9d27e8a4c5f9b6d1e2a' }`,
      `mongoose.connect('mongodb://admin:s3cr3tPw@db.example.com/app')`,
      `import { Strategy, ExtractJwt } from 'passport-jwt'; passport.use(new Strategy({ secretOrKey: 'shhhhh42x', jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken() }, done))`,
      `const crypto = require('crypto'); crypto.createHmac('sha256', 'a-constant-key-1')`,
      `import * as jose from 'jose'; await new jose.SignJWT({}).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode('constant-secret-99'))`,
      `const headers = { Authorization: 'Bearer ghp_a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8' }`,
      `const password = 'Tr0ub4dor&3'`,
    ],
    good: [
      `const jwt = require('jsonwebtoken'); jwt.sign({ id }, process.env.JWT_SECRET)`,
      `const config = { apiKey: process.env.API_KEY }`,
      `const labels = { password: 'Password', token: 'Token' }`,
      `const passwordField = 'password'`,
      `mongoose.connect(process.env.MONGO_URL)`,
    ],
  },
  'authn-jwt': {
    bad: [
      `const jwt = require('jsonwebtoken'); const user = jwt.decode(req.headers.authorization)`,
      `const jwt = require('jsonwebtoken'); jwt.verify(token, key, { ignoreExpiration: true })`,
    ],
    good: [`const jwt = require('jsonwebtoken'); const user = jwt.verify(token, process.env.KEY, { algorithms: ['RS256'] })`],
  },
  'insecure-transport': {
    bad: [
      `process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'`,
      `const https = require('https'); new https.Agent({ rejectUnauthorized: false })`,
      `const axios = require('axios'); axios.get('http://api.example.com/users')`,
      `fetch('http://api.example.com/login', { method: 'POST', body })`,
      `const socket = new WebSocket('ws://example.com/live')`,
      `const tls = require('tls'); tls.connect({ host, port, checkServerIdentity: () => undefined })`,
      `const nodemailer = require('nodemailer'); nodemailer.createTransport({ host, tls: { rejectUnauthorized: false } })`,
      `const tls = require('tls'); tls.createServer({ minVersion: 'TLSv1' })`,
    ],
    good: [
      `fetch('https://api.example.com/login', { method: 'POST', body })`,
      `fetch('http://localhost:3000/')`,
      `const namespace = 'http://www.w3.org/2000/svg'`,
      `const https = require('https'); new https.Agent({ rejectUnauthorized: true })`,
    ],
  },
  redos: {
    bad: [
      `const pattern = /^(a+)+$/; pattern.test(text)`,
      `app.get('/', (req, res) => { new RegExp(req.query.pattern).test('a') })`,
      `const email = /^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}(([a-z]{2,3})|([a-z]{2,3}[.]{1}[a-z]{2,3}))$/; email.test(input)`,
      `app.get('/', (req, res) => { text.match(new RegExp('^' + req.query.q)) })`,
      `/(x|x)*y/.test(value)`,
    ],
    good: [
      `/^[a-z]+$/.test(text)`,
      `import escape from 'escape-string-regexp'; app.get('/', (req, res) => { new RegExp(escape(req.query.pattern)).test('a') })`,
      `/^(?:a|b)+$/.test(text)`,
    ],
  },
  'info-leak': {
    bad: [
      `app.use((err, req, res, next) => { res.status(500).send(err.stack) })`,
      `app.get('/', async (req, res) => { try { await f() } catch (error) { res.status(500).json({ error: error.stack }) } })`,
    ],
    good: [`app.use((err, req, res, next) => { logger.error(err); res.status(500).json({ error: 'internal' }) })`],
  },
  timing: {
    bad: [`if (req.headers['x-signature'] === signature) next()`, `export const ok = (password, user) => password === user.password`],
    good: [`import { timingSafeEqual } from 'crypto'; export const ok = (a, b) => timingSafeEqual(a, b)`, `if (token === '(') parse()`],
  },
}
