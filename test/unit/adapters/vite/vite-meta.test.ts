import { mkdtempSync, mkdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { metaOf } from '../../../../adapters/hosts/vite/vite-meta.ts'
import type { BundlerMeta } from '../../../../adapters/hosts/vite/vite-meta.ts'

let base: string
beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'pitcrew-vite-meta-')))
})
afterAll(() => rmSync(base, { recursive: true, force: true }))

/** A package with a built file that calls what it is given, as Vite calls hooks. */
async function callFrom(folder: string, manifest: object, hook: () => BundlerMeta): Promise<BundlerMeta> {
  const at = join(base, folder)
  mkdirSync(join(at, 'dist', 'node', 'chunks'), { recursive: true })
  writeFileSync(join(at, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(at, 'dist', 'node', 'chunks', 'dep.mjs'), 'export const call = hook => hook()\n')
  const { call } = await import(/* @vite-ignore */ pathToFileURL(join(at, 'dist', 'node', 'chunks', 'dep.mjs')).href) as { call: (hook: () => BundlerMeta) => BundlerMeta }
  return call(hook)
}

it('is what the context of the hook says, since version 7', () => {
  expect(metaOf({ meta: { viteVersion: '8.3.8', rolldownVersion: '1.3.2' } })).toEqual({ viteVersion: '8.3.8', rolldownVersion: '1.3.2' })
})

it('is that of the package that called, before', async () => {
  const older = join(base, 'five', 'node_modules', 'rollup')
  mkdirSync(older, { recursive: true })
  writeFileSync(join(older, 'package.json'), '{ "name": "rollup", "version": "4.29.1" }')
  const manifest = { name: 'vite', version: '5.4.18', dependencies: { rollup: '^4.20.0' } }
  expect(await callFrom('five', manifest, () => metaOf(undefined))).toEqual({ viteVersion: '5.4.18', rollupVersion: '4.29.1' })
  expect(await callFrom('six', { name: 'rolldown-vite', version: '6.3.21', dependencies: { rolldown: '1.0.0-beta.9' } }, () => metaOf({}))).toEqual({ viteVersion: '6.3.21', rolldownVersion: '1.0.0-beta.9' })
})

it('is nothing where another package called', async () => {
  expect(await callFrom('other', { name: 'other', version: '1.0.0' }, () => metaOf(undefined))).toEqual({})
})
