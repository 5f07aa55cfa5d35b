/** Data that reaches a shell, or decides which program runs. */
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { isValidated } from './validation.ts'
import { calledName, descendants, firstTainted, isTrue, stringOf, textOf, valueBehind } from './shared.ts'

const SHELL_CALL = /^mod:(?:child_process|child-process-promise|mz\/child_process|shelljs|execa|node-cmd|ssh2(?:\.Client)?|node-ssh(?:\.NodeSSH)?|simple-ssh|@actions\/exec)(?:\(\))?(?:\.default)?\.(?:exec|execSync|execCommand|command|commandSync|execaCommand|execaCommandSync|execaCommandSync|shell|shellSync|get|run|runSync|getExecOutput)$|^mod:shelljs\/exec$|^mod:shelljs\/global\.exec$|^mod:(?:exec|exec-async|exec-sh|node-exec-promise|async-exec|shell-exec|execSync|sync-exec)(?:\.\w+)?$/
const SPAWN_CALL = /^mod:(?:child_process|execa|mz\/child_process|foreground-child|win-spawn|cross-spawn-promise|nano-spawn|tinyexec)(?:\.default)?(?:\.(?:spawn|spawnSync|execFile|execFileSync|fork|execa|execaSync|execaNode|sync|node|stdout|stderr|x|exec|foregroundChild))?$|^mod:child_process\.spawn\.(?:sync|spawn)$|^Bun\.spawn(?:Sync)?$/
const SHELLS = /(?:^|[\\/])(?:sh|bash|zsh|dash|ksh|cmd(?:\.exe)?|powershell(?:\.exe)?|pwsh)$/i

const shellText = defineRule({
  id: 'command-injection/shell-text',
  cwe: [78],
  severity: 'high',
  title: 'a text that is not constant is run by a shell',
  help: 'Use execFile or spawn with an array of arguments and no shell, and check the values against what is allowed.',
  calls: ['exec', 'execSync', 'command', 'commandSync', 'execCommand', 'execaCommand', 'execaCommandSync', 'shell', 'shellSync', 'get', 'run', 'runSync', 'getExecOutput', 'exec-async', 'exec-sh', 'shell-exec', 'sync-exec', 'async-exec'],
  check(node, context) {
    const call = node as CallNode
    if (!SHELL_CALL.test(context.names.of(call.callee) ?? '')) return
    const flow = context.tainted(call.arguments[0], 'shell', Trust.Parameter)
    if (flow) context.report(call, flow)
  },
})

const program = defineRule({
  id: 'command-injection/program',
  cwe: [78, 88],
  severity: 'high',
  title: 'outsiders choose the program that is started, or what a shell does',
  help: 'Start a fixed program, without a shell, and put `--` before arguments that come from outside.',
  calls: ['spawn', 'spawnSync', 'execFile', 'execFileSync', 'fork', 'execa', 'execaSync', 'execaNode', 'sync', 'node', 'stdout', 'stderr', 'foreground-child', 'foregroundChild', 'win-spawn', 'nano-spawn', 'x'],
  check(node, context) {
    const call = node as CallNode
    if (!SPAWN_CALL.test(context.names.of(call.callee) ?? '')) return
    const [first, second] = call.arguments
    const own = context.tainted(first, 'shell', Trust.Parameter)
    if (own) return context.report(call, own)
    const list = second && context.constants.literal(second)
    if (!runsArguments(call, context)) return gitOption(call, list, context)
    const flow = context.tainted(second, 'shell', Trust.Parameter)
    if (flow) context.report(call, flow)
  },
})

/** A shell or an interpreter that is told what to do by its arguments. */
function runsArguments(call: CallNode, context: RuleContext): boolean {
  const name = stringOf(call.arguments[0], context)
  return (name !== undefined && SHELLS.test(name)) || context.constants.valueOf(shellOption(call, context)) === true
}

/** `git clone <url>`: a url such as `--upload-pack=…` runs a command, and so does `ext::`. */
function gitOption(call: CallNode, list: Node | undefined, context: RuleContext): void {
  if (list?.type !== 'ArrayExpression' || !/^(?:git|hg)$/.test(stringOf(call.arguments[0], context) ?? '')) return
  const words = list.elements.map((element) => stringOf(element, context))
  if (!words.some((word) => word === 'clone' || word === 'fetch' || word === 'ls-remote') || words.includes('--')) return
  const flow = firstTainted(list.elements, 'url', Trust.Parameter, context)
  if (flow && !isValidated(flow, call)) context.report(call, flow)
}

const shellOptionRule = defineRule({
  id: 'command-injection/shell-option',
  cwe: [78],
  severity: 'low',
  title: 'a program is started through a shell',
  help: 'Leave `shell` out: arguments then reach the program as they are.',
  calls: ['spawn', 'spawnSync', 'execFile', 'execFileSync'],
  check(node, context) {
    const call = node as CallNode
    if (!SPAWN_CALL.test(context.names.of(call.callee) ?? '')) return
    const option = shellOption(call, context)
    if (isTrue(option, context) || typeof context.constants.valueOf(option) === 'string') context.report(call)
  },
})

function shellOption(call: CallNode, context: RuleContext): Node | undefined {
  return context.constants.option(call.arguments[2], 'shell') ?? context.constants.option(call.arguments[1], 'shell')
}

/** `$` of execa, which runs the first word and hands the others on as they are. */
const SCRIPT_TAG = /^mod:execa\.(?:\$|execaCommand)(?:\(\))?(?:\.sync)?$/

const taggedProgram = defineRule({
  id: 'command-injection/tagged-program',
  cwe: [78],
  severity: 'high',
  title: 'outsiders choose the program that is started, or what a shell does',
  help: 'Write the program into the text, and leave `shell` out.',
  nodes: ['TaggedTemplateExpression'],
  mentions: ['execa'],
  check(node, context) {
    if (node.type !== 'TaggedTemplateExpression' || !SCRIPT_TAG.test(context.names.of(node.tag) ?? '')) return
    const { quasis, expressions } = node.quasi
    const isShell = descendants(node.tag, 40).some((each) => each.type === 'CallExpression' && isTrue(context.constants.option(each.arguments[0], 'shell'), context))
    const isProgram = quasis[0]?.value.raw.trim() === ''
    const flow = firstTainted(isShell ? expressions : isProgram ? expressions.slice(0, 1) : [], 'shell', Trust.Parameter, context)
    if (flow) context.report(node, flow)
  },
})

const denoRun = defineRule({
  id: 'command-injection/deno-run',
  cwe: [78],
  severity: 'high',
  title: 'outsiders choose the program that is started, or what a shell does',
  help: 'Start a fixed program and check its arguments against what is allowed.',
  calls: ['run', 'Command'],
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    if (name !== 'Deno.run' && name !== 'Deno.Command') return
    const command = name === 'Deno.run' ? context.constants.option(call.arguments[0], 'cmd') : call.arguments[0]
    if (!command) return
    const words = wordsOf(command, context)
    const isShell = SHELLS.test(textOf(words[0], context))
    const flow = firstTainted(isShell ? words : words.slice(0, 1), 'shell', Trust.Parameter, context)
    if (flow) context.report(command, flow)
  },
})

/** The program, and its arguments where they are in the same list. */
function wordsOf(command: Node, context: RuleContext): readonly (Node | null)[] {
  const list = valueBehind(command, context)
  return list.type === 'ArrayExpression' ? list.elements : [command]
}

export const commandInjectionRules: readonly Rule[] = [shellText, program, shellOptionRule, taggedProgram, denoRun]
