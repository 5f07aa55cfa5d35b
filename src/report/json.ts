/**
 * The report as a file, for other programs.
 *
 * Guarantees: whoever reads the file sees a whole report, the old one or the new one; nothing is thrown. Not guaranteed:
 * that it survives a power cut, since waiting for the disk is not worth it for a file that each build writes anew.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Fault } from '../types.ts'
import type { BuildReport } from './build-report.ts'

/** Creates missing folders. @returns Null, or what went wrong: the build goes on without the file. */
export function writeReportFile(path: string, report: BuildReport): Promise<Fault | null> {
  return writeWhole(path, `${JSON.stringify(report, null, 2)}\n`, 'reportFile')
}

/** The same for a text of any kind. @param option Names the path. */
export async function writeWhole(path: string, text: string, option: string): Promise<Fault | null> {
  // In the same folder, because a rename does not cross file systems; a random name, because builds may run side by side.
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString('hex')}.tmp`
  try {
    await createFolders(dirname(path))
    await writeFile(temporary, text)
    await rename(temporary, path)
    return null
  } catch (error) {
    await discard(temporary)
    return {
      code: 'REPORT_FAULT',
      message: `${path} could not be written (${error instanceof Error ? error.message : String(error)}); the build is not affected; check \`${option}\``,
      count: 1,
    }
  }
}

/** Level by level: on Node 20 a recursive mkdir of a path that cannot exist, as under `/proc`, never returns. */
async function createFolders(path: string): Promise<void> {
  if (await createFolder(path)) return
  await createFolders(dirname(path))
  if (!(await createFolder(path))) throw new Error(`the folder ${path} cannot be created`)
}

/** @returns False when the folder above is missing. @throws for every other reason. */
async function createFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path)
    return true
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    if (code === 'EEXIST') return true
    if (code === 'ENOENT' && dirname(path) !== path) return false
    throw error
  }
}

async function discard(path: string): Promise<void> {
  // `force` hides that it was never created; what else fails leaves a stray file and has been told above.
  await rm(path, { force: true }).catch(() => undefined)
}
