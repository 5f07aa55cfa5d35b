/**
 * Arguments of one command: what `node:util` parses, its complaints turned into CLI_USAGE, and the two options that say
 * where the cache is.
 */
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { PitcrewError } from '../errors.ts'
import type { CliIo } from './io.ts'

/** Option name to its kind. Every command also takes `--root` and `--cache-dir`. */
export type OptionKinds = Readonly<Record<string, 'string' | 'boolean'>>

export interface ParsedArguments {
  readonly positionals: readonly string[]
  /** Absolute root of the project. @default the working directory */
  readonly root: string
  /** Absolute. From `--cache-dir`, `PITCREW_CACHE_DIR` or the default, as a build finds it. */
  readonly cacheDir: string
  text(option: string): string | null
  flag(option: string): boolean
}

const PLACE: OptionKinds = { root: 'string', 'cache-dir': 'string' }

/** @throws PitcrewError CLI_USAGE for an option that is unknown, or that lacks its value. */
export function parseArguments(args: readonly string[], kinds: OptionKinds, io: CliIo): ParsedArguments {
  const options = Object.fromEntries(Object.entries({ ...PLACE, ...kinds }).map(([name, type]) => [name, { type }]))
  const { values, positionals } = parse(args, options)
  const text = (option: string): string | null => {
    const value = values[option]
    if (value === '') throw new PitcrewError('CLI_USAGE', `--${option} is empty.`)
    return typeof value === 'string' ? value : null
  }
  const root = resolve(io.cwd, text('root') ?? '.')
  const cacheDir = resolve(root, text('cache-dir') ?? (io.env['PITCREW_CACHE_DIR'] || join('node_modules', '.cache', 'pitcrew')))
  return { positionals, root, cacheDir, text, flag: option => values[option] === true }
}

function parse(args: readonly string[], options: Record<string, { type: 'string' | 'boolean' }>): { values: Record<string, unknown>; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true })
  } catch (error) {
    if (error instanceof TypeError) throw new PitcrewError('CLI_USAGE', `${error.message.split('. ')[0] ?? error.message}.`, { cause: error })
    throw error
  }
}
