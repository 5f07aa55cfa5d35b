/** What a call did besides returning, as it is stored beside its result. */

/** What a call did besides returning, in order. Hosts replay it on a hit. JSON-safe; paths are absolute here. */
export type Effect =
  | { readonly kind: 'log'; readonly level: 'warn' | 'info' | 'debug'; readonly log: unknown; readonly position: unknown }
  | { readonly kind: 'watch'; readonly path: string }
  | { readonly kind: 'watch-directory'; readonly path: string }
  | { readonly kind: 'watch-missing'; readonly path: string }
  | { readonly kind: 'emit'; readonly fileName: string; readonly name: string | null; readonly source: string; readonly encoding: 'utf8' | 'base64' }
  | { readonly kind: 'build-dependency'; readonly path: string }
  /** A warning or a logger line of the loader at `loader`, counted from the left end of the remembered run. */
  | { readonly kind: 'loader-warning'; readonly loader: number; readonly warning: StoredWarning }
  | { readonly kind: 'loader-log'; readonly loader: number; readonly name: string | null; readonly method: string; readonly args: unknown }
  /** A line written through a logger that is not the context's: `method` of Vite's logger or of the console. */
  | { readonly kind: 'print'; readonly channel: string; readonly method: string; readonly args: unknown }

/** A text, or an error that has nothing but these. `name` is `null` where the error has none of its own. */
export type StoredWarning = string | { readonly name: string | null; readonly message: string; readonly stack: string | null }
