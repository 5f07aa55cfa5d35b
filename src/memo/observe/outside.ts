/**
 * The ways by which a call has something done outside of its own thread: other processes, worker threads, sockets.
 * What happens there cannot be seen, so a call that uses one is not remembered unless a recipe knows what it depends on.
 *
 * Not seen: a message that a library sends later, outside of the call's asynchronous context, and native thread pools.
 */
import childProcess from 'node:child_process'
import net from 'node:net'
import { MessagePort, Worker } from 'node:worker_threads'

export interface Exit {
  readonly owner: object
  readonly names: readonly string[]
  /** A clause for a person. */
  readonly reason: string
}

export const EXITS: readonly Exit[] = [
  {
    owner: childProcess, names: ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'],
    reason: 'it starts another process, whose reads cannot be seen',
  },
  // Pipes to child processes are sockets, too.
  { owner: net.Socket.prototype, names: ['connect', 'write'], reason: 'it talks to another process, whose reads cannot be seen' },
  { owner: Worker.prototype, names: ['postMessage'], reason: 'it has work done in another thread, whose reads cannot be seen' },
  { owner: MessagePort.prototype, names: ['postMessage'], reason: 'it has work done in another thread, whose reads cannot be seen' },
]
