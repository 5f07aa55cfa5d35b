import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digest } from '../../../../src/hash.ts'
import { ConfigFiles } from '../../../../src/memo/identity/config-files.ts'
import { PortableText } from '../../../../src/memo/record/portable-text.ts'
import { sealTrace } from '../../../../src/memo/trace/seal.ts'
import type { CheckContext } from '../../../../src/memo/trace/seal.ts'
import { Trace } from '../../../../src/memo/trace/trace.ts'
import { VirtualFileSystem } from '../../../../src/vfs/virtual-file-system.ts'
import { createLateClock, createProjectFiles } from '../helpers/project-files.ts'
import type { ProjectFiles } from '../helpers/project-files.ts'

const clock = createLateClock()
let project: ProjectFiles
let vfs: VirtualFileSystem
let context: CheckContext

beforeEach(() => {
  project = createProjectFiles({ 'src/a.ts': 'a', 'src/b.ts': 'b' })
  vfs = new VirtualFileSystem({ maxBytes: 1_000_000, clock })
  context = { vfs, configs: new ConfigFiles(vfs, project.root), portable: new PortableText([{ token: 'r', path: project.root }]), env: {}, root: project.root }
})

afterEach(() => project.dispose())

/** Of a call that began an hour after everything was written. */
function traceOf(fill: (trace: Trace) => void): Trace {
  const trace = new Trace(clock.wall())
  fill(trace)
  return trace
}

describe('what changes while a call runs is not stored', () => {
  /** A call that began before what `change` does. */
  function during(change: () => void, fill: (trace: Trace) => void): ReturnType<typeof sealTrace> {
    const trace = new Trace(Date.now())
    change()
    fill(trace)
    return sealTrace(trace, context)
  }

  it('a file that was written', () => {
    expect(during(() => project.write('src/a.ts', 'new'), trace => trace.file(project.at('src/a.ts'))).ok).toBe(false)
  })

  it('a file that was written after the cache had looked at it', () => {
    vfs.digest(project.at('src/a.ts'))
    expect(during(() => project.write('src/a.ts', 'new'), trace => trace.file(project.at('src/a.ts'))).ok).toBe(false)
  })

  it('a file that was written and has the modification time of before', () => {
    project.age('src/a.ts')
    vfs.digest(project.at('src/a.ts'))
    const outcome = during(() => {
      project.write('src/a.ts', 'x')
      project.age('src/a.ts')
    }, trace => trace.file(project.at('src/a.ts')))
    expect(outcome.ok).toBe(false)
  })

  it('a file that was removed', () => {
    expect(during(() => project.remove('src/a.ts'), trace => trace.file(project.at('src/a.ts'))).ok).toBe(false)
  })

  it('a file that came to be', () => {
    expect(during(() => project.write('src/new.ts', ''), trace => trace.file(project.at('src/new.ts'))).ok).toBe(false)
  })

  it('a path that was looked for in vain and then came to be', () => {
    expect(during(() => project.write('src/new.ts', ''), trace => trace.probe(project.at('src/new.ts'))).ok).toBe(false)
  })

  it('a path that was found and then removed', () => {
    expect(during(() => project.remove('src/a.ts'), trace => trace.probe(project.at('src/a.ts'))).ok).toBe(false)
  })

  it('a directory that was listed and then got another file', () => {
    expect(during(() => project.write('src/new.ts', ''), trace => trace.directory(project.at('src'))).ok).toBe(false)
  })

  it('configuration that was found and then edited', () => {
    project.write('tsconfig.json', '{}')
    expect(during(() => project.write('tsconfig.json', '{ }'), trace => trace.config('tsconfig', project.at('src'))).ok).toBe(false)
  })

  it('configuration that was looked for in vain and then came to be', () => {
    expect(during(() => project.write('src/tsconfig.json', '{}'), trace => trace.config('tsconfig', project.at('src'))).ok).toBe(false)
  })

  it('whereas what is older than the call is', () => {
    project.write('src/tsconfig.json', '{}')
    const outcome = sealTrace(traceOf(trace => {
      trace.file(project.at('src/a.ts'))
      trace.file(project.at('src/none.ts'))
      trace.probe(project.at('src/b.ts'))
      trace.probe(project.at('src/none.tsx'))
      trace.probe(project.at('nowhere/at/all.ts'))
      trace.directory(project.at('src'))
      trace.directory(project.at('nowhere'))
      trace.config('tsconfig', project.at('src'))
    }), context)
    expect(outcome).toMatchObject({ ok: true })
  })
})
