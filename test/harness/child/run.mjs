/**
 * One build or dev session in a process of its own, as a person's command would be.
 *
 * The job comes in PITCREW_HARNESS_JOB and not in the arguments, because arguments belong to a build's identity. The
 * result goes to a file when the process ends by itself, so that whatever still has to be written is part of its time.
 */
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { esbuild } from './esbuild.mjs'
import { instrumented } from './instrumented.mjs'
import { rolldown, rollup } from './rolldown.mjs'
import { viteFloor } from './vite-floor.mjs'
import { vite, viteDev } from './vite.mjs'
import { rspack, webpack } from './webpack.mjs'

/** @type {Record<string, (root: string, from: (name: string) => Promise<any>) => Promise<{ bundlerMs: number, warnings: string[], info: string[] }>>} */
const RUNNERS = { instrumented, vite, 'vite-dev': viteDev, 'vite-floor': viteFloor, webpack, rspack, esbuild, rolldown, rollup }

const { runner, root, resultFile } = JSON.parse(process.env.PITCREW_HARNESS_JOB)

/** The project's own copy of a bundler, not the one beside this file. */
async function importFromProject(name) {
  return import(pathToFileURL(createRequire(join(root, 'package.json')).resolve(name)).href)
}

const result = await RUNNERS[runner](root, importFromProject)
process.on('exit', () => {
  const { user, system } = process.cpuUsage()
  writeFileSync(resultFile, JSON.stringify({ ...result, cpuMs: (user + system) / 1000, maxRssBytes: process.resourceUsage().maxRSS * 1024 }))
})
