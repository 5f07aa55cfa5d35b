/**
 * Where Pitcrew speaks under Vite: through Vite's logger, at the level that the user chose.
 *
 * A plugin may lower the level for a display of its own, as vite-plugin-progress does; that is about Vite's lines. What
 * the user chose is read before any plugin has changed the configuration. A logger of the user's own decides itself.
 */
import type { HostFacts } from '../../../src/build.ts'
import { stderrLogger } from '../console-logger.ts'

const LEVELS = ['silent', 'error', 'warn', 'info'] as const
export type LogLevel = (typeof LEVELS)[number]

interface LoggingConfig {
  readonly logLevel?: LogLevel | undefined
  readonly customLogger?: unknown
}

/** @param chosen The level before plugins changed the configuration; `null` where nobody asked in time. @param logger Vite's, as it was before anybody listened to it. */
export function viteLogger({ logLevel, customLogger }: LoggingConfig, chosen: LogLevel | null, logger: HostFacts['logger']): HostFacts['logger'] {
  const isLowered = chosen !== null && customLogger === undefined && rank(logLevel) < rank(chosen)
  if (!isLowered) return { info: message => logger.info(message), warn: message => logger.warn(message) }
  const direct = stderrLogger(false)
  return {
    info: message => (rank(chosen) >= rank('info') ? direct.info(message) : undefined),
    warn: message => (rank(chosen) >= rank('warn') ? direct.warn(message) : undefined),
  }
}

function rank(level: LogLevel = 'info'): number {
  return LEVELS.indexOf(level)
}
