import { describe, expect, it } from 'vitest'
import type { Provenance } from '../../../src/monitor/build-record.ts'
import { coincidences } from '../../../src/monitor/evidence.ts'
import { build } from './builds.ts'

const changed = (provenance: Partial<Provenance>, plugin: string | null = 'vite:css'): ReturnType<typeof coincidences> =>
  coincidences(build(0, []), build(1, [], { provenance }), plugin)

describe('coincidences', () => {
  it('finds none where nothing changed', () => {
    expect(changed({})).toEqual([])
  })

  it('puts the tools of the plugin before other packages', () => {
    const packageVersions = { react: '19.2.0', 'sass-embedded': '1.98' }
    expect(changed({ packageVersions }).map((item) => ('name' in item ? item.name : item.kind))).toEqual(['sass-embedded', 'react'])
    expect(changed({ packageVersions }, 'vitejs-plugin-react').map((item) => ('name' in item ? item.name : item.kind))).toEqual(['react', 'sass-embedded'])
  })

  it('mentions the lockfile only when no version explains it', () => {
    expect(changed({ lockfileDigest: 'lock-2' })).toEqual([{ kind: 'lockfile' }])
    expect(changed({ lockfileDigest: 'lock-2', packageVersions: { 'sass-embedded': '1.97', react: '19.2.0' } })).toEqual([
      { kind: 'package-version', name: 'react', from: '19.1.0', to: '19.2.0' },
    ])
  })

  it('names config, Node and changed files', () => {
    expect(changed({ configDigest: 'config-2', nodeVersion: '20.21.0', changedFiles: ['src/a.ts', 'src/b.ts'] }, null)).toEqual([
      { kind: 'config' },
      { kind: 'node', from: '20.20.0', to: '20.21.0' },
      { kind: 'files', count: 2, first: 'src/a.ts' },
    ])
  })

  it('reports added and removed packages', () => {
    expect(changed({ packageVersions: { less: '4.2.0', react: '19.1.0' } })).toEqual([
      { kind: 'package-version', name: 'less', from: null, to: '4.2.0' },
      { kind: 'package-version', name: 'sass-embedded', from: '1.97', to: null },
    ])
  })
})
