import { describe, expect, it } from 'vitest'
import { enviousModules } from '../../../../src/analysis/project/envy.ts'
import { graphOf, join } from './scene.ts'
import type { Sources } from './scene.ts'

const NAMES = ['addLine', 'clear', 'discount', 'lines', 'taxRate', 'total']
const CART = `${NAMES.map((name, index) => `export function ${name}(cart) {\n  return cart.part${index}\n}`).join('\n')}\n`
const using = (names: readonly string[], from: string): string => `import { ${names.join(', ')} } from '${from}'\nexport function check(cart) {\n  return ${names.map(name => `${name}(cart)`).join(' + ')}\n}\n`

function envious(sources: Sources): unknown[] {
  return enviousModules(graphOf(sources)).map(({ id, provider, names }) => [id, provider, names.length])
}

describe('feature envy', () => {
  it('is told of a module that lives on another one, with what to move', () => {
    const { report } = join({ 'src/checkout.js': using(NAMES, './cart'), 'src/cart.js': CART })
    expect(report.envious).toEqual([{ id: 'src/checkout.js', line: 1, provider: 'src/cart.js', names: NAMES, foreignCount: 6, functionCount: 1 }])
    expect(report.advice.find(({ kind }) => kind === 'feature-envy')).toMatchObject({ where: 'src/checkout.js:1', what: 'move what it does with addLine, clear, discount into src/cart.js' })
  })

  it.each<[string, Sources]>([
    ['takes few values', { 'src/checkout.js': using(NAMES.slice(0, 5), './cart'), 'src/cart.js': CART }],
    ['has as much of its own', { 'src/checkout.js': `${using(NAMES, './cart')}${['a', 'b', 'c', 'd'].map(name => `function ${name}() {\n  return 1\n}\n`).join('')}`, 'src/cart.js': CART }],
    ['puts many modules together', {
      'src/checkout.js': `import { a } from './a'\nimport { b } from './b'\nimport { c } from './c'\n${using(NAMES, './cart')}console.log(a, b, c)\n`, 'src/cart.js': CART,
      ...Object.fromEntries(['a', 'b', 'c'].map(name => [`src/${name}.js`, `export const ${name} = () => 1\n`])),
    }],
    ['lives on a package', { 'src/checkout.js': using(NAMES, 'cart') }],
    ['lives on what many use', { 'src/checkout.js': using(NAMES, './cart'), 'src/cart.js': CART, ...Object.fromEntries(['a', 'b', 'c'].map(name => [`src/${name}.js`, using(NAMES.slice(0, 1), './cart')])) }],
    ['lives on constants', { 'src/checkout.js': using(NAMES, './cart'), 'src/cart.js': NAMES.map((name, index) => `export const ${name} = ${index}\n`).join('') }],
    ['is a test', { 'src/cart.test.js': using(NAMES, './cart'), 'src/cart.js': CART }],
    ['hands on what others have', { 'src/index.js': `export { ${NAMES.join(', ')} } from './cart'\n`, 'src/cart.js': CART }],
  ])('is not told of one that %s', (_what, sources) => {
    expect(envious(sources)).toEqual([])
  })
})
