import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createKernels } from '../../../src/performance/kernels.ts'

it('kernels leave nothing behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'pitcrew-kernels-'))
  try {
    const kernels = createKernels(join(folder, 'cache'))
    kernels.javascript()
    await kernels.threads()
    kernels.fileSystem()
    kernels.fileSystem()
    expect(readdirSync(join(folder, 'cache'))).toEqual([])
  } finally {
    rmSync(folder, { recursive: true })
  }
})
