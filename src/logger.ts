/** What Pitcrew says to a person. Hosts route it into the bundler's own channel; the default is the console. */
export interface Logger {
  info(message: string): void
  warn(message: string): void
}

export const consoleLogger: Logger = {
  info: message => console.log(message),
  warn: message => console.warn(message),
}

/** Says each message once. */
export function createOnceLogger(logger: Logger): Logger {
  const said = new Set<string>()
  const once = (level: 'info' | 'warn') => (message: string) => {
    if (said.has(message)) return
    said.add(message)
    logger[level](message)
  }
  return { info: once('info'), warn: once('warn') }
}
