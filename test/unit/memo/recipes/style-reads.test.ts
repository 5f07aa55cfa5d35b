import { expect, it } from 'vitest'
import { objectionToReads } from '../../../../src/memo/recipes/style-reads.ts'

it.each([
  ['/a.less', "@plugin 'p.cjs';"], ['/a.less', 'a { b: data-uri("x.png") }'], ['/a.less', 'a { b: image-width("x.png") }'],
  ['/a.styl', "json('v.json')"], ['/a.styl', "use('p.cjs')"], ['/a.stylus', "a { b: image-size('x.png') }"], ['/a.styl', "@import 'parts/*'"],
  ['/a.less', "@import (inline) 'x.txt';"], ['/a.less', "@import (optional, reference) '@/theme';"], ['/a.less', '@c: `process.env.THEME`;'], ['/a.less', '@c: ~`(function () {\n return new Date() })()`;'],
  ['/a.styl', 'load = json'], ['/a.styl', 'load = use'], ['/a.styl', "path = 'parts/*'\n@import path"], ['/a.styl', "@require 'parts/' + name"], ['/a.styl', "@import 'parts/{name}'"], ['/a.styl', "warn('old')"], ['/a.styl', 'p(1px)'],
])('%s with %j is not remembered', (entry, text) => {
  expect(objectionToReads(entry, text)).not.toBeNull()
})

it.each([
  ['/a.less', "@import 'b'; a { color: darken(red, 5%) }"], ['/a.styl', "@import 'b'\na\n  width 2 * 3px"], ['/a.scss', "@plugin 'p.cjs';"], ['/a.css', 'a { b: json(c) }'],
  ['/a.less', "@import (optional) './b'; @import (reference) 'c';"], ['/a.less', '// see `b.less`\n@c: ~`Math.round(1.5)`;'], ['/a.styl', "@import 'b' // all of it\n@require \"c\"\n@import url('https://d.example/e.css')\na { @import 'f' }"],
])('%s with %j is', (entry, text) => {
  expect(objectionToReads(entry, text)).toBeNull()
})
