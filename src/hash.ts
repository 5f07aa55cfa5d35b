/**
 * Content hashes: SHA-256 everywhere, as base64url text (43 characters) or as 32 bytes for store keys.
 * Parts of a key are length-prefixed, so that no two lists of parts have the same bytes.
 */
import { hash } from 'node:crypto'

/** SHA-256 as base64url text of 43 characters. */
export type Digest = string

export function digest(content: string | Uint8Array): Digest {
  return hash('sha256', typeof content === 'string' ? bytesOf('', content) : content, 'base64url')
}

/** Digest of a list of strings, each length-prefixed. Order matters. */
export function digestParts(parts: readonly string[]): Digest {
  return hash('sha256', joined(parts), 'base64url')
}

/** The 32-byte store key of a list of strings, each length-prefixed. Order matters. */
export function keyOfParts(parts: readonly string[]): Buffer {
  return hash('sha256', joined(parts), 'buffer')
}

function joined(parts: readonly string[]): string | Uint8Array {
  let prefix = ''
  // Lengths first, then the texts.
  for (const part of parts) prefix += `${part.length},`
  return bytesOf(`${parts.length}:${prefix}`, parts.join(''))
}

/** A lone surrogate has no UTF-8 form: texts with one would have the digest of others with U+FFFD in its place. */
function bytesOf(head: string, text: string): string | Uint8Array {
  return text.isWellFormed() ? head + text : Buffer.concat([Buffer.from(`${head}utf16le:`), Buffer.from(text, 'utf16le')])
}
