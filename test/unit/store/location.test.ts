import { describe, expect, it } from 'vitest'
import { createDirectories, inspectLocation } from '../../../src/store/location.ts'
import { createMemoryFs, errno } from './helpers/memory-fs.ts'

describe('the location of the store', () => {
  it('is fine where it can be made, and is not made yet', () => {
    const fs = createMemoryFs()
    expect(inspectLocation(fs, '/a/b/c')).toEqual({ state: 'ok', reason: '', networkName: null })
    expect(fs.list('/')).toEqual([])
    createDirectories(fs, '/a/b/c')
    expect(fs.facts('/a/b/c').kind).toBe('directory')
    createDirectories(fs, '/a/b/c')
  })

  it('is off where a file is in the way, at any level', () => {
    const fs = createMemoryFs()
    fs.writeFile('/a', Buffer.from('a file'))
    expect(inspectLocation(fs, '/a')).toEqual({ state: 'off', reason: '/a is not a directory' })
    expect(inspectLocation(fs, '/a/b/c')).toEqual({ state: 'off', reason: '/a is not a directory' })
  })

  it('is off on /proc and its like', () => {
    const fs = { ...createMemoryFs(), fileSystemType: () => 0x9fa0 }
    expect(inspectLocation(fs, '/proc/x/y').state).toBe('off')
  })

  it('is only read where it exists and cannot be written, and off where it would have to be made', () => {
    const fs = createMemoryFs()
    fs.makeDirectory('/a')
    const readOnly = { ...fs, checkWritable: () => { throw errno('EROFS') } }
    expect(inspectLocation(readOnly, '/a')).toEqual({ state: 'read-only', reason: '/a is not writable (EROFS)', networkName: null })
    expect(inspectLocation(readOnly, '/a/b')).toEqual({ state: 'off', reason: '/a is not writable (EROFS)' })
  })

  it.each([[0x6969, 'NFS'], [0xff534d42, 'CIFS'], [-11317950, 'CIFS'], [0x65735546, 'FUSE']])('knows file system %i as %s', (type, name) => {
    expect(inspectLocation({ ...createMemoryFs(), fileSystemType: () => type }, '/a')).toMatchObject({ state: 'ok', networkName: name })
  })

  it('does without the type of the file system where that cannot be told', () => {
    const fs = { ...createMemoryFs(), fileSystemType: () => { throw errno('ENOSYS') } }
    expect(inspectLocation(fs, '/a')).toMatchObject({ state: 'ok', networkName: null })
  })

  it('is off when nothing can be found out, and says why', () => {
    const fs = { ...createMemoryFs(), facts: () => { throw errno('EIO') } }
    expect(inspectLocation(fs, '/a')).toEqual({ state: 'off', reason: '/a could not be looked at (EIO)' })
  })
})
