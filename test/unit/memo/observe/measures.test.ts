import fs from 'node:fs'
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
  project = createProjectFiles({ 'a.txt': 'a', 'node_modules/kit/index.js': '' })
  path = project.at('a.txt')
  observer = new Observer()
  detach = observer.attach()
})
afterEach(() => {
  detach()
  project.dispose()
})

/** As code has them that took them before any build began. */
const held = { ...fs, promises: { ...fs.promises } }
const called = (start: (done: () => void) => void): Promise<void> => new Promise(resolve => start(resolve))

async function hasMeasured(body: () => unknown): Promise<boolean> {
  const trace = new Trace(0)
  await observer.run(trace, async () => body())
  return trace.hasMeasured
}

describe('a call that may know the size and the times of a file', () => {
  it.each<[string, () => unknown]>([
    ['statSync', () => fs.statSync(path)], ['a promise', () => fs.promises.stat(path)], ['a callback', () => called(done => fs.stat(path, () => done()))], ['lstat', () => fs.lstatSync(path)],
    ['functions from before', () => held.statSync(path)], ['promises from before', () => held.promises.stat(path)],
    ['a descriptor', () => {
      const file = fs.openSync(path, 'r')
      fs.fstatSync(file)
      fs.closeSync(file)
    }],
  ])('is known by %s', async (_how, body) => {
    expect(await hasMeasured(body)).toBe(true)
  })

  it.each<[string, () => unknown]>([
    ['reads it', () => fs.readFileSync(path)], ['reads it later', () => fs.promises.readFile(path, 'utf8')], ['asks whether it is there', () => fs.existsSync(path)], ['asks where it leads', () => fs.realpathSync(path)],
    ['asks about a package', () => fs.statSync(project.at('node_modules/kit/index.js'))],
  ])('is none that only %s', async (_how, body) => {
    expect(await hasMeasured(body)).toBe(false)
  })
})
