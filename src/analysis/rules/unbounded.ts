/** What others send is taken in without a bound: uploads of any size, and archives that are small until they are unpacked. */
import { unwrap } from '../syntax/ast.ts'
import type { CallNode, Node } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule, RuleContext } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { asCall, calledName, descendants, functionAround, isFunctionLike, lastWord, optionAmong, valueBehind } from './shared.ts'

/** Unpack all that an archive says it holds. */
const ARCHIVES = /^mod:(?:tar(?:\.(?:x|extract|Extract|Unpack))|tar-fs\.extract|unzipper\.(?:Extract|Parse|ParseOne)|extract-zip|decompress|jszip(?:\.JSZip)?(?:\(\))?\.loadAsync|adm-zip\(\)\.(?:extractAllTo|extractAllToAsync)|node-stream-zip\(\)\.extract|unzip-stream\.(?:Extract|Parse)|compressing\.\w+\.uncompress)$/
/** Yield all of what a text or buffer unpacks to. */
const INFLATING = /^mod:(?:zlib\.(?:gunzip|inflate|inflateRaw|unzip|brotliDecompress)(?:Sync)?|pako\.(?:inflate|inflateRaw|ungzip)|fflate\.\w*(?:unzip|gunzip|decompress|inflate|unzlib)(?:Sync)?|snappy\.uncompress(?:Sync)?)$/
/** Options and fields by which an amount is bounded. */
const BOUND_WORD = /^(?:maxOutputLength|maxReadSize|uncompressedSize|maxFiles|maxSize|maxFileSize|maxLength|filter|onentry|onReadEntry|onEntry|uncompressedLength|byteLength|size|header)$/

const bomb = defineRule({
  id: 'resource/decompression-bomb',
  cwe: [409, 400],
  severity: 'low',
  title: 'an archive decides how much is unpacked',
  help: 'Count what is unpacked, files and bytes, and stop at a limit (zlib: maxOutputLength).',
  calls: ['x', 'extract', 'Extract', 'Unpack', 'Parse', 'ParseOne', 'extract-zip', 'decompress', 'loadAsync', 'extractAllTo', 'extractAllToAsync', 'uncompress', 'gunzip', 'gunzipSync', 'inflate', 'inflateSync', 'inflateRaw', 'inflateRawSync', 'ungzip', 'unzip', 'unzipSync', 'brotliDecompress', 'brotliDecompressSync', 'uncompressSync', 'decompressSync', 'unzlibSync'],
  mentions: ['tar', 'tar-fs', 'unzipper', 'extract-zip', 'decompress', 'jszip', 'adm-zip', 'node-stream-zip', 'unzip-stream', 'compressing', 'zlib', 'pako', 'fflate', 'snappy'],
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    if (INFLATING.test(name)) return checkInflated(call, context)
    if (ARCHIVES.test(name) && !isBounded(call, context)) context.report(call)
  },
})

function checkInflated(call: CallNode, context: RuleContext): void {
  const flow = context.tainted(call.arguments[0], 'any', Trust.Remote)
  if (flow && !isBounded(call, context)) context.report(call, flow)
}

/** A function that names a bound, or compares an amount, has thought of one; at the top, the module. */
function isBounded(call: CallNode, context: RuleContext): boolean {
  return descendants(functionAround(call) ?? context.program, MAX_LOOKED_AT).some((each) => BOUND_WORD.test(wordOf(each)) || isCounted(each))
}

const MAX_LOOKED_AT = 1500
const AMOUNT = /max|limit|threshold|size|total|count|ratio|bytes|length/i

function isCounted(node: Node): boolean {
  return node.type === 'BinaryExpression' && /^[<>]=?$/.test(node.operator) && [node.left, node.right].some((side) => AMOUNT.test(lastWord(unwrap(side))))
}

function wordOf(node: Node): string {
  const key = node.type === 'Property' ? node.key : node.type === 'MemberExpression' ? node.property : undefined
  return key?.type === 'Identifier' ? key.name : ''
}

/** What takes uploads as large as they come, unless it is told otherwise. */
const UPLOADS = /^mod:(?:multer|busboy|@fastify\/busboy|express-fileupload|@fastify\/multipart|fastify-multipart|connect-busboy|connect-multiparty|multiparty\.Form)$/

const upload = defineRule({
  id: 'resource/unbounded-upload',
  cwe: [770, 400],
  severity: 'low',
  title: 'uploads are taken whatever their size',
  help: 'Set a limit, such as limits: { fileSize: 2_000_000 }.',
  calls: ['multer', 'busboy', 'Busboy', '@fastify/busboy', 'fileUpload', 'express-fileupload', 'connect-busboy', 'connect-multiparty', 'Form', 'register'],
  mentions: ['multer', 'busboy', 'express-fileupload', '@fastify/multipart', 'fastify-multipart', 'connect-multiparty', 'multiparty'],
  check(node, context) {
    const call = node as CallNode
    const name = calledName(call, context)
    const options = UPLOADS.test(name) ? call.arguments[0] : registered(call, context)
    if (options !== undefined || UPLOADS.test(name)) checkLimits(call, options, context)
  },
})

/** The options of `fastify.register(multipart, options)`, or the plugin itself where it has none. */
function registered({ callee, arguments: [plugin, options] }: CallNode, context: RuleContext): Node | undefined {
  const target = unwrap(callee)
  const isRegister = target.type === 'MemberExpression' && plugin !== undefined && UPLOADS.test(pluginName(plugin, context))
  return isRegister ? (options ?? plugin) : undefined
}

function pluginName(plugin: Node, { names }: RuleContext): string {
  const call = asCall(plugin)
  return call && names.of(call.callee) === 'require' ? (names.of(call) ?? '') : (names.of(plugin) ?? '')
}

/** Options that are made elsewhere may well have limits. */
function checkLimits(call: CallNode, options: Node | undefined, context: RuleContext): void {
  const value = options && valueBehind(options, context)
  if (value && isElsewhere(value, context)) return
  const limits = optionAmong(value, ['limits', 'limit'], context)
  if (limits === undefined || lacksSize(limits, context)) context.report(call)
}

function isElsewhere(value: Node, context: RuleContext): boolean {
  if (value.type === 'ObjectExpression') return value.properties.some(({ type }) => type === 'SpreadElement')
  return !UPLOADS.test(pluginName(value, context)) && !isFunctionLike(value, context)
}

function lacksSize(limits: Node, context: RuleContext): boolean {
  const value = valueBehind(limits, context)
  if (value.type !== 'ObjectExpression' || value.properties.some(({ type }) => type === 'SpreadElement')) return false
  return optionAmong(value, ['fileSize', 'filesSize', 'maxFilesSize'], context) === undefined
}

export const unboundedRules: readonly Rule[] = [bomb, upload]
