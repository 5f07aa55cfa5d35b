/** Folders that a server hands out whole. */
import { unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { calledName, stringOf } from './shared.ts'

const HOME = '~'
/** The root of the project or of the machine, a home, or installed packages with what their installer wrote into them. */
const PRIVATE_FOLDER = /(?:^|[\\/])node_modules(?:[\\/]|$)|^[./\\]*$|^~$/
/** A package's own folder of what is to be served. */
const SERVED = /[\\/](?:dist|build|public|static|assets|css|js|fonts|umd|lib|min)(?:[\\/]|$)/

const servedFolder = defineRule({
  id: 'info-leak/served-folder',
  cwe: [200, 219, 548],
  severity: 'medium',
  title: 'a folder is served that holds more than was meant for everyone',
  help: 'Serve a folder of its own, with nothing in it but what everyone may read.',
  calls: ['static', 'serve-static', 'serveStatic', 'koa-static', 'serve'],
  check(node, context) {
    const call = node as CallNode
    const [folder] = call.arguments
    if (!folder || !/^mod:(?:(?:express|connect)\.static|serve-static|koa-static)$/.test(calledName(call, context))) return
    const written = folderText(folder, context)
    if (written !== undefined && written !== '' && PRIVATE_FOLDER.test(written) && !SERVED.test(written)) context.report(call)
  },
})

/** The path as far as it is written, `.` for where the module lies and `~` for a home; nothing where a part is not known. */
function folderText(node: Node, context: RuleContext, depth = 0): string | undefined {
  const target = unwrap(context.constants.literal(node) ?? node)
  const text = stringOf(target, context)
  if (text !== undefined || depth > 4) return text
  if (target.type === 'Identifier') return target.name === '__dirname' ? '.' : undefined
  if (target.type === 'BinaryExpression') return joined([target.left, target.right], '', context, depth)
  return target.type === 'CallExpression' ? calledFolder(target, context, depth) : undefined
}

function calledFolder(call: CallNode, context: RuleContext, depth: number): string | undefined {
  const name = calledName(call, context)
  if (name === 'mod:os.homedir') return HOME
  if (name === 'process.cwd') return '.'
  return /^mod:path\.(?:join|resolve|normalize)$/.test(name) ? joined(call.arguments, '/', context, depth) : undefined
}

function joined(parts: readonly Node[], between: string, context: RuleContext, depth: number): string | undefined {
  const texts = parts.map((part) => folderText(part, context, depth + 1))
  return texts.includes(undefined) ? undefined : texts.join(between)
}

export const servedFolderRules: readonly Rule[] = [servedFolder]
