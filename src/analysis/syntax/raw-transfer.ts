/**
 * Trees read out of the parser's own memory instead of out of JSON: a third of the time.
 *
 * The parser writes its tree into a block of 2 GiB that begins at a multiple of 4 GiB, for which 6 GiB of addresses are
 * reserved; only what is written takes memory. The library does this from Node 22 on, because a view of the whole
 * reservation is longer than Node 20 allows; a view of the block is not, so that here both can. And it is a shared buffer:
 * V8 counts others as memory in use, by which it takes the process for short of memory, and throws compiled code away
 * again and again (measured: half the speed of JSON). What is used is exported by the parser but not documented, hence:
 *
 * Guarantees: whatever is missing, refused, or in a trial answers otherwise than the documented way turns this off for
 * good, and trees come as JSON. So do those of large texts, whose trees would go on filling memory.
 */
import { createRequire } from 'node:module'
import { parseSync } from 'oxc-parser'
import type { Comment, EcmaScriptModule, OxcError, ParserOptions, Program } from 'oxc-parser'

export interface ParseResult {
  readonly program: Program
  readonly module: EcmaScriptModule
  readonly comments: Comment[]
  readonly errors: OxcError[]
}

/** From text to tree, native part and all. @throws What the parser throws. */
export type ReadTree = (text: string, options: ParserOptions) => ParseResult

export function readJson(text: string, options: ParserOptions): ParseResult {
  const result = parseSync('module', text, options)
  // `.module` first: where the tree is transferred lazily, reading it frees the rest.
  const { module, comments, errors } = result
  return { program: result.program, module, comments, errors }
}

/** Loading what reads trees takes as long as reading so many characters as JSON does. */
const WARM_UP_CHARS = 150_000
/** Below this a tree is handed over as fast either way. */
const MIN_CHARS = 400
/** What a tree has filled stays in memory: twenty and more bytes a character. */
const MAX_CHARS = 1_000_000

/** @returns A reader with a memory of its own. */
export function createTreeReader({ warmUpChars = WARM_UP_CHARS }: { readonly warmUpChars?: number } = {}): ReadTree {
  const reader = new TreeReader(warmUpChars)
  return (text, options) => reader.read(text, options)
}

class TreeReader {
  private seenChars = 0
  /** Undefined: not asked for yet. Null: it cannot be had. */
  private transfer: RawTransfer | null | undefined

  constructor(private readonly warmUpChars: number) {}

  read(text: string, options: ParserOptions): ParseResult {
    if (text.length < MIN_CHARS || text.length > MAX_CHARS || this.transfer === null || !this.isWarm(text)) return readJson(text, options)
    try {
      this.transfer ??= openTransfer()
      if (this.transfer !== null) return this.transfer.read(text, options)
    } catch {
      // No room, or another way of working: the documented way tells what is wrong with the text, if it is that.
      this.transfer = null
    }
    return readJson(text, options)
  }

  private isWarm(text: string): boolean {
    this.seenChars += text.length
    return this.seenChars > this.warmUpChars
  }
}

interface Bindings {
  rawTransferSupported(): boolean
  getBufferOffset(view: Uint8Array): number
  parseRawSync(name: string, block: Uint8Array, sourceStart: number, sourceBytes: number, options: ParserOptions): void
}

interface Layout {
  readonly BLOCK_SIZE: number
  readonly BLOCK_ALIGN: number
  readonly BUFFER_SIZE: number
  readonly ACTIVE_SIZE: number
  readonly IS_TS_FLAG_POS: number
}

/** What the deserializers read: the block, and the same bytes as numbers. */
type Memory = Uint8Array & { int32: Int32Array; float64: Float64Array }

interface RawProgram extends ParseResult {
  readonly program: Program & { readonly hashbang: { readonly value: string; readonly start: number; readonly end: number } | null }
}
type Deserialize = (memory: Memory, text: string, sourceStart: number, sourceBytes: number) => RawProgram

interface Block {
  readonly whole: Uint8Array
  readonly memory: Memory
}

const TRIAL = '/* a */ import b, { c as d } from "e"\nexport default async function* f({ g = 1n, ...h }) { for (const i of h) yield `é${i?.[0]}`; return /j/u }\n'

/** @returns Null where this machine or this version of the parser is of another kind. */
function openTransfer(): RawTransfer | null {
  const { process } = globalThis
  // Others that run JavaScript have memory of their own kind, and Windows takes what is reserved for used.
  if (process.release.name !== 'node' || process.platform === 'win32' || process.versions['bun'] !== undefined || process.versions['deno'] !== undefined) return null
  const require = createRequire(import.meta.url)
  const bindings = require('oxc-parser/src-js/bindings') as Bindings
  if (!bindings.rawTransferSupported()) return null
  const transfer = new RawTransfer(bindings, require('oxc-parser/src-js/generated/constants') as Layout, dialect => (require(`oxc-parser/src-js/generated/deserialize/${dialect}`) as { deserialize: Deserialize }).deserialize)
  const options: ParserOptions = { lang: 'jsx', sourceType: 'unambiguous', preserveParens: false, astType: 'js' }
  return textOf(transfer.read(TRIAL, options)) === textOf(readJson(TRIAL, options)) ? transfer : null
}

class RawTransfer {
  private readonly encoder = new TextEncoder()
  private readonly deserializers = new Map<string, Deserialize>()
  private block: Block | null = null

  constructor(
    private readonly bindings: Bindings,
    private readonly layout: Layout,
    private readonly load: (dialect: 'js' | 'ts') => Deserialize,
  ) {}

  /** @throws RangeError where so many addresses are not to be had. */
  read(text: string, options: ParserOptions): ParseResult {
    const { whole, memory } = this.block ??= this.allocate()
    // A character is three bytes at most; the text stands at the end of what the parser may fill.
    const start = this.layout.ACTIVE_SIZE - text.length * 3
    const { read, written } = this.encoder.encodeInto(text, new Uint8Array(memory.buffer, memory.byteOffset + start, text.length * 3))
    if (read !== text.length) throw new RangeError('The text does not fit.')
    this.bindings.parseRawSync('module', whole, start, written, options)
    const isTypeScript = memory[this.layout.IS_TS_FLAG_POS] !== 0
    const data = this.deserializer(isTypeScript ? 'ts' : 'js')(memory, text, start, written)
    return isTypeScript ? data : withHashbang(data)
  }

  private deserializer(dialect: 'js' | 'ts'): Deserialize {
    const known = this.deserializers.get(dialect) ?? this.load(dialect)
    this.deserializers.set(dialect, known)
    return known
  }

  private allocate(): Block {
    const { BLOCK_SIZE, BLOCK_ALIGN, BUFFER_SIZE } = this.layout
    const reserved = new SharedArrayBuffer(BLOCK_SIZE + BLOCK_ALIGN)
    // Of the beginning alone: a view of all of it is what Node 20 has none of.
    const offset = this.bindings.getBufferOffset(new Uint8Array(reserved, 0, 8))
    const memory = Object.assign(new Uint8Array(reserved, offset, BUFFER_SIZE), { int32: new Int32Array(reserved, offset, BUFFER_SIZE >> 2), float64: new Float64Array(reserved, offset, BUFFER_SIZE / 8) })
    return { whole: new Uint8Array(reserved, offset, BLOCK_SIZE), memory }
  }
}

/** JavaScript's `#!` is a comment, as in the JSON. */
function withHashbang(data: RawProgram): ParseResult {
  const { hashbang } = data.program
  if (hashbang !== null) data.comments.unshift({ type: 'Line', value: hashbang.value, start: hashbang.start, end: hashbang.end })
  return data
}

function textOf({ program, module, comments, errors }: ParseResult): string {
  return JSON.stringify([program, module, comments, errors], (_key, value: unknown) => (typeof value === 'bigint' || value instanceof RegExp ? String(value) : value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value))
}
