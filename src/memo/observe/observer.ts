/**
 * Sees what a call reads and prints without declaring it: while a trace is active, reads, probes and listings through
 * `node:fs` and text written to stdout and stderr go into it.
 *
 * Variables of the environment are the business of `environment.ts`.
 *
 * How: the functions of `node:fs`, its promises and `write` of both streams are replaced while at least one build runs, and put back
 * afterwards unless somebody else has replaced them meanwhile; so are those of the binding below it, for code that holds the
 * module's functions from before (see `fs-binding.ts`). An `AsyncLocalStorage` says whose call it is, also after
 * an `await`. Without an active trace a replaced function does nothing but call the original.
 *
 * Not seen: native code (oxc's resolver), and what a compiler cached before the call. That another process (sass-embedded)
 * or thread was used is seen, but not what it read. Recipes take the compiler's own dependency list there.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import fs from 'node:fs'
import Module from 'node:module'
import { fileURLToPath } from 'node:url'
import { EnvironmentWatch, syncExports } from './environment.ts'
import { foldersBelow, realPathOrNull } from '../../folders.ts'
import { isAskedByCompiler, isLoadedByRuntime, whoLooks, whoReads } from './caller.ts'
import { BINDING_ACTS, fsBinding } from './fs-binding.ts'
import type { BindingAct } from './fs-binding.ts'
import { isToWrite, pathOf } from './fs-arguments.ts'
import { EXITS } from './outside.ts'
import { LinkedPackages } from '../trace/linked-packages.ts'
import { Patches } from './patches.ts'
import { PrintClaims } from './print-claims.ts'
import type { UnwatchedLook, UnwatchedReads } from './unwatched-reads.ts'
import { isInPackage, isOfPackages } from '../trace/package-paths.ts'
import type { Seeker, Trace } from '../trace/trace.ts'

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown
type Note = (trace: Trace, path: string, args: readonly unknown[]) => void

const readsFile: Note = (trace, path) => trace.observed(path, () => isLoadedByRuntime(noteCall), () => whoReads(noteCall))
const seeker = (): Seeker => whoLooks(noteCall)
const probes: Note = (trace, path) => trace.probe(path, seeker)
const follows: Note = (trace, path) => {
  trace.probe(path, seeker)
  // The disk is asked only for what counts.
  if (!isOfPackages(path)) trace.followed(path, realPathOrNull(path), seeker)
}
/** Its answer holds a size and times, which no key knows; whether they are made use of cannot be seen. */
const measures: Note = (trace, path) => {
  trace.probe(path, seeker)
  trace.measured(path)
}
const measuresLink: Note = (trace, path) => {
  follows(trace, path, [])
  trace.measured(path)
}
const measuresOpen: Note = trace => trace.measured('')
const lists: Note = (trace, path, args) => {
  trace.listed(path)
  if ((args[1] as { recursive?: unknown } | null | undefined)?.recursive === true) for (const below of foldersBelow(path)) trace.listed(below)
}
/** Also to the terminal: what is written there by its number cannot be written again. */
const writesOpen: Note = trace => trace.refuse('it wrote to a file that was open')
const opens: Note = (trace, path, args) => {
  const flags = args[1]
  if (flags === undefined || flags === 'r' || flags === 0 || typeof flags === 'function') readsFile(trace, path, args)
  else trace.refuse(`it opened ${path} for writing`)
}
const writes: Note = (trace, path) => trace.refuse(`it wrote ${path}`)
/** Making a directory where there is something already changes nothing; asking whether there is, is itself a probe. */
const makes: Note = (trace, path) => {
  if (!fs.existsSync(path)) trace.refuse(`it wrote ${path}`)
}

const WATCHED: Readonly<Record<string, Note>> = {
  readFile: readsFile, readFileSync: readsFile, createReadStream: readsFile,
  open: opens, openSync: opens,
  stat: measures, statSync: measures, lstat: measuresLink, lstatSync: measuresLink, fstat: measuresOpen, fstatSync: measuresOpen, access: probes, accessSync: probes,
  exists: probes, existsSync: probes, realpath: follows, realpathSync: follows, readlink: follows, readlinkSync: follows,
  readdir: lists, readdirSync: lists, opendir: lists, opendirSync: lists,
  writeFile: writes, writeFileSync: writes, appendFile: writes, appendFileSync: writes, mkdir: makes, mkdirSync: makes,
  rm: writes, rmSync: writes, unlink: writes, unlinkSync: writes, rename: writes, renameSync: writes,
  copyFile: writes, copyFileSync: writes, cp: writes, cpSync: writes, createWriteStream: writes,
  mkdtemp: writes, mkdtempSync: writes, rmdir: writes, rmdirSync: writes, truncate: writes, truncateSync: writes,
  link: writes, linkSync: writes, symlink: writes, symlinkSync: writes,
  write: writesOpen, writeSync: writesOpen, writev: writesOpen, writevSync: writesOpen,
  chmod: writes, chmodSync: writes, chown: writes, chownSync: writes, utimes: writes, utimesSync: writes,
}
const NOTES: Readonly<Record<BindingAct, Note>> = { reads: readsFile, opens, probes, measures, follows, lists, makes, writes }
/** What is of account of a read that no call is watched for. */
const UNWATCHED: ReadonlyMap<Note, UnwatchedLook> = new Map([[readsFile, 'content'], [opens, 'content'], [lists, 'listing']])
/** What is written is their second path as well. */
const MOVES = /^(?:rename|copyFile|cp|link|symlink)/
const STREAMS = ['stdout', 'stderr'] as const

/** What is active at a point of the code: whose call it is, and files that it must see as they were earlier. */
interface Scope {
  readonly trace: Trace | null
  readonly files: ReadonlyMap<string, Buffer> | null
}

/** One for each build; what it replaces is the process's, so two of them stack. */
export class Observer {
  readonly #storage = new AsyncLocalStorage<Scope>()
  readonly #links = new LinkedPackages()
  /** Of calls whose compiler prints from outside of them. */
  readonly claims: PrintClaims = new PrintClaims()
  readonly #environment = new EnvironmentWatch(() => this.active, body => this.run(null, body))
  readonly #patches = new Patches()
  #users = 0
  #isResting = false
  /** While a replaced function of `node:fs` runs, what it does below is its own affair. */
  #isNoted = false
  readonly unwatched: UnwatchedReads | null

  /** @param unwatched Told what is read while no call is watched. @default nobody is */
  constructor(unwatched: UnwatchedReads | null = null) {
    this.unwatched = unwatched
  }

  /** Starts observing. @returns Stops it; idempotent. */
  attach(): () => void {
    if (this.#users++ === 0) this.#install()
    let attached = true
    return () => {
      if (!attached) return
      attached = false
      if (--this.#users > 0) return
      if (!this.#isResting) this.#uninstall()
      this.#isResting = false
      this.calm()
    }
  }

  /** Takes everything back until `resume`: nobody says whether another build follows. */
  rest(): void {
    if (this.#users === 0 || this.#isResting) return
    this.#isResting = true
    this.#uninstall()
  }

  resume(): void {
    if (!this.#isResting || this.#users === 0) return
    this.#isResting = false
    this.#install()
  }

  /**
   * Nothing is watched, and what was is sealed: until something is watched again the runtime does not follow promises, which takes time and
   * memory for each of them. What a call left running is not seen meanwhile, so that this is for where no later call can make use of it.
   */
  calm(): void {
    this.#storage.disable()
  }

  /** Runs `body` with `trace` active in it and in everything asynchronous that it starts. */
  run<T>(trace: Trace | null, body: () => T): T {
    // Whoever rested too soon: a call that is not seen must not be recorded.
    if (trace !== null) this.resume()
    // Entering a scope switches on the runtime's promise hooks, which cost; a build of hits alone never does.
    return trace === null && this.#storage.getStore() === undefined ? body() : this.#storage.run({ trace, files: null }, body)
  }

  /** Runs `body` so that `readFileSync` in it gives `files` instead of what is on disk, and nothing is traced. */
  runWithFiles<T>(files: ReadonlyMap<string, Buffer>, body: () => T): T {
    return this.#storage.run({ trace: null, files }, body)
  }

  /** The trace of the call that is running here, if any. */
  get active(): Trace | null {
    return this.#storage.getStore()?.trace ?? null
  }

  #install(): void {
    const promises = fs.promises as unknown as Record<string, unknown>
    for (const [name, note] of Object.entries(WATCHED)) {
      this.#patch(fs as unknown as Record<string, unknown>, name, note)
      this.#patch(promises, name, note)
    }
    const binding = fsBinding()
    if (binding) for (const [name, act] of Object.entries(BINDING_ACTS)) this.#patchBinding(binding, name, NOTES[act])
    for (const channel of STREAMS) this.#patchStream(channel)
    for (const { owner, names, reason } of EXITS) {
      for (const name of names) this.#patchExit(owner as Record<string, unknown>, name, reason)
    }
    this.#patchJson()
    this.#patchClone()
    this.#environment.install()
    syncExports()
  }

  #patch(owner: Record<string, unknown>, name: string, note: Note): void {
    const original = owner[name]
    if (typeof original !== 'function') return
    const observer = this
    const storage = this.#storage
    const replacement = function (this: unknown, ...args: unknown[]): unknown {
      const scope = storage.getStore()
      const earlier = scope?.files && name === 'readFileSync' ? scope.files.get(String(args[0])) : undefined
      if (earlier !== undefined) return contentAs(earlier, args[1])
      const isWatched = scope?.trace ? observer.#note(scope.trace, note, args) : observer.#noteUnwatched(name, note, args, replacement)
      if (!isWatched || observer.#isNoted) return (original as AnyFunction).apply(this, args)
      observer.#isNoted = true
      try {
        return (original as AnyFunction).apply(this, args)
      } finally {
        observer.#isNoted = false
      }
    }
    // `realpath.native` and the promisify symbols belong to the function.
    Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original))
    this.#patches.replace(owner, name, replacement)
  }

  /** @returns Always `true`. */
  #note(trace: Trace, note: Note, args: readonly unknown[]): boolean {
    const wasNoted = this.#isNoted
    this.#isNoted = true
    try {
      noteCall(trace, note, args, this.#links)
    } finally {
      this.#isNoted = wasNoted
    }
    return true
  }

  /** @returns Whether it was a read of account. */
  #noteUnwatched(name: string, note: Note, args: readonly unknown[], below: AnyFunction): boolean {
    const { unwatched } = this
    if (unwatched === null || this.#isNoted) return false
    if (isWrite(note, args)) return unwatched.wrote(args.slice(0, MOVES.test(name) ? 2 : 1).map(pathOf))
    const look = UNWATCHED.get(note)
    const path = look ? pathOf(args[0]) : null
    if (path !== null) unwatched.note(look!, path, below)
    return path !== null
  }

  /** For those who hold a function of `node:fs` from before it was replaced. */
  #patchBinding(binding: Record<string, unknown>, name: string, note: Note): void {
    const original = binding[name]
    if (typeof original !== 'function') return
    const observer = this
    const replacement = function (this: unknown, ...args: unknown[]): unknown {
      const trace = observer.#isNoted ? null : observer.active
      if (trace) observer.#note(trace, note, args)
      else observer.#noteUnwatched(name, note, args, replacement)
      return (original as AnyFunction).apply(this, args)
    }
    this.#patches.replace(binding, name, replacement)
  }

  /** Streams rather than the console: loggers keep the console's functions from before anything was replaced. */
  #patchStream(channel: (typeof STREAMS)[number]): void {
    const storage = this.#storage
    const stream = process[channel]
    const original = stream.write as AnyFunction
    const observer = this
    const { claims } = this
    this.#patches.replace(stream as unknown as Record<string, unknown>, 'write', function (this: unknown, ...args: unknown[]): unknown {
      const text = args[0]
      let isMuted = false
      const print = (trace: Trace): void => {
        isMuted ||= trace.isMuted
        trace.print(channel, 'write', [text], typeof text === 'string')
      }
      const scope = storage.getStore()
      const trace = observer.active
      // A scope without a trace is the bundler's own doing, entered on purpose.
      const isOwn = scope !== undefined && trace === null
      const isClaimed = channel === 'stderr' && !isOwn && typeof text === 'string' && claims.settle(text, trace, print)
      if (trace !== null && !isClaimed) print(trace)
      if (isMuted) return swallow(args)
      // A stream may be a pipe: how it gets rid of the text is not the call's doing.
      return observer.run(null, () => original.apply(this, args))
    })
  }

  /** JSON that a package loads with `require` is its code as a script is: loaded once, when it is first needed, and pinned by the lockfile. */
  #patchJson(): void {
    const loaders = (Module as unknown as { _extensions: Record<string, unknown> })._extensions
    const original = loaders['.json']
    if (typeof original !== 'function') return
    const observer = this
    this.#patches.replace(loaders, '.json', function (this: unknown, ...args: unknown[]): unknown {
      const load = (): unknown => (original as AnyFunction).apply(this, args)
      return typeof args[1] === 'string' && isInPackage(observer.#links.resolve(args[1])) ? observer.run(null, load) : load()
    })
  }

  /** A view of the environment is a proxy, and cannot be cloned. */
  #patchClone(): void {
    const original = globalThis.structuredClone as AnyFunction
    const environment = this.#environment
    this.#patches.replace(globalThis as unknown as Record<string, unknown>, 'structuredClone', (...args: unknown[]) => original(...environment.withoutView(args)))
  }

  #patchExit(owner: Record<string, unknown>, name: string, reason: string): void {
    const original = owner[name]
    if (typeof original !== 'function') return
    const storage = this.#storage
    const environment = this.#environment
    const replacement = function (this: unknown, ...args: unknown[]): unknown {
      const trace = storage.getStore()?.trace
      if (!trace) return (original as AnyFunction).apply(this, args)
      trace.outsourced(reason, isAskedByCompiler(replacement))
      if (trace.isMuted) throw new Error(`not in an audit: ${reason}`)
      // What a process inherits it may read: that cannot be seen either.
      return environment.unnoted(() => (original as AnyFunction).apply(this, environment.withoutView(args)))
    }
    Object.defineProperties(replacement, Object.getOwnPropertyDescriptors(original))
    this.#patches.replace(owner, name, replacement)
  }

  #uninstall(): void {
    this.#patches.undo()
    this.#environment.uninstall()
    syncExports()
  }
}

/** Does as a stream that has written. */
function swallow(args: readonly unknown[]): true {
  const done = args.find(argument => typeof argument === 'function') as (() => void) | undefined
  if (done) process.nextTick(done)
  return true
}

function contentAs(content: Buffer, options: unknown): string | Buffer {
  const encoding = typeof options === 'string' ? options : (options as { encoding?: unknown } | null | undefined)?.encoding
  return typeof encoding === 'string' ? content.toString(encoding as BufferEncoding) : Buffer.from(content)
}

function isWrite(note: Note, [, flags]: readonly unknown[]): boolean {
  return note === writes || (note === opens && isToWrite(flags))
}

function noteCall(trace: Trace, note: Note, args: readonly unknown[], links: LinkedPackages): void {
  if (note === writesOpen || note === measuresOpen) return note(trace, '', args)
  const path = pathOf(args[0])
  if (path !== null) note(trace, links.fileMeantBy(path), args)
}
