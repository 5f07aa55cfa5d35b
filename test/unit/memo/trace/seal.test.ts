import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { digest } from '../../../../src/hash.ts'
import { ConfigFiles } from '../../../../src/memo/identity/config-files.ts'
import { PortableText } from '../../../../src/memo/record/portable-text.ts'
import { firstChanged, hostDependencies, sealTrace } from '../../../../src/memo/trace/seal.ts'
import type { CheckContext } from '../../../../src/memo/trace/seal.ts'
import { ENV_NAMES } from '../../../../src/memo/observe/environment-names.ts'
import { SharedReads } from '../../../../src/memo/trace/shared-reads.ts'
import { Trace } from '../../../../src/memo/trace/trace.ts'
import type { Dependency } from '../../../../src/memo/trace/dependency.ts'
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

function sealed(fill: (trace: Trace) => void): Dependency[] {
  const result = sealTrace(traceOf(fill), context)
  if (!result.ok) throw new Error(result.reason)
  return result.dependencies
}

const changed = (dependencies: readonly Dependency[], changes: Partial<CheckContext> = {}): Dependency | null => {
  vfs.nextEpoch()
  return firstChanged(dependencies, { ...context, ...changes })
}

describe('sealing a trace', () => {
  it('names each file by a path without a place, with the digest of its content', () => {
    expect(sealed(trace => trace.file(project.at('src/a.ts')))).toEqual([['file', '\u0001r/src/a.ts', digest('a')]])
  })

  it('remembers that a file was absent', () => {
    expect(sealed(trace => trace.file(project.at('src/none.ts')))).toEqual([['file', '\u0001r/src/none.ts', null]])
  })

  it('remembers what was at a path that was looked for', () => {
    expect(sealed(trace => {
      for (const path of ['src/none.ts', 'src', 'src/a.ts']) trace.probe(project.at(path))
    })).toEqual([['probe', '\u0001r/src', 'directory'], ['probe', '\u0001r/src/a.ts', 'file'], ['missing', '\u0001r/src', 'none.ts']])
  })

  it('remembers by directory what was looked for in vain', () => {
    expect(sealed(trace => {
      for (const path of ['src/y.ts', 'src/x.ts', 'none/x.ts']) trace.probe(project.at(path))
    })).toEqual([['missing', '\u0001r/src', 'x.ts\ny.ts'], ['missing', '\u0001r/none', 'x.ts']])
  })

  it('sees when any of it comes, and when it goes again', () => {
    const dependencies = sealed(trace => {
      for (const path of ['src/y.ts', 'src/x.ts', 'none/x.ts']) trace.probe(project.at(path))
    })
    expect(changed(dependencies)).toBeNull()
    for (const path of ['src/y.ts', 'none/x.ts']) {
      project.write(path, '')
      expect(changed(dependencies)?.[0]).toBe('missing')
      project.remove(path.startsWith('none') ? 'none' : path)
      expect(changed(dependencies)).toBeNull()
    }
    project.write('src/z.ts', '')
    expect(changed(dependencies)).toBeNull()
  })

  it('puts together what was looked for in vain in one directory', () => {
    expect(sealed(trace => {
      for (const path of ['src/z.ts', 'src/b.tsx', 'none/x', 'src/line\nbreak']) trace.probe(project.at(path))
    })).toEqual([
      ['probe', '\u0001r/src/line\nbreak', 'absent'],
      ['missing', '\u0001r/src', 'b.tsx\nz.ts'],
      ['missing', '\u0001r/none', 'x'],
    ])
  })

  it('does not ask twice about a file that was looked for and read', () => {
    expect(sealed(trace => {
      trace.probe(project.at('src/a.ts'))
      trace.file(project.at('src/a.ts'))
    })).toHaveLength(1)
  })

  it('keeps environment variables by digest, not by value', () => {
    const dependencies = sealed(trace => trace.env.set('TOKEN', 'secret').set('NONE', null))
    expect(dependencies).toEqual([['env', 'TOKEN', digest('secret')], ['env', 'NONE', null]])
    expect(JSON.stringify(dependencies)).not.toContain('secret')
  })

  it('knows a variable that names the project again where that has moved', () => {
    const [before] = sealed(trace => trace.readEnv('INIT_CWD', project.root))
    const portable = new PortableText([{ token: 'r', path: '/elsewhere' }])
    expect(changed([before!], { portable, env: { INIT_CWD: '/elsewhere' } })).toBeNull()
    expect(changed([before!], { portable, env: { INIT_CWD: '/another' } })).toEqual(before)
  })

  it('notices that a variable came or went where all were listed', () => {
    const dependencies = sealed(trace => trace.readEnv(ENV_NAMES, 'A\0B'))
    expect(changed(dependencies, { env: { B: '2', A: '1' } })).toBeNull()
    expect(changed(dependencies, { env: { A: '1', B: '1', C: '1' } })).not.toBeNull()
  })

  it('counts names alone that have the wanted beginning, where some were wanted', () => {
    const dependencies = sealed(trace => trace.readEnv('=names debug_ i', 'DEBUG_A'))
    expect(changed(dependencies, { env: { DEBUG_A: '2', OTHER: '1' } })).toBeNull()
    expect(changed(dependencies, { env: { DEBUG_A: '2', debug_b: '1' } })).not.toBeNull()
  })

  describe('a variable that decides about colours', () => {
    const reads = (trace: Trace): void => trace.readEnv('=colours CI', null)

    it('is of no account for a call that says nothing', () => {
      expect(sealed(reads)).toEqual([])
    })

    it('is for one that does, or whose result has colours itself', () => {
      const said = sealed(trace => {
        reads(trace)
        trace.print('stderr', 'write', ['text'], true)
      })
      expect(changed(said, { env: { CI: '1' } })).not.toBeNull()
      expect(sealTrace(traceOf(reads), context, () => true)).toEqual({ ok: true, dependencies: said })
    })
  })

  it('leaves code of installed packages to the lockfile, but not their data', () => {
    const dependencies = sealed(trace => {
      trace.observed(project.at('node_modules/tool/index.js'))
      trace.probe(project.at('node_modules/tool/package.json'))
      trace.observed(project.at('node_modules/tool/theme.scss'))
    })
    expect(dependencies).toEqual([['file', '\u0001r/node_modules/tool/theme.scss', null]])
  })

  it('sees code that was generated in a folder with a dot there, but not that of packages in such a store', () => {
    const dependencies = sealed(trace => {
      trace.observed(project.at('node_modules/.prisma/client/index.js'))
      trace.probe(project.at('node_modules/.prisma/client/package.json'))
      trace.observed(project.at('node_modules/.pnpm/tool@1.0.0/node_modules/tool/index.js'))
    })
    expect(dependencies.map(([kind, path]) => [kind, path])).toEqual([['file', '\u0001r/node_modules/.prisma/client/index.js'], ['missing', '\u0001r/node_modules/.prisma/client']])
  })

  it('gives the first reason of several for not remembering', () => {
    expect(sealTrace(traceOf(trace => {
      trace.refuse('first')
      trace.refuse('second')
    }), context)).toEqual({ ok: false, reason: 'first' })
  })

  it('makes what one call read a dependency of the later calls of its site', () => {
    const shared = new SharedReads()
    const first = new Trace(clock.wall(), shared)
    first.observed(project.at('src/a.ts'))
    const second = new Trace(clock.wall(), shared)
    second.observed(project.at('src/b.ts'))
    second.takeShared()
    second.takeShared()
    const result = sealTrace(second, context)
    expect(result.ok && result.dependencies.map(dependency => dependency[1]).sort()).toEqual(['\u0001r/src/a.ts', '\u0001r/src/b.ts'])
  })

  it('does not believe in what an earlier call read and is another file since', () => {
    const shared = new SharedReads()
    new Trace(Date.now() - 1000, shared).observed(project.at('src/a.ts'))
    writeFileSync(project.at('src/a.ts'), 'edited')
    vfs.nextEpoch()
    // The compiler may go on answering from what it read then.
    const later = new Trace(clock.wall(), shared)
    later.takeShared()
    expect(sealTrace(later, context)).toEqual({ ok: false, reason: expect.stringContaining('a.ts changed') })
    const reading = new Trace(clock.wall(), shared)
    reading.observed(project.at('src/a.ts'))
    reading.takeShared()
    expect(sealTrace(reading, context).ok).toBe(true)
  })

  it('makes what one call looked for, listed and asked a dependency of the later calls of its site', () => {
    const shared = new SharedReads()
    const first = new Trace(clock.wall(), shared)
    first.probe(project.at('src/flag'))
    first.listed(project.at('src'))
    first.resolved('["runtime"]', 'answer', false)
    first.resolved('["./own"]', 'answer', true)
    const second = new Trace(clock.wall(), shared)
    second.takeShared()
    const result = sealTrace(second, context)
    expect(result.ok && result.dependencies.map(([kind, name]) => [kind, name])).toEqual([['missing', '\u0001r/src'], ['directory', '\u0001r/src'], ['resolve', '["runtime"]']])
    // Where each call looks for its own, nobody can tell which answers are kept.
    for (let index = 0; index < 300; index++) first.probe(project.at(`src/${index}`))
    const third = new Trace(clock.wall(), shared)
    third.takeShared()
    expect(third.refusal).toContain('look for so many files')
  })

  it('FAULTS 16: does not take a file for older than the call because the clock was set back meanwhile', () => {
    const now = Date.now()
    // The call began a second ago, by a clock that was an hour ahead then.
    const trace = new Trace(now + 3_600_000 - 1000)
    trace.observed(project.at('src/a.ts'))
    expect(sealTrace(trace, context).ok).toBe(true)
    trace.setClock(now, 1000)
    expect(trace.startedWallMs).toBe(now - 1000)
    expect(sealTrace(trace, context)).toEqual({ ok: false, reason: expect.stringContaining('a.ts changed') })
    // Set ahead, it changes nothing: what was seen before is judged by the time of then.
    trace.setClock(now + 3_600_000, 1000)
    expect(trace.startedWallMs).toBe(now - 1000)
  })

  it('leaves what a compiler that was read looks for to the call that does, and shares what anybody else does', () => {
    const shared = new SharedReads(true)
    const first = new Trace(clock.wall(), shared)
    first.probe(project.at('src/compiler'))
    first.probe(project.at('src/anybody'), () => 'anybody')
    first.followed(project.at('src/link'), null)
    first.followed(project.at('src/other'), null, () => 'anybody')
    const later = new Trace(clock.wall(), shared)
    later.takeShared()
    expect([...later.probes]).toEqual([project.at('src/anybody')])
    expect([...later.links.keys()]).toEqual([project.at('src/other')])
  })

  it('leaves which browsers are meant to the call where that is looked for above its module', () => {
    const shared = new SharedReads(true)
    const first = new Trace(clock.wall(), shared)
    first.concerns(`${project.at('src/a.css')}?inline`)
    for (const path of ['src/.browserslistrc', '.browserslistrc', 'conf/.browserslistrc', 'src/deep/.browserslistrc']) first.probe(project.at(path), () => 'browsers')
    expect([...shared.probes.keys()]).toEqual([project.at('conf/.browserslistrc'), project.at('src/deep/.browserslistrc')])
  })

  it('has no links among packages, nor where they lie', () => {
    const trace = traceOf(each => {
      each.followed(project.at('node_modules'), '/elsewhere/node_modules')
      each.followed(project.at('node_modules/kit/index.js'), '/elsewhere/node_modules/kit/index.js')
    })
    expect(sealTrace(trace, context)).toEqual({ ok: true, dependencies: [] })
  })

  it('holds while a link leads where it led', () => {
    symlinkSync(project.at('src/a.ts'), project.at('src/link'))
    const trace = traceOf(each => each.followed(project.at('src/link'), project.at('src/a.ts')))
    const result = sealTrace(trace, context)
    expect(result).toEqual({ ok: true, dependencies: [['link', '\u0001r/src/link', '\u0001r/src/a.ts']] })
    const dependencies = result.ok ? result.dependencies : []
    expect(firstChanged(dependencies, context)).toBeNull()
    rmSync(project.at('src/link'))
    symlinkSync(project.at('src/b.ts'), project.at('src/link'))
    expect(sealTrace(trace, context).ok).toBe(false)
    vfs.nextEpoch()
    expect(firstChanged(dependencies, context)).toEqual(dependencies[0])
  })

  it('does not share the file that a call is about', () => {
    const shared = new SharedReads()
    const first = new Trace(clock.wall(), shared)
    first.about(project.at('src/a.ts'))
    first.observed(project.at('src/a.ts'))
    expect(shared.files.size).toBe(0)
    expect([...first.files]).toEqual([project.at('src/a.ts')])
  })
})

describe('whether a dependency still holds', () => {
  it('it does as long as nothing changes', () => {
    const dependencies = sealed(trace => {
      trace.file(project.at('src/a.ts'))
      trace.file(project.at('src/none.ts'))
      trace.probe(project.at('src/other.ts'))
      trace.directory(project.at('src'))
      trace.config('tsconfig', project.at('src'))
      trace.env.set('MODE', null)
    })
    expect(changed(dependencies)).toBeNull()
  })

  it.each<[string, (trace: Trace) => void, () => void]>([
    ['an edited file', trace => trace.file(project.at('src/a.ts')), () => project.write('src/a.ts', 'other')],
    ['a removed file', trace => trace.file(project.at('src/a.ts')), () => project.remove('src/a.ts')],
    ['a file that was absent', trace => trace.file(project.at('src/none.ts')), () => project.write('src/none.ts', '')],
    ['a file that became a directory', trace => trace.probe(project.at('src/a.ts')), () => {
      project.remove('src/a.ts')
      mkdirSync(project.at('src/a.ts'))
    }],
    ['one of several paths that came to be', trace => {
      for (const path of ['src/x.ts', 'src/y.ts', 'src/z.ts']) trace.probe(project.at(path))
    }, () => project.write('src/y.ts', '')],
    ['a path in a directory that came to be', trace => trace.probe(project.at('none/deep/x.ts')), () => project.write('none/deep/x.ts', '')],
    ['a path that came to be', trace => trace.probe(project.at('src/a.tsx')), () => project.write('src/a.tsx', '')],
    ['a new name in a listed directory', trace => trace.directory(project.at('src')), () => project.write('src/_new.scss', '')],
    ['a listed file that became a directory', trace => trace.directory(project.at('src')), () => {
      project.remove('src/a.ts')
      mkdirSync(project.at('src/a.ts'))
    }],
    ['a listed directory that is gone', trace => trace.directory(project.at('src')), () => project.remove('src')],
    ['configuration nearer than what applied', trace => trace.config('babel', project.at('src')), () => project.write('src/.babelrc', '{}')],
    ['a variable', trace => trace.env.set('MODE', null), () => Object.assign(context.env, { MODE: '' })],
  ])('it does not after a change of %s', (_what, fill, change) => {
    const dependencies = sealed(fill)
    change()
    expect(changed(dependencies)).toEqual(dependencies[0])
  })

  it('content decides, not times', () => {
    const dependencies = sealed(trace => trace.file(project.at('src/a.ts')))
    writeFileSync(project.at('src/a.ts'), 'a')
    expect(changed(dependencies)).toBeNull()
  })

  it('holds in another place, for the same files there', () => {
    const dependencies = sealed(trace => trace.file(project.at('src/a.ts')))
    const other = createProjectFiles({ 'src/a.ts': 'a' })
    const portable = new PortableText([{ token: 'r', path: other.root }])
    expect(changed(dependencies, { portable, root: other.root })).toBeNull()
    other.write('src/a.ts', 'b')
    expect(changed(dependencies, { portable, root: other.root })).toEqual(dependencies[0])
    other.dispose()
  })

  it('a bound one holds in its own place alone', () => {
    expect(changed([['place', project.root]])).toBeNull()
    expect(changed([['place', '/elsewhere']])).toEqual(['place', '/elsewhere'])
  })

  it('leaves to the host what only the host can say', () => {
    const dependencies: Dependency[] = [['resolve', '["./a"]', 'x'], ['file', '\u0001r/src/a.ts', digest('a')], ['input', 'map', 'y']]
    expect(changed(dependencies)).toBeNull()
    expect(hostDependencies(dependencies)).toEqual([dependencies[0], dependencies[2]])
  })
})
