/**
 * Plugins that keep what they saw where no key and no return value shows it: in closures, for other hooks, for other
 * plugins, for later builds of the process. Each has two modules of its own; what any of them sees changes between the
 * builds, all at once, and the output is the one that there would be without Pitcrew.
 */
import { afterEach, describe, expect, it } from 'vitest'
import { mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { requireDist } from '../harness/project.ts'
import { Scene } from './esbuild-scene.ts'

requireDist()

interface Attack {
  /** Statements before the plugin object is made. */
  readonly state?: string
  /** Of its transform: gives the text that replaces `VALUE`. */
  readonly body: string
  /** Other members of the plugin. */
  readonly members?: string
  /** Whether its calls are remembered as long as nothing changes. */
  readonly remembered: boolean
}

/** `at(name, kind)` is a path in the project, put together so that no text of the configuration names it. */
const ATTACKS: Readonly<Record<string, Attack>> = {
  'reads-once': { state: 'let text', body: "text ??= fs.readFileSync(at('reads-once'), 'utf8'); return text", remembered: true },
  'promises-once': { state: 'let text', body: "text ??= fs.promises.readFile(at('promises-once'), 'utf8'); return text", remembered: true },
  'lists-once': { state: 'let names', body: "names ??= fs.readdirSync(at('lists-once', 'd')).sort().join(); return names", remembered: true },
  'lists-deep': { body: "return fs.readdirSync(at('lists-deep', 'd'), { recursive: true }).sort().join()", remembered: true },
  'probes-once': { state: 'let isThere', body: "isThere ??= String(fs.existsSync(at('probes-once', 'new'))); return isThere", remembered: true },
  'resolves-once': { state: 'let found', body: "found ??= (await this.resolve('./resolves-once.new', at('x'))) ? 'found' : 'none'; return found", remembered: true },
  'reads-env-once': { state: 'let value', body: "value ??= process.env[['ATTACK', 'ED'].join('')] ?? 'unset'; return value", remembered: true },
  'follows-links': { body: "return path.basename(fs.realpathSync(at('follows-links', 'link')))", remembered: true },
  'reads-package-code': { body: "return fs.readFileSync(path.join(process.cwd(), 'node_modules', 'attacked', ['run', 'time.js'].join('')), 'utf8')", remembered: true },
  'measures': { body: "return String(fs.statSync(at('measures')).mtimeMs)", remembered: false },
  'measures-once': { state: 'let size', body: "size ??= String((await fs.promises.stat(at('measures-once'))).size); return size", remembered: false },
  'keeps-for-banner': { state: 'let seen = 0', body: "seen += 1; return 'x'", members: "banner: () => '/* ' + seen + ' */',", remembered: false },
  'keeps-for-others': { state: "const seen = []; shown.push(seen)", body: "seen.push(1); return 'x'", members: 'api: { seen },', remembered: false },
  'keeps-in-sight': { state: "const seen = []; shown.push(seen)", body: "seen.push(1); return 'x'", members: 'seen,', remembered: false },
  'reads-in-options': { state: 'let text', body: 'return text', members: "options() { text = fs.readFileSync(at('reads-in-options'), 'utf8') },", remembered: false },
  'reads-in-resolve': { state: 'let text', body: 'return text', members: "resolveId() { text = fs.readFileSync(at('reads-in-resolve'), 'utf8'); return null },", remembered: false },
}

const NAMES = Object.keys(ATTACKS)
const plugin = (name: string, { state = '', body, members = '' }: Attack): string => `(() => { ${state}
return { name: ${JSON.stringify(name)}, ${members} async transform(code, id) {
  if (!id.includes(${JSON.stringify(`${name}.`)})) return null
  busy()
  const made = await (async () => { ${body} })()
  return { code: code.replace('VALUE', JSON.stringify(made)), map: null }
} } })()`

const script = (bundler: string): string => `
import fs from 'node:fs'
import path from 'node:path'
import { ${bundler} } from '${bundler}'
const { PITCREW_PLAYGROUND, PITCREW_REPORT_FILE: reportFile } = process.env
const pitcrew = PITCREW_PLAYGROUND === 'off' ? [] : [(await import('unplugin-pitcrew/${bundler}')).default({ reportFile, audit: { sample: 0 } })]
const at = (name, kind = 'txt') => path.join(process.cwd(), name + '.' + kind)
const busy = () => { for (const end = performance.now() + 1; performance.now() < end;); }
const shown = []
const telling = { name: 'telling', buildEnd() { this.warn('shown ' + JSON.stringify(shown.map(seen => seen.length))) } }
const plugins = [${NAMES.map(name => plugin(name, ATTACKS[name]!)).join(',\n')}]
const warnings = []
// Twice: what the first build made the plugins keep is not seen to be read by the second.
const build = async input => {
  const bundle = await ${bundler}({ input, plugins: [...pitcrew, ...plugins, telling], onLog: (level, log) => { if (level === 'warn') warnings.push(log.message) } })
  const { output } = await bundle.generate({ format: 'es' })
  await bundle.close()
  return output.map(file => [file.fileName, file.code])
}
const output = [...await build('first.js'), ...await build('second.js')]
process.stdout.write(JSON.stringify({ output, warnings, outcomes: reportFile ? JSON.parse(fs.readFileSync(reportFile, 'utf8')).outcomes : null }))
`
const importsOf = (part: string): string => NAMES.map(name => `import './${name}.${part}.js'\n`).join('')
const TEXTS = Object.fromEntries(NAMES.map(name => [`${name}.txt`, 'before']))
const FILES = {
  ...TEXTS, 'lists-once.d/a': '', 'lists-deep.d/deep/a': '', 'v1/x': '', 'v2/x': '',
  'first.js': importsOf('one'), 'second.js': importsOf('two'),
  ...Object.fromEntries(NAMES.flatMap(name => ['one', 'two'].map(part => [`${name}.${part}.js`, `console.log('${name}', VALUE)\n`]))),
}
const EDITS = { ...Object.fromEntries(NAMES.map(name => [`${name}.txt`, 'after'])), 'lists-once.d/b': '', 'lists-deep.d/deep/b': '', 'probes-once.new': '', 'resolves-once.new': '', 'node_modules/attacked/runtime.js': 'after' }

interface Built {
  readonly output: unknown
  readonly warnings: unknown
  readonly outcomes: Readonly<Record<string, number>> | null
}

let scene: Scene | undefined
afterEach(() => scene?.dispose())

describe.each(['rollup', 'rolldown'])('%s', bundler => {
  it('gives what plugins make of what they keep', () => {
    scene = new Scene({ ...FILES, 'build.mjs': script(bundler) })
    // Its own node_modules, so that a package in it can be patched.
    const modules = join(scene.root, 'node_modules')
    replaceLink(modules, bundler)
    scene.write({ 'node_modules/attacked/runtime.js': 'before', 'node_modules/attacked/package.json': '{"name":"attacked","version":"1.0.0"}' })
    symlinkSync('v1', join(scene.root, 'follows-links.link'))
    const build = (variant: 'off' | 'cold' | 'warm'): Built => scene!.run('build.mjs', variant) as Built
    const same = ({ output, warnings }: Built): unknown => ({ output, warnings })
    const before = build('off')
    expect(same(build('cold'))).toEqual(same(before))
    const warm = build('warm')
    expect(same(warm)).toEqual(same(before))
    expect(warm.outcomes).toMatchObject({ stale: 0 })
    expect(warm.outcomes!['hit']).toBeGreaterThanOrEqual(NAMES.filter(name => ATTACKS[name]!.remembered).length)

    scene.write(EDITS)
    rmSync(join(scene.root, 'follows-links.link'))
    symlinkSync('v2', join(scene.root, 'follows-links.link'))
    process.env['ATTACKED'] = 'set'
    try {
      const off = build('off')
      expect(off.output).not.toEqual(before.output)
      expect(same(build('warm'))).toEqual(same(off))
    } finally {
      delete process.env['ATTACKED']
    }
  }, 300_000)
})

/** A folder of links in the place of the one link. */
function replaceLink(modules: string, bundler: string): void {
  rmSync(modules, { recursive: true, force: true })
  mkdirSync(modules)
  for (const name of [bundler, 'unplugin-pitcrew']) symlinkSync(join(import.meta.dirname, '../../node_modules', name), join(modules, name))
}
