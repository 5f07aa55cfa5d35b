import { closeSync, existsSync, openSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Observer } from '../../../../src/memo/observe/observer.ts'
import { UnwatchedReads } from '../../../../src/memo/observe/unwatched-reads.ts'
import { SharedReads } from '../../../../src/memo/trace/shared-reads.ts'
import { Trace } from '../../../../src/memo/trace/trace.ts'
import { createProjectFiles } from '../helpers/project-files.ts'
import type { ProjectFiles } from '../helpers/project-files.ts'

let project: ProjectFiles
let reads: SharedReads
let unwatched: UnwatchedReads
let observer: Observer
let module: string | undefined
let detach: () => void

const sources = { now: () => 7, module: () => module }

beforeEach(() => {
  module = undefined
  project = createProjectFiles()
  reads = new SharedReads(true)
  unwatched = new UnwatchedReads(sources, reads)
  observer = new Observer(unwatched)
  detach = observer.attach()
})
afterEach(() => {
  detach()
  vi.restoreAllMocks()
  project.dispose()
})

const seen = (): string[] => [...reads.files.keys(), ...reads.directories.keys()].map(path => path.slice(project.root.length + 1)).sort()

describe('what is read while no call is watched', () => {
  it('is noted with its time, however it is read', async () => {
    for (const name of ['sync.txt', 'promise.txt', 'open.txt', 'folder/a.txt']) project.write(name, '')
    readFileSync(project.at('sync.txt'))
    await readFile(project.at('promise.txt'))
    closeSync(openSync(project.at('open.txt'), 'r'))
    readdirSync(project.at('folder'))
    expect(seen()).toEqual(['folder', 'open.txt', 'promise.txt', 'sync.txt'])
    expect(reads.files.get(project.at('sync.txt'))).toBe(7)
  })

  it('is not what a call reads, and not what is written, run, only looked for or made up by the kernel', () => {
    project.write('call.txt', '')
    project.write('code.cjs', 'module.exports = 1')
    observer.run(new Trace(0), () => readFileSync(project.at('call.txt')))
    closeSync(openSync(project.at('written.txt'), 'w'))
    existsSync(project.at('asked.txt'))
    createRequire(import.meta.url)(project.at('code.cjs'))
    if (existsSync('/proc/self/stat')) readFileSync('/proc/self/stat')
    expect(seen()).toEqual([])
  })

  it('is noted where the bundler runs on in a scope of its own', () => {
    project.write('a.txt', '')
    observer.run(new Trace(0), () => observer.run(null, () => readFileSync(project.at('a.txt'))))
    expect(seen()).toEqual(['a.txt'])
  })

  it('is not what is read of the output, and again what is read for the next build', () => {
    project.write('out.txt', '')
    project.write('in.txt', '')
    unwatched.rest()
    readFileSync(project.at('out.txt'))
    unwatched.look()
    readFileSync(project.at('in.txt'))
    expect(seen()).toEqual(['in.txt'])
  })

  it('is not the file that the call is about which reads it', () => {
    project.write('module.txt', '')
    project.write('table.txt', '')
    module = `${project.at('module.txt')}?raw`
    for (const name of ['module.txt', 'table.txt']) readFileSync(project.at(name))
    expect(seen()).toEqual(['table.txt'])
  })

  it.each<[string, () => void]>([
    ['in place', () => writeFileSync(project.at('folder/a.txt'), '')],
    ['by its descriptor', () => closeSync(openSync(project.at('folder/a.txt'), 'w'))],
    ['under another name first', () => renameSync(project.at('b.txt'), project.at('folder/a.txt'))],
  ])('counts as it is once it was written %s', (_how, write) => {
    for (const name of ['folder/a.txt', 'b.txt', 'c.txt']) project.write(name, '')
    readFileSync(project.at('folder/a.txt'))
    readFileSync(project.at('c.txt'))
    readdirSync(project.at('folder'))
    write()
    expect([reads.files.get(project.at('folder/a.txt')), reads.files.get(project.at('c.txt')), reads.directories.get(project.at('folder'))]).toEqual([Infinity, 7, Infinity])
  })

  it('is kept for the later builds of the same project alone', () => {
    UnwatchedReads.of(project.root, sources).reads.files.set('a', 7)
    expect([project.root, project.at('other')].map(root => UnwatchedReads.of(root, sources).reads.files.size)).toEqual([1, 0])
  })

  it('ends with the first of very many', () => {
    for (let index = 0; index < 70; index++) {
      project.write(`${index}.txt`, '')
      readFileSync(project.at(`${index}.txt`))
    }
    expect(seen()).toHaveLength(64)
  })

  it('is read as always where there is no working directory any more', () => {
    vi.spyOn(process, 'cwd').mockImplementation(() => {
      throw new Error('uv_cwd')
    })
    expect(readFileSync('package.json', 'utf8')).toContain('{')
  })
})
