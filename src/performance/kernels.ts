/** The work that a machine is measured by. What it does must never change: old builds are compared with new ones. */
import { pbkdf2, randomBytes } from 'node:crypto'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFolder } from '../folders.ts'
import type { Kernels } from '../monitor/calibrate/calibrator.ts'

const ROUNDS = 60
const OBJECTS = 200
const DERIVATIONS = 2
const ITERATIONS = 800
const FILE_BYTES = 16_384

/** @param folder Where a small file may be written and removed again. */
export function createKernels(folder: string): Kernels {
  const content = Buffer.alloc(FILE_BYTES, 1)
  let path: string | null = null
  return {
    javascript: (share = 1) => void allocateAndHash(ROUNDS * share),
    threads: async () => void await Promise.all(Array.from({ length: DERIVATIONS }, derive)),
    fileSystem() {
      if (path === null) makeFolder(folder)
      path ??= join(folder, `calibration-${process.pid}-${randomBytes(4).toString('hex')}.tmp`)
      writeFileSync(path, content)
      readFileSync(path)
      rmSync(path)
    },
  }
}

/** As plugins do: small objects, short strings, integers. */
function allocateAndHash(rounds: number): number {
  let hash = 0
  for (let round = 0; round < rounds; round++) {
    const objects: { readonly low: number; readonly text: string }[] = []
    for (let index = 0; index < OBJECTS; index++) {
      hash = Math.imul(hash ^ index, 16_777_619) >>> 0
      objects.push({ low: hash & 255, text: `x${hash & 15}` })
    }
    for (const { low, text } of objects) hash = (hash + low + text.length) | 0
  }
  return hash
}

function derive(): Promise<void> {
  return new Promise((resolve, reject) => {
    /* pitcrew-ignore hardcoded-secret/passed: nothing is kept secret with it */ /* pitcrew-ignore weak-crypto/constant-vector: always the same work */ /* pitcrew-ignore weak-crypto/key-size: and a little of it */
    pbkdf2('pitcrew', 'calibration', ITERATIONS, 32, 'sha256', error => (error ? reject(error) : resolve()))
  })
}
