import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Build } from '../../src/build.ts'
import { resolveOptions } from '../../src/options.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { systemClock } from '../../src/clock.ts'
import type { Store } from '../../src/store/store.ts'
import { createProjectFiles } from './memo/helpers/project-files.ts'
import type { ProjectFiles } from './memo/helpers/project-files.ts'

let project: ProjectFiles
let said: string[]
beforeEach(() => {
  project = createProjectFiles({ 'package.json': '{}' })
  said = []
})
afterEach(() => project.dispose())

function buildWith(store: Store): Build {
  const root = project.root
  return new Build(resolveOptions({ report: false }, root, {}), {
    bundler: { name: 'vite', version: '8' }, isBundlerNative: true, command: 'build', mode: 'production', root, configFiles: [], resolvedConfig: {}, configIdentity: null, exposed: null,
    logger: { info: text => void said.push(text), warn: text => void said.push(text) }, print: () => undefined,
  }, { clock: systemClock, idleMs: () => 0, env: {}, version: '0', recipes: [], openStore: () => store })
}

describe('a build', () => {
  it('goes on when what was recorded cannot be written, and says so once', async () => {
    const store = Object.assign(createMemoryStore(), { flush: () => Promise.reject(new Error('the disk is gone')) })
    const build = buildWith(store)
    await build.flush()
    await build.flush()
    const report = await build.end()
    await build.close()
    expect(report?.faults.map(({ code }) => code)).toContain('STORE_WRITE_FAILED')
    expect(said.filter(text => text.includes('the disk is gone'))).toHaveLength(1)
  })
})
