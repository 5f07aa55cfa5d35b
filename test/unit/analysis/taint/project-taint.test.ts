import { describe, expect, it } from 'vitest'
import { createAnalyzer } from '../../../../src/analysis/analyze.ts'
import { joinTaint } from '../../../../src/analysis/taint/project-taint.ts'
import type { CrossModuleFinding, ExportResolver } from '../../../../src/analysis/taint/project-taint.ts'

const { analyze } = createAnalyzer()

/** `./db` means `db.js`; re-exports of `barrel.js` are followed as a graph would. */
const resolve: ExportResolver = (_importer, specifier, name) => (specifier === './barrel' ? { id: 'db.js', name } : { id: `${specifier.replace(/^\.\//, '')}.js`, name })

function join(modules: Readonly<Record<string, string>>): CrossModuleFinding[] {
  return joinTaint(new Map(Object.entries(modules).map(([id, source]) => [id, analyze(id, source).taint])), resolve)
}

function placesOf(modules: Readonly<Record<string, string>>): string[] {
  return join(modules).map(({ id, finding }) => `${id}:${finding.line} ${finding.ruleId}`)
}

const QUERY = 'import { Pool } from "pg"; const pool = new Pool();\n'

describe('joinTaint', () => {
  it.each([
    ['a function', { 'app.js': 'import { find } from "./db"; app.get("/", (req, res) => { res.json(find(req.query.id)) })', 'db.js': `${QUERY}export function find(id) { return pool.query("SELECT * FROM t WHERE id = " + id) }` }, ['db.js:2 sql-injection/query']],
    ['an arrow function, by another name', { 'app.js': 'import { find as look } from "./db"; app.get("/", (req, res) => { const { id } = req.params; look(id) })', 'db.js': `${QUERY}export const find = async (id) => { const text = \`SELECT * FROM t WHERE id = \${id}\`; return pool.query(text) }` }, ['db.js:2 sql-injection/query']],
    ['a default export', { 'app.js': 'import run from "./shell"; app.get("/", (req) => run(1, req.query.c))', 'shell.js': 'import { exec } from "child_process"\nexport default function (n, c) { exec("ls " + c) }' }, []],
    ['a namespace', { 'app.js': 'import * as db from "./db"; app.get("/", (req, res) => db.find(req.query.id))', 'db.js': `${QUERY}export const find = (id) => pool.query("SELECT * FROM t WHERE id = " + id)` }, ['db.js:2 sql-injection/query']],
    ['CommonJS', { 'app.js': 'const { read } = require("./files"); app.get("/", (req, res) => read(req.query.f))', 'files.js': 'const fs = require("fs")\nmodule.exports = { read: (name) => fs.readFileSync(name) }' }, ['files.js:2 path-traversal/file']],
    ['a method of an exported class', { 'app.js': 'import { Users } from "./db"; const users = new Users(); app.get("/", (req, res) => users.find(req.query.id))', 'db.js': `${QUERY}export class Users { find(id) { return pool.query("SELECT * FROM t WHERE id = " + id) } }` }, ['db.js:2 sql-injection/query']],
    ['three modules', { 'app.js': 'import { one } from "./service"; app.get("/", (req, res) => one(req.query.id))', 'service.js': 'import { find } from "./db"; export function one(id) { return find(id.trim()) }', 'db.js': `${QUERY}export const find = (id) => pool.query("SELECT * FROM t WHERE id = " + id)` }, ['db.js:2 sql-injection/query']],
    ['a barrel', { 'app.js': 'import { find } from "./barrel"; app.get("/", (req, res) => find(req.query.id))', 'db.js': `${QUERY}export const find = (id) => pool.query("SELECT * FROM t WHERE id = " + id)` }, ['db.js:2 sql-injection/query']],
    ['the browser', { 'app.js': 'import { show } from "./view"; show(location.hash)', 'view.js': 'export function show(text) { document.body.innerHTML = text }' }, ['view.js:1 xss/markup-property']],
  ])('follows %s', (_name, modules, expected) => {
    expect(placesOf(modules as unknown as Record<string, string>)).toEqual(expected.length > 0 ? expected : ['shell.js:2 command-injection/shell-text'])
  })

  it.each([
    ['nothing of outsiders', { 'app.js': 'import { find } from "./db"; find(1)', 'db.js': `${QUERY}export const find = (id) => pool.query("SELECT * FROM t WHERE id = " + id)` }],
    ['numbers', { 'app.js': 'import { find } from "./db"; app.get("/", (req, res) => find(Number(req.query.id)))', 'db.js': `${QUERY}export const find = (id) => pool.query("SELECT * FROM t WHERE id = " + id)` }],
    ['another parameter', { 'app.js': 'import { find } from "./db"; app.get("/", (req, res) => find(req.query.a, 1))', 'db.js': `${QUERY}export const find = (a, id) => pool.query("SELECT * FROM t WHERE id = " + id)` }],
    ['what is cleaned on the way', { 'app.js': 'import { show } from "./view"; import DOMPurify from "dompurify"; show(DOMPurify.sanitize(location.hash))', 'view.js': 'export function show(text) { document.body.innerHTML = text }' }],
    ['what is passed as a value', { 'app.js': 'import { find } from "./db"; app.get("/", (req, res) => find(req.query.id))', 'db.js': `${QUERY}export const find = (id) => pool.query("SELECT * FROM t WHERE id = $1", [id])` }],
  ])('passes %s', (_name, modules) => {
    expect(placesOf(modules as unknown as Record<string, string>)).toEqual([])
  })

  it('ends on modules that call each other', () => {
    const ping = (other: string): string => `import { run as other } from "./${other}"; export function run(x) { other(x) } app.get("/", (req, res) => run(req.query.a))`
    expect(join({ 'a.js': ping('b'), 'b.js': ping('a') })).toEqual([])
  })

  it('tells the whole way, with the module of each step, and is sure', () => {
    const [found] = join({ 'app.js': 'import { find } from "./db"\napp.get("/", (req, res) => find(req.query.id))', 'db.js': `${QUERY}export const find = (id) => pool.query("SELECT * FROM t WHERE id = " + id)` })
    expect(found?.finding.confidence).toBe('high')
    expect(found?.path.map(({ id, line }) => `${id}:${line}`)).toEqual(['app.js:2', 'app.js:2', 'db.js:2', 'db.js:2'])
  })
})
