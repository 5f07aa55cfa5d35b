import { mkdirSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { MissingPaths } from '../../../../src/memo/trace/missing-paths.ts'
import { VirtualFileSystem } from '../../../../src/vfs/virtual-file-system.ts'
import { createLateClock, createProjectFiles } from '../helpers/project-files.ts'
import type { ProjectFiles } from '../helpers/project-files.ts'

describe('what stands for a path that is missing', () => {
  let project: ProjectFiles
  let vfs: VirtualFileSystem
  let missing: MissingPaths
  beforeEach(() => {
    project = createProjectFiles({ 'src/a.scss': '' })
    vfs = new VirtualFileSystem({ maxBytes: 1_000_000, clock: createLateClock() })
    missing = new MissingPaths(vfs)
  })
  afterEach(() => project.dispose())

  it('is itself where its folder exists, and else the uppermost folder that is missing', () => {
    expect(missing.nearest(project.at('src/b.scss'))).toBe(project.at('src/b.scss'))
    expect(missing.nearest(project.at('themes/dark/b.scss'))).toBe(project.at('themes'))
    expect(missing.nearest(project.at('themes/light/b.scss'))).toBe(project.at('themes'))
  })

  it('is another one once a folder has come, in the next build and when a watcher tells', () => {
    const path = project.at('themes/dark/b.scss')
    expect(missing.nearest(path)).toBe(project.at('themes'))
    mkdirSync(project.at('themes'))
    vfs.invalidate(project.at('themes'))
    expect(missing.nearest(path)).toBe(project.at('themes/dark'))
    mkdirSync(project.at('themes/dark'))
    vfs.nextEpoch()
    expect(missing.nearest(path)).toBe(path)
  })
})
