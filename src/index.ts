/** The public exports. Bundler entries are `unplugin-pitcrew/vite`, `/webpack`, `/esbuild`, `/rollup`, `/rolldown`, `/rspack`. */
export { PitcrewError } from './errors.ts'
export type { ErrorCode } from './errors.ts'
export type { Options, ReportMode } from './options.ts'
export type { BuildReport, PluginReport, RedoneCall } from './report/build-report.ts'
export type { Cause, Fault, Outcome, OutcomeCounts } from './types.ts'
