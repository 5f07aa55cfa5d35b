import { describe, expect, it } from 'vitest'
import { RULES } from '../../../src/analysis/rules/index.ts'
import { found } from './helpers.ts'

interface Cases {
  readonly bad: readonly string[]
  readonly good: readonly string[]
}

const handler = (body: string): string => `import express from 'express'\nconst app = express()\napp.get('/', (req, res) => {\n${body}\n})`

const CASES: Readonly<Record<string, Cases>> = {
  'redos/polynomial': {
    bad: [handler("req.query.a.replace(/\\s+$/, '')"), handler('/a*b/.test(req.body.a)'), handler("const tail = /[^,]*;/; const a = req.query.a; a.split(tail)")],
    good: [handler("req.query.a.replace(/^\\s+/, '')"), handler("req.query.a.replace(/\\s+/g, ' ')"), handler("'a  '.replace(/\\s+$/, ''); res.json(req.query.a.length)"), 'export const f = (a) => a.replace(/\\s+$/, "")'],
  },

  'url-validation/scheme-list': {
    bad: ["export const f = (url) => url.startsWith('javascript:') ? '' : url", "export const f = (scheme) => ['javascript', 'data'].includes(scheme)", "export const f = (href) => /^javascript:/i.test(href)", "export function f(protocol) { switch (protocol) { case 'javascript:': return false } return true }", "export const f = (url) => url.replace(/javascript:/, '').replace(/data:/, '')"],
    good: ["export const f = (url) => ['javascript:', 'data:', 'vbscript:'].includes(new URL(url).protocol)", "export const f = (url) => ['http:', 'https:'].includes(new URL(url).protocol)", "export const f = (lang) => lang === 'javascript'", "export const f = (type) => type === 'text/javascript'"],
  },
  'url-validation/half-anchored-pattern': { bad: ['const a = /^https?:\\/\\/a\\.com|https?:\\/\\/b\\.com/', 'const a = /\\.jpg|\\.png$/', "const a = new RegExp('^left|right')"], good: ['const a = /^(?:a|b)$/', 'const a = /^a|^b/', 'const a = /^\\s+|\\s+$/g', 'const a = /^[=?!]|!(?=[:}])/', 'const a = /left|right/'] },
  'proto-pollution/nested-key': {
    bad: [handler('store[req.query.a][req.query.b] = 1'), handler('const a = store[req.query.a]; a.name = 1'), 'module.exports.set = function (object, path, value) { object[path[0]][path[1]] = value }'],
    good: [handler("if (req.query.a === '__proto__') return; store[req.query.a][req.query.b] = 1"), 'export function put(grid, x, y, value) { grid[y][x] = value }', 'export function put(grid, row, column, value) { grid[row][column] = value }', handler('store[req.query.a]'), handler('const list = store[req.query.a]; list[0] = req.query.b')],
  },
  'info-leak/new-window': {
    bad: ['export const A = () => <a href="https://a.example" target="_blank">a</a>', 'export const A = ({ to }) => <a href={to} target="_blank">a</a>', 'export const A = ({ to }) => <a href={`https://${to}`} target="_blank" rel="nofollow">a</a>'],
    good: ['export const A = () => <a href="https://a.example" target="_blank" rel="noopener">a</a>', 'export const A = () => <a href="/a" target="_blank">a</a>', 'export const A = ({ id }) => <a href={`/a/${id}`} target="_blank">a</a>', 'export const A = (props) => <a target="_blank" {...props}>a</a>', 'export const A = ({ to }) => <a href={to}>a</a>'],
  },
  'info-leak/opened-window': { bad: ["window.open('https://a.example')", "open('https://a.example', 'a', 'resizable')"], good: ["window.open('https://a.example', '_blank', 'noopener')", "window.open('/a')", "const a = window.open('https://a.example')", 'store.open("https://a.example")'] },

  'info-leak/stored-password': { bad: ['localStorage.login = form.password', handler('res.cookie("p", req.body.password, { secure: true, httpOnly: true })')], good: ['localStorage.theme = theme', handler('res.cookie("p", hash(req.body.password), { secure: true, httpOnly: true })')] },
  'info-leak/served-folder': { bad: ["import express from 'express'; app.use(express.static('./'))", "import express from 'express'; import path from 'path'; app.use(express.static(path.join(__dirname, 'node_modules')))"], good: ["import express from 'express'; app.use(express.static('public'))", "import express from 'express'; app.use(express.static('./node_modules/a/dist'))"] },
  'sql-injection/cloud-statement': {
    bad: [`import { AthenaClient, StartQueryExecutionCommand } from '@aws-sdk/client-athena'\n${handler('client.send(new StartQueryExecutionCommand({ QueryString: req.query.q }))')}`, `import AWS from 'aws-sdk'\nconst athena = new AWS.Athena()\n${handler('athena.startQueryExecution({ QueryString: "SELECT " + req.query.q })')}`],
    good: [`import { StartQueryExecutionCommand } from '@aws-sdk/client-athena'\n${handler('client.send(new StartQueryExecutionCommand({ QueryString: "SELECT 1", ExecutionParameters: [req.query.q] }))')}`],
  },
  'nosql-injection/ldap-filter': { bad: [`import ldap from 'ldapjs'\nconst client = ldap.createClient({})\n${handler('client.search("o=a", { filter: `(uid=${req.query.u})` }, done)')}`], good: [`import ldap from 'ldapjs'\nconst client = ldap.createClient({})\n${handler('client.search("o=a", { filter: new ldap.EqualityFilter({ attribute: "uid", value: String(req.query.u) }) }, done)')}`] },
  'code-injection/angular-expression': { bad: ['function f($scope) { $scope.$eval(location.hash) }', "angular.module('a').run(($parse) => { $parse(location.search) })"], good: ["function f($scope) { $scope.$watch('a', f) }"] },
  'command-injection/tagged-program': { bad: [`import { $ } from 'execa'\n${handler('$`${req.query.p} -v`')}`, `import { $ } from 'execa'\n${handler('$({ shell: true })`ls ${req.query.p}`')}`], good: [`import { $ } from 'execa'\n${handler('$`ls ${req.query.p}`')}`] },
  'xss/backslash-left': { bad: [String.raw`export const f = (s) => s.replace(/'/g, "\\'")`], good: [String.raw`export const f = (s) => s.replace(/\\/g, '\\\\').replace(/'/g, "\\'")`, String.raw`export const f = (s) => s.replace(/#/g, '\\#')`] },
  'xss/quote-left': { bad: [String.raw`export const f = (s) => '<a title="' + s.replace(/[<>]/g, '') + '">'`, 'export const f = (s) => `<a title="${s.replace(/</g, "")}">`'], good: [String.raw`export const f = (s) => '<a title="' + s.replace(/[<>"]/g, '') + '">'`, String.raw`export const f = (s) => '<p>' + s.replace(/[<>]/g, '') + '</p>'`] },
  'xss/tag-pattern': { bad: [String.raw`export const f = (s) => s.replace(/<script.*?>.*?<\/script>/gi, '')`, String.raw`const unsafe = /<script[^>]*>[^]*<\/script>/i; export const f = (s) => unsafe.test(s)`], good: [String.raw`const scripts = /<script[^>]*>([^]*?)<\/script>/gi; export const f = (s) => scripts.exec(s)`, 'export const f = (s) => s.match(/<p>.*<\\/p>/)'] },
  'path-traversal/file-package': { bad: [`import mkdirp from 'mkdirp'\n${handler('mkdirp(req.query.p)')}`, `import { rimrafSync } from 'rimraf'\n${handler('rimrafSync(req.query.p)')}`], good: [`import mkdirp from 'mkdirp'\n${handler('mkdirp("a"); console.log(req.query.p)')}`] },

  'hardcoded-secret/compared': {
    bad: ["if (password === 'letmein99') login()", "ok = 'S3cret-Word' !== user.apiKey"],
    good: ["if (password === '') return", "if (type === 'password') show()", "if (password === confirmation) save()", "if (field.password === 'auth/wrong-password') warn()"],
  },
  'open-redirect/answered': {
    bad: ['export async function getServerSideProps({ query }) { return { redirect: { destination: query.next, permanent: false } } }', 'exports.handler = async (event) => ({ statusCode: 302, headers: { Location: event.queryStringParameters.to } })'],
    good: ["export async function getServerSideProps({ query }) { return { redirect: { destination: '/login', permanent: false } } }", 'export async function getServerSideProps({ query }) { return { redirect: { destination: `/users/${query.id}` } } }', handler('res.json({ location: req.query.place })')],
  },
  'redos/searched-pattern': {
    bad: [handler('res.json(names.filter((name) => name.match(req.query.q)))'), handler('text.search(req.body.word)')],
    good: [handler("names.match(/a/); name.search('b'); name.includes(req.query.q)"), handler('router.match(req.query.path); client.search(req.query.q); index.search(req.query.q, {})'), handler('name.match(escapeRegExp(req.query.q))')],
  },
  'ssrf/connection': {
    bad: [`import net from 'node:net'\n${handler('net.connect(80, req.query.host)')}`, `import { connect } from 'tls'\n${handler('connect({ host: req.query.host, port: 443 })')}`, `import httpProxy from 'http-proxy'\nconst proxy = httpProxy.createProxyServer()\n${handler('proxy.web(req, res, { target: req.query.to })')}`],
    good: [`import net from 'node:net'\n${handler("net.connect(80, 'db.example.com').write(req.query.a)")}`, handler('mongoose.connect(req.query.host)')],
  },
  'cors-origin/answered-to-everyone': {
    bad: ["export function GET() { return new Response('x', { headers: { 'Access-Control-Allow-Origin': '*' } }) }", "exports.handler = async () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' } })"],
    good: ["export function GET() { return new Response('x', { headers: { 'Access-Control-Allow-Origin': 'https://a.example.com' } }) }", "export default { server: { headers: { 'Access-Control-Allow-Origin': '*' } } }"],
  },
  'code-injection/script-text': {
    bad: ["const s = document.createElement('script'); s.textContent = location.hash; document.body.append(s)"],
    good: ["const s = document.createElement('script'); s.textContent = 'start()'", "const p = document.createElement('p'); p.textContent = location.hash"],
  },
  'cookie/text': {
    bad: ["document.cookie = 'session=' + value", 'document.cookie = `authToken=${value}; path=/`', handler('res.setHeader("Set-Cookie", `sid=${id}; HttpOnly`)')],
    good: ["document.cookie = `session=${value}; Secure; SameSite=Lax`", "document.cookie = 'theme=' + theme", "document.cookie = 'session=; Max-Age=0'", "document.cookie = `session=; expires=Thu, 01 Jan 1970 00:00:00 GMT`", handler('res.setHeader("Set-Cookie", `sid=${id}; HttpOnly; Secure`)')],
  },
  'cookie/jar': {
    bad: ["import Cookies from 'js-cookie'; Cookies.set('authToken', value)", "router.get('/', (ctx) => { ctx.cookies.set('sid', id, { httpOnly: false }) })", "import { cookies } from 'next/headers'; cookies().set('a', b, { secure: false })"],
    good: ["import Cookies from 'js-cookie'; Cookies.set('theme', value)", "import Cookies from 'js-cookie'; Cookies.set('authToken', value, { secure: true })", "router.get('/', (ctx) => { ctx.cookies.set('sid', id, { httpOnly: true }) })", "map.set('token', value)"],
  },
  'insecure-transport/certificate-switch': {
    bad: ["import { app } from 'electron'; app.commandLine.appendSwitch('ignore-certificate-errors')"],
    good: ["import { app } from 'electron'; app.commandLine.appendSwitch('disable-gpu')"],
  },
  'insecure-transport/plain-mail': {
    bad: ["import nodemailer from 'nodemailer'; nodemailer.createTransport({ host, ignoreTLS: true })"],
    good: ["import nodemailer from 'nodemailer'; nodemailer.createTransport({ host, requireTLS: true })"],
  },
  'weak-crypto/cipher-mode': {
    bad: ["import CryptoJS from 'crypto-js'; CryptoJS.AES.encrypt(text, key, { mode: CryptoJS.mode.ECB })"],
    good: ["import CryptoJS from 'crypto-js'; CryptoJS.AES.encrypt(text, key, { mode: CryptoJS.mode.CTR })"],
  },
  'weak-crypto/padding': {
    bad: ["import crypto from 'crypto'; crypto.publicEncrypt({ key, padding: crypto.constants.RSA_PKCS1_PADDING }, data)"],
    good: ["import crypto from 'crypto'; crypto.publicEncrypt({ key, padding: crypto.constants.RSA_PKCS1_OAEP_PADDING }, data)", "import crypto from 'crypto'; crypto.sign('sha256', data, { key, padding: crypto.constants.RSA_PKCS1_PADDING })"],
  },
  'xss/element-address': {
    bad: ["const a = document.createElement('a'); a.href = new URLSearchParams(location.search).get('u')", "document.querySelector('iframe').src = location.hash.slice(1)"],
    good: ["const a = document.createElement('a'); a.href = '/search?q=' + location.hash", "const image = new Image(); image.src = new URLSearchParams(location.search).get('u')", "document.querySelector('a').href = location.href"],
  },
  'xss/renderer-markup': {
    bad: ["export class A { constructor(private renderer: Renderer2) {} show(text: string) { this.renderer.setProperty(this.el, 'innerHTML', text) } }"],
    good: ["export class A { constructor(private renderer: Renderer2) {} show(text: string) { this.renderer.setProperty(this.el, 'textContent', text) } }"],
  },
  'ssti/template-option': {
    bad: [`import Twig from 'twig'\n${handler('res.json(Twig.twig({ data: req.query.t }).render())')}`],
    good: [`import Twig from 'twig'\n${handler("res.json(Twig.twig({ data: 'Hello {{ name }}' }).render({ name: req.query.name }))")}`],
  },
  'insecure-transport/open-bucket': {
    bad: ["import { Bucket as B } from 'aws-cdk-lib/aws-s3'; new B(this, 'b')", "import * as s3 from '@aws-cdk/aws-s3'; new s3.Bucket(this, 'b', { encryption: s3.BucketEncryption.UNENCRYPTED })"],
    good: ["import { Bucket } from 'aws-cdk-lib/aws-s3'; new Bucket(this, 'b', { enforceSSL: true })", "import { Bucket } from './mine'; new Bucket(this, 'b')"],
  },
  'insecure-transport/queue-encryption': {
    bad: ["import * as sqs from 'aws-cdk-lib/aws-sqs'; new sqs.Queue(this, 'q', {})"],
    good: ["import * as sqs from 'aws-cdk-lib/aws-sqs'; new sqs.Queue(this, 'q', { encryption: sqs.QueueEncryption.KMS })", "new Queue(this, 'q')"],
  },
  'authn-jwt/public-bucket': {
    bad: ["import { Bucket } from 'aws-cdk-lib/aws-s3'; const b = new Bucket(this, 'b', { enforceSSL: true }); b.grantPublicAccess()"],
    good: ["import { Bucket } from 'aws-cdk-lib/aws-s3'; const b = new Bucket(this, 'b', { enforceSSL: true }); b.grantRead(role)"],
  },
  'authn-jwt/public-project': {
    bad: ["import { Project } from 'aws-cdk-lib/aws-codebuild'; new Project(this, 'p', { badge: true })"],
    good: ["import { Project } from 'aws-cdk-lib/aws-codebuild'; new Project(this, 'p', { badge: false }); new Project(this, 'q')"],
  },
  'code-injection/dynamic-code': {
    bad: [handler('eval(req.query.code)'), 'export function f(a) { return new Function("return " + a)() }'],
    good: ['eval("1 + 1")', 'const code = "1"; eval(code)', 'import { eval as e } from "./mine"; e(x)', 'function eval2(a) {} eval2(location.hash)'],
  },
  'code-injection/timer-text': {
    bad: ['setTimeout("go(" + location.hash + ")", 1)', 'setInterval(`go(${x})`, 1)'],
    good: ['setTimeout(() => go(location.hash), 1)', 'setTimeout(go, 1)', 'setTimeout("go()", 1)'],
  },
  'code-injection/virtual-machine': {
    bad: ["import vm from 'node:vm'; export function f(code) { vm.runInNewContext(code) }", handler("require('vm2'); const { VM } = require('vm2'); new VM().run(req.body.code)")],
    good: ["import vm from 'node:vm'; vm.runInNewContext('1 + 1', {})", 'export function f(a) { tests.run(a) }'],
  },
  'code-injection/computed-module': {
    bad: ['export function f(name) { return require(name) }', 'export function f(name) { return import(name) }'],
    good: ['export function f(name) { return import(`./pages/${name}.js`) }', "require('a'); import('./b')", 'const name = "a"; require(name)', 'function f(require, x) { require(x) }'],
  },
  'code-injection/expression': {
    bad: [handler("require('mathjs').eval(req.query.sum)"), `import * as math from 'mathjs'\n${handler('res.json({ sum: math.eval(req.body.f) })')}`, `import { JSONPath } from 'jsonpath-plus'\n${handler('JSONPath({ json: data, path: req.query.path })')}`],
    good: [handler("require('mathjs').eval('1 + 1')"), handler("require('mathjs').evaluate(req.query.sum)"), handler("require('mathjs').add(Number(req.query.a), 1)"), `import { JSONPath } from 'jsonpath-plus'\n${handler("JSONPath({ json: req.body, path: '$.a' })")}`, 'import { parse } from "./mine"; export const f = (req) => parse(req.query.a)'],
  },
  'ssti/template-options': {
    bad: [handler("res.render('account', req.body)"), handler("const profile = req.query; res.render('account', { title: 'a', ...profile })")],
    good: [handler("res.render('account', { name: req.body.name })"), handler("res.render('account', schema.parse(req.body))"), handler("res.render(req.app.get('view'))")],
  },
  'proto-pollution/stored-request': {
    bad: [handler('User.create(req.body)'), handler('User.findByIdAndUpdate(req.params.id, { $set: req.body })'), handler('prisma.user.update({ where: { id }, data: { ...req.body, at: now } })'), handler("db.collection('a').insertOne(req.body); users.Model.updateOne({ id }, req.body)")],
    good: [handler('User.create({ name: req.body.name })'), handler('User.create(schema.parse(req.body))'), handler('Object.create(req.body); session.update(req.body)'), handler('const { name } = req.body; User.create({ name })')],
  },
  'authn-jwt/protection-off': {
    bad: ["const helmet = require('helmet'); app.use(helmet({ contentSecurityPolicy: false }))", "import helmet from 'helmet'; const off = { hsts: false }; app.use(helmet(off))"],
    good: ["import helmet from 'helmet'; app.use(helmet())", "import helmet from 'helmet'; app.use(helmet({ contentSecurityPolicy: { directives } }))", "import { helmet } from './mine'; app.use(helmet({ hsts: false }))"],
  },
  'resource/spoofable-limit': {
    bad: ["import limit from 'express-rate-limit'; limit({ windowMs: 1, keyGenerator: (req) => req.headers['x-forwarded-for'] ?? req.ip })", "limit({ keyGenerator(req) { return req.get('X-Real-IP') } })"],
    good: ["limit({ keyGenerator: (req) => req.ip })", "const ip = req.headers['x-forwarded-for']", "limit({ keyGenerator: (req) => req.headers['x-api-key'] })"],
  },
  'code-injection/computed-method': {
    bad: ['addEventListener("message", (event) => { if (event.origin === o) window[event.data.name]() })'],
    good: ['window["alert"]()', 'export function f(table, name) { table[name]() }', 'export function f(name) { window[name] = 1 }'],
  },
  'code-injection/browser-script': {
    bad: ['export async function f(page, name) { await page.evaluate(`go(${name})`) }'],
    good: ['export async function f(page) { await page.evaluate(() => go()) }', 'export function f(model, x) { model.evaluate(x) }'],
  },
  'code-injection/open-debugger': {
    bad: ["import puppeteer from 'puppeteer'; puppeteer.launch({ args: ['--remote-debugging-port=9222'] })"],
    good: ["import puppeteer from 'puppeteer'; puppeteer.launch({ args: ['--headless'] })"],
  },
  'resource/unchecked-buffer': { bad: ['b.readUInt8(0, true)'], good: ['b.readUInt8(0)', 'b.readUInt8(0, false)'] },
  'command-injection/shell-text': {
    bad: ["import { exec } from 'child_process'; export function f(name) { exec(`cat ${name}`) }", "import * as cp from 'node:child_process'; const run = cp.execSync; export function f(a) { run('ls ' + a) }", "const { promisify } = require('util'); const run = promisify(require('child_process').exec); module.exports = (a) => run(a)"],
    good: ["import { exec } from 'child_process'; exec('ls')", '/a/.exec(location.hash)', 'export function f(db, a) { db.exec(a) }', "import { exec } from 'child_process'; import quote from 'shell-quote'; export function f(a) { exec('ls ' + quote.quote([a])) }"],
  },
  'command-injection/program': {
    bad: ["import { spawn } from 'child_process'; export function f(a) { spawn(a) }", "import { spawn } from 'child_process'; export function f(a) { spawn('sh', ['-c', a]) }", "import { spawn } from 'child_process'; export function f(url) { spawn('git', ['clone', url]) }"],
    good: ["import { spawn } from 'child_process'; export function f(a) { spawn('ls', [a]) }", "import { spawn } from 'child_process'; export function f(url) { spawn('git', ['clone', '--', url]) }"],
  },
  'command-injection/shell-option': {
    bad: ["import { spawn } from 'child_process'; spawn('ls', [], { shell: true })", "import { spawn } from 'child_process'; const o = { shell: '/bin/sh' }; spawn('ls', [], o)"],
    good: ["import { spawn } from 'child_process'; spawn('ls', [], { shell: false }); spawn('ls', [], {})"],
  },
  'command-injection/deno-run': {
    bad: ['export function f(a) { Deno.run({ cmd: [a, "x"] }) }'],
    good: ['export function f(a) { Deno.run({ cmd: ["ls", a] }) }'],
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
    bad: ["import jwt from 'jsonwebtoken'; jwt.sign({ a }, 'shh')", "import session from 'express-session'; app.use(session({ name: 'n', secret: 'cat', cookie: { secure: true } }))", "import { createHmac } from 'crypto'; const key = 'abc'; createHmac('sha256', key)"],
    good: ["import jwt from 'jsonwebtoken'; jwt.sign({ a }, process.env.KEY)", "import jwt from './mine'; jwt.sign({ a }, 'shh')"],
  },
  'insecure-transport/plain-request': {
    bad: ["fetch('http://example.com/a')", "import axios from 'axios'; axios({ url: 'http://example.com' })", "import http from 'http'; http.get('http://example.com')"],
    good: ["fetch('https://example.com')", "fetch('http://localhost:3000')", "import http from 'http'; http.get('http://127.0.0.1/')", "const ns = 'http://www.w3.org/2000/svg'"],
  },
  'insecure-transport/plain-server': {
    bad: ["import http from 'http'; http.createServer(app)"],
    good: ["import https from 'https'; https.createServer(app)", "import net from 'net'; net.createServer(app)"],
  },
  'insecure-transport/plain-socket': {
    bad: ["new WebSocket('ws://example.com')", 'const u = `ws://${host}/x`'],
    good: ["new WebSocket('wss://example.com')", "new WebSocket('ws://localhost:80')", "url.startsWith('ws://')"],
  },
  'insecure-transport/plain-protocol': {
    bad: ["const Ftp = require('ftp'); const c = new Ftp(); c.connect({ host })"],
    good: ["const Ftp = require('ftp'); const c = new Ftp(); c.connect({ host, secure: true })", 'db.connect({ host })'],
  },
  'insecure-transport/unverified-peer': {
    bad: ["({ rejectUnauthorized: false })", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'", "process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = 0"],
    good: ["({ rejectUnauthorized: true })", "process.env.NODE_TLS_REJECT_UNAUTHORIZED = '1'"],
  },
  'insecure-transport/old-tls': {
    bad: ["({ minVersion: 'TLSv1.1' })", "({ secureProtocol: 'TLSv1_method' })"],
    good: ["({ minVersion: 'TLSv1.2' })", "({ minVersion: '1.0.0' })"],
  },
  'insecure-transport/server-allows-old-tls': {
    bad: ["import https from 'https'; import c from 'constants'; https.createServer({ secureOptions: c.SSL_OP_NO_SSLv3 }, app)"],
    good: ["import https from 'https'; import c from 'constants'; https.createServer({ secureOptions: c.SSL_OP_NO_SSLv3 | c.SSL_OP_NO_TLSv1 }, app)", "import https from 'https'; https.createServer({}, app)"],
  },
  'insecure-transport/database': {
    bad: ["export default { dialect: 'postgres', host: 'db.example.com', database: 'a' }"],
    good: ["export default { dialect: 'postgres', host: 'db.example.com', dialectOptions: { ssl: { require: true } } }", "export default { dialect: 'sqlite', host: 'x' }"],
  },
  'nosql-injection/filter': {
    bad: [handler('User.findOne({ name: req.body.name })'), handler('users.find(req.query)')],
    good: [handler('Todo.findById(req.params.id)'), handler("User.findOne({ agent: req.headers['user-agent'] })"), handler('User.findOne({ name: String(req.body.name) })'), handler('User.findOne({ name: { $eq: req.body.name } })'), handler('list.find((x) => x === req.query.a)')],
  },
  'nosql-injection/document': { bad: [handler('new User(req.body)')], good: [handler('new User({ name: req.body.name })'), handler('new Parser(req.body)')] },
  'nosql-injection/dynamo-parameters': {
    bad: ["const AWS = require('aws-sdk'); const db = new AWS.DynamoDB.DocumentClient(); exports.handler = (event) => db.query(event.params)"],
    good: ["const AWS = require('aws-sdk'); const db = new AWS.DynamoDB.DocumentClient(); exports.handler = (event) => db.query({ Key: event.key })"],
  },
  'cors-origin/reflected': {
    bad: [handler("res.set('Access-Control-Allow-Origin', req.headers.origin)"), handler("res.writeHead(200, { 'access-control-allow-origin': req.query.o })")],
    good: [handler("res.set('Access-Control-Allow-Origin', 'https://a.example')")],
  },
  'cors-origin/any': {
    bad: ["import cors from 'cors'; app.use(cors({ origin: '*' }))", 'app.enableCors()'],
    good: ["import cors from 'cors'; app.use(cors({ origin: 'https://a.example' }))", "Object.create({ origin: '*' })"],
  },
  'cors-origin/loose-pattern': {
    bad: ['const corsOrigin = /^https:\\/\\/www.foo.com$/'],
    good: ['const corsOrigin = /^https:\\/\\/www\\.foo\\.com$/', 'const version = /^v1.2.3$/'],
  },
  'cors-origin/message-to-any': { bad: ["w.postMessage(a, '*')", "w.postMessage(a, { targetOrigin: '*' })"], good: ['w.postMessage(a, origin)', 'worker.postMessage(a)'] },
  'cors-origin/message-from-any': {
    bad: ["addEventListener('message', (e) => go(e.data))", 'window.onmessage = function (e) { go(e.data) }', "function h(e) { go(e.data) } window.addEventListener('message', h)"],
    good: ["importScripts('a.js'); self.addEventListener('message', (e) => go(e.data))", "self.addEventListener('message', (e) => self.postMessage(go(e.data)))", "addEventListener('message', (e) => { if (e.origin !== o) return; go(e.data) })", "addEventListener('click', (e) => go(e.data))", "worker.addEventListener('message', (e) => go(e.data))"],
  },
  'path-traversal/file': {
    bad: [handler("require('fs').readFile(req.query.name, cb)"), "import { promises as fs } from 'fs'; export function f(name) { return fs.readFile(name) } app.get('/', (req, res) => res.json(req.query))"],
    good: ["import fs from 'fs'; fs.readFileSync('./a')", handler("require('fs').readFile(require('path').basename(req.query.name), cb)"), 'export function f(store, name) { store.readFile(name) }'],
  },
  'path-traversal/carried-path': {
    bad: ["import fs from 'fs'; export function f(options) { return fs.createReadStream(options.log) }", "import fs from 'fs'; export function f(options) { fs.rename('a', options.to) }"],
    good: ["import fs from 'fs'; export function f(file) { return fs.createReadStream(file) }", "import fs from 'fs'; function f(options) { fs.readFileSync(options.log) } f({ log: 'a' })", "import fs from 'fs'; export function f(options) { fs.writeFile('a', options.text) }"],
  },
  'path-traversal/joined': {
    bad: [handler("const path = require('path'); path.join(root, req.query.name)")],
    good: [handler("const path = require('path'); const p = path.join(root, req.query.name); if (!p.startsWith(root)) throw 1"), handler('[].join(req.query.name)')],
  },
  'path-traversal/joined-parameter': {
    bad: ["import path from 'path'; export function f(name) { return path.join(root, name) } app.get('/', (req, res) => res.json(req.query))"],
    good: ["import path from 'path'; export function f(dir) { return path.join(dir, 'a') }", "import path from 'path'; function f(name) { return path.join(root, name) } f('a')"],
  },
  'path-traversal/sent-file': {
    bad: [handler('res.sendFile(req.query.name)')],
    good: [handler("res.sendFile(req.query.name, { root: '/public' })"), handler("res.sendFile('/a')")],
  },
  'path-traversal/view': { bad: [handler('res.render(req.query.view)')], good: [handler("res.render('view', { a: req.query.a })")] },
  'path-traversal/world-writable': { bad: ["import fs from 'fs'; fs.chmodSync(p, 0o777)", 'process.umask(0)', "process.umask('0000')"], good: ['process.umask(0o027)', 'process.umask()', "import fs from 'fs'; fs.chmodSync(p, 0o755)"] },
  'info-leak/shared-personal-data': {
    bad: ["import * as Sentry from '@sentry/browser'; Sentry.setUser({ email: user.email })", "gtag('event', 'x', { mail: user.email })"],
    good: ["import * as Sentry from '@sentry/browser'; Sentry.setUser({ id: user.id })", 'save({ email: user.email })'],
  },
  'log-format/personal-data': { bad: ['console.log(user.email)', 'logger.info(`in: ${customer.phone}`)'], good: ['console.log(user.id)', 'Math.log(user.email)'] },
  'log-format/format-text': {
    bad: [handler('console.log(`from ${req.query.a}`, b)'), 'export function f(user, ip) { console.log("by " + user, ip) }'],
    good: [handler('console.log("from %s", req.query.a)'), 'export function f(user, error) { console.log("by " + user, error) }'],
  },
  'info-leak/stored-personal-data': { bad: ["localStorage.setItem('u', user.email)"], good: ["localStorage.setItem('theme', theme)"] },
  'info-leak/personal-error': { bad: ['throw new Error(`no ${user.email}`)', 'reject("no " + user)'], good: ['throw new Error("no user")', 'throw new Error(`no ${user.id}`)'] },
  'info-leak/token-claims': { bad: ["import jwt from 'jsonwebtoken'; jwt.sign({ email: user.email }, key)"], good: ["import jwt from 'jsonwebtoken'; jwt.sign({ id: user.id, name: user.name }, key)"] },
  'proto-pollution/assigned-key': {
    bad: [handler('items[req.query.name] = 1')],
    good: [handler('const items = req.body; for (const key in items) items[key] = String(items[key])'), handler('const o = req.query; Object.keys(o).forEach((key) => { o[key] = o[key].trim() })'), handler("if (req.query.name === '__proto__') return; items[req.query.name] = 1"), handler('items.name = req.query.name'), handler('for (let i = 0; i < 3; i++) items[i] = req.query.a')],
  },
  'proto-pollution/walked-keys': {
    bad: ['export function set(o, path, v) { for (const key of path.slice(0, -1)) { o = o[key] } o[path.at(-1)] = v }', 'export function set(o, keys) { keys.forEach((key) => { o = o[key] || (o[key] = {}) }) }'],
    good: ['export function get(o, path) { for (let i = 0; i < 3; i++) { o = o[i] } }', 'export function get(o, path) { for (const key of path) { o = o[key] } return o }', 'const at = (row, path) => { path.split(".").forEach((part) => (row = row[part] ?? "")); return row }', "export function set(o, path) { for (const key of path) { if (key === '__proto__') return; o = o[key] } }"],
  },
  'proto-pollution/merge': {
    bad: [handler("require('lodash').merge({}, req.body)")],
    good: ["import { merge } from 'lodash'; merge({}, defaults)", handler('map.set(req.query.a, 1)')],
  },
  'proto-pollution/mass-assignment': {
    bad: [handler('Object.assign(user, req.body)'), 'export function f(text) { Object.assign(o, JSON.parse(text)) }'],
    good: ['Object.assign(user, { name: "a" })', handler('Object.assign(user, defaults)')],
  },
  'redos/dynamic-pattern': {
    bad: [handler('new RegExp(req.query.q)'), 'export function f(name) { return new RegExp("\\\\w+" + name) }'],
    good: ['new RegExp("a" + "b")', handler("const escapeRegExp = require('escape-string-regexp'); new RegExp(escapeRegExp(req.query.q))")],
  },
  'redos/exponential': { bad: ['const a = /([a-z]+)+$/', 'const a = /^(\\w|\\d)*x/', 'new RegExp("([a-z]+)+$")'], good: ['const a = /^(((13[0-9]{1})|(15[0-9]{1})|(17[3-8]{1}))+\\d{8})$/', 'const a = /([a-z]+)-+$/', 'const a = /(?:ab|cd)*x/', 'const a = /(a+b)+c/'] },
  'redos/exponential-use': { bad: ['const r = /(a*)*b/; export const f = (x) => r.test(x)'], good: ['const r = /a*b/; export const f = (x) => r.test(x)'] },
  'redos/all-errors': { bad: ["import Ajv from 'ajv'; new Ajv({ allErrors: true })"], good: ["import Ajv from 'ajv'; new Ajv({ allErrors: false })"] },
  'open-redirect/server': {
    bad: [handler('res.redirect(req.query.url)'), handler('res.redirect(301, `https://${req.query.host}/`)')],
    good: [handler("res.redirect('/a/' + req.query.id)"), handler('res.redirect(`https://a.example/${req.query.id}`)'), handler('if (allowed.includes(req.query.url)) { const u = req.query.url; if (allowed.has(u)) res.redirect(u) }')],
  },
  'open-redirect/returned': {
    bad: ['class C { @Redirect() go(@Query("u") u: string) { return { url: u } } }'],
    good: ['class C { @Redirect() go() { return { url: "/a" } } }', 'class C { go(u: string) { return { url: u } } }'],
  },
  'open-redirect/client': {
    bad: ["location.href = new URLSearchParams(location.search).get('next')", 'window.open(location.hash.slice(1))'],
    good: ["location.href = '/a?b=' + location.hash", 'location.href = location.href', 'a.href = location.hash'],
  },
  'ssrf/request': {
    bad: [handler('fetch(req.query.url)'), handler("require('axios').get(`http://${req.query.host}/`)")],
    good: [handler('fetch(`https://a.example/${req.query.id}`)'), handler('fetch(config.base + req.query.id)'), handler('map.get(req.query.id)')],
  },
  'ssrf/driven-browser': {
    bad: [handler('page.goto(req.query.url)'), 'export async function f(page, html) { await page.setContent(html) }'],
    good: ["export async function f(page) { await page.goto('https://a.example') }", 'export function f(door, x) { door.open(x) }'],
  },
  'cookie/session-defaults': {
    bad: ["import session from 'express-session'; app.use(session({ name: 'n', cookie: { httpOnly: true } }))"],
    good: ["import session from 'express-session'; app.use(session({ name: 'n', cookie: { secure: true } }))", 'session({})'],
  },
  'authn-jwt/session-defaults': {
    bad: ["import session from 'express-session'; app.use(session({ cookie: { secure: true } }))"],
    good: ["import session from 'express-session'; app.use(session({ name: 'n', cookie: { secure: true } }))"],
  },
  'cookie/flags': {
    bad: [handler("res.cookie('session', id)"), handler("res.cookie('theme', id, { secure: false, httpOnly: true })")],
    good: [handler("res.cookie('session', id, { secure: true, httpOnly: true })"), handler("res.cookie('theme', 'dark')")],
  },
  'cookie/flag-off': { bad: ['({ httpOnly: false, sameSite: "lax" })', '({ cookie: { secure: false } })'], good: ['({ httpOnly: true, sameSite: "lax" })', '({ secure: false, host: "a" })'] },
  'authn-jwt/unhardened-server': { bad: ["import express from 'express'; const app = express(); app.listen(1)"], good: ["import express from 'express'; import helmet from 'helmet'; const app = express(); app.use(helmet()); app.listen(1)"] },
  'csrf/before-method-override': { bad: ["import express from 'express'; express.csrf(); express.methodOverride()"], good: ["import express from 'express'; express.methodOverride(); express.csrf()"] },
  'csrf/session-before-static': {
    bad: ["import express from 'express'; import session from 'express-session'; app.use(session({ name: 'n', cookie: { secure: true } })); app.use(express.static('public'))"],
    good: ["import express from 'express'; import session from 'express-session'; app.use(express.static('public')); app.use(session({ name: 'n', cookie: { secure: true } }))"],
  },
  'info-leak/directory-listing': { bad: ["import serveIndex from 'serve-index'; app.use(serveIndex('public'))"], good: ["import serveStatic from 'serve-static'; app.use(serveStatic('public'))"] },
  'info-leak/directory-listing-call': { bad: ["import serveIndex from 'serve-index'; const list = serveIndex('x'); list(req, res, next)"], good: ['list(req, res, next)'] },
  'header-injection/outsiders-choose': { bad: [handler("res.set('X-Frame-Options', req.query.o)")], good: [handler("res.set('X-Frame-Options', 'DENY')"), handler("res.set('X-Name', req.query.o)")] },
  'sql-injection/query': {
    bad: ["import { Client } from 'pg'; const c = new Client(); export function f(id) { return c.query('SELECT * FROM a WHERE id = ' + id) }", handler('db.query(`DELETE FROM a WHERE id = ${req.params.id}`)')],
    good: ["import { Client } from 'pg'; const c = new Client(); export function f(id) { return c.query('SELECT * FROM a WHERE id = $1', [id]) }", 'export function f(db, id) { return db.query(`SELECT * FROM a WHERE id = ${Number(id)}`) }'],
  },
  'sql-injection/statement': {
    bad: [handler("const q = 'SELECT * FROM a WHERE b = ' + req.query.b"), handler("const q = util.format('SELECT * FROM a WHERE b = %s', req.query.b)")],
    good: [handler("const q = 'select one from the list: ' + 1"), handler("console.log('SELECT * FROM a WHERE b = ' + req.query.b)"), 'sql`SELECT * FROM a WHERE b = ${location.hash}`'],
  },
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
  'xxe/entities-on': { bad: ["import libxml from 'libxmljs'; libxml.parseXml(x, { noent: true })"], good: ["import libxml from 'libxmljs'; libxml.parseXml(x)"] },
  'xxe/parser': { bad: [handler("require('xml2json').toJson(req.body)")], good: ["import x from 'xml2json'; x.toJson('<a/>')", handler('JSON.parse(req.body)')] },
  'xss/made-response': { bad: ["export async function POST(request: Request) { return new Response(await request.text(), { headers: { 'content-type': 'text/html' } }) }"], good: ["export async function POST(request: Request) { return new Response(await request.text(), { headers: { 'content-type': 'text/plain' } }) }", "export const GET = (request: Request) => new Response('<p>hello', { headers: { 'content-type': 'text/html' } })"] },
  'xss/native-view': { bad: ['const view = <WebView source={{ html: location.hash }} />', 'const view = <WebView injectedJavaScript={location.hash} />'], good: ["const view = <WebView source={{ html: '<p>' }} />", 'const view = <WebView title={location.hash} />'] },
  'code-injection/native-view-script': { bad: ['view.injectJavaScript(location.hash.slice(1))'], good: ["view.injectJavaScript('start()')"] },
  'xss/element-options': { bad: ["$('<a>', { href: location.hash.slice(1) })", "$('#a').attr({ href: location.hash.slice(1) })"], good: ["$('<a>', { href: '/a' })", "$('<a>', { title: location.hash })"] },
  'resource/no-rate-limit': { bad: ["const bcrypt = require('bcrypt'); const app = require('express')(); app.post('/in', async (req, res) => { res.json(await bcrypt.compare(req.body.word, known)) })"], good: ["const bcrypt = require('bcrypt'); const limit = require('express-rate-limit'); const app = require('express')(); app.post('/in', limit(), async (req, res) => { res.json(await bcrypt.compare(req.body.word, known)) })", "const app = require('express')(); app.get('/', (req, res) => { res.json({}) })"] },
  'csrf/unchecked-cookies': { bad: ["const app = require('express')(); app.use(require('cookie-parser')()); app.post('/a', (req, res) => { save(req.cookies.user); res.end() })"], good: ["const app = require('express')(); app.use(require('cookie-parser')()); app.use(require('csurf')()); app.post('/a', (req, res) => { save(req.cookies.user); res.end() })", "const app = require('express')(); app.use(require('cookie-parser')()); app.get('/a', (req, res) => { res.json(req.cookies.theme) })"] },
  'command-injection/file-reader': { bad: ["import { execSync } from 'child_process'; execSync('cat notes.txt')", "import { execFileSync } from 'child_process'; execFileSync('cat', [file])", "import { exec } from 'child_process'; exec('cat /proc/cpuinfo', (error, text) => show(text))"], good: ["import { execSync } from 'child_process'; execSync('cat a.txt b.txt')", "import { execSync } from 'child_process'; execSync('cat a.txt | sort')", "import { execSync } from 'child_process'; execSync('cat a.txt', { uid: 1000 })", "import { execSync } from 'child_process'; execSync('ls')"] },
  'weak-crypto/biased-number': { bad: ["import crypto from 'crypto'; const digit = crypto.randomBytes(1)[0] % 10", "import { randomBytes } from 'crypto'; const bytes = randomBytes(4); const at = bytes.readUInt32BE(0) % names.length", "import crypto from 'crypto'; const digit = Math.floor(crypto.randomBytes(1)[0] / 255 * 9)", "import crypto from 'crypto'; const n = parseInt(crypto.randomBytes(2).toString('hex'), 16) % 100"], good: ["import crypto from 'crypto'; const digit = crypto.randomBytes(1)[0] % 16", "import crypto from 'crypto'; const digit = crypto.randomInt(10)", "import crypto from 'crypto'; while (true) { const one = crypto.randomBytes(1)[0]; if (one < 250) { use(one % 10); break } }", 'const digit = numbers[0] % 10', "import crypto from 'crypto'; const share = crypto.randomBytes(1)[0] / 255"] },
  'header-injection/told-host': { bad: [handler("mail({ text: `https://${req.headers.host}/reset/${token}` })"), handler("const link = 'http://' + req.get('host') + '/activate?id=' + id")], good: [handler("mail({ text: `https://own.example/reset/${req.query.token}` })"), handler("const self = 'http://' + req.get('host') + '/pictures/' + id"), handler('mail({ text: `https://${settings.host}/reset/${token}` })')] },
  'url-validation/substring-host': { bad: ["if (url.includes('example.com')) go(url)", "const ok = req.headers.origin.indexOf('https://example.com') === 0 && referrer.endsWith('example.com')", "const allowed = new Set(['https://a.example/x', 'https://b.example']); for (const each of allowed) ok ||= url.includes(each)", "['https://a.example'].some((each) => url.indexOf(each) >= 0)"], good: ["for (const each of ['https://a.example']) ok ||= text.includes(each)", "for (const each of allowed) ok ||= url.includes(each)", "if (url.startsWith('https://example.com/')) go(url)", "if (text.includes('example.com')) count++", "if (host.endsWith('.example.com')) go(host)"] },
  'url-validation/loose-host-pattern': { bad: ['/^https?:\\/\\/www.example.com\\//.test(url)', "new RegExp('https?://good.com')", '/https:\\/\\/good\\.com/.test(url)'], good: ['/^https:\\/\\/www\\.example\\.com\\//.test(url)', '/\\.com$/.test(name)'] },
  'info-leak/stack-trace': { bad: ['app.use((err, req, res, next) => { res.status(500).send(err.stack) })', handler('try { f() } catch (error) { res.json({ stack: error.stack }) }')], good: ['app.use((err, req, res, next) => { console.error(err.stack); res.status(500).send("no") })'] },
  'header-injection/value': { bad: [handler("res.setHeader('x-name', req.query.a)")], good: [handler("res.setHeader('x-name', encodeURIComponent(req.query.a))"), handler("cache.set('a', req.query.a)")] },
  'cors-origin/everyone': { bad: [handler("res.setHeader('Access-Control-Allow-Origin', '*')"), handler("res.writeHead(200, { 'Access-Control-Allow-Origin': '*' })")], good: [handler("res.setHeader('Access-Control-Allow-Origin', 'https://a.example')")] },
  'log-format/outsiders-text': { bad: [handler('console.log(`user ${req.query.a}`)'), handler("console.log('no such user:', req.body.name)"), handler("logger.info('user ' + req.body.name)")], good: [handler("console.log('user %s', req.query.a)"), handler('console.log("user", req.query)'), 'console.log(`at ${location.hash}`)', handler('console.log(`user ${encodeURIComponent(req.query.a)}`)')] },
  'resource/loop-bound': { bad: [handler('for (let i = 0; i < req.body.list.length; i++) f(i)')], good: [handler('for (let i = 0; i < list.length; i++) f(req.body.a)')] },
  'resource/allocation': { bad: [handler('Buffer.alloc(Number(req.query.n))'), handler('setTimeout(f, req.query.ms)'), handler("'a'.repeat(req.query.n)")], good: [handler('Buffer.alloc(16)'), handler('setTimeout(() => f(req.query.ms), 10)')] },
  'code-injection/chosen-method': { bad: [handler('actions[req.query.action](req)')], good: [handler('actions.list(req.query.action)'), handler("actions['list'](req)")] },
  'code-injection/electron-preferences': { bad: ["const { BrowserWindow } = require('electron'); new BrowserWindow({ webPreferences: { nodeIntegration: true } })", "import { BrowserWindow } from 'electron'; new BrowserWindow({ webPreferences: { contextIsolation: false } })"], good: ["import { BrowserWindow } from 'electron'; new BrowserWindow({ webPreferences: { preload } })"] },
  'command-injection/electron-open': { bad: ["import { shell } from 'electron'; export const open = (url) => shell.openExternal(url)"], good: ["import { shell } from 'electron'; shell.openExternal('https://a.example')"] },
  'proto-pollution/merge-function': {
    bad: ['function merge(a, b) { for (const k in b) { if (isObject(b[k])) merge(a[k], b[k]); else a[k] = b[k] } }', 'const extend = (a, b) => { Object.keys(b).forEach((k) => { if (b[k]) extend(a[k], b[k]); else a[k] = b[k] }) }', 'function merge(a, b) { for (const k in b) { if (!b.hasOwnProperty(k)) continue; if (a[k]) merge(a[k], b[k]); else a[k] = b[k] } }', 'function merge(a, b) { for (const k in b) if (Object.prototype.hasOwnProperty.call(b, k)) { if (a[k]) merge(a[k], b[k]); else a[k] = b[k] } }', 'function merge(a, b) { _.each(b, (value, k) => { if (a[k]) merge(a[k], value); else a[k] = value }) }', 'function merge(a, b) { $.each(b, (k, value) => { if (a[k]) merge(a[k], value); else a[k] = value }) }', 'function merge(a, b) { Object.entries(b).forEach((entry) => { const k = entry[0]; if (a[k]) merge(a[k], entry[1]); else a[k] = entry[1] }) }'],
    good: ["function merge(a, b) { for (const k in b) { if (k === '__proto__') continue; if (isObject(b[k])) merge(a[k], b[k]); else a[k] = b[k] } }", 'function copy(a, b) { for (const k in b) a[k] = b[k] }', 'function merge(a, b) { for (const k in b) { if (a.hasOwnProperty(k)) merge(a[k], b[k]); else a[k] = b[k] } }', 'function merge(a, b) { _.each(b, (value, k) => { if (Object.hasOwn(a, k)) merge(a[k], value); else a[k] = value }) }'],
  },
  'path-traversal/archive-entry': {
    bad: ["import unzipper from 'unzipper'; import fs from 'fs'; stream.pipe(unzipper.Parse()).on('entry', (entry) => { entry.pipe(fs.createWriteStream('out/' + entry.path)) })"],
    good: ["import unzipper from 'unzipper'; import fs from 'fs'; import path from 'path'; on('entry', (entry) => { const target = path.resolve(out, entry.path); if (!target.startsWith(out)) return; fs.createWriteStream(target) })"],
  },
  'xxe/xpath-text': { bad: [handler("require('xpath').select(\"//user[name='\" + req.query.a + \"']\", doc)")], good: [handler("require('xpath').select('//user', doc)")] },
  'weak-crypto/constant-vector': { bad: ["import crypto from 'crypto'; crypto.createCipheriv('aes-256-cbc', key, '0123456789abcdef')", "import crypto from 'crypto'; crypto.pbkdf2Sync(password, 'salt', 600000, 32, 'sha512')"], good: ["import crypto from 'crypto'; crypto.createCipheriv('aes-256-gcm', key, crypto.randomBytes(12))"] },
  'xss/script-source': { bad: ["const s = document.createElement('script'); s.src = location.hash.slice(1)"], good: ["const s = document.createElement('script'); s.src = '/a.js'", "const i = document.createElement('img'); i.src = location.hash"] },
  'xss/lit-raw-markup': { bad: ["import { unsafeHTML } from 'lit/directives/unsafe-html.js'; export const f = (x) => unsafeHTML(x)"], good: ["import { unsafeHTML } from 'lit/directives/unsafe-html.js'; unsafeHTML('<b>')"] },
  'deserialization/objects': { bad: [handler("require('node-serialize').unserialize(req.body.o)")], good: [handler('cache.deserialize(req.body.o)')] },
  'deserialization/yaml': { bad: [handler("require('js-yaml').load(req.body.y)")], good: [handler("const yaml = require('js-yaml'); yaml.load(req.body.y, { schema: yaml.FAILSAFE_SCHEMA })"), "import yaml from 'js-yaml'; yaml.load('a: 1')"] },
  'xss/markup-property': {
    bad: ['el.innerHTML = location.hash', 'export function f(el, name) { el.innerHTML = "<b>" + name }'],
    good: ['el.innerHTML = "<b>a</b>"', 'export function f(el, name) { el.innerHTML = DOMPurify.sanitize(name) }', 'export function f(el, name) { el.textContent = name }'],
  },
  'xss/markup-call': { bad: ['document.write(location.hash)', 'export function f(el, x) { el.insertAdjacentHTML("beforeend", x) }'], good: ['document.write("<b>")', 'export function f(stream, x) { stream.write(x) }'] },
  'xss/jquery-markup': { bad: ['$("#a").html(location.hash)', 'export function f(x) { $(".a").append("<b>" + x) }', '$(location.hash)'], good: ['$("#a").text(location.hash)', '$("#a").html("<b>")', 'export function f(list, x) { list.append(x) }'] },
  'xss/script-address': { bad: ['a.setAttribute("href", location.hash.slice(1))'], good: ['a.setAttribute("href", "/x#" + location.hash)', 'a.setAttribute("title", location.hash)'] },
  'xss/react-raw-markup': { bad: ['export const A = ({ html }) => <p dangerouslySetInnerHTML={{ __html: html }} />'], good: ['export const A = () => <p dangerouslySetInnerHTML={{ __html: "<b/>" }} />', 'export const A = ({ html }) => <p dangerouslySetInnerHTML={{ __html: sanitizeHtml(html) }} />'] },
  'xss/markdown-raw-markup': { bad: ['const a = <Markdown allowDangerousHtml />', 'const a = <Markdown escapeHtml={false} />'], good: ['const a = <Markdown escapeHtml />'] },
  'xss/unsafe-serialization': { bad: ["import serialize from 'serialize-javascript'; serialize(a, { unsafe: true })"], good: ["import serialize from 'serialize-javascript'; serialize(a)"] },
  'xss/react-script-address': { bad: ["import { useSearchParams } from 'react-router-dom'; export function A() { const [p] = useSearchParams(); return <a href={p.get('u')}>x</a> }"], good: ['export const A = () => <a href="/a">x</a>', 'export const A = () => <img src={location.hash} />'] },
  'xss/angular-bypass': { bad: ['class A { f(v) { return this.s.bypassSecurityTrustHtml(v) } }'], good: ['class A { f() { return this.s.bypassSecurityTrustHtml("<b>") } }'] },
  'xss/angular-settings': { bad: ['$sceProvider.enabled(false)', "$sceDelegateProvider.resourceUrlWhitelist(['**'])"], good: ['$sceProvider.enabled(true)', "$sceDelegateProvider.resourceUrlWhitelist(['https://a.example/**'])"] },
  'xss/vue-raw-markup': { bad: ['export function f(x) { return h("p", { innerHTML: x }) }'], good: ['export function f(x) { return h("p", { innerHTML: "<b>" }) }'] },
  'xss/incomplete-escaping': { bad: ['export const f = (s) => s.replace("<", "&lt;")'], good: ['export const f = (s) => s.replace(/</g, "&lt;")', 'export const f = (s) => s.replace("a", "b")'] },
  'xss/response': { bad: [handler('res.send("<p>" + req.query.a)'), handler('res.status(200).send(req.params.a)')], good: [handler('res.json(req.query)'), handler('res.send({ a: req.query.a })'), handler('res.send(escapeHtml(req.query.a))')] },
  'xss/page-text': { bad: [handler('const page = `<h1>${req.query.a}</h1>`'), handler("const page = '<h1>'.concat(req.query.a)")], good: [handler('const page = `<h1>${encodeURIComponent(req.query.a)}</h1>`'), handler('console.log(`<h1>${req.query.a}</h1>`)'), handler('const n = `a < b ${req.query.a}`')] },
  'ssti/template-source': { bad: [handler("require('pug').compile(req.body.t)"), handler('_.template(req.body.t)')], good: [handler("require('pug').compile('p= a', { a: req.body.t })")] },
  'xss/escaping-off': { bad: ["import h from 'handlebars'; h.compile(t, { noEscape: true })"], good: ["import h from 'handlebars'; h.compile(t, { noEscape: false })"] },
  'xss/manual-escaping': { bad: ["export const f = (input) => input.replaceAll('<', '&lt;')"], good: ["export const f = (x) => x.replaceAll('a', 'b')"] },
}

const ids = RULES.map((rule) => rule.id)

describe('rules', () => {
  it('have unique ids, a CWE, words for people, and cases here', () => {
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => !CASES[id] || CASES[id].bad.length === 0 || CASES[id].good.length === 0)).toEqual([])
    expect(Object.keys(CASES).filter((id) => !ids.includes(id))).toEqual([])
    for (const { cwe, title, help } of RULES) {
      expect(cwe[0]).toBeGreaterThan(0)
      expect(title).toMatch(/^\S.{8,}[^.]$/)
      expect(help).toMatch(/^[A-Za-z].{5,}\.$/)
    }
  })

  describe.each(ids)('%s', (id) => {
    it.each(CASES[id]?.bad ?? [])('reports %s', (source) => {
      expect(found(source).map((each) => each.split(':')[0])).toContain(id)
    })
    it.each(CASES[id]?.good ?? [])('accepts %s', (source) => {
      expect(found(source).map((each) => each.split(':')[0])).not.toContain(id)
    })
  })
})
