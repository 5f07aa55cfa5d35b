/** As `injection.cases.ts`, for what lets only harmless values through to a place: lists, patterns, types, checks in functions of their own. */
import type { Cases } from './injection.cases.ts'

const EXEC = (body: string): string => `const { exec } = require('child_process'); const LIST = ['a', 'b']; app.get('/a', (req, res) => { const name = req.query.name; ${body} })`
const PAGE = (body: string): string => `const next = new URLSearchParams(location.search).get('next'); ${body}`
const SERVED = (body: string): string => `const path = require('path'); const app = require('express')(); app.get('/files/:name', (req, res) => { ${body} })`

export const GUARDS: Readonly<Record<string, Cases>> = {
  'command-injection': {
    bad: [
      EXEC(`if (/^[a-z]|x$/.test(name)) exec('ls ' + name)`),
      `const ANY = /^.*$/; ${EXEC(`if (!ANY.test(name)) return; exec('ls ' + name)`)}`,
      EXEC(`if (/[^\\w;]/.test(name)) return; exec('ls ' + name)`),
      EXEC(`switch (name) { default: case 'a': exec('ls ' + name) }`),
      EXEC(`if (typeof name !== 'string') return; exec('ls ' + name)`),
      EXEC(`if (isNaN(parseInt(name))) return; exec('ls ' + name)`),
      `const seen = (x) => LIST.includes(x) || x.length > 3; ${EXEC(`if (seen(name)) exec('ls ' + name)`)}`,
      EXEC(`const names = name.split(',').filter((each) => each.length > 1); exec('ls ' + names.join(' '))`),
      EXEC(`let chosen = 'a'; if (name) chosen = name; exec('ls ' + chosen)`),
      `function need(x) { if (!LIST.includes(x)) log(x) } ${EXEC(`need(name); exec('ls ' + name)`)}`,
    ],
    good: [
      `const WORD = /^[\\w-]+$/; ${EXEC(`if (!WORD.test(name)) return res.end(); exec('ls ' + name)`)}`,
      EXEC(`if (/^(?:one|two)$/.test(name)) exec('ls ' + name)`),
      EXEC(`if (/[^\\w-]/.test(name)) { return res.status(400).end() } exec('ls ' + name)`),
      EXEC(`switch (name) { case 'a': case 'b': exec('ls ' + name); break; default: res.end() }`),
      EXEC(`if (typeof name !== 'number') return; exec('ls ' + name)`),
      EXEC(`if (isNaN(+name)) return; exec('ls ' + name)`),
      EXEC(`if (!Number.isInteger(Number(name))) throw new Error('no number'); exec('ls ' + name)`),
      EXEC(`if (!LIST.some((each) => each === name)) return; exec('ls ' + name)`),
      EXEC(`if (name.match(/^[a-z]+$/) === null) return; exec('ls ' + name)`),
      EXEC(`if (!LIST.includes(name)) process.exit(1); exec('ls ' + name)`),
      EXEC(`assert(LIST.includes(name)); exec('ls ' + name)`),
      EXEC(`LIST.includes(name) || res.end() || 0; if (~LIST.indexOf(name)) exec('ls ' + name)`),
      `const seen = (x) => LIST.includes(x) && x.length < 3; ${EXEC(`if (seen(name)) exec('ls ' + name)`)}`,
      `const seen = (x) => LIST.includes(x); const twice = (x) => seen(x) === true; ${EXEC(`if (!twice(name)) return; exec('ls ' + name)`)}`,
      `function need(x) { if (!LIST.includes(x)) throw new Error(x) } ${EXEC(`need(name); exec('ls ' + name)`)}`,
      EXEC(`const names = name.split(',').filter((each) => LIST.includes(each)); exec('ls ' + names.join(' '))`),
      EXEC(`let chosen = 'a'; if (LIST.includes(name)) chosen = name; exec('ls ' + chosen)`),
    ],
  },
  'open-redirect': {
    bad: [
      PAGE(`if (next.startsWith('https://example.com')) location.href = next`),
      PAGE(`if (next.includes('https://example.com/')) location.href = next`),
      PAGE(`if (/^https:\\/\\/example.com|x/.test(next)) location.href = next`),
      PAGE(`if (next.startsWith('https://example.com/')) log(next); location.href = next`),
      `app.get('/a', (req, res) => { res.redirect('https:' + req.params.name) })`,
    ],
    good: [
      PAGE(`if (next.startsWith('https://example.com/')) location.href = next`),
      PAGE(`if (!next.startsWith('https://example.com/' + base)) throw new Error(next); location.assign(next)`),
      PAGE(`if (/^https:\\/\\/example\\.com\\//.test(next)) location.href = next`),
      `app.get('/a', (req, res) => { res.redirect('users/' + req.params.name) })`,
    ],
  },
  ssrf: {
    bad: [`app.get('/a', async (req, res) => { const url = new URL(req.query.url); console.log(url.hostname); await fetch(req.query.url) })`],
    good: [
      `app.get('/a', async (req, res) => { const url = new URL(req.query.url); if (!HOSTS.includes(url.hostname)) return res.end(); await fetch(req.query.url) })`,
      `app.get('/a', async (req, res) => { const { hostname } = new URL(req.query.url); if (hostname !== 'example.com') return res.end(); await fetch(req.query.url) })`,
    ],
  },
  'path-traversal': {
    bad: [
      SERVED(`res.sendFile(path.join('/data', req.params.name))`),
      SERVED(`res.sendFile(req.params.name)`),
      SERVED(`res.sendFile('/data/' + path.normalize(req.params.name))`),
    ],
    good: [
      SERVED(`res.sendFile('/data/' + req.params.name)`),
      SERVED('res.sendFile(`${__dirname}/data/${req.params.name}`)'),
      SERVED(`const file = path.join(ROOT, req.params.name); if (!file.startsWith(ROOT)) return res.status(400).end(); res.sendFile(file)`),
      SERVED(`if (!VIEWS.includes(req.params.name)) return res.end(); res.render(req.params.name)`),
    ],
  },
  'nosql-injection': {
    bad: [
      `app.use(clean()); app.get('/a', (req, res) => { User.findOne({ name: req.body.name }) })`,
    ],
    good: [
      `const sanitize = require('express-mongo-sanitize'); app.use(sanitize()); app.get('/a', (req, res) => { User.findOne({ name: req.body.name }) })`,
    ],
  },
  'sql-injection': {
    bad: [`const pgp = require('pg-promise'); const db = pgp()(config); app.get('/a', (req, res) => db.result('SELECT * FROM users WHERE id = ' + req.query.id))`],
    good: [`const pgp = require('pg-promise'); const db = pgp()(config); app.get('/a', (req, res) => db.result('SELECT * FROM users WHERE id = $1', [req.query.id]))`],
  },
  'weak-crypto': {
    bad: [`function create() { const part = Math.random(); const password = 'x' + part; return password }`, 'const make = () => { const part = Math.random(); const resetToken = `${part}-x`; return resetToken }'],
    good: [`function create() { const part = Math.random(); const width = 100 * part; const password = read(); return [width, password] }`],
  },
  'hardcoded-secret': {
    bad: [
      `const request = require('request'); request.get(url).auth('reader', 'hunter22x')`,
      `const cookieParser = require('cookie-parser'); cookieParser.signedCookie(value, 'q8zTx91Lm')`,
      `const ldap = require('ldapjs'); const client = ldap.createClient({}); client.bind('cn=reader', 'hunter22x', done)`,
      `const { createECDH } = require('crypto'); const side = createECDH('secp256k1'); side.setPrivateKey('5ac70d1fe2b98643')`,
    ],
    good: [`const request = require('request'); request.get(url).auth('reader', process.env.READER)`, `const ldap = require('ldapjs'); const client = ldap.createClient({}); client.bind('cn=reader', secretOf('reader'), done)`],
  },
  'authn-jwt': {
    bad: [`const express = require('express'); const app = express(); app.use(express.json()); app.get('/', show)`],
    good: [
      `const express = require('express'); const hsts = require('hsts'); const app = express(); app.use(hsts({ maxAge: 31536000 })); app.get('/', show)`,
      `const express = require('express'); const app = express(); app.use((req, res, next) => { res.setHeader('X-Frame-Options', 'DENY'); next() }); app.get('/', show)`,
      `const express = require('express'); const { securityHeaders } = require('./security'); const app = express(); app.use(securityHeaders); app.get('/', show)`,
    ],
  },
  xss: {
    bad: [
      `const ejs = require('ejs'); app.get('/a', (req, res) => { res.send(ejs.render('<p><%- name %></p>', { name: req.query.name })) })`,
      `const moment = require('moment'); app.get('/a', (req, res) => { res.send('<p>' + moment().format(req.query.format)) })`,
    ],
    good: [
      `const ejs = require('ejs'); app.get('/a', (req, res) => { res.send(ejs.render('<p><%= name %></p>', { name: req.query.name })) })`,
      `const moment = require('moment'); app.get('/a', (req, res) => { res.send('<p>' + moment(req.query.day).format('YYYY')) })`,
      `import { format } from 'date-fns'; app.get('/a', (req, res) => { res.send('<p>' + format(req.query.day, 'yyyy')) })`,
    ],
  },
  resource: {
    bad: [`app.get('/a', (req, res) => { setTimeout(done, req.query.wait) })`],
    good: [`const wait = location.hash.slice(1); setTimeout(done, wait)`],
  },
  'code-injection': {
    bad: [`window.addEventListener('message', (event) => { const key = event.data.name; actions[key]() })`],
    good: [`window.addEventListener('message', (event) => { const key = 'on' + event.data.name; actions[key]() })`],
  },
  cookie: {
    bad: [
      `const session = require('express-session'); app.use(session({ cookie: { httpOnly: true } }))`,
      `const session = require('cookie-session'); app.use(session({ keys: keysOf('a'), secure: false }))`,
      `const session = require('cookie-session'); app.use(session({ keys: keysOf('a'), httpOnly: false }))`,
    ],
    good: [
      `const session = require('express-session'); let cookie = { httpOnly: true }; if (production) cookie = { secure: true }; app.use(session({ cookie }))`,
      `const session = require('express-session'); app.use(session(optionsOf('a')))`,
      `const session = require('cookie-session'); app.use(session({ keys: keysOf('a') }))`,
    ],
  },
}
