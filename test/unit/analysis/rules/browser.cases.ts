/** Of rules about pages, and what browsers and servers tell each other. */
import { handler } from './cases.ts'
import type { Cases } from './cases.ts'

export const BROWSER: Readonly<Record<string, Cases>> = {
  'url-validation/scheme-list': {
    bad: ["export const f = (url) => url.startsWith('javascript:') ? '' : url", "export const f = (scheme) => ['javascript', 'data'].includes(scheme)", "export const f = (href) => /^javascript:/i.test(href)", "export function f(protocol) { switch (protocol) { case 'javascript:': return false } return true }", "export const f = (url) => url.replace(/javascript:/, '').replace(/data:/, '')"],
    good: ["export const f = (url) => ['javascript:', 'data:', 'vbscript:'].includes(new URL(url).protocol)", "export const f = (url) => ['http:', 'https:'].includes(new URL(url).protocol)", "export const f = (lang) => lang === 'javascript'", "export const f = (type) => type === 'text/javascript'"],
  },
  'url-validation/half-anchored-pattern': { bad: ['const a = /^https?:\\/\\/a\\.com|https?:\\/\\/b\\.com/', 'const a = /\\.jpg|\\.png$/', "const a = new RegExp('^left|right')"], good: ['const a = /^(?:a|b)$/', 'const a = /^a|^b/', 'const a = /^\\s+|\\s+$/g', 'const a = /^[=?!]|!(?=[:}])/', 'const a = /left|right/'] },
  'info-leak/new-window': {
    bad: ['export const A = () => <a href="https://a.example" target="_blank">a</a>', 'export const A = ({ to }) => <a href={to} target="_blank">a</a>', 'export const A = ({ to }) => <a href={`https://${to}`} target="_blank" rel="nofollow">a</a>'],
    good: ['export const A = () => <a href="https://a.example" target="_blank" rel="noopener">a</a>', 'export const A = () => <a href="/a" target="_blank">a</a>', 'export const A = ({ id }) => <a href={`/a/${id}`} target="_blank">a</a>', 'export const A = (props) => <a target="_blank" {...props}>a</a>', 'export const A = ({ to }) => <a href={to}>a</a>'],
  },
  'info-leak/opened-window': { bad: ["window.open('https://a.example')", "open('https://a.example', 'a', 'resizable')"], good: ["window.open('https://a.example', '_blank', 'noopener')", "window.open('/a')", "const a = window.open('https://a.example')", 'store.open("https://a.example")'] },
  'info-leak/stored-password': { bad: ['localStorage.login = form.password', handler('res.cookie("p", req.body.password, { secure: true, httpOnly: true })')], good: ['localStorage.theme = theme', handler('res.cookie("p", hash(req.body.password), { secure: true, httpOnly: true })')] },
  'info-leak/served-folder': { bad: ["import express from 'express'; app.use(express.static('./'))", "import express from 'express'; import path from 'path'; app.use(express.static(path.join(__dirname, 'node_modules')))"], good: ["import express from 'express'; app.use(express.static('public'))", "import express from 'express'; app.use(express.static('./node_modules/a/dist'))"] },
  'xss/backslash-left': { bad: [String.raw`export const f = (s) => s.replace(/'/g, "\\'")`], good: [String.raw`export const f = (s) => s.replace(/\\/g, '\\\\').replace(/'/g, "\\'")`, String.raw`export const f = (s) => s.replace(/#/g, '\\#')`] },
  'xss/quote-left': { bad: [String.raw`export const f = (s) => '<a title="' + s.replace(/[<>]/g, '') + '">'`, 'export const f = (s) => `<a title="${s.replace(/</g, "")}">`'], good: [String.raw`export const f = (s) => '<a title="' + s.replace(/[<>"]/g, '') + '">'`, String.raw`export const f = (s) => '<p>' + s.replace(/[<>]/g, '') + '</p>'`] },
  'xss/tag-pattern': { bad: [String.raw`export const f = (s) => s.replace(/<script.*?>.*?<\/script>/gi, '')`, String.raw`const unsafe = /<script[^>]*>[^]*<\/script>/i; export const f = (s) => unsafe.test(s)`], good: [String.raw`const scripts = /<script[^>]*>([^]*?)<\/script>/gi; export const f = (s) => scripts.exec(s)`, 'export const f = (s) => s.match(/<p>.*<\\/p>/)'] },
  'open-redirect/answered': {
    bad: ['export async function getServerSideProps({ query }) { return { redirect: { destination: query.next, permanent: false } } }', 'exports.handler = async (event) => ({ statusCode: 302, headers: { Location: event.queryStringParameters.to } })'],
    good: ["export async function getServerSideProps({ query }) { return { redirect: { destination: '/login', permanent: false } } }", 'export async function getServerSideProps({ query }) { return { redirect: { destination: `/users/${query.id}` } } }', handler('res.json({ location: req.query.place })')],
  },
  'cors-origin/answered-to-everyone': {
    bad: ["export function GET() { return new Response('x', { headers: { 'Access-Control-Allow-Origin': '*' } }) }", "exports.handler = async () => ({ statusCode: 200, headers: { 'Access-Control-Allow-Origin': '*' } })"],
    good: ["export function GET() { return new Response('x', { headers: { 'Access-Control-Allow-Origin': 'https://a.example.com' } }) }", "export default { server: { headers: { 'Access-Control-Allow-Origin': '*' } } }"],
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
  'xss/element-address': {
    bad: ["const a = document.createElement('a'); a.href = new URLSearchParams(location.search).get('u')", "document.querySelector('iframe').src = location.hash.slice(1)"],
    good: ["const a = document.createElement('a'); a.href = '/search?q=' + location.hash", "const image = new Image(); image.src = new URLSearchParams(location.search).get('u')", "document.querySelector('a').href = location.href"],
  },
  'xss/renderer-markup': {
    bad: ["export class A { constructor(private renderer: Renderer2) {} show(text: string) { this.renderer.setProperty(this.el, 'innerHTML', text) } }"],
    good: ["export class A { constructor(private renderer: Renderer2) {} show(text: string) { this.renderer.setProperty(this.el, 'textContent', text) } }"],
  },
  'insecure-transport/open-bucket': {
    bad: ["import { Bucket as B } from 'aws-cdk-lib/aws-s3'; new B(this, 'b')", "import * as s3 from '@aws-cdk/aws-s3'; new s3.Bucket(this, 'b', { encryption: s3.BucketEncryption.UNENCRYPTED })"],
    good: ["import { Bucket } from 'aws-cdk-lib/aws-s3'; new Bucket(this, 'b', { enforceSSL: true })", "import { Bucket } from './mine'; new Bucket(this, 'b')"],
  },
  'insecure-transport/queue-encryption': {
    bad: ["import * as sqs from 'aws-cdk-lib/aws-sqs'; new sqs.Queue(this, 'q', {})"],
    good: ["import * as sqs from 'aws-cdk-lib/aws-sqs'; new sqs.Queue(this, 'q', { encryption: sqs.QueueEncryption.KMS })", "new Queue(this, 'q')"],
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
    bad: ["import c from 'constants'; const options = { secureOptions: c.SSL_OP_NO_SSLv2 | c.SSL_OP_NO_SSLv3 }", "({ minVersion: 'TLSv1.1' })", "({ secureProtocol: 'TLSv1_method' })"],
    good: ["import c from 'constants'; const options = { secureOptions: more() | c.SSL_OP_NO_SSLv3 }", "import c from 'constants'; const options = { secureOptions: c.SSL_OP_NO_SSLv3 | c.SSL_OP_NO_TLSv1 }", "({ minVersion: 'TLSv1.2' })", "({ minVersion: '1.0.0' })"],
  },
  'insecure-transport/server-allows-old-tls': {
    bad: ["import https from 'https'; import c from 'constants'; https.createServer({ secureOptions: c.SSL_OP_NO_SSLv3 }, app)"],
    good: ["import https from 'https'; import c from 'constants'; https.createServer({ secureOptions: c.SSL_OP_NO_SSLv3 | c.SSL_OP_NO_TLSv1 }, app)", "import https from 'https'; https.createServer({}, app)"],
  },
  'insecure-transport/database': {
    bad: ["export default { dialect: 'postgres', host: 'db.example.com', database: 'a' }"],
    good: ["export default { dialect: 'postgres', host: 'db.example.com', dialectOptions: { ssl: { require: true } } }", "export default { dialect: 'sqlite', host: 'x' }"],
  },
  'cors-origin/reflected': {
    bad: [handler("res.set('Access-Control-Allow-Origin', req.headers.origin)"), handler("res.writeHead(200, { 'access-control-allow-origin': req.query.o })")],
    good: [handler("res.set('Access-Control-Allow-Origin', 'https://a.example')")],
  },
  'cors-origin/any': {
    bad: ["import cors from 'cors'; app.use(cors())", "import cors from 'cors'; app.use(cors({ methods: ['GET'] }))", "import cors from 'cors'; app.use(cors({ origin: '*' }))", 'app.enableCors()'],
    good: ["import cors from 'cors'; app.use(cors(options))", "import cors from 'cors'; app.use(cors({ ...options, methods: ['GET'] }))", "import cors from 'cors'; app.use(cors({ origin: 'https://a.example' }))", "Object.create({ origin: '*' })"],
  },
  'cors-origin/loose-pattern': {
    bad: ['const corsOrigin = /^https:\\/\\/www.foo.com$/'],
    good: ['const corsOrigin = /^https:\\/\\/www\\.foo\\.com$/', 'const version = /^v1.2.3$/'],
  },
  'cors-origin/message-to-any': { bad: ["w.postMessage(a, '*')", "w.postMessage(a, { targetOrigin: '*' })"], good: ['w.postMessage(a, origin)', 'worker.postMessage(a)'] },
  'cors-origin/message-from-any': {
    bad: ["const window = self; window.addEventListener('message', (e) => go(e.data))", 'globalThis.onmessage = (e) => go(e.data)', "addEventListener('message', (e) => go(e.data))", 'window.onmessage = function (e) { go(e.data) }', "function h(e) { go(e.data) } window.addEventListener('message', h)"],
    good: ["if (typeof window === 'undefined') window = self; window.addEventListener('message', (e) => go(e.data))", "if (typeof window === 'undefined') { window = globalThis } window.onmessage = function (e) { go(e.data) }", "importScripts('a.js'); self.addEventListener('message', (e) => go(e.data))", "self.addEventListener('message', (e) => self.postMessage(go(e.data)))", "addEventListener('message', (e) => { if (e.origin !== o) return; go(e.data) })", "addEventListener('click', (e) => go(e.data))", "worker.addEventListener('message', (e) => go(e.data))"],
  },
  'info-leak/shared-personal-data': {
    bad: ["import * as Sentry from '@sentry/browser'; Sentry.setUser({ email: user.email })", "gtag('event', 'x', { mail: user.email })"],
    good: ["import * as Sentry from '@sentry/browser'; Sentry.setUser({ id: user.id })", 'save({ email: user.email })'],
  },
  'info-leak/stored-personal-data': { bad: ["localStorage.setItem('u', user.email)"], good: ["localStorage.setItem('theme', theme)"] },
  'info-leak/personal-error': { bad: ['throw new Error(`no ${user.email}`)', 'reject("no " + user)'], good: ['throw new Error("no user")', 'throw new Error(`no ${user.id}`)'] },
  'info-leak/token-claims': { bad: ["import jwt from 'jsonwebtoken'; jwt.sign({ email: user.email }, key)"], good: ["import jwt from 'jsonwebtoken'; jwt.sign({ id: user.id, name: user.name }, key)"] },
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
  'cookie/session-defaults': {
    bad: ["const csrf = require('csurf'); app.use(csrf({ cookie: true }))", "const csrf = require('csurf'); app.use(csrf({ cookie: { secure: true } }))", "import session from 'express-session'; app.use(session({ name: 'n', cookie: { httpOnly: true } }))"],
    good: ["const csrf = require('csurf'); app.use(csrf({ cookie: { httpOnly: true } }))", "const csrf = require('csurf'); app.use(csrf({ cookie: settings }))", "import session from 'express-session'; app.use(session({ name: 'n', cookie: { secure: true } }))", 'session({})'],
  },
  'cookie/flags': {
    bad: [handler("res.cookie('session', id)"), handler("res.cookie('theme', id, { secure: false, httpOnly: true })")],
    good: [handler("res.cookie('session', id, { secure: true, httpOnly: true })"), handler("res.cookie('theme', 'dark')")],
  },
  'cookie/flag-off': { bad: ['({ httpOnly: false, sameSite: "lax" })', '({ cookie: { secure: false } })'], good: ['({ httpOnly: true, sameSite: "lax" })', '({ secure: false, host: "a" })'] },
  'csrf/ignored-methods': {
    bad: ["const csrf = require('csurf'); app.use(csrf({ ignoreMethods: ['GET', 'POST'] }))", "const csurf = require('csurf'); const options = { ignoreMethods: ['DELETE'] }; app.use(csurf(options))"],
    good: ["const csrf = require('csurf'); app.use(csrf({ ignoreMethods: ['GET', 'HEAD'] }))", "const csrf = require('csurf'); app.use(csrf({ ignoreMethods: methods }))"],
  },
  'csrf/before-method-override': { bad: ["import express from 'express'; express.csrf(); express.methodOverride()"], good: ["import express from 'express'; express.methodOverride(); express.csrf()"] },
  'csrf/session-before-static': {
    bad: ["import express from 'express'; import session from 'express-session'; app.use(session({ name: 'n', cookie: { secure: true } })); app.use(express.static('public'))"],
    good: ["import express from 'express'; import session from 'express-session'; app.use(express.static('public')); app.use(session({ name: 'n', cookie: { secure: true } }))"],
  },
  'info-leak/directory-listing': { bad: ["import serveIndex from 'serve-index'; app.use(serveIndex('public'))"], good: ["import serveStatic from 'serve-static'; app.use(serveStatic('public'))"] },
  'info-leak/directory-listing-call': { bad: ["import serveIndex from 'serve-index'; const list = serveIndex('x'); list(req, res, next)"], good: ['list(req, res, next)'] },
  'xss/made-response': { bad: ["export async function POST(request: Request) { return new Response(await request.text(), { headers: { 'content-type': 'text/html' } }) }"], good: ["export async function POST(request: Request) { return new Response(await request.text(), { headers: { 'content-type': 'text/plain' } }) }", "export const GET = (request: Request) => new Response('<p>hello', { headers: { 'content-type': 'text/html' } })"] },
  'xss/native-view': { bad: ['const view = <WebView source={{ html: location.hash }} />', 'const view = <WebView injectedJavaScript={location.hash} />'], good: ["const view = <WebView source={{ html: '<p>' }} />", 'const view = <WebView title={location.hash} />'] },
  'xss/element-options': { bad: ["$('<a>', { href: location.hash.slice(1) })", "$('#a').attr({ href: location.hash.slice(1) })"], good: ["$('<a>', { href: '/a' })", "$('<a>', { title: location.hash })"] },
  'csrf/unchecked-cookies': { bad: ["const app = require('express')(); app.use(require('cookie-parser')()); app.post('/a', (req, res) => { save(req.cookies.user); res.end() })"], good: ["const app = require('express')(); app.use(require('cookie-parser')()); app.use(require('csurf')()); app.post('/a', (req, res) => { save(req.cookies.user); res.end() })", "const app = require('express')(); app.use(require('cookie-parser')()); app.get('/a', (req, res) => { res.json(req.cookies.theme) })"] },
  'url-validation/substring-host': { bad: ["if (url.includes('example.com')) go(url)", "const ok = req.headers.origin.indexOf('https://example.com') === 0 && referrer.endsWith('example.com')", "const allowed = new Set(['https://a.example/x', 'https://b.example']); for (const each of allowed) ok ||= url.includes(each)", "['https://a.example'].some((each) => url.indexOf(each) >= 0)"], good: ["for (const each of ['https://a.example']) ok ||= text.includes(each)", "for (const each of allowed) ok ||= url.includes(each)", "if (url.startsWith('https://example.com/')) go(url)", "if (text.includes('example.com')) count++", "if (host.endsWith('.example.com')) go(host)"] },
  'url-validation/loose-host-pattern': { bad: ['/^https?:\\/\\/www.example.com\\//.test(url)', "new RegExp('https?://good.com')", '/https:\\/\\/good\\.com/.test(url)'], good: ['/^https:\\/\\/www\\.example\\.com\\//.test(url)', '/\\.com$/.test(name)'] },
  'info-leak/stack-trace': { bad: ['app.use((err, req, res, next) => { res.status(500).send(err.stack) })', handler('try { f() } catch (error) { res.json({ stack: error.stack }) }')], good: ['app.use((err, req, res, next) => { console.error(err.stack); res.status(500).send("no") })'] },
  'cors-origin/everyone': { bad: [handler("res.setHeader('Access-Control-Allow-Origin', '*')"), handler("res.writeHead(200, { 'Access-Control-Allow-Origin': '*' })")], good: [handler("res.setHeader('Access-Control-Allow-Origin', 'https://a.example')")] },
  'xss/script-source': { bad: ["const s = document.createElement('script'); s.src = location.hash.slice(1)"], good: ["const s = document.createElement('script'); s.src = '/a.js'", "const i = document.createElement('img'); i.src = location.hash"] },
  'xss/lit-raw-markup': { bad: ["import { unsafeHTML } from 'lit/directives/unsafe-html.js'; export const f = (x) => unsafeHTML(x)"], good: ["import { unsafeHTML } from 'lit/directives/unsafe-html.js'; unsafeHTML('<b>')"] },
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
  'xss/escaping-off': { bad: ["import h from 'handlebars'; h.compile(t, { noEscape: true })"], good: ["import h from 'handlebars'; h.compile(t, { noEscape: false })"] },
  'xss/manual-escaping': { bad: ["export const f = (input) => input.replaceAll('<', '&lt;')"], good: ["export const f = (x) => x.replaceAll('a', 'b')"] },
}
