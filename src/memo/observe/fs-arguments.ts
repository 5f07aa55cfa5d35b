/** What functions of `node:fs`, and those of the binding below it, are given. */
import { fileURLToPath } from 'node:url'

/** The path, as it was given; `null` for a file descriptor, whose file was seen when it was opened, and for what is no path. */
export function pathOf(value: unknown): string | null {
  if (typeof value === 'string') return value.includes('\0') ? null : value
  if (value instanceof URL) return value.protocol === 'file:' ? fileURLToPath(value) : null
  return Buffer.isBuffer(value) ? value.toString() : null
}

/** By number: to write, or to read and write. */
const WRITING = 3
const READING = new Set(['r', 'rs', 'sr'])

/** Whether the flags of `open` ask for leave to write. */
export function isToWrite(flags: unknown): boolean {
  return typeof flags === 'number' ? (flags & WRITING) !== 0 : typeof flags === 'string' && !READING.has(flags)
}

const OF_KERNEL = /^\/(?:proc|sys|dev)\//

/** What the kernel makes up when it is asked, such as the memory in use or the name of a container: no file of a project, and another one each time. */
export function isOfKernel(path: string): boolean {
  return OF_KERNEL.test(path)
}
