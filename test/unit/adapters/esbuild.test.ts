import { build } from 'esbuild'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import pitcrew from '../../../adapters/esbuild.ts'
import { createProjectFiles } from '../memo/helpers/project-files.ts'
import type { ProjectFiles } from '../memo/helpers/project-files.ts'

describe('pitcrew() for esbuild', () => {
  let project: ProjectFiles
  beforeEach(() => {
    project = createProjectFiles({ 'main.js': 'console.log(1)' })
  })
  afterEach(() => {
    project.dispose()
    vi.restoreAllMocks()
  })

  const options = () => ({ absWorkingDir: project.root, entryPoints: ['main.js'], write: false as const })

  it('refuses options that are wrong before the build begins', () => {
    expect(() => pitcrew({ report: 'loud' as never })).toThrow(/report/)
  })

  it('does nothing when it is turned off', async () => {
    const plugins = [pitcrew({ enabled: false })]
    const { outputFiles } = await build({ ...options(), plugins })
    expect(outputFiles[0]!.text).toContain('console.log(1)')
  })

  it('never fails a build that it cannot watch', async () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const { outputFiles, warnings } = await build(Object.freeze({ ...options(), plugins: [pitcrew({ cacheDir: project.at('cache') })] }))
    expect(outputFiles[0]!.text).toContain('console.log(1)')
    expect(warnings).toEqual([])
    expect(said.mock.calls.join('')).toMatch(/HOST_FAULT/)
  })

  it('says nothing to esbuild itself, and nothing at all when it is told to be silent', async () => {
    const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
    const other = { name: 'other', setup: () => undefined }
    const { warnings } = await build({ ...options(), logLevel: 'silent', plugins: [other, pitcrew({ cacheDir: project.at('cache') })] })
    expect(warnings).toEqual([])
    expect(said).not.toHaveBeenCalled()
  })
})
