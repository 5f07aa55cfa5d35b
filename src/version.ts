/** The version of this package, read from its manifest at build time. */
import manifest from '../package.json' with { type: 'json' }

export const version: string = manifest.version
