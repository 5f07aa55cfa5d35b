import { expect, it } from 'vitest'
import { objectionToReads } from '../../../../src/memo/recipes/style-reads.ts'

it.each([
  ['/a.less', "@plugin 'p.cjs';"], ['/a.less', 'a { b: data-uri("x.png") }'], ['/a.less', 'a { b: image-width("x.png") }'],
  ['/a.styl', "json('v.json')"], ['/a.styl', "use('p.cjs')"], ['/a.stylus', "a { b: image-size('x.png') }"], ['/a.styl', "@import 'parts/*'"],
])('%s with %j is not remembered', (entry, text) => {
  expect(objectionToReads(entry, text)).not.toBeNull()
})

it.each([
  ['/a.less', "@import 'b'; a { color: darken(red, 5%) }"], ['/a.styl', "@import 'b'\na\n  width 2 * 3px"], ['/a.scss', "@plugin 'p.cjs';"], ['/a.css', 'a { b: json(c) }'],
])('%s with %j is', (entry, text) => {
  expect(objectionToReads(entry, text)).toBeNull()
})
