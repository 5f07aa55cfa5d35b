/** Of rules about what outsiders’ data can do where it is read as something else, or costs. */
import { handler } from './cases.ts'
import type { Cases } from './cases.ts'

export const INPUT: Readonly<Record<string, Cases>> = {
  'resource/decompression-bomb': {
    bad: [
      "import * as tar from 'tar'; await tar.x({ file: name })", "import JSZip from 'jszip'; const zip = await JSZip.loadAsync(data)", "const AdmZip = require('adm-zip'); new AdmZip(name).extractAllTo('out')",
      "const unzipper = require('unzipper'); stream.pipe(unzipper.Extract({ path: 'out' }))", `const zlib = require('zlib')\n${handler('zlib.gunzip(req.body, done)')}`, `import pako from 'pako'\n${handler('res.json(pako.inflate(req.body))')}`,
    ],
    good: [
      "import * as tar from 'tar'; await tar.x({ file: name, filter: isSmall })", "import JSZip from 'jszip'; async function open(data) { if (data.byteLength > 1000) return; return JSZip.loadAsync(data) }",
      `const zlib = require('zlib')\n${handler('zlib.gunzip(req.body, { maxOutputLength: 1000 }, done)')}`, "const zlib = require('zlib'); export const read = (data) => zlib.gunzipSync(data)", "import { extract } from './mine'; extract(name)",
      "import JSZip from 'jszip'; let total = 0; JSZip.loadAsync(data).then((zip) => zip.forEach((path, entry) => { if (++total > MAX_FILES) throw new Error(path) }))",
      "import JSZip from 'jszip'; let total = 0; JSZip.loadAsync(data).then((zip) => zip.forEach(() => { total += 1; if (total > 1000) throw new Error('more') }))",
    ],
  },
  'resource/unbounded-upload': {
    bad: ["import multer from 'multer'; multer({ dest: 'in' })", "const multer = require('multer'); multer()", "const multer = require('multer'); multer({ limits: { files: 2 } })", "import Busboy from 'busboy'; Busboy({ headers })", "const app = require('fastify')(); app.register(require('@fastify/multipart'))", "const fileUpload = require('express-fileupload'); app.use(fileUpload())"],
    good: ["import multer from 'multer'; multer({ limits: { fileSize: 1000000 } })", "import multer from 'multer'; multer(options)", "import multer from 'multer'; multer({ ...options, dest: 'in' })", "const multer = require('multer'); multer({ limits: limitsOf('a') })", "const app = require('fastify')(); app.register(require('@fastify/multipart'), { limits: { fileSize: 1000 } })", 'new Form()'],
  },
  'redos/polynomial': {
    bad: [handler("req.query.a.replace(/\\s+$/, '')"), handler('/a*b/.test(req.body.a)'), handler("const tail = /[^,]*;/; const a = req.query.a; a.split(tail)")],
    good: [handler("req.query.a.replace(/^\\s+/, '')"), handler("req.query.a.replace(/\\s+/g, ' ')"), handler("'a  '.replace(/\\s+$/, ''); res.json(req.query.a.length)"), 'export const f = (a) => a.replace(/\\s+$/, "")'],
  },
  'proto-pollution/nested-key': {
    bad: [handler('store[req.query.a][req.query.b] = 1'), handler('const a = store[req.query.a]; a.name = 1'), 'module.exports.set = function (object, path, value) { object[path[0]][path[1]] = value }'],
    good: [handler("if (req.query.a === '__proto__') return; store[req.query.a][req.query.b] = 1"), 'export function put(grid, x, y, value) { grid[y][x] = value }', 'export function put(grid, row, column, value) { grid[row][column] = value }', handler('store[req.query.a]'), handler('const list = store[req.query.a]; list[0] = req.query.b')],
  },
  'sql-injection/cloud-statement': {
    bad: [`import { AthenaClient, StartQueryExecutionCommand } from '@aws-sdk/client-athena'\n${handler('client.send(new StartQueryExecutionCommand({ QueryString: req.query.q }))')}`, `import AWS from 'aws-sdk'\nconst athena = new AWS.Athena()\n${handler('athena.startQueryExecution({ QueryString: "SELECT " + req.query.q })')}`],
    good: [`import { StartQueryExecutionCommand } from '@aws-sdk/client-athena'\n${handler('client.send(new StartQueryExecutionCommand({ QueryString: "SELECT 1", ExecutionParameters: [req.query.q] }))')}`],
  },
  'nosql-injection/ldap-filter': { bad: [`import ldap from 'ldapjs'\nconst client = ldap.createClient({})\n${handler('client.search("o=a", { filter: `(uid=${req.query.u})` }, done)')}`], good: [`import ldap from 'ldapjs'\nconst client = ldap.createClient({})\n${handler('client.search("o=a", { filter: new ldap.EqualityFilter({ attribute: "uid", value: String(req.query.u) }) }, done)')}`] },
  'code-injection/angular-expression': { bad: ['function f($scope) { $scope.$eval(location.hash) }', "angular.module('a').run(($parse) => { $parse(location.search) })"], good: ["function f($scope) { $scope.$watch('a', f) }"] },
  'command-injection/tagged-program': { bad: [`import { $ } from 'execa'\n${handler('$`${req.query.p} -v`')}`, `import { $ } from 'execa'\n${handler('$({ shell: true })`ls ${req.query.p}`')}`], good: [`import { $ } from 'execa'\n${handler('$`ls ${req.query.p}`')}`] },
  'path-traversal/file-package': { bad: [`import mkdirp from 'mkdirp'\n${handler('mkdirp(req.query.p)')}`, `import { rimrafSync } from 'rimraf'\n${handler('rimrafSync(req.query.p)')}`], good: [`import mkdirp from 'mkdirp'\n${handler('mkdirp("a"); console.log(req.query.p)')}`] },
  'redos/searched-pattern': {
    bad: [handler('res.json(names.filter((name) => name.match(req.query.q)))'), handler('text.search(req.body.word)')],
    good: [handler("names.match(/a/); name.search('b'); name.includes(req.query.q)"), handler('router.match(req.query.path); client.search(req.query.q); index.search(req.query.q, {})'), handler('name.match(escapeRegExp(req.query.q))')],
  },
  'ssrf/connection': {
    bad: [`import net from 'node:net'\n${handler('net.connect(80, req.query.host)')}`, `import { connect } from 'tls'\n${handler('connect({ host: req.query.host, port: 443 })')}`, `import httpProxy from 'http-proxy'\nconst proxy = httpProxy.createProxyServer()\n${handler('proxy.web(req, res, { target: req.query.to })')}`],
    good: [`import net from 'node:net'\n${handler("net.connect(80, 'db.example.com').write(req.query.a)")}`, handler('mongoose.connect(req.query.host)')],
  },
  'code-injection/script-text': {
    bad: ["const s = document.createElement('script'); s.textContent = location.hash; document.body.append(s)"],
    good: ["const s = document.createElement('script'); s.textContent = 'start()'", "const p = document.createElement('p'); p.textContent = location.hash"],
  },
  'ssti/template-option': {
    bad: [`import Twig from 'twig'\n${handler('res.json(Twig.twig({ data: req.query.t }).render())')}`],
    good: [`import Twig from 'twig'\n${handler("res.json(Twig.twig({ data: 'Hello {{ name }}' }).render({ name: req.query.name }))")}`],
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
  'nosql-injection/filter': {
    bad: [handler('User.findOne({ name: req.body.name })'), handler('users.find(req.query)')],
    good: [handler('Todo.findById(req.params.id)'), handler("User.findOne({ agent: req.headers['user-agent'] })"), handler('User.findOne({ name: String(req.body.name) })'), handler('User.findOne({ name: { $eq: req.body.name } })'), handler('list.find((x) => x === req.query.a)')],
  },
  'nosql-injection/document': { bad: [handler('new User(req.body)')], good: [handler('new User({ name: req.body.name })'), handler('new Parser(req.body)')] },
  'nosql-injection/dynamo-parameters': {
    bad: ["const AWS = require('aws-sdk'); const db = new AWS.DynamoDB.DocumentClient(); exports.handler = (event) => db.query(event.params)"],
    good: ["const AWS = require('aws-sdk'); const db = new AWS.DynamoDB.DocumentClient(); exports.handler = (event) => db.query({ Key: event.key })"],
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
  'log-format/personal-data': { bad: ['console.log(user.email)', 'logger.info(`in: ${customer.phone}`)'], good: ['console.log(user.id)', 'Math.log(user.email)'] },
  'log-format/format-text': {
    bad: [handler('console.log(`from ${req.query.a}`, b)'), 'export function f(user, ip) { console.log("by " + user, ip) }'],
    good: [handler('console.log("from %s", req.query.a)'), 'export function f(user, error) { console.log("by " + user, error) }'],
  },
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
  'ssrf/request': {
    bad: ["import { headers } from 'next/headers'; export const load = () => fetch(headers().get('x-source'))", handler('fetch(req.query.url)'), handler("require('axios').get(`http://${req.query.host}/`)")],
    good: [handler('fetch(`https://a.example/${req.query.id}`)'), handler('fetch(config.base + req.query.id)'), handler('map.get(req.query.id)')],
  },
  'ssrf/driven-browser': {
    bad: [handler('page.goto(req.query.url)'), 'export async function f(page, html) { await page.setContent(html) }'],
    good: ["export async function f(page) { await page.goto('https://a.example') }", 'export function f(door, x) { door.open(x) }'],
  },
  'header-injection/outsiders-choose': { bad: [handler("res.set('X-Frame-Options', req.query.o)")], good: [handler("res.set('X-Frame-Options', 'DENY')"), handler("res.set('X-Name', req.query.o)")] },
  'sql-injection/query': {
    bad: ["import { Client } from 'pg'; const c = new Client(); export function f(id) { return c.query('SELECT * FROM a WHERE id = ' + id) }", handler('db.query(`DELETE FROM a WHERE id = ${req.params.id}`)')],
    good: ["import { Client } from 'pg'; const c = new Client(); export function f(id) { return c.query('SELECT * FROM a WHERE id = $1', [id]) }", 'export function f(db, id) { return db.query(`SELECT * FROM a WHERE id = ${Number(id)}`) }'],
  },
  'sql-injection/statement': {
    bad: [handler("const q = 'SELECT * FROM a WHERE b = ' + req.query.b"), handler("const q = util.format('SELECT * FROM a WHERE b = %s', req.query.b)")],
    good: [handler("const q = 'select one from the list: ' + 1"), handler("console.log('SELECT * FROM a WHERE b = ' + req.query.b)"), 'sql`SELECT * FROM a WHERE b = ${location.hash}`'],
  },
  'xxe/entities-on': { bad: ["import libxml from 'libxmljs'; libxml.parseXml(x, { noent: true })"], good: ["import libxml from 'libxmljs'; libxml.parseXml(x)"] },
  'xxe/parser': { bad: [handler("require('xml2json').toJson(req.body)")], good: ["import x from 'xml2json'; x.toJson('<a/>')", handler('JSON.parse(req.body)')] },
  'code-injection/native-view-script': { bad: ['view.injectJavaScript(location.hash.slice(1))'], good: ["view.injectJavaScript('start()')"] },
  'resource/no-rate-limit': { bad: ["const bcrypt = require('bcrypt'); const app = require('express')(); app.post('/in', async (req, res) => { res.json(await bcrypt.compare(req.body.word, known)) })"], good: ["const bcrypt = require('bcrypt'); const limit = require('express-rate-limit'); const app = require('express')(); app.post('/in', limit(), async (req, res) => { res.json(await bcrypt.compare(req.body.word, known)) })", "const app = require('express')(); app.get('/', (req, res) => { res.json({}) })"] },
  'command-injection/file-reader': { bad: ["import { execSync } from 'child_process'; execSync('cat notes.txt')", "import { execFileSync } from 'child_process'; execFileSync('cat', [file])", "import { exec } from 'child_process'; exec('cat /proc/cpuinfo', (error, text) => show(text))"], good: ["import { execSync } from 'child_process'; execSync('cat a.txt b.txt')", "import { execSync } from 'child_process'; execSync('cat a.txt | sort')", "import { execSync } from 'child_process'; execSync('cat a.txt', { uid: 1000 })", "import { execSync } from 'child_process'; execSync('ls')"] },
  'header-injection/told-host': { bad: [handler("mail({ text: `https://${req.headers.host}/reset/${token}` })"), handler("const link = 'http://' + req.get('host') + '/activate?id=' + id")], good: [handler("mail({ text: `https://own.example/reset/${req.query.token}` })"), handler("const self = 'http://' + req.get('host') + '/pictures/' + id"), handler('mail({ text: `https://${settings.host}/reset/${token}` })')] },
  'header-injection/value': { bad: [handler("res.setHeader('x-name', req.query.a)")], good: [handler("res.setHeader('x-name', encodeURIComponent(req.query.a))"), handler("cache.set('a', req.query.a)")] },
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
  'deserialization/objects': { bad: [handler("require('node-serialize').unserialize(req.body.o)")], good: [handler('cache.deserialize(req.body.o)')] },
  'deserialization/yaml': { bad: [handler("require('js-yaml').load(req.body.y)")], good: [handler("const yaml = require('js-yaml'); yaml.load(req.body.y, { schema: yaml.FAILSAFE_SCHEMA })"), "import yaml from 'js-yaml'; yaml.load('a: 1')"] },
  'ssti/template-source': { bad: [handler("require('pug').compile(req.body.t)"), handler('_.template(req.body.t)')], good: [handler("require('pug').compile('p= a', { a: req.body.t })")] },
}
