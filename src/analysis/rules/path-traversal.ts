/** Data that decides which file is touched. */
import { memberName, unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust, exportNameOf } from '../taint/sources.ts'
import type { Flow } from '../taint/taint.ts'
import { isAnswer } from './responses.ts'
import { isFunctionLike, piecesOf, valueBehind } from './shared.ts'
import { isValidated } from './validation.ts'

const HELP = 'Resolve the path and check that it still starts with the directory it must stay in; or look it up in a fixed table.'
const FILE_METHODS = ['access', 'accessSync', 'appendFile', 'appendFileSync', 'chmod', 'chmodSync', 'chown', 'chownSync', 'copyFile', 'copyFileSync', 'cp', 'cpSync', 'createReadStream', 'createWriteStream', 'exists', 'existsSync', 'link', 'linkSync', 'lstat', 'lstatSync', 'mkdir', 'mkdirSync', 'mkdtemp', 'mkdtempSync', 'open', 'openSync', 'opendir', 'opendirSync', 'readdir', 'readdirSync', 'readFile', 'readFileSync', 'readlink', 'readlinkSync', 'realpath', 'realpathSync', 'rename', 'renameSync', 'rm', 'rmSync', 'rmdir', 'rmdirSync', 'stat', 'statSync', 'symlink', 'symlinkSync', 'truncate', 'truncateSync', 'unlink', 'unlinkSync', 'utimes', 'watch', 'watchFile', 'writeFile', 'writeFileSync', 'outputFile', 'readJson', 'remove', 'ensureDir', 'emptyDir', 'readJSON', 'move', 'file', 'write', 'readTextFile', 'writeTextFile', 'readTextFileSync', 'writeTextFileSync', 'mv', 'statfs', 'statfsSync', 'lutimes', 'lutimesSync', 'utimesSync', 'lchmod', 'lchown', 'outputFileSync', 'outputJson', 'outputJsonSync', 'outputJSON', 'readJsonSync', 'readJSONSync', 'writeJson', 'writeJsonSync', 'writeJSON', 'moveSync', 'removeSync', 'ensureFile', 'ensureFileSync', 'ensureDirSync', 'ensureLink', 'ensureSymlink', 'createFile', 'createFileSync', 'emptyDirSync', 'emptydir', 'mkdirs', 'mkdirsSync', 'mkdirp', 'mkdirpSync', 'pathExists', 'pathExistsSync', 'copy', 'copySync', 'openAsBlob', 'glob', 'globSync']
/** Second arguments that are paths too. */
const TWO_PATHS = /\.(?:rename|copyFile|cp|copy|link|symlink|move)(?:Sync)?$/

/** Files of other engines, and uploads that are moved. */
const OTHER_FILES = /^Bun\.(?:file|write)$|^Deno\.(?:(?:read|write|open|remove|rename|copyFile|stat|lstat|mkdir|readDir|create|truncate)\w*)$|\.files?\.(?:[\w*]+\.)?mv$/

const file = defineRule({
  id: 'path-traversal/file',
  cwe: [22, 73],
  severity: 'medium',
  title: 'a path that others choose is opened',
  help: HELP,
  calls: FILE_METHODS,
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (!/^mod:fs\./.test(name) && !OTHER_FILES.test(name)) return
    for (const position of TWO_PATHS.test(name) ? [0, 1] : [0]) {
      const flow = context.tainted(call.arguments[position], 'path', Trust.Remote) ?? bareParameter(call.arguments[position], context)
      if (flow && !isValidated(flow, call)) return context.report(call, flow)
    }
  },
})

/**
 * What is passed straight through from a parameter, in a module that outsiders reach; what a function derives from it is
 * its own business. Elsewhere opening the files that it is told to is what a function is for.
 */
function bareParameter(value: Node | undefined, context: RuleContext): Flow | undefined {
  if (!value || !context.isExposed()) return undefined
  const target = unwrap(value)
  if (target.type !== 'Identifier' && target.type !== 'MemberExpression') return undefined
  return context.tainted(target, 'path', Trust.Parameter)
}

/**
 * A path that rides along in an object which an exported function is handed, in a module that outsiders do not reach as far
 * as can be seen. A parameter that is itself the path is what the function is for.
 */
const carried = defineRule({
  id: 'path-traversal/carried-path',
  cwe: [22, 73],
  severity: 'low',
  title: 'an object from a caller that is not known decides which file is touched',
  help: HELP,
  calls: FILE_METHODS,
  check(node, context) {
    const call = node as CallNode
    const name = context.names.of(call.callee) ?? ''
    if (context.isExposed() || !/^mod:fs\./.test(name)) return
    for (const argument of call.arguments.slice(0, TWO_PATHS.test(name) ? 2 : 1)) {
      const flow = isCarried(argument, context) ? context.tainted(argument, 'path', Trust.Parameter) : undefined
      if (flow && !isValidated(flow, call)) return context.report(call, flow)
    }
  },
})

/** A member of what an exported function is handed. */
function isCarried(argument: Node, { scopes }: RuleContext): boolean {
  const target = unwrap(argument)
  const object = target.type === 'MemberExpression' ? unwrap(target.object) : undefined
  const binding = object?.type === 'Identifier' ? scopes.resolve(object.name, object.start) : undefined
  return binding?.kind === 'param' && exportNameOf(binding.owner) !== undefined
}

const joined = defineRule({
  id: 'path-traversal/joined',
  cwe: [22],
  severity: 'medium',
  title: 'outsiders choose a part of a path',
  help: HELP,
  calls: ['join', 'resolve', 'normalize'],
  check(node, context) {
    const call = node as CallNode
    if (!/^mod:path\.(?:join|resolve|normalize)$/.test(context.names.of(call.callee) ?? '')) return
    for (const argument of call.arguments) {
      const flow = context.tainted(argument, 'path', Trust.Remote)
      if (flow && !isValidated(flow, call)) return context.report(call, flow)
    }
  },
})

const joinedParameter = defineRule({
  id: 'path-traversal/joined-parameter',
  cwe: [22],
  severity: 'low',
  title: 'a part of a path comes from a caller that is not known',
  help: HELP,
  calls: ['join', 'resolve'],
  check(node, context) {
    const call = node as CallNode
    if (!/^mod:path\.(?:join|resolve)$/.test(context.names.of(call.callee) ?? '')) return
    // The first part is the directory, and a caller's to choose.
    for (const argument of call.arguments.slice(1)) {
      const flow = bareParameter(argument, context)
      if (flow && flow.trust !== Trust.Remote && !isValidated(flow, call)) return context.report(call, flow)
    }
  },
})

const sent = defineRule({
  id: 'path-traversal/sent-file',
  cwe: [22, 73],
  severity: 'high',
  title: 'outsiders choose which file is sent',
  help: 'Pass { root } with a constant directory, or look the file up in a fixed table.',
  calls: ['sendFile', 'sendfile', 'download', 'attachment', 'file'],
  check(node, context) {
    const call = node as CallNode
    if (!isAnswer(call, context)) return
    const flow = sentFlow(call, context)
    if (flow && !isValidated(flow, call)) context.report(call, flow)
  },
})

/** With a root, what counts is who chooses it. */
function sentFlow({ callee, arguments: [path, options] }: CallNode, context: RuleContext): Flow | undefined {
  const root = context.constants.option(options, 'root')
  if (root) return context.tainted(root, 'path', Trust.Remote)
  if (options && mayHoldRoot(options, context)) return undefined
  return isSendFile(callee) && keepsDots(path, context) ? undefined : context.tainted(path, 'path', Trust.Remote)
}

/** Unlike `download`, which resolves its path first. */
function isSendFile(callee: Node): boolean {
  const target = unwrap(callee)
  return target.type === 'MemberExpression' && /^send[Ff]ile$/.test(memberName(target) ?? '')
}

/** `folder + name`: what sends files refuses every path with `..` in it, unless something has resolved it before. */
function keepsDots(path: Node | undefined, context: RuleContext): boolean {
  const [first, ...rest] = path ? piecesOf(valueBehind(path, context), context).filter((piece) => piece !== '') : []
  if (first === undefined || rest.length === 0) return false
  const isFolder = typeof first === 'string' ? /\w\/|^\//.test(first) : context.tainted(first, 'path', Trust.Remote) === undefined
  return isFolder && rest.every((piece) => typeof piece === 'string' || valueBehind(piece, context).type !== 'CallExpression')
}

/** Options made elsewhere may well have a root; a callback has none. */
function mayHoldRoot(options: Node, context: RuleContext): boolean {
  return !isFunctionLike(options, context) && context.constants.literal(options)?.type !== 'ObjectExpression'
}

const view = defineRule({
  id: 'path-traversal/view',
  cwe: [22, 706],
  severity: 'medium',
  title: 'outsiders choose which template is rendered',
  help: 'Look the template up in a fixed table.',
  calls: ['render'],
  check(node, context) {
    const call = node as CallNode
    if (!isAnswer(call, context)) return
    const flow = context.tainted(call.arguments[0], 'path', Trust.Remote)
    if (flow && !isValidated(flow, call)) context.report(call, flow)
  },
})

export const pathTraversalRules: readonly Rule[] = [file, carried, joined, joinedParameter, sent, view]
