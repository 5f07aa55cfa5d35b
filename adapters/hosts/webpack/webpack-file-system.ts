/**
 * The input file system as a loader of a remembered run sees it. webpack answers from its own cache, where the reads of
 * one loader cannot be told from another's, so they are noted here.
 */
import { whoLooks } from '../../../src/memo/observe/caller.ts'
import type { Trace } from '../../../src/memo/trace/trace.ts'
import type { InputFileSystem } from './webpack-types.ts'

type Method = (...args: unknown[]) => unknown
type Note = (trace: Trace, path: string, asked: Method) => void

const readsFile: Note = (trace, path) => trace.file(path)
const probes: Note = (trace, path, asked) => trace.probe(path, () => whoLooks(asked))
const lists: Note = (trace, path) => trace.listed(path)

const METHODS: Readonly<Record<string, Note>> = {
  readFile: readsFile, readFileSync: readsFile, readJson: readsFile, readJsonSync: readsFile,
  stat: probes, statSync: probes, lstat: probes, lstatSync: probes, exists: probes, existsSync: probes,
  realpath: probes, realpathSync: probes, readlink: probes, readlinkSync: probes,
  readdir: lists, readdirSync: lists,
}
const READS = new Set(['readFile', 'readFileSync', 'readJson', 'readJsonSync'])
const PURE = new Set(['join', 'dirname', 'relative'])

export interface FileSystemWatch {
  readonly trace: Trace
  /** What lies on the disk, or `null`. */
  readonly onDisk: (path: string) => Buffer | null
}

export function watchFileSystem(fileSystem: InputFileSystem, watch: FileSystemWatch): InputFileSystem {
  const { trace } = watch
  return new Proxy(fileSystem, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function' || typeof name === 'symbol' || PURE.has(name)) return value
      const note = METHODS[name]
      return function asked(...args: unknown[]): unknown {
        if (note && typeof args[0] === 'string') note(trace, args[0], asked)
        else trace.refuse(`it used this.fs.${name}()`)
        return READS.has(name) && typeof args[0] === 'string' ? readFile(value as Method, target, args, watch) : Reflect.apply(value as Method, target, args)
      }
    },
  })
}

/** Plugins may put files of their own over those on the disk: what a call has of them no dependency can tell. */
function readFile(read: Method, target: InputFileSystem, args: readonly unknown[], { trace, onDisk }: FileSystemWatch): unknown {
  const path = args[0] as string
  const compare = (content: unknown): void => {
    if (!isAs(content, onDisk(path))) trace.refuse(`what it read of ${path} is not what lies on the disk`)
  }
  const done = args.at(-1)
  if (typeof done !== 'function') {
    const content = Reflect.apply(read, target, args)
    compare(content)
    return content
  }
  const given = (error: unknown, content: unknown): unknown => {
    if (!error) compare(content)
    return (done as Method)(error, content)
  }
  return Reflect.apply(read, target, [...args.slice(0, -1), given])
}

function isAs(content: unknown, disk: Buffer | null): boolean {
  if (disk === null) return false
  if (content instanceof Uint8Array) return disk.equals(content)
  return typeof content === 'string' ? disk.toString('utf8') === content : JSON.stringify(content) === jsonIn(disk)
}

function jsonIn(content: Buffer): string | null {
  try {
    return JSON.stringify(JSON.parse(content.toString('utf8')))
  } catch {
    // Then the bundler could not read it as JSON, either.
    return null
  }
}
