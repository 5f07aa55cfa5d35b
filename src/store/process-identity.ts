/**
 * Who wrote a segment or holds the lock, and whether that process still runs.
 *
 * A pid alone says nothing: it is used again, and means another process in another container or after a reboot. So an
 * identity is pid + pid namespace + start time + boot id. Where those are not to be had (not Linux, another host, another
 * container) the answer is `unknown`, and the caller goes by the age of the file instead.
 */

import { createHash } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { attempt, hasCode } from './faults.ts'

export const IDENTITY_BYTES = 32

export interface ProcessIdentity {
  readonly pid: number
  /** Inode of the pid namespace; 0 when unknown. */
  readonly namespace: number
  /** Clock ticks from boot to start; 0 when unknown. */
  readonly startTicks: number
  /** 32 hexadecimal digits: the boot id, or a digest of the host name where there is none. */
  readonly boot: string
}

/** Stands for the owner of what nobody writes to any more. */
export const NOBODY: ProcessIdentity = { pid: 0, namespace: 0, startTicks: 0, boot: '0'.repeat(32) }

export type Liveness = 'alive' | 'dead' | 'unknown'

/** The seam to the process table. */
export interface ProcessTable {
  self(): ProcessIdentity
  /** @param sharedWithHosts The file lies where other hosts may write as well: then another boot id proves nothing. */
  liveness(identity: ProcessIdentity, sharedWithHosts: boolean): Liveness
}

export function encodeIdentity(identity: ProcessIdentity): Buffer {
  const bytes = Buffer.alloc(IDENTITY_BYTES)
  bytes.writeUInt32BE(identity.pid >>> 0, 0)
  bytes.writeUInt32BE(identity.namespace >>> 0, 4)
  bytes.writeDoubleBE(identity.startTicks, 8)
  bytes.write(identity.boot, 16, 'hex')
  return bytes
}

export function decodeIdentity(bytes: Buffer, at: number): ProcessIdentity {
  return {
    pid: bytes.readUInt32BE(at),
    namespace: bytes.readUInt32BE(at + 4),
    startTicks: bytes.readDoubleBE(at + 8),
    boot: bytes.toString('hex', at + 16, at + IDENTITY_BYTES),
  }
}

/** State letter and start time of /proc/<pid>/stat. The command name before them may hold spaces and parentheses. */
function readStat(pid: number | 'self'): { state: string; startTicks: number } | null {
  return attempt(() => {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { state: fields[0] ?? '', startTicks: Number(fields[19] ?? 0) }
  })
}

function readNamespace(): number {
  const link = attempt(() => readlinkSync('/proc/self/ns/pid'))
  return Number(/\[(\d+)\]/.exec(link ?? '')?.[1] ?? 0)
}

function readBoot(): string {
  const id = attempt(() => readFileSync('/proc/sys/kernel/random/boot_id', 'latin1'))?.replace(/[^0-9a-f]/g, '')
  return id?.length === 32 ? id : createHash('sha256').update(hostname()).digest('hex').slice(0, 32)
}

/** Whether signal 0 could be sent; EPERM means that somebody else's process has this pid. */
function existsByKill(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
}

function judge(self: ProcessIdentity, other: ProcessIdentity, sharedWithHosts: boolean): Liveness {
  if (other.pid === NOBODY.pid) return 'dead'
  if (other.boot !== self.boot) return sharedWithHosts ? 'unknown' : 'dead'
  return other.namespace === self.namespace ? judgeNeighbour(other) : 'unknown'
}

/** Of a process whose pid means here what it meant there. */
function judgeNeighbour({ pid, startTicks }: ProcessIdentity): Liveness {
  if (!existsByKill(pid)) return 'dead'
  const stat = readStat(pid)
  if (stat === null || startTicks === 0) return 'unknown'
  // A zombie has ended and only waits for its parent to notice.
  const hasEnded = stat.state === 'Z' || stat.state === 'X'
  return hasEnded || stat.startTicks !== startTicks ? 'dead' : 'alive'
}

/** The process table of this machine. Reads nothing before it is asked. */
export function createProcessTable(): ProcessTable {
  let self: ProcessIdentity | null = null
  const readSelf = (): ProcessIdentity => ({
    pid: process.pid,
    namespace: readNamespace(),
    startTicks: readStat('self')?.startTicks ?? 0,
    boot: readBoot(),
  })
  return {
    self: () => (self ??= readSelf()),
    liveness: (identity, sharedWithHosts) => judge((self ??= readSelf()), identity, sharedWithHosts),
  }
}
