/**
 * `build.resolve` and `build.esbuild` as plugins are given them: what they ask within a call is traced and asked again
 * before a hit, and a nested build makes the call one that is not remembered.
 */
import type { PluginBuild, ResolveResult } from 'esbuild'
import type { Build } from '../../../src/build.ts'
import { digest } from '../../../src/hash.ts'
import type { Digest } from '../../../src/hash.ts'
import { dehydrate, isPlain } from '../../../src/memo/record/plain.ts'
import type { PortableText } from '../../../src/memo/record/portable-text.ts'

type Resolve = PluginBuild['resolve']
type Library = PluginBuild['esbuild']

export function watchResolve(original: Resolve, { observer, portable }: Build): Resolve {
  return async (...args) => {
    const trace = observer.active
    const answer = await observer.run(null, () => original(...args))
    if (trace === null) return answer
    const request = dehydrate(args)
    const known = resolutionDigest(answer, portable)
    if (known === null || !isPlain(request)) trace.refuse('it resolved something with data that is not JSON')
    else trace.resolved(portable.tokenise(JSON.stringify(request)), known, true)
    return answer
  }
}

/** `null`: the answer cannot be compared. */
export function resolutionDigest(answer: ResolveResult, portable: PortableText): Digest | null {
  const { path, external, sideEffects, namespace, suffix, errors, warnings } = answer
  const pluginData: unknown = dehydrate(answer.pluginData ?? null)
  if (!isPlain(pluginData)) return null
  const messages = [...errors, ...warnings].map(({ text }) => text)
  return digest(portable.tokenise(JSON.stringify([path, external, sideEffects, namespace, suffix, messages, pluginData])))
}

/** Of no effect on anything but their answer, which their arguments determine. */
const PURE = new Set(['transform', 'transformSync', 'formatMessages', 'formatMessagesSync', 'analyzeMetafile', 'analyzeMetafileSync'])

export function watchLibrary(library: Library, { observer }: Build): Library {
  const entries = Object.entries(library).map(([name, value]: [string, unknown]) => {
    if (typeof value !== 'function') return [name, value] as const
    const watched = (...args: unknown[]): unknown => {
      // esbuild itself is another process, but what these do there is known.
      if (PURE.has(name)) return observer.run(null, () => value(...args) as unknown)
      observer.active?.refuse(`it used build.esbuild.${name}()`)
      return value(...args) as unknown
    }
    return [name, watched] as const
  })
  return Object.fromEntries(entries) as unknown as Library
}
