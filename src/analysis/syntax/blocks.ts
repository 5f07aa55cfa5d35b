/**
 * The code inside of a module, at its own offsets: all of a JavaScript or TypeScript file, the `<script>` blocks of a
 * Vue, Svelte, Astro or HTML file, the `import`/`export` blocks of MDX.
 *
 * A block's text is as long as the source up to its end; what is not its own is blanked, line ends kept, so that every
 * offset and line in it is an offset and line of the source.
 */
import { langOfId } from './parse.ts'
import type { Lang } from './parse.ts'

export interface CodeBlock {
  readonly text: string
  readonly lang: Lang
}

export type ContainerKind = 'vue' | 'svelte' | 'mdx' | 'html'

const CONTAINERS: Readonly<Record<string, ContainerKind>> = { vue: 'vue', svelte: 'svelte', mdx: 'mdx', md: 'mdx', html: 'html', htm: 'html', astro: 'html' }

/** What kind of container a file is, by its name; `undefined` for plain code. */
export function containerOfId(id: string): ContainerKind | undefined {
  const path = id.replace(/[?#].*$/, '')
  return CONTAINERS[path.slice(path.lastIndexOf('.') + 1).toLowerCase()]
}

export function extractBlocks(id: string, source: string): CodeBlock[] {
  const container = containerOfId(id)
  if (container === undefined) return [{ text: source, lang: langOfId(id) }]
  return container === 'mdx' ? mdxBlock(source) : scriptBlocks(source)
}

const FOREIGN_SCRIPT = /\btype\s*=\s*["'](?!module|text\/javascript|application\/javascript|text\/babel)/i
const SCRIPT_LANGS: Readonly<Record<string, Lang>> = { ts: 'ts', typescript: 'ts', tsx: 'tsx' }

function scriptBlocks(source: string): CodeBlock[] {
  const blocks: CodeBlock[] = []
  for (const { 0: tag, 1: attributes = '', index } of source.matchAll(/<script\b((?:"[^"]*"|'[^']*'|[^'"<>])*)>/gi)) {
    if (FOREIGN_SCRIPT.test(attributes)) continue
    const start = index + tag.length
    const code = source.slice(start, endOfScript(source, start))
    if (code.trim() !== '') blocks.push({ text: blank(source, 0, start) + code, lang: langOfScript(attributes) })
  }
  return blocks
}

function endOfScript(source: string, start: number): number {
  const close = /<\/script\s*>/gi
  close.lastIndex = start
  return close.exec(source)?.index ?? source.length
}

function langOfScript(attributes: string): Lang {
  const name = /\blang\s*=\s*["']?(\w+)/i.exec(attributes)?.[1]?.toLowerCase() ?? ''
  return SCRIPT_LANGS[name] ?? 'jsx'
}

/** Everything but blocks that begin with `import` or `export` at the start of a line and end at an empty line; fenced code is text. */
function mdxBlock(source: string): CodeBlock[] {
  let text = ''
  let isCode = false
  let isFence = false
  let hasCode = false
  for (const line of source.split(/(?<=\n)/)) {
    if (/^\s*(?:```|~~~)/.test(line)) isFence = !isFence
    if (line.trim() === '') isCode = false
    else if (!isFence && !isCode) isCode = /^(?:import|export)\s/.test(line)
    hasCode ||= isCode
    text += isCode ? line : blank(line, 0, line.length)
  }
  return hasCode ? [{ text, lang: 'jsx' }] : []
}

/** Blanks of equal length; line ends stay. */
export function blank(text: string, start: number, end: number): string {
  return text.slice(start, end).replace(/[^\r\n\u2028\u2029]/g, ' ')
}
