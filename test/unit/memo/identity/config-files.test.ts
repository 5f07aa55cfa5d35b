import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ConfigFiles } from '../../../../src/memo/identity/config-files.ts'
import type { ConfigFamily } from '../../../../src/memo/identity/config-files.ts'
import { VirtualFileSystem } from '../../../../src/vfs/virtual-file-system.ts'
import { createLateClock, createProjectFiles } from '../helpers/project-files.ts'
import type { ProjectFiles } from '../helpers/project-files.ts'

let project: ProjectFiles
let vfs: VirtualFileSystem
let configs: ConfigFiles

beforeEach(() => {
  project = createProjectFiles({ 'src/deep/a.ts': '', 'lib/b.ts': '' })
  vfs = new VirtualFileSystem({ maxBytes: 1_000_000, clock: createLateClock() })
  configs = new ConfigFiles(vfs, project.root)
})

afterEach(() => project.dispose())

const digestAt = (family: ConfigFamily, dir: string): string => configs.digest(family, project.at(dir))

/** Whether the digest for `dir` changes with what `change` does. */
function changesBy(change: () => void, family: ConfigFamily, dir = 'src/deep'): boolean {
  const before = digestAt(family, dir)
  change()
  vfs.nextEpoch()
  return digestAt(family, dir) !== before
}

describe('the configuration that applies in a directory', () => {
  it('is the same in all directories below that have none of their own', () => {
    project.write('.babelrc', '{}')
    expect(digestAt('babel', 'src/deep')).toBe(digestAt('babel', 'lib'))
    expect(digestAt('babel', 'src/deep')).toBe(digestAt('babel', '.'))
  })

  it.each<[ConfigFamily, string]>([
    ['babel', '.babelrc'], ['babel', 'babel.config.json'], ['babel', 'src/.babelrc.js'], ['babel', 'src/deep/.browserslistrc'], ['babel', 'babel.config.mts'],
    ['postcss', 'postcss.config.mjs'], ['postcss', 'src/.postcssrc'], ['postcss', '.postcssrc.yml'], ['postcss', '.postcssrc.ts'],
    ['tsconfig', 'tsconfig.json'], ['tsconfig', 'src/jsconfig.json'],
    ['svgr', '.svgrrc'], ['svgr', 'src/svgr.config.cjs'], ['svgr', 'src/.config/svgrrc.json'], ['svgr', '.svgorc.yml'], ['svgr', 'svgo.config.js'], ['svgr', '.prettierrc.toml'], ['svgr', '.editorconfig'],
  ])('of %s changes when %s comes to be, is edited and goes', (family, path) => {
    expect(changesBy(() => project.write(path, '{"a":1}'), family)).toBe(true)
    expect(changesBy(() => project.write(path, '{"a":2}'), family)).toBe(true)
    expect(changesBy(() => project.remove(path), family)).toBe(true)
  })

  it('changes with what a manifest says to compilers, and with nothing else in it', () => {
    const write = (manifest: object | string): (() => void) => () => project.write('package.json', typeof manifest === 'string' ? manifest : JSON.stringify(manifest))
    expect(changesBy(write({ version: '1.0.0' }), 'babel')).toBe(true)
    expect(changesBy(write({ version: '1.0.1', scripts: { build: 'vite build' } }), 'babel')).toBe(false)
    for (const part of [{ babel: {} }, { browserslist: ['defaults'] }, { postcss: {} }, { type: 'module' }]) expect(changesBy(write(part), 'postcss')).toBe(true)
    expect(changesBy(write('{ "version": '), 'babel')).toBe(true)
    expect(changesBy(write('{ "version": 2'), 'babel')).toBe(true)
    expect(changesBy(() => project.remove('package.json'), 'babel')).toBe(true)
  })

  it.each<[ConfigFamily, string, string]>([
    ['babel', '.browserslistrc', '# of the company\n  extends @company/browserslist-config\nnot dead\n'],
    ['postcss', 'src/browserslist', '[production]\nextends @company/browserslist-config'],
    ['svgr', 'package.json', '{ "browserslist": { "production": ["extends @company/browserslist-config"] } }'],
    ['babel', '.browserslistrc', 'last 2 versions, Extends  @company/browserslist-config'],
    ['babel', 'package.json', '{ "browserslist": "not dead or extends @company/browserslist-config" }'],
  ])('of %s changes with a list of browsers in a package that %s extends, although it was patched in place', (family, path, text) => {
    project.write('node_modules/@company/browserslist-config/package.json', '{ "name": "@company/browserslist-config" }')
    project.write('node_modules/@company/browserslist-config/index.js', "module.exports = require('./list')")
    project.write('node_modules/@company/browserslist-config/list.js', "module.exports = ['chrome 120']")
    project.write(path, text)
    expect(changesBy(() => project.write('node_modules/@company/browserslist-config/list.js', "module.exports = ['chrome 50']"), family)).toBe(true)
    expect(changesBy(() => project.write('node_modules/@company/other/list.js', ''), family)).toBe(false)
  })

  it.each<[ConfigFamily, string]>([
    ['babel', 'lib/.babelrc'], ['babel', 'tsconfig.json'], ['tsconfig', 'src/deep/other.json'], ['postcss', 'src/deep/a.css'],
  ])('of %s does not change with %s', (family, path) => {
    expect(changesBy(() => project.write(path, '{"a":1}'), family)).toBe(false)
  })

  it('depends on which file holds a text, and how near it is', () => {
    const digests = ['.babelrc', '.babelrc.json', 'babel.config.json'].map(path => {
      project.write(path, '{}')
      vfs.nextEpoch()
      const digest = digestAt('babel', 'src')
      project.remove(path)
      return digest
    })
    expect(new Set(digests).size).toBe(3)
  })

  it('does not name the place: the same elsewhere', () => {
    project.write('tsconfig.json', '{}')
    const elsewhere = createProjectFiles({ 'tsconfig.json': '{}', 'src/a.ts': '' })
    expect(new ConfigFiles(vfs, elsewhere.root).digest('tsconfig', elsewhere.at('src'))).toBe(digestAt('tsconfig', 'src'))
    elsewhere.dispose()
  })

  it('follows what a tsconfig extends, through several files and lists', () => {
    project.write('tsconfig.json', '{ "extends": ["./config/base.json", "./config/strict"] }')
    project.write('config/base.json', '{ "extends": "../config/root.json" }')
    project.write('config/strict.json', '{}')
    project.write('config/root.json', '{}')
    for (const path of ['config/base.json', 'config/strict.json', 'config/root.json']) {
      expect(changesBy(() => project.write(path, '{ "compilerOptions": {}, "extends": "../config/root.json" }'), 'tsconfig'), path).toBe(true)
    }
  })

  it('sees a base come to be that was missing', () => {
    project.write('tsconfig.json', '{ "extends": "./base" }')
    expect(changesBy(() => project.write('base.json', '{}'), 'tsconfig')).toBe(true)
  })

  it('survives a circle of bases', () => {
    project.write('tsconfig.json', '{ "extends": "./a.json" }')
    project.write('a.json', '{ "extends": "./tsconfig.json" }')
    expect(digestAt('tsconfig', 'src')).toHaveLength(43)
  })

  it('is looked for up to the root of the file system for directories elsewhere', () => {
    const elsewhere = createProjectFiles({ 'tsconfig.json': '{}', 'src/a.ts': '' })
    const before = configs.digest('tsconfig', elsewhere.at('src'))
    elsewhere.write('tsconfig.json', '{ }')
    vfs.nextEpoch()
    expect(configs.digest('tsconfig', elsewhere.at('src'))).not.toBe(before)
    elsewhere.dispose()
  })

  it('was as it is all through a call, though the build made its output folder meanwhile, where it was looked at before', () => {
    const startedWallMs = Date.now() - 5_000
    const lookedAtMs = Date.now() - 10_000
    const clock = { now: () => 0, wall: () => lookedAtMs }
    const [watchful, hasty] = [true, false].map(isWatchful => {
      const files = new ConfigFiles(new VirtualFileSystem({ maxBytes: 1_000_000, clock: isWatchful ? clock : { ...clock, wall: Date.now } }), project.root)
      if (isWatchful) files.look(project.root)
      return files
    })
    project.write('dist/index.js', '')
    const stable = [watchful, hasty].map(files => (files!.digest('postcss', project.root), files!.wereStableSince('postcss', project.root, startedWallMs)))
    expect(stable).toEqual([true, false])
    project.write('.postcssrc', '{}')
    expect(watchful!.wereStableSince('postcss', project.root, startedWallMs)).toBe(false)
  })

  it.each<[string, string, string]>([
    ['one that follows another in a comment', '{ // "extends": "./old.json"\n  "extends": "./base.json" }', 'base.json'],
    ['one without an ending', '{ "extends": "./base" }', 'base'],
    ['a package of the workspace', '{ "extends": "@kit/tsconfig/base.json" }', 'node_modules/@kit/tsconfig/base.json'],
    ['a package as a whole', '{ "extends": "@kit/tsconfig" }', 'node_modules/@kit/tsconfig/tsconfig.json'],
  ])('knows what a tsconfig extends: %s', (_what, text, base) => {
    project.write('tsconfig.json', text)
    project.write('old.json', '{}')
    project.write(base, '{}')
    vfs.nextEpoch()
    const before = digestAt('tsconfig', 'src')
    project.write(base, '{ "compilerOptions": { "jsx": "preserve" } }')
    vfs.nextEpoch()
    expect(digestAt('tsconfig', 'src')).not.toBe(before)
  })

  it('is known for one epoch', () => {
    const before = digestAt('babel', 'src')
    project.write('.babelrc', '{}')
    expect(digestAt('babel', 'src')).toBe(before)
  })
})

describe('configuration that is a program, or names some', () => {
  it.each<[ConfigFamily, string, string]>([
    ['postcss', 'postcss.config.cjs', "module.exports = require('./lib/part')"],
    ['postcss', '.postcssrc.json', '{ "plugins": { "./lib/part.js": {} } }'],
    ['postcss', '.postcssrc', '{ "plugins": { "./lib/part": {} } }'],
    ['postcss', 'package.json', '{ "postcss": { "plugins": { "./lib/part.js": {} } } }'],
    ['babel', 'babel.config.mjs', "import part from './lib/part.js'; export default part"],
    ['babel', '.babelrc', '{ "plugins": [["./lib/part", {}]] }'],
    ['babel', 'package.json', '{ "babel": { "plugins": ["./lib/part"] } }'],
    ['postcss', 'postcss.config.mjs', "import part from '#part'; export default part"],
    ['babel', 'babel.config.mjs', "import part from 'app/parts/part.js'; export default part"],
  ])('of %s in %s is made of the files that it imports or names', (family, name, text) => {
    project.write('package.json', '{ "name": "app", "imports": { "#part": { "default": "./lib/part.js" } }, "exports": { "./parts/*": "./lib/*" } }')
    project.write(name, text)
    project.write('lib/part.js', 'one')
    expect(changesBy(() => project.write('lib/part.js', 'another'), family)).toBe(true)
  })

  it('is in a manifest only where it has a part of that name, not where it depends on the compiler or names files for other uses', () => {
    project.write('package.json', '{ "devDependencies": { "postcss": "8", "babel": "6" }, "exports": "./lib/part.js" }')
    project.write('lib/part.js', 'one')
    for (const family of ['postcss', 'babel'] as const) expect(changesBy(() => project.write('lib/part.js', `for ${family}`), family)).toBe(false)
  })

  it('is looked for again where a file comes, goes or changes its place, in each epoch', () => {
    project.write('postcss.config.cjs', "module.exports = require('./lib/deep/part')")
    expect(changesBy(() => project.write('lib/deep/part.js', 'one'), 'postcss')).toBe(true)
    expect(changesBy(() => project.write('lib/deep/part/index.js', 'two'), 'postcss')).toBe(true)
    expect(changesBy(() => project.remove('lib/deep'), 'postcss')).toBe(true)
  })
})

it('what a manifest and a script are made of is looked for once an epoch, however many calls ask', () => {
  project.write('package.json', '{ "postcss": { "plugins": { "./plugin.cjs": {} } } }')
  project.write('plugin.cjs', "require('./helper.cjs')")
  project.write('helper.cjs', '')
  project.write('src/postcss.config.js', "import '../helper.cjs'")
  const read = vi.spyOn(vfs, 'read')
  const ask = (): number => {
    for (const dir of ['src', 'src/deep', 'lib']) expect(configs.wereStableSince('postcss', project.at(dir), Date.now() + 60_000)).toBe(true)
    return read.mock.calls.length
  }
  expect(ask()).toBe(ask())
})

describe('whether configuration was as it is, asked in a batch', () => {
  const later = (): number => Date.now() + 60_000
  const stableSince = (startedWallMs: number): boolean => configs.wereStableSince('postcss', project.at('src/deep'), startedWallMs)

  it('is found once for calls that began one after another, and again for one that began before them', () => {
    const early = Date.now() - 60_000
    const at = later()
    const isMissing = vi.spyOn(vfs, 'wasLackingSince')
    vfs.createBatch()(() => {
      expect(stableSince(at)).toBe(true)
      const { length } = isMissing.mock.calls
      expect([stableSince(at), stableSince(at + 1), isMissing.mock.calls.length]).toEqual([true, true, length])
      expect([stableSince(early), isMissing.mock.calls.length > length]).toEqual([false, true])
      expect(stableSince(at)).toBe(true)
    })
  })

  it.each<[string, (body: () => void) => void]>([
    ['in another batch', body => vfs.createBatch()(body)],
    ['outside of one', body => body()],
  ])('is asked anew %s', (_what, run) => {
    project.write('postcss.config.cjs', '')
    vfs.createBatch()(() => expect(stableSince(later())).toBe(true))
    project.write('postcss.config.cjs', 'edited')
    run(() => expect(stableSince(later())).toBe(false))
  })

  it('is asked anew in another epoch', () => {
    const [batch, at] = [vfs.createBatch(), later()]
    const isMissing = vi.spyOn(vfs, 'wasLackingSince')
    batch(() => expect(stableSince(at)).toBe(true))
    const { length } = isMissing.mock.calls
    vfs.nextEpoch()
    batch(() => expect(stableSince(at)).toBe(true))
    expect(isMissing.mock.calls.length).toBe(2 * length)
  })
})

describe('configuration of SVGR', () => {
  it('is in a manifest as well, where it is no other compiler’s', () => {
    const write = (text: string) => () => void project.write('package.json', text)
    write('{}')()
    expect(changesBy(write('{ "svgr": { "icon": true } }'), 'svgr')).toBe(true)
    expect(changesBy(write('{ "svgr": { "icon": false } }'), 'babel')).toBe(false)
  })

  it('is made of all files that its script imports', () => {
    project.write('svgr.config.mjs', "export { default } from './svg/icons.mjs'")
    project.write('svg/icons.mjs', 'export default { icon: true }')
    expect(changesBy(() => void project.write('svg/icons.mjs', 'export default { icon: false }'), 'svgr')).toBe(true)
  })
})
