/**
 * What a name really means: imports, requires, aliases and instances followed to where they come from.
 *
 * Canonical names: `mod:fs.readFile` for what a module gives (`node:` and `.default` dropped, `fs/promises` is `fs`),
 * `document.write` for a global, `param:db.query` and `local:x.y` where the origin stays unknown, `()` behind the result of a call
 * or of `new`, `this.x` for a member of the class that nothing explains.
 */
import { memberName, staticKey, unwrap } from '../syntax/ast.ts'
import type { Node } from '../syntax/ast.ts'
import type { Binding, MemberWrite, Path, ScopeTable } from './scope-table.ts'

const MAX_DEPTH = 24
/** A property that is written more often says nothing about one object. */
const MAX_MEMBER_WRITES = 30
/** Packages that are drop-in replacements for a built-in module. */
const SAME_AS: Readonly<Record<string, string>> = {
  'fs/promises': 'fs', 'fs-extra': 'fs', 'graceful-fs': 'fs', 'mz/fs': 'fs', 'original-fs': 'fs', 'path/posix': 'path', 'path/win32': 'path', 'cross-spawn': 'child_process.spawn', 'cross-spawn-async': 'child_process.spawn',
  'util/types': 'util', 'timers/promises': 'timers',
}
/** Libraries by the names under which pages load them and snippets use them without an import. */
const CONVENTIONAL: Readonly<Record<string, string>> = {
  fs: 'fs', path: 'path', http: 'http', https: 'https', child_process: 'child_process', util: 'util', crypto: 'crypto', vm: 'vm', axios: 'axios', jwt: 'jsonwebtoken', jsonwebtoken: 'jsonwebtoken',
  bcrypt: 'bcrypt', _: 'lodash', ejs: 'ejs', pug: 'pug', jade: 'jade', Handlebars: 'handlebars', handlebars: 'handlebars', Mustache: 'mustache', mustache: 'mustache',
  nunjucks: 'nunjucks', doT: 'dot', Hogan: 'hogan.js', Sqrl: 'squirrelly', Template7: 'template7', express: 'express', mysql: 'mysql', knex: 'knex', sequelize: 'sequelize', yaml: 'js-yaml',
  needle: 'needle', superagent: 'superagent', got: 'got', shell: 'shelljs', shelljs: 'shelljs', serialize: 'node-serialize', marked: 'marked', passport: 'passport',
}
const GLOBAL_OBJECTS: ReadonlySet<string> = new Set(['window', 'globalThis', 'self', 'global', 'top', 'parent'])

export interface Names {
  /** Canonical name of an expression, or `undefined` where it has none. */
  of(node: Node | null | undefined): string | undefined
  /** The class around a node. */
  classAround(node: Node): Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }> | undefined
}

export function createNames(scopes: ScopeTable): Names {
  return new Resolver(scopes)
}

/** `mod:` name of a specifier. */
export function moduleName(specifier: string): string {
  const plain = specifier.startsWith('node:') ? specifier.slice(5) : specifier
  return `mod:${SAME_AS[plain] ?? plain}`
}

class Resolver implements Names {
  private readonly memo = new Map<Node, string | undefined>()
  private depth = 0

  constructor(private readonly scopes: ScopeTable) {}

  of(node: Node | null | undefined): string | undefined {
    if (!node) return undefined
    const known = this.memo.get(node)
    if (known !== undefined || this.memo.has(node)) return known
    if (this.depth > MAX_DEPTH) return undefined
    this.depth++
    // Set before it is known, so that a name defined by itself ends.
    this.memo.set(node, undefined)
    const name = this.compute(unwrap(node))
    this.memo.set(node, name)
    this.depth--
    return name
  }

  classAround(node: Node): Extract<Node, { type: 'ClassDeclaration' | 'ClassExpression' }> | undefined {
    let current: Node | null | undefined = node
    while (current && current.type !== 'ClassDeclaration' && current.type !== 'ClassExpression') current = current.parent
    return current ?? undefined
  }

  private compute(node: Node): string | undefined {
    switch (node.type) {
      case 'Identifier':
        return this.identifier(node.name, node.start)
      case 'ThisExpression':
        return 'this'
      case 'MemberExpression':
        return this.member(node)
      case 'CallExpression':
        return this.call(node)
      case 'NewExpression':
        return resultOf(this.of(node.callee))
      case 'ImportExpression':
        return node.source.type === 'Literal' ? moduleName(String(node.source.value)) : undefined
      default:
        return this.firstOf(alternativesOf(node))
    }
  }

  private firstOf(nodes: readonly Node[]): string | undefined {
    for (const node of nodes) {
      const name = this.of(node)
      if (name !== undefined) return name
    }
    return undefined
  }

  private identifier(name: string, at: number): string {
    const binding = this.scopes.resolve(name, at)
    if (!binding) return nameOfGlobal(name)
    switch (binding.kind) {
      case 'import':
        return nameOfImport(binding)
      case 'param':
        return this.typed(binding.node, at) ?? this.handed(binding) ?? join(`param:${binding.path.length > 0 ? '' : name}`, binding.path)
      case 'function':
        return `local:${name}`
      default:
        return this.variable(binding, at)
    }
  }

  /** What a library hands to a callback counts as a result of the call: `connect((error, db) => …)`, `newPage().then((page) => …)`. */
  private handed({ owner, path }: Extract<Binding, { kind: 'param' }>): string | undefined {
    const call = owner.parent
    if (call?.type !== 'CallExpression' || call.callee === owner || path.length > 0) return undefined
    const name = this.settled(unwrap(call.callee))
    return name?.startsWith('mod:') && !HANDS_OUT_OWN.test(name) ? name : undefined
  }

  /** What a call's callback is handed: what `then` is called on, or what the call yields. */
  private settled(callee: Node): string | undefined {
    const isThen = callee.type === 'MemberExpression' && memberName(callee) === 'then'
    return isThen ? this.of(callee.object) : resultOf(this.of(callee))
  }

  private variable(binding: Extract<Binding, { kind: 'variable' }>, at: number): string {
    let best: string | undefined
    for (const write of this.scopes.writesOf(binding)) {
      const name = write.adds ? undefined : this.of(write.value)
      if (name !== undefined) best = better(best, canonical(join(name, write.path)))
    }
    return best ?? this.typed(binding.node, at) ?? `local:${binding.name}`
  }

  /** Where a type annotation names an imported class, the value is its instance. */
  private typed(node: Node, at: number): string | undefined {
    const type = typeNameOf(node)
    if (type?.type === 'TSQualifiedName') return type.right.type === 'Identifier' ? `type:${type.right.name}()` : undefined
    if (type?.type !== 'Identifier') return undefined
    const binding = this.scopes.resolve(type.name, at)
    return resultOf(binding?.kind === 'import' ? this.identifier(type.name, at) : `type:${type.name}`)
  }

  private member(node: Extract<Node, { type: 'MemberExpression' }>): string | undefined {
    const name = memberName(node) ?? '*'
    const object = unwrap(node.object)
    if (object.type === 'ThisExpression') {
      const own = this.ownMember(node, name)
      if (own !== undefined) return own
    }
    const base = this.of(object)
    if (base === undefined) return `?.${name}`
    return canonical(join(base === 'window' && name !== '*' ? '' : base, [name]))
  }

  /** A member of the class around: what is assigned to it, a field, or a constructor's parameter property. */
  private ownMember(node: Node, name: string): string | undefined {
    const assigned = this.firstOf(assignedToThis(this.scopes.memberWritesOf(name)))
    if (assigned !== undefined) return assigned
    const declared = declarationOf(this.classAround(node)?.body.body ?? [], name)
    if (declared?.type !== 'PropertyDefinition') return declared && this.typed(declared, node.start)
    return this.of(declared.value) ?? this.typed(declared, node.start)
  }

  private call(node: Extract<Node, { type: 'CallExpression' }>): string | undefined {
    const callee = unwrap(node.callee)
    const required = this.required(node, callee)
    if (required !== undefined) return required
    const name = this.of(callee)
    if (name !== undefined && PASSES_THROUGH.test(name)) return this.of(node.arguments[0])
    if (name?.endsWith('.bind') && callee.type === 'MemberExpression') return this.of(callee.object)
    return resultOf(name)
  }

  /** The module that `require('…')` loads. */
  private required(node: Extract<Node, { type: 'CallExpression' }>, callee: Node): string | undefined {
    const [first] = node.arguments
    if (callee.type !== 'Identifier' || callee.name !== 'require' || first?.type !== 'Literal' || typeof first.value !== 'string') return undefined
    return this.scopes.resolve('require', callee.start) ? undefined : moduleName(first.value)
  }
}

/** An application's own routes hand out requests and answers, which go by their names. */
const HANDS_OUT_OWN = /^mod:(?:express|koa|fastify|@koa\/router|koa-router|lodash|rxjs|react)\b/
/** Functions that yield what they are handed, as far as its name is concerned: what compilers put around imports, and what makes promises of callbacks. */
const PASSES_THROUGH = /^local:__import(?:Default|Star)$|^mod:(?:(?:@[\w-]+\/)?[\w.-]*promisify[\w-]*|pify|thenify(?:-all)?|universalify|bluebird|util)(?:\.(?:promisify(?:All)?|withCallback|fromCallback))?$/

/** Expressions of which a value is one. */
function alternativesOf(node: Node): readonly Node[] {
  switch (node.type) {
    case 'AwaitExpression':
      return [node.argument]
    case 'AssignmentExpression':
      return [node.right]
    case 'LogicalExpression':
      return [node.left, node.right]
    case 'ConditionalExpression':
      return [node.consequent, node.alternate]
    default:
      return []
  }
}

function nameOfGlobal(name: string): string {
  if (GLOBAL_OBJECTS.has(name)) return 'window'
  return Object.hasOwn(CONVENTIONAL, name) ? moduleName(CONVENTIONAL[name] ?? name) : name
}

function nameOfImport({ specifier, imported }: Extract<Binding, { kind: 'import' }>): string {
  const name = moduleName(specifier)
  return imported === '*' || imported === 'default' ? name : `${name}.${imported}`
}

/** Of two names of one value: that of a module, else the first. */
function better(best: string | undefined, name: string): string {
  return best === undefined || (!best.startsWith('mod:') && name.startsWith('mod:')) ? name : best
}

/** Name of the type that an annotation refers to. */
function typeNameOf(node: Node): Node | undefined {
  const annotation = 'typeAnnotation' in node ? node.typeAnnotation : undefined
  const type = annotation?.type === 'TSTypeAnnotation' ? annotation.typeAnnotation : undefined
  return type?.type === 'TSTypeReference' ? type.typeName : undefined
}

/** Values that are assigned to a property of `this`; none where the property is written everywhere. */
function assignedToThis(writes: readonly MemberWrite[]): readonly Node[] {
  if (writes.length > MAX_MEMBER_WRITES) return []
  return writes.filter(({ target }) => target.type === 'MemberExpression' && target.object.type === 'ThisExpression').map(({ value }) => value)
}

/** The field, or the parameter property of the constructor, of this name. */
function declarationOf(members: readonly Node[], name: string): Node | undefined {
  for (const member of members) {
    if (member.type === 'PropertyDefinition' && staticKey(member, member.key) === name) return member
    const property = member.type === 'MethodDefinition' && member.kind === 'constructor' ? parameterProperty(member.value.params, name) : undefined
    if (property) return property
  }
  return undefined
}

function parameterProperty(params: readonly Node[], name: string): Node | undefined {
  for (const param of params) {
    if (param.type !== 'TSParameterProperty') continue
    const target = param.parameter.type === 'AssignmentPattern' ? param.parameter.left : param.parameter
    if (target.type === 'Identifier' && target.name === name) return target
  }
  return undefined
}

function resultOf(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `${name}()`
}

function join(base: string, path: Path): string {
  let name = base
  for (const step of path) name = name === '' || name.endsWith(':') ? `${name}${step}` : `${name}.${step}`
  return name
}

function canonical(name: string): string {
  if (!name.startsWith('mod:')) return name
  return name.replace(/^(mod:[^.()]*)\.default\b/, '$1').replace(/^mod:fs\.promises\b/, 'mod:fs')
}
