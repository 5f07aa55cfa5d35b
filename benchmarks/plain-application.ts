/**
 * An application that has nothing slow to remember: thousands of small TypeScript modules, written to a folder of its
 * own, with nothing but Pitcrew in its configuration. The same text every time.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { REPOSITORY } from '../test/harness/playgrounds.ts'
import { measureApplication, ratios } from './playground-case.ts'
import type { BenchCase } from './case.ts'

const MODULE_COUNT = 5000
/** Each module imports as many, so that the graph is a tree with its root at 0. */
const BRANCHES = 4

type PlainBundler = 'vite' | 'esbuild' | 'rolldown'

const CONFIGS: Readonly<Record<PlainBundler, { readonly file: string; readonly text: string }>> = {
  vite: {
    file: 'vite.config.mjs',
    text: `export default {
  plugins: pitcrew ? [pitcrew({ reportFile: process.env.PITCREW_REPORT_FILE, analysis: JSON.parse(process.env.PITCREW_ANALYSIS ?? 'false') })] : [],
  build: { outDir: process.env.PITCREW_OUT_DIR, emptyOutDir: true, chunkSizeWarningLimit: 5000, rolldownOptions: { input: 'src/module-0.ts' } },
}
`,
  },
  esbuild: {
    file: 'esbuild.config.mjs',
    text: `export default {
  plugins: pitcrew ? [pitcrew({ reportFile: process.env.PITCREW_REPORT_FILE, analysis: JSON.parse(process.env.PITCREW_ANALYSIS ?? 'false') })] : [],
  entryPoints: ['src/module-0.ts'], bundle: true, minify: true, format: 'esm', outdir: process.env.PITCREW_OUT_DIR,
}
`,
  },
  rolldown: {
    file: 'rolldown.config.mjs',
    text: `export default {
  plugins: pitcrew ? [pitcrew({ reportFile: process.env.PITCREW_REPORT_FILE, analysis: JSON.parse(process.env.PITCREW_ANALYSIS ?? 'false') })] : [],
  input: 'src/module-0.ts', output: { dir: process.env.PITCREW_OUT_DIR, minify: true },
}
`,
  },
}

export function plainCase(bundler: PlainBundler): BenchCase {
  return {
    name: `plain-${bundler}`,
    question: `What does Pitcrew cost ${bundler} on ${MODULE_COUNT} plain TypeScript modules, where there is nothing to gain?`,
    async run(options) {
      const root = mkdtempSync(join(tmpdir(), `pitcrew-plain-${bundler}-`))
      try {
        options.say(`writing ${MODULE_COUNT} modules`)
        writeApplication(root, bundler)
        return await measureApplication({ name: `plain-${bundler}`, root, runner: bundler }, ratios(1.02, 1.02), options)
      } finally {
        rmSync(root, { recursive: true, force: true })
      }
    },
  }
}

/** PITCREW_ANALYSIS holds the option as JSON. */
export function writeApplication(root: string, bundler: PlainBundler): void {
  mkdirSync(join(root, 'src'))
  for (let index = 0; index < MODULE_COUNT; index++) writeFileSync(join(root, 'src', `module-${index}.ts`), moduleText(index))
  const { file, text } = CONFIGS[bundler]
  writeFileSync(join(root, file), `const pitcrew = process.env.PITCREW_PLAYGROUND === 'off' ? null : (await import('unplugin-pitcrew/${bundler}')).default\n\n${text}`)
  writeFileSync(join(root, 'package.json'), '{ "name": "plain", "private": true, "type": "module" }\n')
  cpSync(join(REPOSITORY, 'package-lock.json'), join(root, 'package-lock.json'))
  symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'), 'junction')
}

function moduleText(index: number): string {
  const children = Array.from({ length: BRANCHES }, (_, branch) => index * BRANCHES + branch + 1).filter(child => child < MODULE_COUNT)
  return `${children.map(child => `import { total as total${child} } from './module-${child}'\n`).join('')}
export interface Entry${index} {
  readonly name: string
  readonly weight: number
}

const entries: readonly Entry${index}[] = [{ name: 'first ${index}', weight: ${index % 97} }, { name: 'second ${index}', weight: ${index % 89} }]

export function total(limit: number): number {
  const own = entries.filter((entry): entry is Entry${index} => entry.weight < limit).reduce((sum, entry) => sum + entry.weight, 0)
  return own${children.map(child => ` + total${child}(limit)`).join('')}
}
${index === 0 ? '\nconsole.log(total(50))\n' : ''}`
}
