/**
 * What a name really means: imports, requires, aliases and instances followed to where they come from.
 *
 * Canonical names: `mod:fs.readFile` for what a module gives (`node:` and `.default` dropped, `fs/promises` is `fs`),
 * `document.write` for a global, `param:db.query` and `local:x.y` where the origin stays unknown, `()` behind the result of a call
 * or of `new`, `this.x` for a member of the class that nothing explains.
 */
import { memberName, staticKey, unwrap } from './ast.ts'
import type { Node } from './ast.ts'
import type { Binding, Path, ScopeTable } from './scopes.ts'

const MAX_DEPTH = 24
/** A property that is written more often says nothing about one object. */
const MAX_MEMBER_WRITES = 30
/** Packages that are drop-in replacements for a built-in module. */
const SAME_AS: Readonly<Record<string, string>> = {
  'fs/promises': 'fs', 'fs-extra': 'fs', 'graceful-fs': 'fs', 'path/posix': 'path', 'path/win32': 'path', 'cross-spawn': 'child_process.spawn',
  'util/types': 'util', 'timers/promises': 'timers',
}
/** Libraries by the names under which pages load them and snippets use them without an import. */
const CONVENTIONAL: Readonly<Record<string, string>> = {
  fs: 'fs', path: 'path', http: 'http', https: 'https', child_process: 'child_process', util: 'util', axios: 'axios', jwt: 'jsonwebtoken', jsonwebtoken: 'jsonwebtoken',
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
    if (this.memo.has(node)) return this.memo.get(node)
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
        return this.result(this.of(node.callee))
      case 'AwaitExpression':
        return this.of(node.argument)
      case 'ImportExpression':
        return node.source.type === 'Literal' ? moduleName(String(node.source.value)) : undefined
      case 'AssignmentExpression':
        return this.of(node.right)
      case 'LogicalExpression':
        return this.of(node.left) ?? this.of(node.right)
      case 'ConditionalExpression':
        return this.of(node.consequent) ?? this.of(node.alternate)
      default:
        return undefined
    }
  }

  private identifier(name: string, at: number): string {
    const binding = this.scopes.resolve(name, at)
    if (!binding) return GLOBAL_OBJECTS.has(name) ? 'window' : Object.hasOwn(CONVENTIONAL, name) ? moduleName(CONVENTIONAL[name] ?? name) : name
    switch (binding.kind) {
      case 'import':
        return binding.imported === '*' || binding.imported === 'default' ? moduleName(binding.specifier) : `${moduleName(binding.specifier)}.${binding.imported}`
      case 'param':
        return this.typed(binding.node, at) ?? this.handed(binding) ?? join(`param:${binding.path.length > 0 ? '' : name}`, binding.path)
      case 'function':
        return `local:${name}`
      default:
        return this.variable(binding, at)
    }
  }

  /** What a library hands to a callback counts as a result of the call: `connect((error, db) => …)`, `newPage().then((page) => …)`. */
  private handed(binding: Extract<Binding, { kind: 'param' }>): string | undefined {
    const call = binding.owner.parent
    if (call?.type !== 'CallExpression' || call.callee === binding.owner || binding.path.length > 0) return undefined
    const callee = unwrap(call.callee)
    const isThen = callee.type === 'MemberExpression' && memberName(callee) === 'then'
    const name = isThen ? this.of(callee.object) : this.result(this.of(callee))
    // An application's own routes hand out requests and answers, which go by their names.
    return name?.startsWith('mod:') && !/^mod:(?:express|koa|fastify|@koa\/router|koa-router|lodash|rxjs|react)\b/.test(name) ? name : undefined
  }

  private variable(binding: Extract<Binding, { kind: 'variable' }>, at: number): string {
    let best: string | undefined
    for (const write of this.scopes.writesOf(binding)) {
      if (write.adds) continue
      const name = this.of(write.value)
      const full = name === undefined ? undefined : canonical(join(name, write.path))
      if (full !== undefined && (best === undefined || (!best.startsWith('mod:') && full.startsWith('mod:')))) best = full
    }
    return best ?? this.typed(binding.node, at) ?? `local:${binding.name}`
  }

  /** Where a type annotation names an imported class, the value is its instance. */
  private typed(node: Node, at: number): string | undefined {
    const annotation = 'typeAnnotation' in node ? node.typeAnnotation : undefined
    if (annotation?.type !== 'TSTypeAnnotation') return undefined
    const type = annotation.typeAnnotation
    if (type.type !== 'TSTypeReference') return undefined
    if (type.typeName.type === 'Identifier') {
      const name = type.typeName.name
      const binding = this.scopes.resolve(name, at)
      return this.result(binding?.kind === 'import' ? this.identifier(name, at) : `type:${name}`)
    }
    return type.typeName.type === 'TSQualifiedName' && type.typeName.right.type === 'Identifier' ? `type:${type.typeName.right.name}()` : undefined
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

  /** A member of the class around: a constructor parameter property, a field, or what is assigned to it. */
  private ownMember(node: Node, name: string): string | undefined {
    const writes = this.scopes.memberWritesOf(name)
    for (const write of writes.length > MAX_MEMBER_WRITES ? [] : writes) {
      if (write.target.type === 'MemberExpression' && write.target.object.type === 'ThisExpression') {
        const found = this.of(write.value)
        if (found !== undefined) return found
      }
    }
    for (const member of this.classAround(node)?.body.body ?? []) {
      if (member.type === 'PropertyDefinition' && staticKey(member, member.key) === name) {
        return this.of(member.value) ?? this.typed(member, node.start)
      }
      if (member.type !== 'MethodDefinition' || member.kind !== 'constructor') continue
      for (const param of member.value.params) {
        if (param.type !== 'TSParameterProperty') continue
        const target = param.parameter.type === 'AssignmentPattern' ? param.parameter.left : param.parameter
        if (target.type === 'Identifier' && target.name === name) return this.typed(target, node.start)
      }
    }
    return undefined
  }

  private call(node: Extract<Node, { type: 'CallExpression' }>): string | undefined {
    const first = node.arguments[0]
    const callee = unwrap(node.callee)
    if (callee.type === 'Identifier' && callee.name === 'require' && first?.type === 'Literal' && typeof first.value === 'string') {
      if (!this.scopes.resolve('require', callee.start)) return moduleName(first.value)
    }
    const name = this.of(callee)
    if (name === 'mod:util.promisify' || name === 'local:__importDefault' || name === 'local:__importStar') return this.of(first)
    if (name?.endsWith('.bind') && callee.type === 'MemberExpression') return this.of(callee.object)
    return this.result(name)
  }

  private result(name: string | undefined): string | undefined {
    return name === undefined ? undefined : `${name}()`
  }
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
