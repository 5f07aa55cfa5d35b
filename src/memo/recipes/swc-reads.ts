/** What makes swc, which is native code, read more than the module, `.swcrc` above it and what browsers are to be served. */
import { BABEL_ENVIRONMENT } from './babel-loader.ts'

type Options = Readonly<Record<string, unknown>>

export const SWC_ENVIRONMENT: readonly string[] = [...BABEL_ENVIRONMENT, 'SWC_ENV']

/** Options under which it looks elsewhere, or runs code of the user's. */
const READS: readonly (readonly [path: readonly string[], reason: string])[] = [
  [['jsc', 'paths'], '`jsc.paths` is resolved in native code'],
  [['jsc', 'baseUrl'], '`jsc.baseUrl` is resolved in native code'],
  [['jsc', 'experimental', 'plugins'], 'plugins of swc may read anything'],
  [['jsc', 'transform', 'optimizer', 'globals', 'envs'], 'it puts variables of the environment into modules'],
  [['plugin'], 'plugins of swc may read anything'],
  [['configFile'], 'its configuration is another file'],
  [['rootMode'], 'its configuration is another file'],
  [['env', 'path'], 'browsers are looked for elsewhere'],
  [['inputSourceMap'], 'it may read source maps'],
]

/** @returns Why a call with these options cannot be remembered, or `null`. */
export function objectionToSwc(options: unknown): string | null {
  return READS.find(([path]) => valueAt(options, path) !== undefined)?.[1] ?? null
}

/** @param text Of a `.swcrc`, which may be a list of options for several kinds of modules. */
export function objectionToSwcrc(text: string): string | null {
  try {
    const parsed = JSON.parse(text) as unknown
    return [parsed].flat().map(objectionToSwc).find(reason => reason !== null) ?? null
  } catch {
    return 'its `.swcrc` is no plain JSON'
  }
}

function valueAt(options: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value === null || typeof value !== 'object' ? undefined : (value as Options)[name]), options)
}
