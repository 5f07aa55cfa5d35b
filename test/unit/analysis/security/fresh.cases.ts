/** As `injection.cases.ts`, for causes that corpora nobody had tuned for have shown: ways that were lost, checks that were not known. */
import type { Cases } from './injection.cases.ts'

const HANDLER = (body: string): string => `const express = require('express'); const app = express(); app.get('/a', (req, res) => { ${body} })`

export const FRESH: Readonly<Record<string, Cases>> = {
  'command-injection': {
    bad: [
      String.raw`const { exec } = require('child_process'); exports.remove = (name) => exec("rm '" + name.replace(/'/, "'\\''") + "'")`,
      String.raw`const { exec } = require('child_process'); exports.remove = (name) => exec("rm '" + name.replace("'", "'\\''") + "'")`,
      `const { exec } = require('child_process'); const options = require('yargs').argv; exec('build ' + options.target)`,
      `const { exec } = require('child_process'); const { program } = require('commander'); exec('build ' + program.opts().target)`,
      `import meow from 'meow'; import { execSync } from 'node:child_process'; const cli = meow('usage'); execSync('build ' + cli.input[0])`,
      `const { exec } = require('child_process'); app.get('/a', (req, res) => { exec('show ' + req.validated.name) })`,
      `const { execSync } = require('child_process'); const text = execSync('cat notes.txt').toString()`,
      `const { execFileSync } = require('child_process'); const text = execFileSync('cat', ['notes.txt'])`,
      `const { exec } = require('child_process'); function remove(name) { let target = 'x'; if (name.length) { target = name } exec('rm ' + target) } module.exports = { remove }`,
    ],
    good: [
      String.raw`const { exec } = require('child_process'); exports.remove = (name) => exec("rm '" + name.replace(/'/g, "'\\''") + "'")`,
      String.raw`const { exec } = require('child_process'); exports.remove = (name) => exec("rm '" + name.replaceAll("'", "'\\''") + "'")`,
      `const { exec } = require('child_process'); const options = require('yargs').argv; exec('build', { env: { TARGET: options.target } })`,
      `const { exec } = require('child_process'); function remove(name) { if (isSafeName(name)) exec('rm ' + name) } module.exports = { remove }`,
      `const { exec } = require('child_process'); function remove(name) { if (isSafeName(name) !== true) return; exec('rm ' + name) } module.exports = { remove }`,
      `const { execSync } = require('child_process'); execSync('cat a.txt | sort')`,
      `const { execFile } = require('child_process'); execFile('cat', ['a.txt'], (error, out, warnings) => done(out, warnings))`,
      `const { exec } = require('child_process'); function list(name) { name = 'fixed'; exec('ls ' + name) } module.exports = { list }`,
    ],
  },
  'path-traversal': {
    bad: [
      `const fs = require('fs'); app.get('/a', (req, res) => { let file = req.query.file; for (;;) { fs.readFileSync(file); file = 'b.txt' } })`,
      `const fs = require('fs'); app.get('/a', (req, res) => { let file = 'a.txt'; if (req.query.file) { file = req.query.file } res.send(fs.readFileSync(file)) })`,
    ],
    good: [
      `const fs = require('fs'); app.get('/a', (req, res) => { let file = sanitizePath(req.query.file); res.send(fs.readFileSync(file)); file = req.query.other; log(file) })`,
      `const fs = require('fs'); const path = require('path'); app.get('/a', (req, res) => { res.send(fs.readFileSync('icon' + path.extname(req.query.file))) })`,
      `const fs = require('fs'); app.get('/a', (req, res) => { let file = req.query.file; if (file) { file = file.replace(/\\.\\./g, '') } res.send(fs.readFileSync(file)) })`,
    ],
  },
  'xss': {
    bad: [
      `$('#out').html($('#in').val())`,
      `document.getElementById('out').innerHTML = document.querySelector('textarea').value`,
      `list.innerHTML = '<b>' + document.getElementById('name').textContent + '</b>'`,
      `field.addEventListener('input', (event) => { out.innerHTML = event.target.value })`,
      `try { load(location.hash) } catch (error) { document.body.innerHTML = error }`,
      `app.get('/a', (req, res) => { try { parse(req.query.text) } catch (e) { res.send('Error: ' + e) } })`,
      `export async function POST(request: Request) { return new Response(await request.text(), { headers: { 'content-type': 'text/html' } }) }`,
      `export async function GET(req) { const headers = new Headers(); headers.set('Content-Type', 'text/html'); return new Response('<p>' + req.nextUrl.searchParams.get('q'), { headers }) }`,
      `$('<a>', { href: location.hash.slice(1) }).appendTo('body')`,
      `$('#link').attr({ href: location.search })`,
      `$('<p>', { html: location.hash }).appendTo('body')`,
      `let element = document.createElement('img'); element = document.createElement('a'); element.href = location.hash.slice(1)`,
      `const page = location.hash; const view = <WebView source={{ html: page }} />`,
    ],
    good: [
      `$('#out').text($('#in').val())`,
      `$('#out').html($('#in').attr('title', 'x'))`,
      `$('#in').val('new text').focus()`,
      `try { load('constant') } catch (error) { document.body.innerHTML = error }`,
      `try { const size = parseInt(location.hash) } catch (error) { document.body.innerHTML = error }`,
      `export async function POST(request: Request) { return new Response(await request.text(), { headers: { 'content-type': 'application/json' } }) }`,
      `export async function POST(request: Request) { return new Response(await request.text()) }`,
      `$('<a>', { href: '/own/' + location.hash.slice(1) }).appendTo('body')`,
      `$('<p>', { text: location.hash }).appendTo('body')`,
      `let element = document.createElement('a'); element = document.createElement('img'); element.src = location.hash.slice(1)`,
    ],
  },
  'ssrf': {
    bad: [
      HANDLER(`const WebSocket = require('ws'); new WebSocket('wss://' + req.query.host)`),
      HANDLER(`const { JSDOM } = require('jsdom'); JSDOM.fromURL(req.query.page)`),
      HANDLER(`const axios = require('axios'); axios.get('/users', { baseURL: req.query.site })`),
      `import { HttpLink } from '@apollo/client'; export function GET(request: Request) { return new HttpLink({ uri: new URL(request.url).searchParams.get('to') }) }`,
    ],
    good: [
      HANDLER(`const WebSocket = require('ws'); new WebSocket('wss://own.example/' + req.query.room)`),
      HANDLER(`const axios = require('axios'); axios.get('/users', { baseURL: 'https://own.example/', params: req.query })`),
    ],
  },
  'authn-jwt': {
    bad: [`const helmet = require('helmet'); app.use(helmet({ hidePoweredBy: false }))`, `import helmet from 'helmet'; app.use(helmet({ dnsPrefetchControl: false }))`],
    good: [`const helmet = require('helmet'); app.use(helmet())`, `const helmet = require('helmet'); app.use(helmet({ crossOriginEmbedderPolicy: false }))`],
  },
  'open-redirect': {
    bad: [
      `import { createBrowserHistory } from 'history'; const history = createBrowserHistory(); history.push(location.search.slice(1))`,
      `import { useNavigate, useSearchParams } from 'react-router-dom'; function Go() { const navigate = useNavigate(); const [params] = useSearchParams(); navigate(params.get('next')) }`,
      HANDLER(`res.redirect([req.query.host, '/home'].join(''))`),
    ],
    good: [
      HANDLER(`res.redirect(['/home?name=', req.query.name].join(''))`),
      `import { createBrowserHistory } from 'history'; const history = createBrowserHistory(); history.push('/home?q=' + location.search.slice(1))`,
    ],
  },
  'cors-origin': {
    bad: [
      HANDLER(`res.setHeader('Access-Control-Allow-Origin', 'null'); res.setHeader('Access-Control-Allow-Credentials', 'true')`),
      `const cors = require('cors'); app.get('/a', (req, res, next) => cors({ origin: req.query.site })(req, res, next))`,
      `import { ApolloServer } from 'apollo-server'; new ApolloServer({ cors: { origin: true } })`,
    ],
    good: [
      HANDLER(`res.setHeader('Access-Control-Allow-Origin', 'null')`),
      `import { ApolloServer } from 'apollo-server'; new ApolloServer({ cors: { origin: 'https://own.example' } })`,
      `import { ApolloServer } from 'apollo-server'; new ApolloServer({ cors: false })`,
    ],
  },
  'url-validation': {
    bad: [
      `if (value.indexOf('partner.example.com') !== -1) follow(value)`,
      `if (value.endsWith('example.com')) follow(value)`,
      `const PARTNER = /^https:\\/\\/www.example.com\\//`,
      `if (value.matchAll('https?://example.com')) follow(value)`,
    ],
    good: [
      `if (allowedHosts.includes('example.com')) follow(value)`,
      `if (value.startsWith('https://example.com/')) follow(value)`,
      `if (value.endsWith('.example.com')) follow(value)`,
      `const PARTNER = /^https:\\/\\/www\\.example\\.com\\//`,
    ],
  },
  'resource': {
    bad: [
      `const bcrypt = require('bcrypt'); const express = require('express'); const app = express(); app.post('/login', async (req, res) => { res.json(await bcrypt.compare(req.body.password, hash)) })`,
      `const express = require('express'); const router = express.Router(); async function enter(req, res) { await authenticate(req.body) } router.post('/enter', enter)`,
      HANDLER(`const count = parseInt(req.query.count); const list = new Array(count)`),
      HANDLER(`const size = Math.ceil(Number(req.query.count)) * 8; Buffer.alloc(size)`),
    ],
    good: [
      `const limit = require('express-rate-limit'); const bcrypt = require('bcrypt'); const express = require('express'); const app = express(); app.use(limit()); app.post('/login', async (req, res) => { res.json(await bcrypt.compare(req.body.password, hash)) })`,
      `const express = require('express'); const app = express(); app.get('/hello', (req, res) => { res.send('hello') })`,
      HANDLER(`const count = parseInt(req.query.count); if (count > 100) return res.sendStatus(400); const list = new Array(count)`),
      HANDLER(`const text = new Buffer(req.query.name, 'base64')`),
      HANDLER(`const names = req.body.names; if (names.length > 50) return; for (let i = 0; i < names.length; i++) add(names[i])`),
    ],
  },
  'csrf': {
    bad: [
      `const express = require('express'); const app = express(); app.use(require('cookie-parser')()); app.post('/a', (req, res) => { change(req.cookies.user); res.end() })`,
      `const session = require('express-session'); const express = require('express'); const app = express(); app.use(session({ secret })); app.post('/a', change); function change(req, res) { save(req.session.user); res.end() }`,
    ],
    good: [
      `const express = require('express'); const csurf = require('csurf'); const app = express(); app.use(require('cookie-parser')()); app.use(csurf({ cookie: true })); app.post('/a', (req, res) => { change(req.cookies.user); res.end() })`,
      `const express = require('express'); const app = express(); app.use(require('cookie-parser')()); app.get('/a', (req, res) => { res.json(req.cookies.theme) })`,
    ],
  },
  'log-format': {
    bad: [
      HANDLER(`const util = require('util'); res.json(util.format(req.query.format, res.locals.name))`),
      HANDLER(`const { sprintf } = require('sprintf-js'); res.json(sprintf(req.query.format, res.locals.name))`),
    ],
    good: [
      HANDLER(`const util = require('util'); res.json(util.format('%s', req.query.format))`),
      HANDLER(`const { sprintf } = require('sprintf-js'); res.json(sprintf('%s', req.query.name))`),
    ],
  },
}
