import { describe, expect, it } from 'vitest'
import { IDENTITY_BYTES, NOBODY, createProcessTable, decodeIdentity, encodeIdentity } from '../../../src/store/process-identity.ts'

const isLinux = process.platform === 'linux'

describe('the identity of a process', () => {
  const processes = createProcessTable()
  const self = processes.self()

  it('is this process', () => {
    expect(self.pid).toBe(process.pid)
    expect(self.boot).toMatch(/^[0-9a-f]{32}$/)
    expect(processes.liveness(self, false)).toBe(isLinux ? 'alive' : 'unknown')
  })

  it('survives being written and read', () => {
    const bytes = encodeIdentity(self)
    expect(bytes).toHaveLength(IDENTITY_BYTES)
    expect(decodeIdentity(Buffer.concat([Buffer.alloc(5), bytes]), 5)).toEqual(self)
  })

  it('is dead when it is nobody', () => {
    expect(processes.liveness(NOBODY, true)).toBe('dead')
  })

  it('is dead when no process has the pid', () => {
    expect(processes.liveness({ ...self, pid: 2 ** 30 }, false)).toBe('dead')
  })

  it.runIf(isLinux)('is dead when its pid is used again: another start time', () => {
    expect(processes.liveness({ ...self, startTicks: self.startTicks - 1 }, false)).toBe('dead')
  })

  it('FAULTS 14: is dead after a reboot, unless the file may come from another host', () => {
    const other = { ...self, boot: '00'.repeat(16) }
    expect(processes.liveness(other, false)).toBe('dead')
    expect(processes.liveness(other, true)).toBe('unknown')
  })

  it('is not known in another container, or where the start time is not', () => {
    expect(processes.liveness({ ...self, namespace: self.namespace + 1 }, false)).toBe('unknown')
    expect(processes.liveness({ ...self, startTicks: 0 }, false)).toBe('unknown')
  })
})
