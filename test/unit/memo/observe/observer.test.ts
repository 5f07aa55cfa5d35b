import fs, { existsSync, readFileSync, statSync } from 'node:fs'
import { readFile as readFilePromise } from 'node:fs/promises'
import childProcess from 'node:child_process'
import { createRequire } from 'node:module'
import { relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Observer } from '../../../../src/memo/observe/observer.ts'
import { Trace } from '../../../../src/memo/trace/trace.ts'
import { createProjectFiles } from '../helpers/project-files.ts'
import type { ProjectFiles } from '../helpers/project-files.ts'

let project: ProjectFiles
let observer: Observer
let detach: () => void
let path: string

beforeEach(() => {
  project = createProjectFiles({ 'a.txt': 'a', 'dir/b.txt': 'b' })
  path = project.at('a.txt')
  observer = new Observer()
  detach = observer.attach()
})

afterEach(() => {
  detach()
  project.dispose()
})

async function traced(body: () => unknown): Promise<Trace> {
  const trace = new Trace(0)
  await observer.run(trace, async () => body())
  return trace
}

/** Waits for a function with a callback. */
const called = (start: (done: (error: unknown) => void) => void): Promise<unknown> => new Promise(resolve => start(resolve))

/** As code has them that took them before any build began, or copied the module: these never change. */
const held = { ...fs, promises: { ...fs.promises } }

describe('what a call does with functions from before the build is seen', () => {
  it.each<[string, () => unknown]>([
    ['text', () => held.readFileSync(path, 'utf8')],
    ['bytes', () => held.readFileSync(path)],
    ['a promise', () => held.promises.readFile(path, 'utf8')],
    ['a callback', () => called(done => held.readFile(path, done))],
    ['a stream', () => called(done => held.createReadStream(path).on('data', () => undefined).on('close', () => done(null)))],
    ['after an await', async () => {
      await new Promise(resolve => setTimeout(resolve, 1))
      return held.promises.readFile(path)
    }],
  ])('reading %s', async (_how, read) => {
    expect([...(await traced(read)).files]).toEqual([path])
  })

  it('looking, listing and writing', async () => {
    const absent = project.at('none.txt')
    const trace = await traced(async () => {
      held.existsSync(absent)
      held.statSync(path)
      held.readdirSync(project.root)
      await held.promises.access(path)
    })
    expect([...trace.probes].sort()).toEqual([absent, path].sort())
    expect([...trace.directories]).toEqual([project.root])
    expect(trace.refusal).toBeNull()
    expect((await traced(() => held.writeFileSync(absent, ''))).refusal).toContain(absent)
  })

  it('and not twice, nor outside of any call', async () => {
    const trace = new Trace(0)
    held.readFileSync(path)
    await observer.run(trace, async () => fs.realpathSync(path))
    // The module's own function looks at every folder above; what was asked for is the path.
    expect([...trace.probes]).toEqual([path])
    expect(trace.files.size).toBe(0)
  })
})

describe('reads of a call are seen', () => {
  it.each<[string, () => unknown]>([
    ['readFileSync', () => fs.readFileSync(path)],
    ['a named import', () => readFileSync(path)],
    ['a named import of promises', () => readFilePromise(path)],
    ['fs.promises', () => fs.promises.readFile(path)],
    ['a callback', () => called(done => fs.readFile(path, done))],
    ['a promisified callback', () => promisify(fs.readFile)(path)],
    ['a stream', () => called(done => fs.createReadStream(path).on('data', () => undefined).on('close', () => done(null)))],
    ['a file handle', async () => (await fs.promises.open(path)).close()],
    ['a file descriptor', () => fs.closeSync(fs.openSync(path, 'r'))],
    ['a URL', () => fs.readFileSync(pathToFileURL(path))],
    ['a buffer', () => fs.readFileSync(Buffer.from(path))],
    ['a relative path', () => fs.readFileSync(relative(process.cwd(), path))],
    ['after an await', async () => {
      await Promise.resolve()
      await new Promise(resolve => setTimeout(resolve, 1))
      return fs.promises.readFile(path)
    }],
    ['in a callback of a callback', () => called(done => fs.stat(path, () => fs.readFile(path, done)))],
    ['in a microtask', () => new Promise(resolve => queueMicrotask(() => resolve(fs.readFileSync(path))))],
  ])('by %s', async (_how, read) => {
    expect([...(await traced(read)).files]).toEqual([path])
  })

  it('by require, with all that it loads', async () => {
    const main = project.write('local/main.cjs', "module.exports = [require('./part.cjs'), require('./data.json')]")
    const others = [project.write('local/part.cjs', 'module.exports = 1'), project.write('local/data.json', '2')]
    const trace = await traced(() => createRequire(import.meta.url)(main))
    expect([...trace.files].sort()).toEqual([main, ...others].sort())
  })

  it('but not of what a package loads as a module, JSON among it; as data it is seen', async () => {
    const main = project.write('node_modules/one/index.js', "module.exports = require('./data.json')")
    const data = project.at('node_modules/one/data.json')
    project.write('node_modules/one/data.json', '{}')
    expect([...(await traced(() => createRequire(import.meta.url)(main))).files]).toEqual([])
    expect([...(await traced(() => readFileSync(data))).files]).toEqual([data])
  })

  it('and of what was generated there, which no lockfile pins', async () => {
    const data = project.write('node_modules/.cache/one/data.json', '{}')
    expect([...(await traced(() => createRequire(import.meta.url)(data))).files]).toEqual([data])
  })

  it('also by one that comes when everybody seemed to have ended', async () => {
    observer.rest()
    expect([...(await traced(() => readFileSync(path))).files]).toEqual([path])
  })

  it('of what is not there', async () => {
    const absent = project.at('none.txt')
    expect([...(await traced(() => fs.promises.readFile(absent).catch(() => null))).files]).toEqual([absent])
  })

  it.each<[string, (target: string) => unknown]>([
    ['existsSync', target => existsSync(target)],
    ['statSync', target => statSync(target, { throwIfNoEntry: false })],
    ['lstat', target => fs.promises.lstat(target).catch(() => null)],
    ['access', target => called(done => fs.access(target, done))],
    ['realpathSync', target => {
      try {
        return fs.realpathSync(target)
      } catch {
        return null
      }
    }],
    ['exists', target => new Promise(resolve => fs.exists(target, resolve))],
  ])('probes by %s, of what is there and what is not', async (_how, probe) => {
    const absent = project.at('none.txt')
    expect([...(await traced(async () => {
      await probe(path)
      await probe(absent)
    })).probes]).toEqual([path, absent])
  })

  it.each<[string, () => unknown]>([
    ['readdirSync', () => fs.readdirSync(project.root)],
    ['promises.readdir', () => fs.promises.readdir(project.root, { withFileTypes: true })],
    ['opendir', async () => (await fs.promises.opendir(project.root)).close()],
  ])('listings by %s', async (_how, list) => {
    expect([...(await traced(list)).directories]).toEqual([project.root])
  })

  it('by each of several calls that overlap in its own trace', async () => {
    const paths = ['one', 'two', 'three'].map(name => project.write(name, name))
    const traces = await Promise.all(paths.map(each => traced(async () => {
      await Promise.resolve()
      await fs.promises.stat(each)
      await fs.promises.readFile(each)
    })))
    expect(traces.map(trace => [...trace.files])).toEqual(paths.map(each => [each]))
  })

  it('of code of a package that is linked to the workspace, whose lockfile does not know what is in it', async () => {
    project.write('packages/kit/index.js', '')
    fs.mkdirSync(project.at('node_modules'))
    fs.symlinkSync(project.at('packages/kit'), project.at('node_modules/kit'))
    project.write('node_modules/installed/index.js', '')
    const require = createRequire(project.at('a.js'))
    const trace = await traced(() => {
      fs.readFileSync(project.at('node_modules/kit/index.js'))
      require(project.at('node_modules/installed/index.js'))
    })
    expect([...trace.files].map(file => fs.realpathSync(file))).toEqual([project.at('packages/kit/index.js')])
  })

  it('of code of a package that is read as data, by whatever way', async () => {
    const code = project.write('node_modules/installed/runtime.js', '')
    const reads = [() => fs.readFileSync(code), () => fs.promises.readFile(code), () => readFileSync(code, 'utf8'), () => fs.closeSync(fs.openSync(code, 'r'))]
    for (const read of reads) expect([...(await traced(read)).files]).toEqual([code])
  })

  it('of every folder in a listing that goes deep', async () => {
    project.write('dir/deep/er/c.txt', '')
    const folders = ['dir', 'dir/deep', 'dir/deep/er'].map(name => project.at(name))
    const lists = [() => fs.readdirSync(project.at('dir'), { recursive: true }), () => fs.promises.readdir(project.at('dir'), { recursive: true })]
    for (const list of lists) expect([...(await traced(list)).directories].sort()).toEqual(folders)
  })

  it('with the place that a link leads to, where that was asked', async () => {
    fs.symlinkSync(project.at('a.txt'), project.at('link'))
    const link = project.at('link')
    const asks = [() => fs.realpathSync(link), () => fs.realpathSync.native(link), () => fs.readlinkSync(link), () => fs.promises.lstat(link), () => called(done => fs.realpath(link, done))]
    for (const ask of asks) expect((await traced(ask)).links.get(link)).toBe(path)
    expect((await traced(() => fs.statSync(link))).links.size).toBe(0)
  })

  it('and not those outside of any call, nor those of the bundler in one', async () => {
    const trace = await traced(() => observer.run(null, () => fs.readFileSync(path)))
    fs.readFileSync(path)
    expect([...trace.files]).toEqual([])
  })

  it('as the call of the innermost scope', async () => {
    const inner = new Trace(0)
    const outer = await traced(() => observer.run(inner, () => fs.readFileSync(path)))
    expect([[...outer.files], [...inner.files]]).toEqual([[], [path]])
  })
})

describe('what cannot be replayed makes a call one that is not remembered', () => {
  const target = (): string => project.at('written.txt')

  it.each<[string, () => unknown]>([
    ['writeFileSync', () => fs.writeFileSync(target(), '')],
    ['promises.writeFile', () => fs.promises.writeFile(target(), '')],
    ['appendFile', () => fs.promises.appendFile(target(), '')],
    ['mkdir', () => fs.promises.mkdir(target())],
    ['mkdtempSync', () => fs.mkdtempSync(target())],
    ['rmSync', () => fs.rmSync(target(), { force: true })],
    ['rmdirSync', () => {
      observer.run(null, () => fs.mkdirSync(project.at('empty')))
      fs.rmdirSync(project.at('empty'))
    }],
    ['rename', () => fs.promises.rename(path, target())],
    ['copyFileSync', () => fs.copyFileSync(path, target())],
    ['cpSync', () => fs.cpSync(path, target())],
    ['promises.cp', () => fs.promises.cp(path, target())],
    ['symlinkSync', () => fs.symlinkSync(path, target())],
    ['link', () => fs.promises.link(path, target())],
    ['truncateSync', () => fs.truncateSync(path)],
    ['utimesSync', () => fs.utimesSync(path, 1, 1)],
    ['chmodSync', () => fs.chmodSync(path, 0o600)],
    ['a write stream', () => called(done => fs.createWriteStream(target()).on('close', () => done(null)).end(''))],
    ['a file opened for writing', () => fs.closeSync(fs.openSync(target(), 'w'))],
    ['a handle opened for writing', async () => (await fs.promises.open(target(), 'a')).close()],
    ['a file opened by a number for writing', () => fs.closeSync(fs.openSync(target(), fs.constants.O_WRONLY | fs.constants.O_CREAT))],
  ])('%s', async (_what, write) => {
    expect((await traced(write)).refusal).not.toBeNull()
  })

  it('making a directory that is there does not: it depends on its being there', async () => {
    observer.run(null, () => fs.mkdirSync(project.at('cache'), { recursive: true }))
    const trace = await traced(() => fs.mkdirSync(project.at('cache'), { recursive: true }))
    expect([trace.refusal, [...trace.probes]]).toEqual([null, [project.at('cache')]])
  })

  it('opening a file for reading does not', async () => {
    const trace = await traced(async () => {
      fs.closeSync(Reflect.apply(fs.openSync, fs, [path]) as number)
      fs.closeSync(fs.openSync(path, fs.constants.O_RDONLY))
      await called(done => fs.open(path, (error, descriptor) => {
        fs.closeSync(descriptor)
        done(error)
      }))
    })
    expect(trace.refusal).toBeNull()
    expect([...trace.files]).toEqual([path])
  })

  it.each<[string, string, () => unknown]>([
    ['another process', 'process', () => childProcess.execFileSync(process.execPath, ['--version'], { stdio: 'ignore' })],
    ['a thread', 'thread', () => called(done => new Worker('', { eval: true, workerData: 1 }).on('exit', () => done(null)))],
    ['a connection', 'process', () => fetch('http://127.0.0.1:59999').catch(() => null)],
  ])('%s is noted, for recipes to judge', async (_what, word, use) => {
    const trace = await traced(use)
    expect(trace.foreign).toContain(word)
    expect(trace.refusal).toBeNull()
  })

  it('writing by a number, as some loggers print', async () => {
    const descriptor = fs.openSync(project.at('out.txt'), 'w')
    const trace = await traced(() => fs.writeSync(descriptor, 'careful'))
    fs.closeSync(descriptor)
    expect(trace.refusal).toBe('it wrote to a file that was open')
  })

  it('printing bytes', async () => {
    expect((await traced(() => process.stdout.write(new Uint8Array(0)))).refusal).toContain('stdout')
  })
})

describe('what is replaced', () => {
  const names = ['readFileSync', 'stat', 'writeFile', 'readdir'] as const
  const functions = (): unknown[] => [...names.map(name => fs[name]), ...names.slice(1).map(name => Reflect.get(fs.promises, name)), process.stdout.write, process.stderr.write, childProcess.spawn]

  it('is put back when the last build ends, named imports included', () => {
    detach()
    const before = functions()
    const imported = readFileSync
    const stop = observer.attach()
    expect(functions().every((each, index) => each !== before[index])).toBe(true)
    expect(readFileSync).not.toBe(imported)
    stop()
    expect(functions()).toEqual(before)
    expect(readFileSync).toBe(imported)
    expect(Object.hasOwn(process.stdout, 'write')).toBe(false)
  })

  it('stays while one of two builds of one observer runs', async () => {
    const stop = observer.attach()
    stop()
    stop()
    expect([...(await traced(() => fs.readFileSync(path))).files]).toEqual([path])
  })

  it('serves two observers at once, each with its own calls, ended in either order', async () => {
    detach()
    const before = functions()
    for (const firstEndsFirst of [true, false]) {
      const [one, other] = [new Observer(), new Observer()]
      const [stopOne, stopOther] = [one.attach(), other.attach()]
      const [seenByOne, seenByOther] = [new Trace(0), new Trace(0)]
      one.run(seenByOne, () => fs.readFileSync(path))
      other.run(seenByOther, () => fs.existsSync(path))
      expect([[...seenByOne.files], [...seenByOne.probes], [...seenByOther.files], [...seenByOther.probes]]).toEqual([[path], [], [], [path]])
      for (const stop of firstEndsFirst ? [stopOne, stopOther] : [stopOther, stopOne]) stop()
      expect(fs.readFileSync(path, 'utf8')).toBe('a')
    }
    expect(functions()).toEqual(before)
  })

  it('is left to whoever replaced it in the meantime', () => {
    const ours = fs.readFileSync
    const theirs = ((...args: Parameters<typeof fs.readFileSync>) => ours(...args)) as typeof fs.readFileSync
    fs.readFileSync = theirs
    detach()
    expect(fs.readFileSync).toBe(theirs)
    expect(fs.readFileSync(path, 'utf8')).toBe('a')
  })

  it('keeps the properties of the function', () => {
    expect(typeof fs.realpathSync.native).toBe('function')
    expect(fs.readFile.name).toBe('readFile')
    expect(promisify(fs.exists)).not.toBe(fs.exists)
  })

  it('throws what the original throws', async () => {
    const absent = project.at('none.txt')
    const errors: unknown[] = []
    await traced(() => {
      try {
        readFileSync(absent)
      } catch (error) {
        errors.push(error)
      }
    })
    expect(errors).toMatchObject([{ code: 'ENOENT', syscall: 'open', path: absent }])
    await expect(traced(() => fs.readFileSync({} as never))).rejects.toThrow(TypeError)
    await expect(traced(() => fs.promises.readFile('nul\0byte'))).rejects.toMatchObject({ code: 'ERR_INVALID_ARG_VALUE' })
  })
})

describe('files as they were', () => {
  it('are given to readFileSync, and to nothing outside', () => {
    const files = new Map([[path, Buffer.from('earlier')]])
    observer.runWithFiles(files, () => {
      expect([readFileSync(path, 'utf8'), String(readFileSync(path)), readFileSync(path, { encoding: 'utf8' })]).toEqual(['earlier', 'earlier', 'earlier'])
      expect(readFileSync(project.at('dir/b.txt'), 'utf8')).toBe('b')
    })
    expect(readFileSync(path, 'utf8')).toBe('a')
  })

  it('are not changed by whoever got one', () => {
    const held = Buffer.from('earlier')
    observer.runWithFiles(new Map([[path, held]]), () => void readFileSync(path).fill(0))
    expect(String(held)).toBe('earlier')
  })
})
