/**
 * Loaders that are functions of the module, their options and their context, and keep nothing: what they read besides is
 * seen, or asked of the context.
 *
 * Read in html-loader 4.0.0 to 5.1.0, markdown-loader 8.0.0, string-replace-loader 3.0.0 to 3.3.0, raw-loader 4.0.2,
 * graphql-tag 2.12.6, source-map-loader 3.0.0 to 5.0.0 (which reads maps through the context, and declares them) and
 * resolve-url-loader 4.0.0 and 5.0.0 (which looks for files through the context, and refused is what it says once in a process). They
 * may be cheaper than a memo; as parts of a chain they let the loaders to their left be remembered with them.
 */
import { localFiles, optionsOf } from '../sites/loader-part.ts'
import type { LoaderPart } from '../sites/loader-part.ts'
import type { Recipe } from '../recipe.ts'

/** Versions that were read, and what each takes from a context that leads everywhere (options of the build that its key has), and options of which it tells once. */
const LOADERS: Readonly<Record<string, { readonly version: RegExp; readonly trusts?: readonly string[]; readonly refuses?: readonly string[] }>> = {
  'html-loader': { version: /^(?:4\.|5\.[01]\.)/, trusts: ['_compilation'] },
  'markdown-loader': { version: /^8\.0\./ },
  'string-replace-loader': { version: /^3\.[0-3]\./ },
  'raw-loader': { version: /^4\.0\./ },
  'graphql-tag/loader': { version: /^2\.12\./ },
  'source-map-loader': { version: /^[3-5]\.0\./ },
  'resolve-url-loader': { version: /^[45]\.0\./, refuses: ['debug', 'engine', 'keepQuery', 'absolute', 'attempts', 'includeRoot', 'fail'] },
}

export const plainLoaders: Recipe = {
  name: 'plain loaders',
  host: 'webpack-like',
  matches: ({ name }) => Object.hasOwn(LOADERS, name),
  create({ name, plugin }, kit) {
    const part = plugin as LoaderPart
    const { version, trusts = [], refuses = [] } = LOADERS[name]!
    if (!version.test(part.version ?? '')) return 'this version of the loader is not known'
    const options = optionsOf(part)
    const told = refuses.find(option => options[option])
    if (told !== undefined) return `it tells of the option \`${told}\` once in a process`
    const { experiments, output } = kit.config as { experiments?: { buildHttp?: unknown }; output?: { environment?: unknown } }
    return {
      hooks: { loader: { trusts, inputs: () => ({ cwd: process.cwd() }) } },
      options: { options, local: localFiles(options, kit.vfs), buildHttp: experiments?.buildHttp, environment: output?.environment },
      optionsComplete: options['query'] === undefined,
      readsExposed: false,
      knowsDependencies: false,
      relocatable: true,
      mayBeCheap: true,
    }
  },
}
