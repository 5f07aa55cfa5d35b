/**
 * What the host relies on of webpack's (and Rspack's) objects. They are described here and not imported: their own types
 * leave out what lies beneath the loader interface, and that is where the work is done.
 */

/** An entry of `module.loaders`. */
export interface LoaderItem {
  readonly loader: string
  readonly options?: unknown
  readonly ident?: string | null
  readonly type?: string | null
}

export type LoaderCallback = (error?: unknown, ...values: unknown[]) => void
export type LoaderFunction = (this: unknown, ...args: unknown[]) => unknown

/** An entry of `loaderContext.loaders`. */
export interface LoaderObject {
  readonly path: string
  readonly request: string
  /** Rspack alone tells these. */
  readonly options?: unknown
  readonly ident?: string | null
  readonly type?: string | null
  readonly parallel?: unknown
  readonly query?: string
  /** What its pitch leaves for it; of Rspack's in the item alone. */
  readonly data?: unknown
  readonly loaderItem?: { readonly codeFilter?: unknown }
  pitchExecuted: boolean
  readonly normalExecuted?: boolean
  normal: LoaderFunction | null | undefined
  pitch: LoaderFunction | null | undefined
}

/** The context that all loaders of one module share, while they run. */
export interface LoaderContext {
  [name: string]: unknown
  readonly resource: string
  readonly resourcePath: string
  readonly fs: InputFileSystem
  loaders: LoaderObject[]
  loaderIndex: number
  async(): LoaderCallback
  callback: LoaderCallback
  addDependency(path: string): void
  addContextDependency(path: string): void
  addMissingDependency(path: string): void
  clearDependencies(): void
  emitWarning(warning: unknown): void
}

export interface InputFileSystem {
  /** webpack's own keeps what it read, for both ways of reading. */
  readFileSync(path: string): Buffer | string
  /** Where webpack-virtual-modules keeps files that are on no disk. */
  readonly _virtualFiles?: Readonly<Record<string, { readonly contents?: unknown }>>
}

export interface NormalModule {
  readonly type: string
  readonly layer: string | null
  readonly resource: string
  readonly matchResource?: string
  readonly extractSourceMap?: boolean
  readonly loaders: LoaderItem[]
  readonly buildInfo?: Readonly<Record<string, unknown>>
  readonly buildMeta?: Record<string, unknown>
  identifier(): string
  getNumberOfErrors?(): number
  getNumberOfWarnings?(): number
}

export interface Logger {
  [method: string]: unknown
}

export interface Compilation {
  readonly compiler: Compiler
  readonly hooks: {
    readonly succeedModule: SyncHook<[module: object]>
    readonly failedModule: SyncHook<[module: object, error: unknown]>
    readonly stillValidModule: SyncHook<[module: object]>
    readonly finishModules: AsyncHook<[modules: unknown]>
    /** Rspack's tells nobody who taps it. */
    readonly assetPath?: { readonly taps?: readonly { readonly name: string }[] }
  }
  readonly errors: unknown[]
  getLogger(name: string): Logger
}

export interface TapOptions {
  readonly name: string
  /** Taps run in the order of their stages. @default 0 */
  readonly stage?: number
}

export interface SyncHook<Args extends unknown[]> {
  tap(options: TapOptions, handler: (...args: Args) => void): void
}

export interface AsyncHook<Args extends unknown[]> {
  tapPromise(options: TapOptions, handler: (...args: Args) => Promise<void>): void
}

export interface ModuleHooks {
  readonly beforeLoaders: SyncHook<[loaders: LoaderItem[], module: NormalModule, context: LoaderContext]>
  /** Rspack calls it when all of the context is there, webpack when none of it is. */
  readonly loader: SyncHook<[context: LoaderContext, module: NormalModule]>
  readonly readResource: { get(scheme: string | undefined): { readonly taps: readonly unknown[] } | undefined }
}

export interface Stats {
  readonly compilation: Compilation & { readonly warnings: Error[] }
  hasErrors(): boolean
}

export interface Compiler {
  readonly webpack: {
    readonly version: string
    readonly NormalModule: { getCompilationHooks(compilation: Compilation): ModuleHooks }
  }
  readonly rspack?: { readonly rspackVersion?: string }
  readonly context: string
  readonly watchMode: boolean
  readonly options: Readonly<Record<string, unknown>>
  readonly hooks: {
    readonly beforeRun: AsyncHook<[compiler: Compiler]>
    readonly watchRun: AsyncHook<[compiler: Compiler]>
    readonly compilation: SyncHook<[compilation: Compilation]>
    readonly emit: AsyncHook<[compilation: Compilation]>
    readonly done: AsyncHook<[stats: Stats]>
    readonly failed: SyncHook<[error: unknown]>
    readonly shutdown: AsyncHook<[]>
  }
  readonly modifiedFiles?: ReadonlySet<string>
  readonly removedFiles?: ReadonlySet<string>
  getInfrastructureLogger(name: string): { info(text: string): void; warn(text: string): void }
}

/** The name that our taps go by. */
export const TAP = 'unplugin-pitcrew'
