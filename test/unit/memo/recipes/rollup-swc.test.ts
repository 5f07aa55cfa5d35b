import { createRequire } from 'node:module'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { rollupSwc } from '../../../../src/memo/recipes/rollup-swc.ts'
import { objectionToSwc, objectionToSwcrc } from '../../../../src/memo/recipes/swc-reads.ts'
import { Trace } from '../../../../src/memo/trace/trace.ts'
import { createRecipeBench, hookOf, instanceOf, subjectOf } from '../helpers/recipe-bench.ts'
import type { RecipeBench } from '../helpers/recipe-bench.ts'

/** As the plugin's version 0.4.0 has it. */
const TRANSFORM = `transform(code, id) {
            if (!filter(id))
                return null;
            return transform(code, {
                ...swcOptions,
                sourceMaps: true,
                filename: id
            });
        }`
const LIBRARY = 'exports.Compiler = class Compiler { transform(source, options) { return source } }\nconst compiler = new exports.Compiler()\nexports.transform = (source, options) => compiler.transform(source, options)\n'

type Library = (source: string, options: unknown) => unknown

let bench: RecipeBench
let library: Library
beforeEach(() => {
  bench = createRecipeBench()
  bench.project.write('node_modules/@swc/core/index.js', LIBRARY)
  library = (createRequire(import.meta.url)(bench.project.at('node_modules/@swc/core/index.js')) as { transform: Library }).transform
})
afterEach(() => bench.dispose())

const pluginOf = (text: string): object => new Function(`return { name: 'swc', ${text} }`)() as object

/** Why a call is not stored in which swc is handed `options`; `undefined`: it is handed nothing. */
function refusalOf(options: object | undefined): string | null {
  const hook = hookOf(instanceOf(rollupSwc, subjectOf('swc', pluginOf(TRANSFORM)), bench.kit))
  const trace = bench.active = new Trace(0)
  if (options) library('code', options)
  bench.active = null
  hook.observe!(bench.call('src/a.ts'), trace)
  return trace.refusal
}

describe('the recipe for @rollup/plugin-swc', () => {
  it('refuses what it has not read', () => {
    expect(rollupSwc.create(subjectOf('swc', pluginOf('transform(code) { return code }')), bench.kit)).toContain('not known')
  })

  it('hears what swc is handed, in each build, and refuses what it did not hear', () => {
    expect([refusalOf({ jsc: { target: 'es2020' } }), refusalOf({ jsc: { paths: { '@/*': ['src/*'] } } }), refusalOf({}), refusalOf(undefined)])
      .toEqual([null, expect.stringContaining('jsc.paths'), null, 'its compiler was not heard'])
  })

  it('looks into each `.swcrc` above the module', () => {
    bench.project.write('.swcrc', '{ "minify": true }')
    expect(refusalOf({})).toBeNull()
    bench.project.write('src/.swcrc', '[{}, { "env": { "path": "conf" } }]')
    bench.vfs.nextEpoch()
    expect(refusalOf({})).toContain('browsers')
  })
})

it.each([
  { jsc: { baseUrl: '.' } }, { jsc: { experimental: { plugins: [['x.wasm', {}]] } } }, { configFile: 'x.json' }, { rootMode: 'upward' }, { inputSourceMap: true }, { jsc: { transform: { optimizer: { globals: { envs: ['A'] } } } } },
])('with %j swc reads more', options => {
  expect(objectionToSwc(options)).not.toBeNull()
})

it('takes a `.swcrc` that is no plain JSON for one that says anything', () => {
  expect([objectionToSwcrc('// mine\n{}'), objectionToSwcrc('{}'), objectionToSwcrc('[{ "jsc": {} }]')]).toEqual([expect.any(String), null, null])
})
