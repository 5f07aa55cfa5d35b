/**
 * Content hashes: SHA-256 everywhere, as base64url text (43 characters) or as 32 bytes for store keys.
 * Parts of a key are length-prefixed, so that no two lists of parts have the same bytes.
 */
import { createHash } from 'node:crypto'
import type { Hash } from 'node:crypto'

/** SHA-256 as base64url text of 43 characters. */
export type Digest = string

export function digest(content: string | Uint8Array): Digest {
  const hash = createHash('sha256')
  if (typeof content !== 'string') return hash.update(content).digest('base64url')
  return updateWithText(hash, '', content).digest('base64url')
}

/** Digest of a list of strings, each length-prefixed. Order matters. */
export function digestParts(parts: readonly string[]): Digest {
  return hashParts(parts).digest('base64url')
}

/** The 32-byte store key of a list of strings, each length-prefixed. Order matters. */
export function keyOfParts(parts: readonly string[]): Buffer {
  return hashParts(parts).digest()
}

function hashParts(parts: readonly string[]): Hash {
  const hash = createHash('sha256')
  let prefix = ''
  // Lengths first, then the texts: two updates a part would double the crossings into OpenSSL.
  for (const part of parts) prefix += `${part.length},`
  return updateWithText(hash, `${parts.length}:${prefix}`, parts.join(''))
}

/** A lone surrogate has no UTF-8 form: texts with one would have the digest of others with U+FFFD in its place. */
function updateWithText(hash: Hash, head: string, text: string): Hash {
  return text.isWellFormed() ? hash.update(head).update(text) : hash.update(`${head}utf16le:`).update(text, 'utf16le')
}
