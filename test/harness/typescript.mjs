/**
 * Lets Node 20 run TypeScript: `node --import ./test/harness/typescript.mjs benchmarks/run.ts`.
 *
 * Node loads this file twice, once in the main thread, where it registers itself, and once in the thread of the hooks.
 * Types are dropped and not checked; `npm run typecheck` checks them.
 */
import { readFile } from 'node:fs/promises'
import { register } from 'node:module'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) register(import.meta.url)

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  if (!url.startsWith('file:') || !url.endsWith('.ts')) return nextLoad(url, context)
  const { transform } = await import('esbuild')
  const sourcefile = fileURLToPath(url)
  const { code } = await transform(await readFile(sourcefile, 'utf8'), { loader: 'ts', format: 'esm', target: 'node20', sourcemap: 'inline', sourcefile })
  return { format: 'module', source: code, shortCircuit: true }
}
