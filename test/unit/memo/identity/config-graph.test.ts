import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { walkConfigGraph } from '../../../../src/memo/identity/config-graph.ts'
import type { ConfigGraph } from '../../../../src/memo/identity/config-graph.ts'
import { VirtualFileSystem } from '../../../../src/vfs/virtual-file-system.ts'
import { createLateClock, createProjectFiles } from '../helpers/project-files.ts'
import type { ProjectFiles } from '../helpers/project-files.ts'

let project: ProjectFiles
let vfs: VirtualFileSystem

beforeEach(() => {
  project = createProjectFiles()
  vfs = new VirtualFileSystem({ maxBytes: 10_000_000, clock: createLateClock() })
})

afterEach(() => project.dispose())

function graphOf(...entries: string[]): ConfigGraph {
  vfs.nextEpoch()
  return walkConfigGraph(entries.map(entry => project.at(entry)), vfs)
}

const filesOf = (graph: ConfigGraph): string[] => graph.files.map(file => file.path.slice(project.root.length + 1))
const packageOf = (name: string): string | undefined => graphOf('vite.config.ts').packages.find(each => each.name === name)?.digest

describe('local files of a configuration', () => {
  it.each([
    ['import', 'import { a } from "./a.ts"'],
    ['import without a space', 'import a from"./a.ts"'],
    ['import for its effect', "import './a.ts'"],
    ['export from', 'export * from "./a.ts"'],
    ['dynamic import', 'const a = await import("./a.ts")'],
    ['dynamic import of a template', 'const a = await import(`./a.ts`)'],
    ['require', 'const a = require("./a.ts")'],
    ['require.resolve', 'const a = require.resolve("./a.ts")'],
    ['import.meta.resolve', 'const a = import.meta.resolve("./a.ts")'],
    ['an import without extension', 'import a from "./a"'],
    ['an import of what is compiled', 'import a from "./a.js"'],
    ['an import over lines', 'import {\n  a,\n} from\n  "./a.ts"'],
  ])('are found by %s', (_how, text) => {
    project.write('vite.config.ts', text)
    project.write('a.ts', 'export const a = 1')
    expect(filesOf(graphOf('vite.config.ts'))).toEqual(['a.ts', 'vite.config.ts'])
  })

  it('are followed through files that they import', () => {
    project.write('vite.config.ts', 'import "./config/one"')
    project.write('config/one/index.ts', 'export * from "../two.mjs"')
    project.write('config/two.mjs', 'import three from "./three.json" with { type: "json" }')
    project.write('config/three.json', '{}')
    expect(filesOf(graphOf('vite.config.ts'))).toEqual(['config/one/index.ts', 'config/three.json', 'config/two.mjs', 'vite.config.ts'])
  })

  it('may import each other in a circle', () => {
    project.write('vite.config.ts', 'import "./a.ts"')
    project.write('a.ts', 'import "./vite.config.ts"')
    expect(filesOf(graphOf('vite.config.ts'))).toEqual(['a.ts', 'vite.config.ts'])
  })

  it('come in one order, whatever that of the entries', () => {
    project.write('a.ts', '')
    project.write('b.ts', '')
    expect(graphOf('a.ts', 'b.ts')).toEqual(graphOf('b.ts', 'a.ts'))
  })

  it('that are missing are nothing', () => {
    expect(graphOf('none.ts')).toEqual({ files: [], packages: [], envNames: [] })
  })

  it('include data that the script reads by its name', () => {
    project.write('vite.config.ts', 'import { readFileSync } from "node:fs"\nconst theme = JSON.parse(readFileSync("./theme.json", "utf8"))')
    project.write('theme.json', '{ "color": "red" }')
    expect(filesOf(graphOf('vite.config.ts'))).toContain('theme.json')
  })

  it.each([
    'JSON.parse(readFileSync(resolve(__dirname, "config", "theme.json"), "utf8"))',
    'await readFile(new URL("./config/theme.json", import.meta.url))',
    'loadYaml("config/theme.json")',
  ])('include data read by %s', text => {
    project.write('vite.config.ts', text)
    project.write('config/theme.json', '{}')
    expect(filesOf(graphOf('vite.config.ts'))).toEqual(['config/theme.json', 'vite.config.ts'])
  })

  it('do not include what the build writes', () => {
    project.write('vite.config.ts', 'export default { plugins: [pitcrew({ reportFile: "./report.json" })] }')
    project.write('report.json', '{}')
    expect(filesOf(graphOf('vite.config.ts'))).toEqual(['vite.config.ts'])
  })

  it('include modules that a JSON configuration names', () => {
    project.write('babel.config.json', '{ "plugins": ["./tools/babel-plugin.mjs"] }')
    project.write('tools/babel-plugin.mjs', 'export default () => ({})')
    expect(filesOf(graphOf('babel.config.json'))).toContain('tools/babel-plugin.mjs')
  })

  it('do not include the application that the configuration names', () => {
    project.write('vite.config.ts', 'export default { build: { rollupOptions: { input: "./src/main.ts" } } }')
    project.write('src/main.ts', '')
    expect(filesOf(graphOf('vite.config.ts'))).toEqual(['vite.config.ts'])
  })
})

describe('packages of a configuration', () => {
  beforeEach(() => {
    project.write('vite.config.ts', 'import tool from "tool"')
    project.write('node_modules/tool/package.json', '{ "name": "tool", "version": "1.0.0", "exports": { ".": { "import": "./dist/index.mjs" } } }')
    project.write('node_modules/tool/dist/index.mjs', 'export { run } from "./run.mjs"')
    project.write('node_modules/tool/dist/run.mjs', 'export const run = 1')
    project.write('node_modules/tool/README.md', 'read me')
  })

  it.each(['dist/index.mjs', 'dist/run.mjs', 'package.json'])('change with %s, the version being the same', path => {
    const before = packageOf('tool')
    project.write(`node_modules/tool/${path}`, '{ "name": "tool", "version": "1.0.0", "main": "dist/index.mjs" }')
    expect(packageOf('tool')).not.toBe(before)
  })

  it('change with a file whose name or whose importer is not ASCII, however far behind it is imported', () => {
    project.write('node_modules/tool/dist/index.mjs', `// größer\n${'x()\n'.repeat(20_000)}export { run } from "./größe.mjs"`)
    project.write('node_modules/tool/dist/größe.mjs', 'export const run = 1')
    const before = packageOf('tool')
    project.write('node_modules/tool/dist/größe.mjs', 'export const run = 2')
    expect(packageOf('tool')).not.toBe(before)
  })

  it('are followed through an import that lies where two of the parts meet in which a file is read', () => {
    for (const padding of [32_740, 32_750, 32_760, 32_768]) {
      project.write('node_modules/tool/dist/index.mjs', `${' '.repeat(padding)}import "./run.mjs"`)
      project.write('node_modules/tool/dist/run.mjs', 'export const run = 1')
      const before = packageOf('tool')
      project.write('node_modules/tool/dist/run.mjs', 'export const run = 2')
      expect(packageOf('tool'), `${padding} bytes before it`).not.toBe(before)
    }
  })

  it('do not change with files that nothing imports', () => {
    const before = packageOf('tool')
    project.write('node_modules/tool/README.md', 'edited')
    project.write('node_modules/tool/dist/unused.mjs', '')
    expect(packageOf('tool')).toBe(before)
  })

  it('do not name the place', () => {
    const before = packageOf('tool')
    const files = ['vite.config.ts', 'node_modules/tool/package.json', 'node_modules/tool/dist/index.mjs', 'node_modules/tool/dist/run.mjs']
    const elsewhere = createProjectFiles(Object.fromEntries(files.map(path => [path, String(vfs.read(project.at(path)))])))
    expect(walkConfigGraph([elsewhere.at('vite.config.ts')], vfs).packages).toMatchObject([{ name: 'tool', digest: before }])
    elsewhere.dispose()
  })

  it('are found above, and by the nearest node_modules', () => {
    project.write('apps/web/vite.config.ts', 'import "tool"')
    const digest = (): string | undefined => graphOf('apps/web/vite.config.ts').packages[0]?.digest
    const above = digest()
    project.write('apps/web/node_modules/tool/package.json', '{ "version": "2.0.0" }')
    expect(above).toBeDefined()
    expect(digest()).not.toBe(above)
  })

  it('of one name in two places both count', () => {
    project.write('apps/web/vite.config.ts', 'import "tool"')
    project.write('apps/web/node_modules/tool/package.json', '{ "version": "2.0.0", "main": "index.js" }')
    project.write('apps/web/node_modules/tool/index.js', 'two')
    const both = (): string => JSON.stringify(graphOf('vite.config.ts', 'apps/web/vite.config.ts').packages)
    const before = both()
    project.write('apps/web/node_modules/tool/index.js', 'two, patched')
    const patchedNear = both()
    project.write('node_modules/tool/dist/run.mjs', 'patched')
    expect(new Set([before, patchedNear, both()]).size).toBe(3)
  })

  it('are found through subpaths, scopes and conditions', () => {
    project.write('vite.config.ts', 'import "@scope/kit/plugin"')
    project.write('node_modules/@scope/kit/package.json', '{ "exports": { "./plugin": { "node": { "import": "./p.mjs", "require": "./p.cjs" } } } }')
    project.write('node_modules/@scope/kit/p.mjs', 'one')
    project.write('node_modules/@scope/kit/p.cjs', 'one')
    const digests = [packageOf('@scope/kit/plugin')]
    for (const path of ['p.mjs', 'p.cjs']) {
      project.write(`node_modules/@scope/kit/${path}`, `patched ${path}`)
      digests.push(packageOf('@scope/kit/plugin'))
    }
    expect(digests[0]).toBeDefined()
    expect(new Set(digests).size).toBe(3)
  })

  it('survive manifests that are no JSON', () => {
    project.write('node_modules/tool/package.json', 'no JSON')
    expect(packageOf('tool')).toHaveLength(43)
  })

  it('are not those of Node', () => {
    project.write('vite.config.ts', 'import "node:fs"; import "fs"')
    expect(graphOf('vite.config.ts').packages).toEqual([])
  })

  it('are followed into their files, but ours, whose entries name the others by hashes of their contents', () => {
    project.write('vite.config.ts', 'import a from "a"\nimport pitcrew from "unplugin-pitcrew/vite"')
    for (const [name, exported] of [['a', '.'], ['unplugin-pitcrew', './vite']] as const) {
      project.write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', exports: { [exported]: './entry.js' } }))
      project.write(`node_modules/${name}/entry.js`, 'export * from "./chunk-a1.js"')
      project.write(`node_modules/${name}/chunk-a1.js`, 'export default 1')
    }
    const before = [packageOf('a'), packageOf('unplugin-pitcrew/vite')]
    for (const name of ['a', 'unplugin-pitcrew']) project.write(`node_modules/${name}/chunk-a1.js`, 'export default 22')
    const chunkChanged = [packageOf('a'), packageOf('unplugin-pitcrew/vite')]
    expect([chunkChanged[0] === before[0], chunkChanged[1] === before[1]]).toEqual([false, true])
    project.write('node_modules/unplugin-pitcrew/entry.js', 'export * from "./chunk-b2.js"')
    expect(packageOf('unplugin-pitcrew/vite')).not.toBe(before[1])
  })
})

describe('environment variables of a configuration', () => {
  it.each([
    ['process.env.API_URL', ['API_URL']],
    ['process.env["API_URL"]', ['API_URL']],
    ["env['API_URL'] + env.OTHER", ['API_URL', 'OTHER']],
    ['const { API_URL } = process.env', ['API_URL']],
    ['const { API_URL, OTHER: other = "x", ...rest } = process.env', ['=values ', 'API_URL', 'OTHER']],
    ['const all = { ...process.env }', ['=values ']],
    ['spawn("x", { env: { ...process.env, A: "1" } })', ['=values ']],
    ['({ ...process.env.A, ...env.B })', ['A', 'B']],
    ['Object.entries(process.env).filter(([name]) => name.startsWith("APP_"))', ['=values APP_']],
    ['Object.keys(process.env).filter(name => /^APP_/.test(name))', ['=values APP_']],
    ['for (const name in process.env) if (name.startsWith("APP_")) use(name)', ['=values APP_']],
    ['Object.keys(process.env).map(use)', ['=values ']],
    ['names.map(name => process.env[name])', ['=values ']],
    ['const all = process.env', ['=values ']],
    ['const env = process.env\nuse(env.A)', ['A']],
    ['const { A } = process.env', ['A']],
    ['schema.parse(process.env)', ['=values ']],
    ['process.env = { ...process.env, ...loadEnv(mode, process.cwd()) }', []],
    ['Object.assign(process.env, loadEnv(mode, process.cwd(), ""))', []],
    ['Object.assign({}, process.env)', ['=values ']],
    ['import.meta.env[name]', []],
    ['for (const name of Object.keys(known)) process.env[name] = known[name]', []],
    ['if (process.env[name] === "on") use()', ['=values ']],
    ['const env = loadEnv(mode, root)\nObject.keys(env).forEach(name => use(env[name]))', ['=values VITE_']],
    ['const env = loadEnv(mode, process.cwd())\nuse(Object.entries(process.env))', ['=values ']],
    ['const env = loadEnv(mode, process.cwd())\nuse(process.env[name])', ['=values ']],
    ['const { env } = process\nuse(loadEnv(mode, root), env[name])', ['=values ', 'env']],
    ['const env = process.env\nuse(loadEnv(mode, root), env[name])', ['=values ']],
    ['const env = loadEnv(mode, process.cwd(), "")\nObject.keys(env).forEach(use)', ['=values ']],
    ['import { env } from "node:process"\nuse(loadEnv(mode, root), env[name])', ['=values ']],
    ['export default { env: { node: true }, values: keys(env.A) }', ['A']],
    ['const {\n  API_URL,\n} = loadEnv(mode, process.cwd(), "")', ['API_URL']],
    ['process.env?.API_URL', ['API_URL']],
    ['if ("API_URL" in process.env) {}', ['API_URL']],
    ['process.env.PITCREW_CACHE_DIR', []],
    ['export default ({ mode }) => ({ mode, env: { browser: true } })', []],
    ['const { PITCREW_OUT_DIR } = process.env', []],
  ])('of %s', (text, names) => {
    project.write('vite.config.ts', text)
    expect(graphOf('vite.config.ts').envNames).toEqual(names)
  })
})

it('what a file that is being written mentions is not kept for what it held when it was hashed', () => {
  project.write('vite.config.ts', "import './one.ts'")
  project.write('one.ts', '')
  vi.spyOn(vfs, 'read').mockReturnValueOnce(Buffer.from("import './another.ts'"))
  graphOf('vite.config.ts')
  expect(filesOf(graphOf('vite.config.ts'))).toContain('one.ts')
})
