/** The playgrounds: what builds each, and what of its own sources the edit tests change. */
import { fileURLToPath } from 'node:url'

export const REPOSITORY: string = fileURLToPath(new URL('../../', import.meta.url)).replace(/[/\\]$/, '')

export type Bundler = 'vite' | 'webpack' | 'esbuild'

/** A replacement in one file, whose `from` must occur. Paths are relative to the playground. */
export interface TextEdit {
  readonly file: string
  readonly from: string
  readonly to: string
}

export interface Playground {
  readonly name: string
  readonly bundler: Bundler
  /** Lists of imported package modules, which a small copy cuts short. */
  readonly catalogs: readonly string[]
  readonly component: TextEdit
  readonly partial: TextEdit
  /** Of the type file that two components import. */
  readonly types: TextEdit
  /** One option of one plugin, in the file where a person would change it. */
  readonly option: TextEdit
  /** A variable that the application reads. */
  readonly variable: { readonly name: string; readonly value: string }
}

const PARTIAL: TextEdit = { file: 'src/styles/_tokens.scss', from: '$gap: 12px', to: '$gap: 14px' }
const TYPES: TextEdit = { file: 'src/types.ts', from: 'price: number', to: 'price: number\n  shelf?: string' }
const VITE_VARIABLE = { name: 'VITE_SHOP_NAME', value: 'Renamed parts' }
const SHOP_VARIABLE = { name: 'SHOP_NAME', value: 'Renamed parts' }

const componentIn = (file: string): TextEdit => ({ file, from: 'is sold out', to: 'is out of stock' })

export const PLAYGROUNDS: readonly Playground[] = [
  {
    name: 'vite-vue', bundler: 'vite', catalogs: ['src/catalog.ts'],
    component: componentIn('src/components/StockCard.vue'), partial: PARTIAL, types: TYPES, variable: VITE_VARIABLE,
    option: { file: 'vite.config.ts', from: 'comments: false', to: 'comments: true' },
  },
  {
    name: 'vite-svelte', bundler: 'vite', catalogs: ['src/catalog.ts'],
    component: componentIn('src/components/StockCard.svelte'), partial: PARTIAL, types: TYPES, variable: VITE_VARIABLE,
    option: { file: 'svelte.config.js', from: 'preserveComments: false', to: 'preserveComments: true' },
  },
  {
    name: 'vite-react', bundler: 'vite', catalogs: ['src/catalog.ts'],
    component: componentIn('src/components/StockCard.tsx'), partial: PARTIAL, types: TYPES, variable: VITE_VARIABLE,
    option: { file: 'vite.config.ts', from: "compilationMode: 'infer'", to: "compilationMode: 'annotation'" },
  },
  {
    name: 'vite-sass', bundler: 'vite', catalogs: ['src/catalog.ts'],
    component: componentIn('src/components/stock-card.ts'), partial: PARTIAL, types: TYPES, variable: VITE_VARIABLE,
    option: { file: 'vite.config.ts', from: '$density: 2', to: '$density: 3' },
  },
  {
    name: 'webpack-react-sass', bundler: 'webpack', catalogs: ['src/catalog.ts', 'src/carbon.ts'],
    component: componentIn('src/components/StockCard.tsx'), partial: PARTIAL, types: TYPES, variable: SHOP_VARIABLE,
    option: { file: 'webpack.config.mjs', from: "compilationMode: 'infer'", to: "compilationMode: 'annotation'" },
  },
  {
    name: 'webpack-vue', bundler: 'webpack', catalogs: ['src/catalog.ts'],
    component: componentIn('src/components/StockCard.vue'), partial: PARTIAL, types: TYPES, variable: SHOP_VARIABLE,
    option: { file: 'webpack.config.mjs', from: 'comments: false', to: 'comments: true' },
  },
  {
    name: 'esbuild-svelte-sass', bundler: 'esbuild', catalogs: ['src/catalog.ts', 'src/carbon.ts'],
    component: componentIn('src/components/StockCard.svelte'), partial: PARTIAL, types: TYPES, variable: SHOP_VARIABLE,
    option: { file: 'esbuild.config.mjs', from: 'preserveComments: false', to: 'preserveComments: true' },
  },
]

/** @throws Error when there is no playground of that name. */
export function playgroundNamed(name: string): Playground {
  const playground = PLAYGROUNDS.find(candidate => candidate.name === name)
  if (!playground) throw new Error(`there is no playground ${name}; there are ${PLAYGROUNDS.map(known => known.name).join(', ')}`)
  return playground
}
