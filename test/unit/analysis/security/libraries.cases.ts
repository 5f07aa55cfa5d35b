/** As `injection.cases.ts`, for packages beside the built-in modules, ways around, and checks that are none. */
import type { Cases } from './injection.cases.ts'

export const LIBRARIES: Readonly<Record<string, Cases>> = {
  'path-traversal': {
    bad: [
      `const mkdirp = require('mkdirp'); app.post('/a', (req, res) => { mkdirp.sync(req.body.folder) })`,
      `import { rimraf } from 'rimraf'; app.delete('/a', async (req, res) => { await rimraf(req.query.folder) })`,
      `const { readPackageSync } = require('read-pkg'); app.get('/a', (req, res) => { res.json(readPackageSync({ cwd: req.query.folder })) })`,
      `const fs = require('fs'); const { promisify } = require('util'); app.get('/a', async (req, res) => { res.send(await promisify(fs.readFile)(req.query.file)) })`,
      `const pify = require('pify'); const read = pify(require('fs').readFile); app.get('/a', async (req, res) => { res.send(await read(req.query.file)) })`,
      `const fs = require('fs'); const path = require('path'); app.get('/a', (req, res) => { if (path.isAbsolute(req.query.file)) return; res.send(fs.readFileSync(req.query.file)) })`,
      `const fs = require('fs'); app.get('/a', (req, res) => { const file = req.query.file; if (file.startsWith('/srv/')) { log(file) } res.send(fs.readFileSync(file)) })`,
      `const fs = require('fs-extra'); app.post('/a', async (req, res) => { await fs.outputJson(req.body.file, {}) })`,
    ],
    good: [
      `const mkdirp = require('mkdirp'); app.post('/a', (req, res) => { mkdirp.sync('uploads') })`,
      `const fs = require('fs'); const path = require('path'); app.get('/a', (req, res) => { let file = path.resolve('/srv', req.query.file); file = fs.realpathSync(file); if (!file.startsWith('/srv/')) return res.sendStatus(403); res.send(fs.readFileSync(file)) })`,
    ],
  },
  'info-leak': {
    bad: [
      `const express = require('express'); app.use(express.static('./node_modules/angular'))`,
      `const express = require('express'); const path = require('path'); app.use('/js', express.static(path.join(__dirname, 'node_modules')))`,
      `import serveStatic from 'serve-static'; import os from 'node:os'; app.use(serveStatic(os.homedir()))`,
      `const express = require('express'); app.use(express.static('./'))`,
      `localStorage.password = form.password`,
      `function save(user) { sessionStorage.setItem('login', user.password) }`,
      `app.post('/login', (req, res) => { res.cookie('login', req.body.password, { secure: true, httpOnly: true }) })`,
    ],
    good: [
      `const express = require('express'); app.use('/bootstrap', express.static('./node_modules/bootstrap/dist'))`,
      `const express = require('express'); app.use(express.static('public'))`,
      `const express = require('express'); app.use(express.static(folder))`,
      `localStorage.theme = 'dark'`,
      `sessionStorage.setItem('showPassword', String(showPassword))`,
    ],
  },
  'log-format': {
    bad: [
      `console.log('password: ' + user.password)`,
      `function login(name, passphrase) { console.debug(\`\${name} \${passphrase}\`) }`,
      `console.log(config.getPassword())`,
      `const http = require('http'); const url = require('url'); const chalk = require('chalk'); http.createServer((req, res) => { const q = url.parse(req.url, true); const name = q.query.name; console.log(chalk.red(name)) })`,
      `console.info('Environment: ' + JSON.stringify(process.env))`,
      `const settings = { host: 'a', password: prompt() }; console.log(settings)`,
    ],
    good: [
      `console.log('password changed')`,
      `console.log(passwordHash, passwordLength, isPasswordValid)`,
      `if (isTest) console.log(user.password)`,
      `if (!environment.isProduction()) { console.log('password ' + user.password) }`,
      `console.log(password.replace(/./g, '*'))`,
      `console.log(process.env.NODE_ENV)`,
    ],
  },
  'command-injection': {
    bad: [
      `const spawn = require('cross-spawn'); app.get('/a', (req, res) => { spawn.sync(req.query.program) })`,
      `app.get('/a', (req, res) => { require('cross-spawn')(req.query.program) })`,
      `const { Client } = require('ssh2'); app.get('/a', (req, res) => { new Client().exec('ls ' + req.query.folder) })`,
      `import { $ } from 'execa'; app.get('/a', async (req, res) => { await $\`\${req.query.program} --version\` })`,
      `import { $ } from 'execa'; app.get('/a', async (req, res) => { await $({ shell: true })\`ls \${req.query.folder}\` })`,
      `const execAsync = require('util-promisify')(require('child_process').exec); app.get('/a', async (req, res) => { await execAsync('ls ' + req.query.folder) })`,
    ],
    good: [
      `import { $ } from 'execa'; app.get('/a', async (req, res) => { await $\`ls \${req.query.folder}\` })`,
      `const cp = require('child_process'); app.get('/a', (req, res) => { const file = req.query.file; if (file.match(/^[\\w.-]+$/)) cp.execSync('wc ' + file) })`,
      `const cp = require('child_process'); app.get('/a', (req, res) => { const from = req.query.from; if (!from.startsWith('https://')) throw new Error('no'); cp.execFile('git', ['clone', from]) })`,
      `const spawn = require('cross-spawn'); app.get('/a', (req, res) => { spawn.sync('ls', ['--', req.query.folder]) })`,
    ],
  },
  'nosql-injection': {
    bad: [
      `const query = {}; app.post('/a', (req, res) => { const query = {}; query.name = req.body.name; Users.find(query) })`,
      `app.post('/a', (req, res) => { Users.findByIdAndUpdate(id, { $set: { role: req.body.role } }) })`,
      `import { createClient } from 'ldapjs'; const client = createClient(); app.get('/a', (req, res) => { client.search('o=a', { filter: '(uid=' + req.query.user + ')' }, done) })`,
    ],
    good: [
      `app.post('/a', (req, res) => { const query = {}; query.name = String(req.body.name); Users.find(query) })`,
      `app.post('/a', (req, res) => { const name = req.body.name; if (typeof name !== 'string') return res.sendStatus(400); Users.find({ name }) })`,
      `app.post('/a', (req, res) => { const name = req.body.name; if (typeof name === 'string') { Users.find({ name }) } })`,
    ],
  },
  'sql-injection': {
    bad: [
      `import { AthenaClient, StartQueryExecutionCommand } from '@aws-sdk/client-athena'; const client = new AthenaClient({}); app.get('/a', async (req, res) => { await client.send(new StartQueryExecutionCommand({ QueryString: req.query.q })) })`,
      `import { RDSDataClient, ExecuteStatementCommand } from '@aws-sdk/client-rds-data'; app.get('/a', async (req, res) => { const params = { resourceArn, secretArn, sql: 'SELECT * FROM t WHERE a = ' + req.query.a }; await client.send(new ExecuteStatementCommand(params)) })`,
    ],
    good: [
      `import { RDSDataClient, ExecuteStatementCommand } from '@aws-sdk/client-rds-data'; app.get('/a', async (req, res) => { await client.send(new ExecuteStatementCommand({ sql: 'SELECT * FROM t WHERE a = :a', parameters: [{ name: 'a', value: { stringValue: req.query.a } }] })) })`,
    ],
  },
  ssti: {
    bad: [`app.post('/a', (req, res) => { const data = req.body.data; res.render('page', data) })`],
    good: [
      `app.post('/a', (req, res) => { const data = req.body.data; res.render('page', { data }) })`,
      `app.post('/a', (req, res) => { const data = req.body.data; if (typeof data !== 'string') return; res.render('page', data) })`,
    ],
  },
  xss: {
    bad: [
      `app.get('/a', (req, res) => { res.set('Content-Type', 'text/html'); res.send('a ' + req.query.a) })`,
      `app.get('/a', (req, res) => { if (bad) { res.type('text/plain') } else { res.send('a ' + req.query.a) } })`,
      `$.fn.dialog = function (options) { $(options.target).show() }`,
      `document.querySelector('#a').innerHTML = localStorage.getItem('html')`,
      `WinJS.Utilities.setInnerHTMLUnsafe(element, location.hash)`,
      `export const quote = (text) => "'" + text.replace(/'/g, "\\\\'") + "'"`,
      `export const clean = (text) => text.replace(/</, '')`,
      `export const up = (path) => path.replace('../', '')`,
      `export const row = (name) => '<a title="' + name.replace(/[<>]/g, '') + '">'`,
      `export const strip = (html) => html.replace(/<script.*?>.*?<\\/script>/gi, '')`,
    ],
    good: [
      `app.get('/a', (req, res) => { res.set('Content-Type', 'text/plain'); res.send('a ' + req.query.a) })`,
      `app.get('/a', (req, res) => { res.type('json').send('a ' + req.query.a) })`,
      `app.get('/a', (req, res) => { res.writeHead(200, { 'Content-Type': 'application/json' }); res.end('a ' + req.query.a) })`,
      `$.fn.dialog = function (options) { if (typeof options.target !== 'string') $(options.target).show() }`,
      `$.fn.dialog = function (options) { $(this).show() }`,
      `export const quote = (text) => text.replace(/\\\\/g, '\\\\\\\\').replace(/'/g, "\\\\'")`,
      `export const row = (name) => '<a title="' + name.replace(/[<>"]/g, '') + '">'`,
      `export const first = (text) => text.replace('[', '').replace(']', '')`,
      `const isScript = /^text\\/javascript/`,
    ],
  },
  'code-injection': {
    bad: [
      `angular.module('a').controller('b', function ($scope) { $scope.$eval(location.search) })`,
      `window.addEventListener('message', (e) => { window[e.data.name](e.data.value) })`,
    ],
    good: [
      `angular.module('a').controller('b', function ($scope) { $scope.$watch('name', update) })`,
      `window.addEventListener('message', (e) => { window['on' + e.data.name](e.data.value) })`,
    ],
  },
  'open-redirect': {
    bad: [`app.get('/a', (req, res) => { if (req.query.to === home) { log() } res.redirect(req.query.to) })`],
    good: [`const HOME_PAGE = 'https://a.example/'; app.get('/a', (req, res) => { const to = req.query.to; if (HOME_PAGE === to) res.redirect(to) })`],
  },
  'insecure-transport': {
    bad: [`https.get({ host: 'a', secureProtocol: 'TLSv1_method' })`],
    good: [`https.get({ host: 'a', secureProtocol: 'TLSv1_2_method' })`],
  },
}
