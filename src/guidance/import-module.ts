/** Loads a module whose name only a running program knows. Apart, because nothing that a configuration imports may hold it (see `load-analyzer.ts`). */
import { pathToFileURL } from 'node:url'
import type { LoadModule } from './load-analyzer.ts'

export const importModule: LoadModule = path => {
  // pitcrew-ignore code-injection/computed-module: rules of the user's own, named in the options
  return import(pathToFileURL(path).href)
}
