/** Which paths belong to installed packages, and so to the key rather than to a trace. */
import { basename } from 'node:path'

const IN_PACKAGE = /[\\/]node_modules[\\/](?!\.)(?!.*[\\/]node_modules[\\/])/
const CODE = new Set(['js', 'cjs', 'mjs', 'node', 'wasm'])
const MANIFEST = /[\\/]node_modules[\\/].*[\\/]package\.json$/

/** The runtime's own binary is looked into to learn about the platform, which is part of the key. */
export function isInKey(path: string, isLoaded: () => boolean): boolean {
  return path === process.execPath || (isPackageCode(path) && isLoaded())
}

/** Code of installed packages, which is loaded once and pinned by the lockfile: part of the key, not of a trace. */
export function isPackageCode(path: string): boolean {
  const extension = path.slice(path.lastIndexOf('.') + 1)
  return (CODE.has(extension) || (extension === 'json' && MANIFEST.test(path))) && isInPackage(path)
}

/**
 * Whether the file belongs to an installed package: read as data it may be anything, but loaded as a module it is code. What
 * lies in a folder with a dot (`.cache`, `.prisma`) was generated, and no lockfile pins it.
 */
export function isInPackage(path: string): boolean {
  return IN_PACKAGE.test(path)
}

/** Whether where it leads is nobody's business: where packages lie is as little part of what they are as the links among them. */
export function isOfPackages(path: string): boolean {
  return isInPackage(path) || basename(path) === 'node_modules'
}
