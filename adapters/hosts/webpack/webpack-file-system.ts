/**
 * The input file system as a loader of a remembered run sees it. webpack answers from its own cache, where the reads of
 * one loader cannot be told from another's, so they are noted here.
 */
import type { Trace } from '../../../src/memo/trace/trace.ts'
import type { InputFileSystem } from './webpack-types.ts'

type Method = (...args: unknown[]) => unknown
type Note = (trace: Trace, path: string) => void

const readsFile: Note = (trace, path) => trace.file(path)
const probes: Note = (trace, path) => trace.probe(path)
const lists: Note = (trace, path) => trace.listed(path)

const METHODS: Readonly<Record<string, Note>> = {
  readFile: readsFile, readFileSync: readsFile, readJson: readsFile, readJsonSync: readsFile,
  stat: probes, statSync: probes, lstat: probes, lstatSync: probes, exists: probes, existsSync: probes,
  realpath: probes, realpathSync: probes, readlink: probes, readlinkSync: probes,
  readdir: lists, readdirSync: lists,
}
const PURE = new Set(['join', 'dirname', 'relative'])

export function watchFileSystem(fileSystem: InputFileSystem, trace: Trace): InputFileSystem {
  return new Proxy(fileSystem, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function' || typeof name === 'symbol' || PURE.has(name)) return value
      const note = METHODS[name]
      return (...args: unknown[]) => {
        if (note && typeof args[0] === 'string') note(trace, args[0])
        else trace.refuse(`it used this.fs.${name}()`)
        return Reflect.apply(value as Method, target, args)
      }
    },
  })
}
