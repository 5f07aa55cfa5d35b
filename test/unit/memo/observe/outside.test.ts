import childProcess from 'node:child_process'
import { createRequire } from 'node:module'
import net from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Observer } from '../../../../src/memo/observe/observer.ts'
import { Trace } from '../../../../src/memo/trace/trace.ts'
import { createProjectFiles } from '../helpers/project-files.ts'

describe('work that a call has done elsewhere', () => {
  const observer = new Observer()
  let detach: () => void
  beforeEach(() => {
    detach = observer.attach()
  })
  afterEach(() => detach())

  const foreignOf = (body: () => unknown): string | null => {
    const trace = new Trace(0)
    observer.run(trace, body)
    return trace.foreign
  }

  it('is noticed in another process', () => {
    expect(foreignOf(() => childProcess.execFileSync(process.execPath, ['--version']))).toMatch(/another process/)
  })

  it('is the doing of a compiler where that is who asks, and of nobody else', async () => {
    const project = createProjectFiles({ 'node_modules/sass-embedded/dist/lib.cjs': "module.exports = body => body('--version')\n", 'node_modules/sass-embedded/index.cjs': "const { execFileSync } = require('node:child_process')\nmodule.exports = flag => execFileSync(process.execPath, [flag])\n" })
    const compiler = createRequire(project.at('a.js'))
    const bySass = new Trace(0)
    observer.run(bySass, () => (compiler(project.at('node_modules/sass-embedded/index.cjs')) as (flag: string) => unknown)('--version'))
    const byGuest = new Trace(0)
    observer.run(byGuest, () => (compiler(project.at('node_modules/sass-embedded/dist/lib.cjs')) as (body: (flag: string) => unknown) => unknown)(flag => childProcess.execFileSync(process.execPath, [flag])))
    const byNobody = new Trace(0)
    await observer.run(byNobody, () => fetch('http://127.0.0.1:59999').catch(() => null))
    project.dispose()
    expect([bySass, byGuest, byNobody].map(({ foreign, isVouchedFor }) => [foreign !== null, isVouchedFor])).toEqual([[true, true], [true, false], [true, false]])
  })

  it('is noticed on a socket', () => {
    expect(foreignOf(() => new net.Socket().on('error', () => undefined).write('x'))).toMatch(/another process/)
  })

  it('is noticed in a thread', () => {
    const { port1 } = new MessageChannel()
    expect(foreignOf(() => port1.postMessage('x'))).toMatch(/another thread/)
    port1.close()
  })

  it('is none where a call only prints', () => {
    expect(foreignOf(() => process.stderr.write(''))).toBeNull()
  })

  it('is none outside of calls', () => {
    expect(foreignOf(() => observer.run(null, () => childProcess.execFileSync(process.execPath, ['--version'])))).toBeNull()
  })

  it('leaves nothing behind', () => {
    const patched = net.Socket.prototype.write
    detach()
    expect(net.Socket.prototype.write).not.toBe(patched)
    expect(Object.hasOwn(net.Socket.prototype, 'write')).toBe(false)
  })
})
