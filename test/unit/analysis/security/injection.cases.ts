/**
 * What people write, by vulnerability class: code that lets outsiders' data through, and the code that it should have been.
 * Written from the documentation of the libraries, not from anybody's test corpus.
 */
export interface Cases {
  readonly bad: readonly string[]
  readonly good: readonly string[]
}

export const INJECTION: Readonly<Record<string, Cases>> = {
  'sql-injection': {
    bad: [
      `import mysql from 'mysql2/promise'; const pool = mysql.createPool({}); app.get('/u', async (req, res) => { const [rows] = await pool.query('SELECT * FROM users WHERE id = ' + req.params.id); res.json(rows) })`,
      `const { Pool } = require('pg'); const db = new Pool(); app.get('/u/:name', async (req, res) => { const { name } = req.params; const result = await db.query(\`SELECT * FROM users WHERE name = '\${name}'\`); res.json(result.rows) })`,
      `const knex = require('knex')({}); router.post('/s', (req, res) => { knex.raw('select * from t where a = ' + req.body.a).then(r => res.json(r)) })`,
      `const knex = require('knex')({}); router.post('/s', async (req, res) => { const rows = await knex('t').whereRaw(\`name = '\${req.query.name}'\`); res.json(rows) })`,
      `import { Sequelize } from 'sequelize'; const sequelize = new Sequelize(process.env.DB); export async function find(req, res) { const term = req.query.q; const users = await sequelize.query("SELECT * FROM users WHERE name LIKE '%" + term + "%'"); res.json(users) }`,
      `import { PrismaClient } from '@prisma/client'; const prisma = new PrismaClient(); app.get('/p', async (req, res) => { res.json(await prisma.$queryRawUnsafe('SELECT * FROM p WHERE id = ' + req.query.id)) })`,
      `import { getConnection } from 'typeorm'; app.get('/x', async (req, res) => { res.json(await getConnection().query(\`DELETE FROM a WHERE b = \${req.body.b}\`)) })`,
      `import { DataSource } from 'typeorm'; const source = new DataSource({}); app.get('/x', async (req, res) => { const q = source.getRepository(User).createQueryBuilder('u').where(\`u.name = '\${req.query.name}'\`); res.json(await q.getMany()) })`,
      `import Database from 'better-sqlite3'; const db = new Database('a.db'); app.get('/x', (req, res) => { res.json(db.prepare('SELECT * FROM t WHERE a = ' + req.query.a).all()) })`,
      `const sqlite3 = require('sqlite3'); const db = new sqlite3.Database('x'); app.get('/x', (req, res) => { db.all("SELECT * FROM t WHERE a = '" + req.query.a + "'", (err, rows) => res.json(rows)) })`,
      `import Koa from 'koa'; import mysql from 'mysql'; const c = mysql.createConnection({}); const app = new Koa(); app.use(async (ctx) => { c.query('SELECT * FROM t WHERE a = ' + ctx.query.a) })`,
      `import fastify from 'fastify'; import pg from 'pg'; const client = new pg.Client(); fastify().get('/', async (request, reply) => { const sql = 'SELECT 1 FROM t WHERE x = ' + request.query.x; return client.query(sql) })`,
      `const sql = require('mssql'); app.post('/l', async (req, res) => { const request = new sql.Request(); await request.query("select * from u where n = '" + req.body.n + "'") })`,
      `function where(value) { return "WHERE name = '" + value + "'" } const { Client } = require('pg'); const client = new Client(); app.get('/', (req, res) => { client.query('SELECT * FROM t ' + where(req.query.v)) })`,
      `class Users { constructor(db) { this.db = db } find(id) { return this.db.query('SELECT * FROM users WHERE id = ' + id) } }`,
      `import { Injectable, Controller, Get, Query } from '@nestjs/common'; @Controller() export class A { constructor(private db: DataSource) {} @Get() find(@Query('id') id: string) { return this.db.query(\`SELECT * FROM a WHERE id = \${id}\`) } }`,
      `import { sql } from 'drizzle-orm'; app.get('/', async (req, res) => { await db.execute(sql.raw('SELECT * FROM t WHERE a = ' + req.query.a)) })`,
      `import pgPromise from 'pg-promise'; const db = pgPromise()({}); app.get('/', async (req, res) => { res.json(await db.any('SELECT * FROM t WHERE a = ' + req.query.a)) })`,
      `export async function POST(request) { const body = await request.json(); const { rows } = await pool.query(\`UPDATE t SET a = '\${body.a}'\`); return Response.json(rows) }`,
      `const connection = require('mysql').createConnection({}); exports.handler = async (event, context) => { const id = event.queryStringParameters.id; connection.query("SELECT * FROM t WHERE id = " + id) }`,
    ],
    good: [
      `import mysql from 'mysql2/promise'; const pool = mysql.createPool({}); app.get('/u', async (req, res) => { const [rows] = await pool.query('SELECT * FROM users WHERE id = ?', [req.params.id]); res.json(rows) })`,
      `const { Pool } = require('pg'); const db = new Pool(); app.get('/u/:name', async (req, res) => { const r = await db.query('SELECT * FROM users WHERE name = $1', [req.params.name]); res.json(r.rows) })`,
      `const knex = require('knex')({}); router.post('/s', (req, res) => { knex.raw('select * from t where a = ?', [req.body.a]).then(r => res.json(r)) })`,
      `import { PrismaClient } from '@prisma/client'; const prisma = new PrismaClient(); app.get('/p', async (req, res) => { res.json(await prisma.$queryRaw\`SELECT * FROM p WHERE id = \${req.query.id}\`) })`,
      `const { Pool } = require('pg'); const db = new Pool(); app.get('/u', async (req, res) => { const id = Number(req.query.id); const r = await db.query('SELECT * FROM users WHERE id = ' + id); res.json(r.rows) })`,
      `const TABLE = 'users'; const { Pool } = require('pg'); const db = new Pool(); export const all = () => db.query(\`SELECT * FROM \${TABLE}\`)`,
      `const mysql = require('mysql'); const c = mysql.createConnection({}); app.get('/', (req, res) => { c.query('SELECT * FROM t WHERE a = ' + mysql.escape(req.query.a)) })`,
      `client.query({ query: GET_USER, variables: { id: req.params.id } })`,
      `document.querySelector('select option[value="' + value + '"]')`,
    ],
  },
  'nosql-injection': {
    bad: [
      `import { MongoClient } from 'mongodb'; const client = new MongoClient('x'); app.post('/login', async (req, res) => { const user = await client.db().collection('users').findOne({ name: req.body.name, password: req.body.password }); res.json(user) })`,
      `const mongoose = require('mongoose'); const User = mongoose.model('User', schema); app.get('/u', async (req, res) => { res.json(await User.find({ name: req.query.name })) })`,
      `const User = require('./models/user'); const mongoose = require('mongoose'); app.post('/', async (req, res) => { const { email } = req.body; const user = await User.findOne({ email }); res.json(user) })`,
      `app.get('/', async (req, res) => { const docs = await db.collection('t').find({ $where: 'this.a == ' + req.query.a }).toArray(); res.json(docs) })`,
      `const mongoose = require('mongoose'); const User = mongoose.model('User', s); app.post('/', async (req, res) => { await User.updateOne(req.body.filter, { $set: { a: 1 } }) })`,
    ],
    good: [
      `const mongoose = require('mongoose'); const User = mongoose.model('User', schema); app.get('/u', async (req, res) => { res.json(await User.find({ name: String(req.query.name) })) })`,
      `const mongoose = require('mongoose'); const User = mongoose.model('User', schema); app.get('/u', async (req, res) => { res.json(await User.find({ name: { $eq: req.query.name } })) })`,
      `const list = [1]; app.get('/', (req, res) => res.json(list.find((each) => each.id === req.query.id)))`,
    ],
  },
  'command-injection': {
    bad: [
      `const { exec } = require('child_process'); app.get('/', (req, res) => { exec('ping ' + req.query.host, (e, out) => res.send(out)) })`,
      `import { execSync } from 'node:child_process'; export function archive(name) { execSync(\`tar czf \${name}.tgz .\`) }`,
      `import cp from 'child_process'; import { promisify } from 'util'; const run = promisify(cp.exec); app.post('/', async (req, res) => { await run('git log ' + req.body.ref) })`,
      `const { spawn } = require('child_process'); app.get('/', (req, res) => { spawn('sh', ['-c', 'ls ' + req.query.dir]) })`,
      `const { spawn } = require('child_process'); app.get('/', (req, res) => { spawn('ls ' + req.query.dir, { shell: true }) })`,
      `const { spawn } = require('child_process'); app.get('/', (req, res) => { spawn(req.query.cmd, []) })`,
      `import { execa, execaCommand } from 'execa'; router.get('/', async (ctx) => { await execaCommand('convert ' + ctx.query.file) })`,
      `const shell = require('shelljs'); app.get('/', (req, res) => { shell.exec('grep ' + req.query.term + ' a.txt') })`,
      `import { $ } from 'zx'; import { exec } from 'child_process'; const command = process.argv[2]; exec('echo ' + command)`,
      `const util = require('util'); const exec = util.promisify(require('child_process').exec); async function clone(url) { await exec('git clone ' + url) } app.post('/', async (req, res) => { await clone(req.body.url) })`,
      `const cp = require('child_process'); module.exports = function (options) { return cp.execSync('rm -rf ' + options.dir) }`,
      `exports.handler = async (event, context) => { require('child_process').execSync('convert ' + event.file) }`,
    ],
    good: [
      `const { exec } = require('child_process'); exec('git rev-parse HEAD', () => {})`,
      `const { execFile } = require('child_process'); app.get('/', (req, res) => { execFile('ping', ['-c', '1', '--', req.query.host], (e, out) => res.json(out)) })`,
      `const pattern = /a(b)/; app.get('/', (req, res) => res.json(pattern.exec(req.query.a)))`,
      `import { spawn } from 'child_process'; spawn(process.execPath, ['a.js'])`,
      `const mongoose = require('mongoose'); app.get('/', async (req, res) => res.json(await User.find({}).exec(req.query.cb)))`,
    ],
  },
  'code-injection': {
    bad: [
      `app.get('/', (req, res) => { const result = eval(req.query.expression); res.json(result) })`,
      `app.post('/', (req, res) => { const f = new Function('a', req.body.code); res.json(f(1)) })`,
      `const vm = require('vm'); app.post('/', (req, res) => { vm.runInNewContext(req.body.code, {}) })`,
      `import vm from 'node:vm'; app.post('/', (req, res) => { const script = new vm.Script(req.body.code); script.runInThisContext() })`,
      `const { VM } = require('vm2'); app.post('/', (req, res) => { new VM().run(req.body.code) })`,
      `window.addEventListener('message', (event) => { eval(event.data) })`,
      `setTimeout('update(' + location.hash.slice(1) + ')', 100)`,
      `app.get('/', (req, res) => { const handler = require('./handlers/' + req.params.name); handler(req, res) })`,
      `app.get('/', async (req, res) => { const mod = await import(req.query.module); res.json(mod) })`,
      `const helper = (code) => eval(code); export default helper`,
      `window.addEventListener('message', ({ data }) => { window[data.fn](data.value) })`,
      `const code = new URLSearchParams(location.search).get('code'); globalThis.eval(code)`,
    ],
    good: [
      `JSON.parse(req.body.a)`,
      `setTimeout(() => update(location.hash), 100)`,
      `const f = new Function('return this')()`,
      `const routes = { a, b }; app.get('/', (req, res) => { const h = Object.hasOwn(routes, req.params.name) ? routes[req.params.name] : missing; h(req, res) })`,
      `const { evaluate } = require('mathjs'); app.get('/', (req, res) => res.json(evaluate(req.query.e)))`,
    ],
  },
  ssti: {
    bad: [
      `const ejs = require('ejs'); app.get('/', (req, res) => { res.send(ejs.render(req.query.template, {})) })`,
      `const Handlebars = require('handlebars'); app.post('/', (req, res) => { const t = Handlebars.compile(req.body.template); res.send(t({})) })`,
      `import pug from 'pug'; app.post('/', (req, res) => { res.send(pug.render('h1 ' + req.body.title)) })`,
      `const nunjucks = require('nunjucks'); router.get('/', (ctx) => { ctx.body = nunjucks.renderString('Hello ' + ctx.query.name) })`,
      `const _ = require('lodash'); app.get('/', (req, res) => { res.json(_.template(req.query.t)({})) })`,
      `const Mustache = require('mustache'); app.post('/', (req, res) => { res.json(Mustache.render(req.body.t, {})) })`,
    ],
    good: [
      `const ejs = require('ejs'); app.get('/', (req, res) => { res.json(ejs.render('<%= name %>', { name: req.query.name })) })`,
      `const Handlebars = require('handlebars'); const t = Handlebars.compile('{{name}}'); app.post('/', (req, res) => { res.json(t({ name: req.body.name })) })`,
    ],
  },
  xxe: {
    bad: [
      `const libxml = require('libxmljs'); app.post('/', (req, res) => { libxml.parseXml(req.body.xml, { noent: true }) })`,
      `import { parseXmlString } from 'libxmljs2'; app.post('/', (req, res) => { parseXmlString(req.body, { noent: true, nonet: false }) })`,
      `const libxmljs = require('libxmljs'); app.post('/', (req, res) => { const doc = libxmljs.parseXmlString(req.files.a.data.toString(), { noent: true, noblanks: true }); res.json(doc) })`,
    ],
    good: [
      `const libxml = require('libxmljs'); app.post('/', (req, res) => { libxml.parseXml(req.body.xml, { noent: false }) })`,
      `import { XMLParser } from 'fast-xml-parser'; app.post('/', (req, res) => { res.json(new XMLParser({ processEntities: false }).parse(req.body.xml)) })`,
    ],
  },
  deserialization: {
    bad: [
      `const serialize = require('node-serialize'); app.get('/', (req, res) => { serialize.unserialize(req.cookies.profile) })`,
      `const yaml = require('js-yaml'); app.post('/', (req, res) => { res.json(yaml.load(req.body.yaml)) })`,
      `import { deserialize } from 'node:v8'; app.post('/', (req, res) => { res.json(deserialize(req.body)) })`,
      `import serialijse from 'serialijse'; app.post('/', (req, res) => { res.json(serialijse.deserialize(req.body.a)) })`,
    ],
    good: [
      `app.get('/', (req, res) => { res.json(JSON.parse(req.cookies.profile)) })`,
      `const yaml = require('js-yaml'); app.post('/', (req, res) => { res.json(yaml.load(req.body.yaml, { schema: yaml.JSON_SCHEMA })) })`,
    ],
  },
  'proto-pollution': {
    bad: [
      `const _ = require('lodash'); app.post('/', (req, res) => { _.merge(config, req.body) })`,
      `import merge from 'lodash/merge'; app.post('/', (req, res) => { merge({}, req.body) })`,
      `import set from 'lodash.set'; app.post('/', (req, res) => { set(state, req.body.path, req.body.value) })`,
      `app.post('/', (req, res) => { settings[req.body.section][req.body.key] = req.body.value })`,
      `export function merge(target, source) { for (const key in source) { if (typeof source[key] === 'object') merge(target[key], source[key]); else target[key] = source[key] } return target }`,
      `export function set(object, path, value) { const keys = path.split('.'); let current = object; for (let i = 0; i < keys.length - 1; i++) { current = current[keys[i]] } current[keys[keys.length - 1]] = value }`,
      `const extend = require('deep-extend'); app.post('/', (req, res) => { extend({}, JSON.parse(req.body.options)) })`,
      `app.post('/', (req, res) => { const user = new User(); Object.assign(user, req.body); user.save() })`,
    ],
    good: [
      `app.post('/', (req, res) => { const map = new Map(); map.set(req.body.key, 1) })`,
      `export function merge(target, source) { for (const key of Object.keys(source)) { if (key === '__proto__' || key === 'constructor') continue; if (typeof source[key] === 'object') merge(target[key], source[key]); else target[key] = source[key] } return target }`,
      `const _ = require('lodash'); _.merge({}, defaults, { a: 1 })`,
      `app.post('/', (req, res) => { const counts = {}; for (let i = 0; i < 3; i++) counts[i] = req.body.a })`,
    ],
  },
}
