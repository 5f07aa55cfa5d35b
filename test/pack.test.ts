/**
 * The package as a stranger gets it: packed, unpacked into an empty project beside nothing but its declared dependencies,
 * imported by every entry, and type-checked in both ways in which TypeScript resolves packages.
 *
 * Built into a folder of its own, so that nothing of an earlier build is packed. Dependencies are links to this
 * repository's, so that no network is needed; with PITCREW_TEST_FULL=1 npm installs them for real as well.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseSync } from 'oxc-parser'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseSource } from './harness/imports.ts'
import { REPOSITORY } from './harness/playgrounds.ts'

interface Manifest {
  readonly name: string
  readonly version: string
  readonly exports: Readonly<Record<string, string | { readonly types: string; readonly default: string }>>
  readonly bin: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

const MANIFEST = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as Manifest
const TSC = join(REPOSITORY, 'node_modules', 'typescript', 'bin', 'tsc')
const PLUGINS = ['vite', 'webpack', 'esbuild', 'rollup', 'rolldown', 'rspack']

let base: string
let app: string
let installed: string

/** @throws Error with what the program said, when it fails. */
function run(file: string, args: readonly string[], cwd: string): string {
  try {
    return execFileSync(file, args, { cwd, encoding: 'utf8', stdio: 'pipe', env: { ...process.env, NODE_OPTIONS: '' } })
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string }
    throw new Error(`${file} ${args.join(' ')} failed:\n${stdout ?? ''}${stderr ?? ''}`)
  }
}

function link(name: string): void {
  const target = join(app, 'node_modules', name)
  mkdirSync(dirname(target), { recursive: true })
  symlinkSync(join(REPOSITORY, 'node_modules', name), target, 'junction')
}

function pack(): string {
  const stage = join(base, 'stage')
  mkdirSync(stage)
  for (const name of ['package.json', 'README.md', 'LICENSE']) if (existsSync(join(REPOSITORY, name))) cpSync(join(REPOSITORY, name), join(stage, name))
  run('npx', ['tsdown', '--log-level', 'warn', '--out-dir', join(stage, 'dist')], REPOSITORY)
  const [packed] = JSON.parse(run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', base], stage)) as [{ filename: string }]
  return join(base, packed.filename)
}

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'pitcrew-pack-')))
  const tarball = pack()
  app = join(base, 'app')
  installed = join(app, 'node_modules', MANIFEST.name)
  mkdirSync(installed, { recursive: true })
  run('tar', ['-xzf', tarball, '--strip-components=1', '-C', installed], base)
  writeFileSync(join(app, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }')
  for (const name of Object.keys(MANIFEST.dependencies)) link(name)
})

afterAll(() => rmSync(base, { recursive: true, force: true }))

describe('the tarball', () => {
  it('holds what is built, the manifest and what a person reads', () => {
    const known = new Set(['package.json', 'README.md', 'LICENSE', 'dist'])
    expect(readdirSync(installed).filter(name => !known.has(name))).toEqual([])
  })

  it('has every file that the manifest names', () => {
    const named = [...Object.values(MANIFEST.exports).flatMap(entry => (typeof entry === 'string' ? [entry] : Object.values(entry))), ...Object.values(MANIFEST.bin)]
    expect(named.filter(path => !existsSync(join(installed, path)))).toEqual([])
  })

  it('names no place of the machine that built it', () => {
    const files = readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' })
    expect(files.filter(file => readFileSync(join(installed, 'dist', file), 'utf8').includes(REPOSITORY))).toEqual([])
  })

  it('can be followed by bundlers that parse what configures them', () => {
    const dist = join(installed, 'dist')
    const followed = new Set(PLUGINS.map(name => `${name}.js`))
    for (const file of followed) for (const { specifier } of parseSource(file, readFileSync(join(dist, file), 'utf8')).imports) if (specifier.startsWith('./')) followed.add(specifier.slice(2))
    const computed = [...followed].flatMap(file => {
      const text = readFileSync(join(dist, file), 'utf8')
      return parseSync(file, text).module.dynamicImports.map(({ moduleRequest: { start, end } }) => `${file}: ${text.slice(start, end)}`)
    }).filter(request => !/: "[^"]+"$/.test(request))
    expect(computed).toEqual([])
  })

  it('imports nothing but what it declares', () => {
    const scripts = readdirSync(join(installed, 'dist')).filter(file => file.endsWith('.js'))
    const imported = scripts.flatMap(file => parseSource(file, readFileSync(join(installed, 'dist', file), 'utf8')).imports.map(({ specifier }) => specifier))
    const packages = new Set(imported.filter(specifier => !/^(?:\.|node:)/.test(specifier)).map(specifier => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)![0]))
    expect(packages.size).toBeGreaterThan(0)
    expect([...packages].filter(name => !(name in MANIFEST.dependencies))).toEqual([])
  })
})

describe('in an empty project', () => {
  it('every entry is imported, without any bundler there', () => {
    const entries = Object.keys(MANIFEST.exports).filter(name => name !== './package.json').map(name => MANIFEST.name + name.slice(1))
    expect(entries.length).toBeGreaterThan(PLUGINS.length)
    const script = `for (const entry of ${JSON.stringify(entries)}) console.log(entry, typeof (await import(entry)).default)`
    const lines = run(process.execPath, ['--input-type=module', '--eval', script], app).trim().split('\n')
    expect(lines.filter(line => line.endsWith('function')).map(line => line.split(' ')[0])).toEqual(expect.arrayContaining(PLUGINS.map(name => `${MANIFEST.name}/${name}`)))
    expect(lines).toHaveLength(entries.length)
  })

  it('bad options are told by the error class that is exported', () => {
    const script = `
      import { PitcrewError } from '${MANIFEST.name}'
      import pitcrew from '${MANIFEST.name}/vite'
      try { pitcrew({ report: 'loud', cacheDir: '' }) } catch (error) { console.log(error instanceof PitcrewError, error.code) }`
    expect(run(process.execPath, ['--input-type=module', '--eval', script], app).trim()).toBe('true OPTIONS_INVALID')
  })

  it('the command tells its version', () => {
    const command = join(installed, MANIFEST.bin['pitcrew']!)
    expect(readFileSync(command, 'utf8').startsWith('#!/usr/bin/env node\n')).toBe(true)
    expect(run(process.execPath, [command, '--version'], app).trim()).toContain(MANIFEST.version)
  })
})

describe('types', () => {
  const SOURCE = `
import { PitcrewError } from '${MANIFEST.name}'
import type { BuildReport, Options } from '${MANIFEST.name}'
${PLUGINS.map(name => `import ${name} from '${MANIFEST.name}/${name}'`).join('\n')}
import type { Plugin as VitePlugin } from 'vite'
import type { Plugin as RollupPlugin } from 'rollup'
import type { Plugin as RolldownPlugin } from 'rolldown'
import type { Plugin as EsbuildPlugin } from 'esbuild'
import type { Configuration as WebpackConfiguration } from 'webpack'
import type { Configuration as RspackConfiguration } from '@rspack/core'

const options: Options = { report: 'full', plugins: { 'vite:vue': false }, store: { maxBytes: 1 } }
export const forVite: VitePlugin = vite(options)
export const forRollup: RollupPlugin = rollup(options)
export const forRolldown: RolldownPlugin = rolldown()
export const forEsbuild: EsbuildPlugin = esbuild(options)
export const forWebpack: WebpackConfiguration = { plugins: [webpack(options)] }
export const forRspack: RspackConfiguration = { plugins: [rspack(options)] }
export const hits = (report: BuildReport): number => report.outcomes.hit
export const code = (error: PitcrewError): string => error.code

// What does not hold is refused, so that none of the above is \`any\`.
// @ts-expect-error an option that there is not
vite({ colour: 'red' })
${PLUGINS.map(name => `// @ts-expect-error a value that is not accepted\n${name}({ report: 'loud' })`).join('\n')}
// @ts-expect-error no number
export const wrong: number = vite()
// @ts-expect-error no text
export const alsoWrong: string = (report: BuildReport) => report.outcomes.hit
`

  beforeAll(() => {
    for (const name of [...Object.keys(MANIFEST.peerDependencies), '@types/node']) link(name)
    writeFileSync(join(app, 'main.ts'), SOURCE)
  })

  it.each([['nodenext', 'nodenext'], ['esnext', 'bundler']])('are found with module %s and resolution %s', (module, moduleResolution) => {
    const config = join(app, `tsconfig.${moduleResolution}.json`)
    // Bundlers' own declarations are not ours to check; that ours are no \`any\` is checked by what must not compile.
    writeFileSync(config, JSON.stringify({ compilerOptions: { module, moduleResolution, target: 'es2023', strict: true, noEmit: true, skipLibCheck: true, types: ['node'] }, files: ['main.ts'] }))
    expect(run(process.execPath, [TSC, '-p', config], app)).toBe('')
  })

  it('of ours are whole: every name in them is found, and none is any', () => {
    // As sources, which are checked although the declarations of bundlers, which take minutes, are skipped.
    const own = join(app, 'declarations')
    mkdirSync(own)
    const files = readdirSync(join(installed, 'dist')).filter(name => name.endsWith('.d.ts'))
    for (const file of files) cpSync(join(installed, 'dist', file), join(own, file.replace('.d.ts', '.ts')))
    const config = join(app, 'tsconfig.declarations.json')
    const compilerOptions = { module: 'nodenext', target: 'es2023', strict: true, noEmit: true, skipLibCheck: true, types: ['node'] }
    writeFileSync(config, JSON.stringify({ compilerOptions, include: ['declarations'] }))
    expect(run(process.execPath, [TSC, '-p', config], app)).toBe('')
    const texts = files.map(file => readFileSync(join(installed, 'dist', file), 'utf8').replaceAll(/\/\*[^]*?\*\//g, ''))
    expect(texts.filter(text => /[:<,|]\s*any\b/.test(text))).toEqual([])
  })
})

describe.runIf(process.env['PITCREW_TEST_FULL'] === '1')('installed by npm, from the registry', () => {
  it('it imports, and the command runs', () => {
    const real = join(base, 'real')
    mkdirSync(real)
    writeFileSync(join(real, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }')
    const tarball = readdirSync(base).find(name => name.endsWith('.tgz'))!
    run('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', join(base, tarball)], real)
    expect(run('npx', ['--no-install', 'pitcrew', '--version'], real)).toContain(MANIFEST.version)
    expect(run(process.execPath, ['--input-type=module', '--eval', `console.log(typeof (await import('${MANIFEST.name}/vite')).default)`], real).trim()).toBe('function')
  })
})
