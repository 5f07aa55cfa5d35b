/**
 * npm run demo [-- playground]
 *
 * Builds a playground off, cold and warm, each in a fresh process, shows the three times, proves that the outputs are
 * the same, and prints what Pitcrew says at the end of the warm build. Exits with 1 when anything differs.
 */
import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPlayground } from '../test/harness/build-playground.ts'
import type { BuildOutcome, Variant } from '../test/harness/build-playground.ts'
import { PLAYGROUNDS, playgroundNamed } from '../test/harness/playgrounds.ts'
import { requireDist } from '../test/harness/project.ts'
import { bytesIn, diffDirectories, digestOf, snapshotDirectory } from '../test/harness/snapshot.ts'

const STEPS: readonly { readonly variant: Variant; readonly title: string }[] = [
  { variant: 'off', title: 'without Pitcrew' },
  { variant: 'cold', title: 'with Pitcrew, nothing stored yet' },
  { variant: 'warm', title: 'with Pitcrew, a second time' },
]
const BAR_WIDTH = 40
const DEFAULT_PLAYGROUND = 'vite-vue'

interface Built {
  readonly variant: Variant
  readonly dir: string
  readonly outcome: BuildOutcome
}

async function main(name: string): Promise<void> {
  const { name: playground, bundler } = playgroundNamed(name)
  requireDist()
  const base = mkdtempSync(join(tmpdir(), 'pitcrew-demo-'))
  try {
    print(`\nBuilding playground/${playground} with ${bundler} three times, each in a fresh process.\n`)
    const builds: Built[] = []
    for (const { variant, title } of STEPS) {
      const built = await build(playground, variant, base)
      const scale = builds[0] ?? built
      print(`  ${variant.padEnd(5)} ${title.padEnd(33)} ${seconds(built)}  ${bar(built, scale)}`)
      builds.push(built)
    }
    const [off, , warm] = builds
    if (!off || !warm) return
    print(`\n${prove(builds, off)}\n`)
    print(`At the end of the warm build Pitcrew says:\n\n${warm.outcome.reportText.map(line => `  ${line}`).join('\n')}\n`)
    print(`Other applications: npm run demo -- ${PLAYGROUNDS.map(other => other.name).filter(other => other !== playground).join(' | ')}`)
    print('Measured properly:  npm run bench\n')
  } finally {
    rmSync(base, { recursive: true, force: true })
  }
}

async function build(name: string, variant: Variant, base: string): Promise<Built> {
  // All three build into one place, because source maps name their sources relative to it.
  const outDir = join(base, 'out')
  const outcome = await buildPlayground({ name, variant, cacheDir: join(base, 'store'), outDir })
  const dir = join(base, variant)
  renameSync(outDir, dir)
  return { variant, dir, outcome }
}

/** Compares everything with the build without Pitcrew, and sets the exit code when it differs. */
function prove(builds: readonly Built[], off: Built): string {
  const digests = builds.map(({ variant, dir }) => `  ${variant.padEnd(5)} sha256 ${digestOf(snapshotDirectory(dir))}`)
  const differences = builds.flatMap(({ variant, dir, outcome }) => [
    ...[diffDirectories(off.dir, dir)].filter(difference => difference !== null).map(difference => `  ${variant}: ${difference}`),
    ...(JSON.stringify(outcome.warnings) === JSON.stringify(off.outcome.warnings) ? [] : [`  ${variant}: its warnings are not the same`]),
  ])
  if (differences.length > 0) {
    process.exitCode = 1
    return ['The outputs DIFFER:', ...differences, ...digests].join('\n')
  }
  const files = snapshotDirectory(off.dir)
  const maps = [...files.keys()].filter(file => file.endsWith('.map')).length
  return [
    `The three outputs are the same: ${files.size} files, ${bytesIn(off.dir).toLocaleString('en')} bytes, source maps included (${maps}), compared byte by byte,`,
    `and so are the ${off.outcome.warnings.length} lines that the builds said.`,
    '', ...digests,
  ].join('\n')
}

function seconds({ outcome }: Built): string {
  return `${(outcome.durations.bundlerMs / 1000).toFixed(2).padStart(6)} s`
}

function bar(built: Built, scale: Built): string {
  return '█'.repeat(Math.max(1, Math.round(BAR_WIDTH * built.outcome.durations.bundlerMs / scale.outcome.durations.bundlerMs)))
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

try {
  await main(process.argv[2] ?? DEFAULT_PLAYGROUND)
} catch (error) {
  process.exitCode = 1
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
}
