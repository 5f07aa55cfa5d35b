/** Options of the monitor, and their defaults. */

export interface MonitorOptions {
  /** Whether what became slower for sure is also a warning of the bundler's. @default true */
  warn?: boolean
  /** Whether what a build will take is said when it begins. @default on a terminal, never in CI */
  forecast?: boolean
}

export interface MonitorSettings {
  readonly warn: boolean
  /** `null`: where somebody watches. */
  readonly forecast: boolean | null
}

const isBoolean = (value: unknown): boolean => typeof value === 'boolean'

export const MONITOR_RULES: Readonly<Record<string, { readonly accepts: string; readonly check: (value: unknown) => boolean }>> = {
  'monitor.warn': { accepts: 'true or false', check: isBoolean },
  'monitor.forecast': { accepts: 'true or false', check: isBoolean },
}

/** @returns Null: off. */
export function resolveMonitor(options: boolean | MonitorOptions | undefined): MonitorSettings | null {
  if (options === false) return null
  const given = options === true || options === undefined ? {} : options
  return { warn: given.warn ?? true, forecast: given.forecast ?? null }
}
