/**
 * One small application for every bundler, with two plugins (or loaders) that take their time, each on half of the modules.
 * Of one of them Pitcrew, and nobody else, may find a result that throws when it is looked at.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { build as esbuild } from 'esbuild'
import type { OnLoadResult } from 'esbuild'
import { rspack } from '@rspack/core'
import { rolldown } from 'rolldown'
import { rollup } from 'rollup'
import { build as vite } from 'vite'
import webpack from 'webpack'
import esbuildPitcrew from '../../adapters/esbuild.ts'
import rolldownPitcrew from '../../adapters/rolldown.ts'
import rollupPitcrew from '../../adapters/rollup.ts'
import rspackPitcrew from '../../adapters/rspack.ts'
import vitePitcrew from '../../adapters/vite.ts'
import webpackPitcrew from '../../adapters/webpack.ts'
import type { Options } from '../../src/options.ts'

export const COUNT = 24
/** Where a record is made of a result. */
const OWN = /\/src\/memo\/|\/hosts\/\w+-result/

export interface Job {
  readonly root: string
  readonly outDir: string
  /** `null`: without Pitcrew. */
  readonly options: Options | null
  /** The plugin around which what Pitcrew does fails. */
  readonly sore: string | null
}

/** Modules that follow one after the other, so that not all calls have begun when the third fails. */
export function writeApplication(root: string): void {
  mkdirSync(root, { recursive: true })
  for (let index = 0; index < COUNT; index++) {
    const kind = index < COUNT / 2 ? 'first' : 'second'
    writeFileSync(join(root, `${index}.${kind}.js`), `${index + 1 < COUNT ? `import './${index + 1}.${index + 1 < COUNT / 2 ? 'first' : 'second'}.js'\n` : ''}console.log(${index})\n`)
  }
  for (const name of NAMES) writeFileSync(join(root, `${name}.cjs`), LOADER(name))
  writeFileSync(join(root, 'package.json'), '{ "private": true, "name": "shop" }')
}

export const NAMES = ['first', 'second']
const ENTRY = '0.first.js'

function burn(): void {
  const until = performance.now() + 0.6
  while (performance.now() < until);
}

/** Throws when Pitcrew reads `name` of it. */
function makeSore<Result extends object>(result: Result, name: string, isSore: boolean): Result {
  return Object.defineProperty(result, name, {
    enumerable: true, configurable: true,
    get() {
      if (isSore && OWN.test(new Error().stack ?? '')) throw new RangeError('a mistake of ours')
      return name === 'map' ? null : undefined
    },
  })
}

const added = (code: string, name: string): string => `${code};console.log('${name}')\n`

const slow = (name: string, isSore: boolean): object => ({
  name,
  transform: { filter: { id: new RegExp(`\\.${name}\\.js$`) }, handler(code: string) {
    burn()
    return makeSore({ code: added(code, name) }, 'map', isSore)
  } },
})
const slowPlugins = ({ sore }: Job): object[] => NAMES.map(name => slow(name, name === sore))

/** A loader is a file of its own; what it does is handed to it with its options. */
const LOADER = (name: string): string => `module.exports = function (code) { const [content, map] = globalThis.breakers['${name}'](code); this.callback(null, content, map) }\n`

function giveLoaders({ sore }: Job): void {
  const loaders = Object.fromEntries(NAMES.map(name => [name, (code: string) => {
    burn()
    return [added(code, name), makeSore({ version: 3, sources: [], names: [], mappings: '' }, 'file', name === sore)]
  }]))
  Object.assign(globalThis, { breakers: loaders })
}

/** Loaders are remembered where they are known, or where the user says so. */
const LOADER_WORDS = { plugins: Object.fromEntries(NAMES.map(name => [`${name}.cjs`, true])) }

interface CompilerLike {
  run(done: (error: Error | null, stats?: { hasErrors(): boolean; toString(): string }) => void): void
  close(done: () => void): void
}

async function compile(job: Job, create: (config: object) => CompilerLike, pitcrew: (options: Options) => unknown): Promise<void> {
  giveLoaders(job)
  const compiler = create({
    context: job.root, mode: 'development', devtool: false, cache: false, entry: `./${ENTRY}`, output: { path: job.outDir },
    plugins: job.options ? [pitcrew({ ...job.options, ...LOADER_WORDS })] : [],
    module: { rules: NAMES.map(name => ({ test: new RegExp(`\\.${name}\\.js$`), loader: join(job.root, `${name}.cjs`) })) },
  })
  await new Promise<void>((resolve, reject) => compiler.run((error, stats) => compiler.close(() => (error || stats!.hasErrors() ? reject(error ?? new Error(stats!.toString())) : resolve()))))
}

const withPitcrew = (job: Job, pitcrew: (options: Options) => unknown): object[] => (job.options ? [pitcrew(job.options) as object] : [])

type Bundle = (options: object) => Promise<{ write(options: object): Promise<unknown>; close(): Promise<void> }>

const rollupLike = (bundle: Bundle, pitcrew: (options: Options) => unknown) => async (job: Job): Promise<void> => {
  const made = await bundle({ input: join(job.root, ENTRY), plugins: [...withPitcrew(job, pitcrew), ...slowPlugins(job)] })
  await made.write({ dir: job.outDir, format: 'es' })
  await made.close()
}

async function esbuilt(job: Job): Promise<void> {
  await esbuild({
    absWorkingDir: job.root, entryPoints: [ENTRY], bundle: true, outdir: job.outDir, logLevel: 'warning',
    plugins: [
      ...withPitcrew(job, esbuildPitcrew) as never[],
      ...NAMES.map(name => ({
        name,
        setup: ({ onLoad }: { onLoad(options: { filter: RegExp }, load: (args: { path: string }) => Promise<OnLoadResult>): void }) => onLoad({ filter: new RegExp(`\\.${name}\\.js$`) }, async ({ path }) => {
          const code = await readFile(path, 'utf8')
          burn()
          return makeSore<OnLoadResult>({ contents: added(code, name) }, 'resolveDir', name === job.sore)
        }),
      })),
    ],
  })
}

export interface BundlerUnderTest {
  readonly run: (job: Job) => Promise<void>
  /** How a plugin is called in reports. */
  readonly nameOf: (name: string) => string
}

const same = (name: string): string => name

export const BUNDLERS: Readonly<Record<string, BundlerUnderTest>> = {
  rolldown: { run: rollupLike(rolldown as unknown as Bundle, rolldownPitcrew), nameOf: same },
  rollup: { run: rollupLike(rollup as unknown as Bundle, rollupPitcrew), nameOf: same },
  vite: {
    run: async job => void await vite({
      root: job.root, configFile: false, logLevel: 'warn', plugins: [...withPitcrew(job, vitePitcrew), ...slowPlugins(job)] as never[],
      build: { outDir: job.outDir, minify: false, rollupOptions: { input: join(job.root, ENTRY) } },
    }),
    nameOf: same,
  },
  esbuild: { run: esbuilt, nameOf: same },
  webpack: { run: job => compile(job, webpack as never, webpackPitcrew), nameOf: name => `${name}.cjs` },
  rspack: { run: job => compile(job, rspack as never, rspackPitcrew as never), nameOf: name => `${name}.cjs` },
}
