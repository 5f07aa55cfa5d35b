/** What a Vite environment says of its output: who runs it, for which engines, and which variables become text in it. */
import type { ResolvedConfig } from 'vite'
import type { OutputFacts } from '../rollup/rollup-output.ts'

/** Variables that Vite itself sets; they are no secrets. */
const OWN: ReadonlySet<string> = new Set(['BASE_URL', 'MODE', 'DEV', 'PROD', 'SSR'])

type OutputConfig = Pick<ResolvedConfig, 'build' | 'define' | 'env'> & { readonly consumer?: 'client' | 'server' }

/** @param config The environment's own; where there are none (before version 6) that of the build, which then is one. */
export function viteOutputFacts(config: OutputConfig): OutputFacts {
  const { build, define = {}, env, consumer = build.ssr ? 'server' : 'client' } = config
  const exposed = Object.entries(env).filter(([name]) => !OWN.has(name)).map(([name, value]): [string, string] => [`import.meta.env.${name}`, String(value)])
  return { isClient: consumer === 'client', target: [build.target || []].flat(), exposed: [...exposed, ...definedVariables(define)] }
}

/** Definitions of environment variables, with their values where they are texts. */
export function definedVariables(define: Readonly<Record<string, unknown>>): [string, string | null][] {
  return Object.entries(define).flatMap(([name, value]): [string, string | null][] => {
    const isVariable = /^(?:process|import\.meta)\.env\.\w+$/.test(name) && name !== 'process.env.NODE_ENV'
    return isVariable ? [[name, typeof value === 'string' ? withoutQuotes(value) : null]] : []
  })
}

function withoutQuotes(value: string): string {
  return value.replace(/^(["'`])([\s\S]*)\1$/, '$2')
}
