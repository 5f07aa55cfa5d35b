import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { env as namedEnv } from 'node:process'
import { inspect } from 'node:util'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Observer } from '../../../../src/memo/observe/observer.ts'
import { createProjectFiles } from '../helpers/project-files.ts'
import { ENV_NAMES } from '../../../../src/memo/observe/environment-names.ts'
import { Trace } from '../../../../src/memo/trace/trace.ts'

const NAME = 'PITCREW_TEST_VARIABLE'
let observer: Observer
let detach: () => void

beforeEach(() => {
  process.env[NAME] = 'one'
  observer = new Observer()
  detach = observer.attach()
})

afterEach(() => {
  detach()
  delete process.env[NAME]
})

async function traced(body: () => unknown, trace: Trace = new Trace(0)): Promise<Trace> {
  await observer.run(trace, async () => body())
  return trace
}

describe('reads of a call are seen', () => {
  it.each<[string, () => unknown]>([
    ['by name', () => process.env[NAME]],
    ['by `in`', () => NAME in process.env],
    ['by hasOwn', () => Object.hasOwn(process.env, NAME)],
    ['by descriptor', () => Object.getOwnPropertyDescriptor(process.env, NAME)],
    ['by destructuring', () => {
      const { [NAME]: value } = process.env
      return value
    }],
    ['by a named import', () => namedEnv[NAME]],
    ['after an await', async () => {
      await new Promise(resolve => setTimeout(resolve, 1))
      return process.env[NAME]
    }],
  ])('%s', async (_how, read) => {
    expect([...(await traced(read)).env]).toEqual([[NAME, 'one']])
  })

  it('of what is not there', async () => {
    expect([...(await traced(() => process.env['PITCREW_NONE'])).env]).toEqual([['PITCREW_NONE', null]])
  })

  it('of names alone where names are listed', async () => {
    for (const list of [() => Object.keys(process.env), () => Reflect.ownKeys(process.env), () => {
      const names: string[] = []
      for (const name in process.env) names.push(name)
      return names
    }]) expect([...(await traced(list)).env.keys()]).toEqual([ENV_NAMES])
  })

  it('of all values where all are taken', async () => {
    const expected = [ENV_NAMES, ...Object.keys(process.env)].sort()
    for (const take of [() => ({ ...process.env }), () => Object.entries(process.env), () => JSON.stringify(process.env)]) {
      expect([...(await traced(take)).env.keys()].filter(name => name !== 'toJSON').sort()).toEqual(expected)
    }
  })

  describe('of the names that are wanted, where the code says so', () => {
    const place = createProjectFiles()
    afterAll(() => place.dispose())

    it.each<[string, string, string]>([
      ['an arrow with a pattern', "Object.keys(process.env).filter(key => /^debug_/i.test(key))", '=names debug_ i'],
      ['an arrow with a body', "Object.keys(process.env).filter((key) => {\n  return /^VITE_/.test(key);\n})", '=names VITE_'],
      ['a function', "Object.keys(process.env).filter(function (k) { return k.startsWith('npm_') })", '=names npm_'],
      ['more than a prefix', "Object.keys(process.env).filter(key => /^debug_/i.test(key) || key === 'A')", ENV_NAMES],
      ['another object tested', "Object.keys(process.env).filter(key => /^debug_/i.test(other))", ENV_NAMES],
      ['no filter', 'Object.keys(process.env)', ENV_NAMES],
    ])('%s', async (_what, code, expected) => {
      const file = place.write(`${expected.length}-${code.length}.cjs`, `const other = 'a'\nexports.list = () => 1 && ${code}\n`)
      const { list } = createRequire(import.meta.url)(file) as { list: () => unknown }
      expect([...(await traced(list)).env.keys()]).toEqual([expected])
    })
  })

  describe('for colours, where the code asks for nothing else', () => {
    const place = createProjectFiles()
    afterAll(() => place.dispose())

    it.each<[string, string, string, string]>([
      ['in a package that does nothing else', 'node_modules/picocolors/a.cjs', 'process.env.CI', '=colours CI'],
      ['in a statement that looks for a terminal', 'bundle.cjs', 'process.env.CI || process.stdout.isTTY', '=colours CI'],
      ['in a statement after one that does', 'after.cjs', 'process.env.CI', 'CI'],
      ['by a comparison', 'compared.cjs', "process.env.FORCE_COLOR === '0'", '=colours FORCE_COLOR'],
      ['and not where the value is taken', 'taken.cjs', 'process.env.FORCE_COLOR', 'FORCE_COLOR'],
      ['in any other', 'plugin.cjs', 'process.env.CI', 'CI'],
      ['nor any other variable', 'node_modules/picocolors/b.cjs', 'process.env.NODE_ENV', 'NODE_ENV'],
    ])('%s', async (_where, name, code, expected) => {
      const { read } = createRequire(import.meta.url)(place.write(name, `exports.other = process.argv.includes('--color');\nexports.read = () => ${code};\n`)) as { read: () => unknown }
      expect([...(await traced(read)).env.keys()]).toEqual([expected])
    })

    it('but not where all are taken', async () => {
      const { read } = createRequire(import.meta.url)(place.write('node_modules/picocolors/c.cjs', 'exports.read = () => ({ ...process.env })')) as { read: () => unknown }
      process.env['CI'] ??= ''
      expect([...(await traced(read)).env.keys()]).toContain('CI')
    })
  })

  it('by calls that come later, because what reads a variable once keeps it', async () => {
    const shared = new Map<string, string | null>()
    await traced(() => process.env[NAME], new Trace(0, null, shared))
    const later = new Trace(0, null, shared)
    later.takeShared()
    expect([...later.env]).toEqual([[NAME, 'one']])
  })
})

describe('a call that changes the environment is not remembered', () => {
  it.each<[string, () => unknown]>([
    ['assignment', () => (process.env[NAME] = 'two')],
    ['deletion', () => delete process.env[NAME]],
    ['definition', () => Object.defineProperty(process.env, NAME, { value: 'two', writable: true, enumerable: true, configurable: true })],
    ['another object', () => (process.env = { ...process.env })],
  ])('by %s', async (_how, change) => {
    const original = process.env
    expect((await traced(change)).refusal).toContain('process.env')
    process.env = original
  })

  it('but one that sets what is set already is', async () => {
    expect((await traced(() => (process.env[NAME] = 'one'))).refusal).toBeNull()
  })

  it('nor is one during which a variable changed', async () => {
    const trace = await traced(async () => {
      void process.env[NAME]
      observer.run(null, () => (process.env[NAME] = 'two'))
      return process.env[NAME]
    })
    expect(trace.refusal).toContain(NAME)
  })
})

describe('the view is the environment', () => {
  it('in what it answers', async () => {
    const plain = process.env
    await traced(() => {
      expect(process.env).not.toBe(plain)
      expect(process.env).toBe(process.env)
      expect(Object.keys(process.env)).toEqual(Object.keys(plain))
      expect({ ...process.env }).toEqual({ ...plain })
      expect(Object.getOwnPropertyDescriptors(process.env)).toEqual(Object.getOwnPropertyDescriptors(plain))
      expect(Object.getPrototypeOf(process.env)).toBe(Object.getPrototypeOf(plain))
      expect(Object.prototype.toString.call(process.env)).toBe(Object.prototype.toString.call(plain))
      expect(process.env.hasOwnProperty(NAME)).toBe(true)
      expect(inspect(process.env)).toBe(inspect(plain))
      expect(JSON.stringify(process.env)).toBe(JSON.stringify(plain))
      expect(structuredClone({ env: process.env })).toEqual(structuredClone({ env: plain }))
    })
  })

  it('in what is written through it', async () => {
    await traced(() => {
      process.env[NAME] = 2 as never
      expect(process.env[NAME]).toBe('2')
      delete process.env[NAME]
      expect(NAME in process.env).toBe(false)
      process.env[NAME] = 'three'
    })
    expect(process.env[NAME]).toBe('three')
    expect(spawnSync(process.execPath, ['-p', `process.env.${NAME}`], { encoding: 'utf8' }).stdout.trim()).toBe('three')
  })

  it('for a process that the call starts, whose reads are not the call\'s', async () => {
    let output = ''
    const trace = await traced(() => {
      output = spawnSync(process.execPath, ['-p', `process.env.${NAME}`], { encoding: 'utf8' }).stdout.trim()
    })
    expect(output).toBe('one')
    expect(trace.env.size).toBe(0)
    expect(trace.foreign).toContain('another process')
  })
})

describe('outside of calls', () => {
  it('there is the runtime\'s own object', () => {
    const during = process.env
    detach()
    expect(process.env).toBe(during)
    expect(Object.getOwnPropertyDescriptor(process, 'env')).toMatchObject({ value: during, writable: true, enumerable: true, configurable: true })
    expect(namedEnv).toBe(during)
  })

  it('another object may be put in its place, and stays', () => {
    const original = process.env
    process.env = { OTHER: 'yes' }
    expect(process.env).toEqual({ OTHER: 'yes' })
    detach()
    expect(process.env).toEqual({ OTHER: 'yes' })
    process.env = original
  })

  it.each([[true], [false]])('two builds stack, whichever ends first (the first: %s)', async firstEndsFirst => {
    const plain = process.env
    const second = new Observer()
    const detachSecond = second.attach()
    const [one, two] = [new Trace(0), new Trace(0)]
    const read = (): unknown => process.env[NAME]
    observer.run(one, () => second.run(two, read))
    expect([...one.env.keys(), ...two.env.keys()]).toEqual([NAME, NAME])
    if (firstEndsFirst) detach()
    else detachSecond()
    const [still, running] = [new Trace(0), firstEndsFirst ? second : observer]
    running.run(still, () => [read(), namedEnv['PITCREW_NAMED']])
    expect([...still.env.keys()]).toEqual([NAME, 'PITCREW_NAMED'])
    detach()
    detachSecond()
    expect(Object.getOwnPropertyDescriptor(process, 'env')).toHaveProperty('value', plain)
  })

  it('builds may rest and go on in any order', async () => {
    const plain = Object.getOwnPropertyDescriptor(process, 'env')
    const other = new Observer()
    const detachOther = other.attach()
    for (let round = 0; round < 3; round++) {
      observer.rest()
      observer.resume()
      other.rest()
      expect(process.env[NAME]).toBe('one')
      expect([...(await traced(() => process.env[NAME])).env]).toEqual([[NAME, 'one']])
      other.resume()
    }
    const trace = new Trace(0)
    expect(other.run(trace, () => process.env[NAME])).toBe('one')
    expect([...trace.env]).toEqual([[NAME, 'one']])
    process.env[NAME] = 'two'
    expect(await traced(() => process.env[NAME]).then(({ env }) => env.get(NAME))).toBe('two')
    detachOther()
    observer.rest()
    expect(Object.getOwnPropertyDescriptor(process, 'env')?.get).toBeUndefined()
    observer.resume()
    expect(Object.getOwnPropertyDescriptor(process, 'env')?.get).not.toBe(plain?.get)
  })
})
