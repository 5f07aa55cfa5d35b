/** Packages that make, read, look for and delete files. */
import type { CallNode } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { calledName, firstTainted, optionAmong } from './shared.ts'
import { isValidated } from './validation.ts'

/** Every function of these takes a path first, or has the folder among its options. */
const PACKAGES = [
  'mkdirp', 'make-dir', 'rimraf', 'del', 'trash', 'ncp', 'cpy', 'cp-file', 'copy-file', 'move-file', 'path-exists', 'find-up', 'pkg-up', 'read-pkg', 'read-pkg-up', 'write-pkg', 'load-json-file',
  'write-json-file', 'jsonfile', 'write-file-atomic', 'readdirp', 'recursive-readdir', 'klaw', 'klaw-sync', 'walk-sync', 'globby', 'glob', 'fast-glob', 'tiny-glob', 'decompress', 'extract-zip',
  'fs-jetpack', 'node-dir', 'vinyl-fs', 'temp-write',
]
const OF_PACKAGE = new RegExp(`^mod:(?:${PACKAGES.join('|')})(?:\\.\\w+)*$`)
/** Names under which these, or their functions, are called. */
const FUNCTIONS = [
  'sync', 'async', 'native', 'nativeSync', 'manual', 'manualSync', 'windows', 'windowsSync', 'posix', 'posixSync', 'moveRemove', 'moveRemoveSync', 'mkdirpSync', 'mkdirpNative', 'mkdirpNativeSync',
  'mkdirpManual', 'mkdirpManualSync', 'rimrafSync', 'makeDirectory', 'makeDirectorySync', 'makeDir', 'makeDirSync', 'deleteAsync', 'deleteSync', 'moveFile', 'moveFileSync', 'copyFile', 'copyFileSync',
  'pathExists', 'pathExistsSync', 'findUp', 'findUpSync', 'readPackage', 'readPackageSync', 'readPackageAsync', 'readPackageUp', 'writePackage', 'loadJsonFile', 'loadJsonFileSync', 'writeJsonFile',
  'writeJsonFileSync', 'readFile', 'readFileSync', 'writeFile', 'writeFileSync', 'recursiveReaddir', 'walkSync', 'fastGlob', 'globSync', 'globStream', 'stream', 'extract', 'read', 'readAsync', 'write',
  'writeAsync', 'remove', 'removeAsync', 'dir', 'dirAsync', 'file', 'fileAsync', 'files', 'subdirs', 'readFiles', 'src', 'dest',
]

const packaged = defineRule({
  id: 'path-traversal/file-package',
  cwe: [22, 73],
  severity: 'medium',
  title: 'a path that others choose is made, opened or deleted',
  help: 'Resolve the path and check that it still starts with the directory it must stay in; or look it up in a fixed table.',
  calls: [...PACKAGES, ...FUNCTIONS],
  mentions: PACKAGES,
  remoteOnly: true,
  check(node, context) {
    const call = node as CallNode
    if (!OF_PACKAGE.test(calledName(call, context))) return
    const [first, second] = call.arguments
    const folder = optionAmong(first, ['cwd', 'path'], context) ?? optionAmong(second, ['cwd', 'dir'], context)
    const flow = firstTainted([folder, first], 'path', Trust.Remote, context)
    if (flow && !isValidated(flow, call)) context.report(call, flow)
  },
})

export const filePackageRules: readonly Rule[] = [packaged]
