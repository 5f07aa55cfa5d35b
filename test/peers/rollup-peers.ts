/** Plugins of Rollup's own, and others for Rollup. */
import { effects, entry, many, rollupPeer, withEdits } from './peer.ts'
import type { Peer } from './peer.ts'

const JS = many('m*.js', n => `import { help } from '@lib/help.js'\nexport default help(__VALUE__ + ${n})\nconsole.debug('m${n}')\n`)
const HELP = { 'lib/help.js': 'export const help = value => value\n' }
const alias = (more: string): string => `alias({ entries: { '@lib': file('lib') } }), ${more}`
const WITH_ALIAS = "import alias from '@rollup/plugin-alias'\n"

export const ROLLUP_PEERS: readonly Peer[] = [
  rollupPeer('@rollup/plugin-alias', /^alias$/, WITH_ALIAS, alias(''), { 'src/main.js': entry('m*.js'), ...JS, ...HELP }),
  rollupPeer('@rollup/plugin-replace', /^replace$/, `${WITH_ALIAS}import replace from '@rollup/plugin-replace'`, alias("replace({ preventAssignment: true, __VALUE__: '42' })"), { 'src/main.js': entry('m*.js'), ...JS, ...HELP }),
  rollupPeer('@rollup/plugin-strip', /^strip$/, `${WITH_ALIAS}import strip from '@rollup/plugin-strip'`, alias('strip()'), { 'src/main.js': entry('m*.js'), ...JS, ...HELP }),
  rollupPeer('@rollup/plugin-json', /^json$/, "import json from '@rollup/plugin-json'", 'json()', { 'src/main.js': entry('d*.json'), ...many('d*.json', n => `{ "number": ${n}, "list": [1, 2, 3] }\n`) }),
  rollupPeer('@rollup/plugin-yaml', /^yaml$/, "import yaml from '@rollup/plugin-yaml'", 'yaml()', { 'src/main.js': entry('d*.yaml'), ...many('d*.yaml', n => `number: ${n}\nlist:\n  - a\n  - b\n`) }),
  rollupPeer('@rollup/plugin-dsv', /^dsv$/, "import dsv from '@rollup/plugin-dsv'", 'dsv()', { 'src/main.js': entry('d*.csv'), ...many('d*.csv', n => `a,b\n${n},2\n`) }),
  rollupPeer('@rollup/plugin-image', /^image$/, "import image from '@rollup/plugin-image'", 'image()', { 'src/main.js': entry('i*.svg'), ...many('i*.svg', n => `<svg xmlns="http://www.w3.org/2000/svg"><path d="M${n} 0"/></svg>\n`) }),
  rollupPeer('@rollup/plugin-url', /^url$/, "import url from '@rollup/plugin-url'", 'url({ limit: 80 })', { 'src/main.js': entry('i*.svg'), ...many('i*.svg', n => `<svg xmlns="http://www.w3.org/2000/svg"><path d="M${'0'.repeat(n * 8)} 0"/></svg>\n`) }),
  rollupPeer('@rollup/plugin-graphql', /^graphql$/, "import graphql from '@rollup/plugin-graphql'", 'graphql()', { 'src/main.js': entry('q*.graphql'), 'src/part.graphql': 'fragment Part on Item { id name }\n', ...many('q*.graphql', n => `#import "./part.graphql"\nquery Q${n} { item(id: ${n}) { ...Part } }\n`) }),
  rollupPeer('@rollup/plugin-commonjs + node-resolve', /^commonjs$|^node-resolve$/, "import commonjs from '@rollup/plugin-commonjs'\nimport resolve from '@rollup/plugin-node-resolve'", 'resolve(), commonjs()', { 'src/main.js': entry('c*.cjs'), ...many('c*.cjs', n => `const lib = require('../lib/lib.cjs')\nmodule.exports = lib(${n})\n`), 'lib/lib.cjs': 'module.exports = value => value\n' }),
  withEdits(rollupPeer('@rollup/plugin-babel', /^babel$/, "import { babel } from '@rollup/plugin-babel'", "babel({ babelHelpers: 'bundled', presets: [['@babel/preset-react', {}]] })", { 'src/main.js': entry('m*.js'), ...many('m*.js', n => `import React from 'react'\nexport default props => <p {...props} {...{ a: ${n} }}>{${n}}</p>\n`) }), [
    { what: 'a module', replace: ['src/m3.js', '{3}', '{33}'] },
    { what: 'a configuration that was not there', write: { 'babel.config.json': '{ "comments": false, "presets": [["@babel/preset-react", { "runtime": "automatic" }]] }\n' } },
    { what: 'a nearer one', write: { 'src/package.json': '{}\n', 'src/.babelrc.json': '{ "compact": true }\n', 'babel.config.json': '{ "babelrcRoots": ["./src"] }\n' } },
    { what: 'an option', replace: ['rollup.config.mjs', "'@babel/preset-react', {}", "'@babel/preset-react', { pragmaFrag: 'F', pragma: 'make' }"] },
  ]),
  withEdits(rollupPeer('@rollup/plugin-swc', /^swc$/, "import swc from '@rollup/plugin-swc'", 'swc({ swc: { cwd: import.meta.dirname } })', { 'src/main.js': entry('m*.ts'), 'src/.swcrc': '{}\n', ...many('m*.ts', n => `const add = (value: number): number => value + ${n}\nexport default () => [${`\n  (value: number) => add(value as number),`.repeat(400)}\n].length\n`) }), [
    { what: 'a module', replace: ['src/m3.ts', '+ 3', '+ 33'] },
    { what: 'a configuration that native code reads', write: { 'src/.swcrc': '{ "minify": true }\n' } },
  ]),
  rollupPeer('@rollup/plugin-typescript', /^typescript$/, "import typescript from '@rollup/plugin-typescript'", "typescript({ compilerOptions: { module: 'esnext', target: 'es2022', allowJs: true, sourceMap: true, outDir: output.dir }, include: ['src/**/*'] })", { 'tsconfig.json': '{ "include": ["src"] }', 'src/main.js': effects('m*.ts'), ...many('m*.ts', n => `const value: number = ${n}\nconsole.log(value)\nexport {}\n`) }),
  rollupPeer('@mdx-js/rollup', /mdx/, "import mdx from '@mdx-js/rollup'", 'mdx()', { 'src/main.js': entry('p*.mdx'), ...many('p*.mdx', n => `# Page ${n}\n\nWith *text*.\n`) }),
  rollupPeer('unplugin-vue', /vue/, "import vue from 'unplugin-vue/rollup'", 'vue()', { 'src/main.js': entry('C*.vue'), ...many('C*.vue', n => `<template><p>{{ ${n} }}</p></template>\n<script>\nexport default { name: 'C${n}' }\n</script>\n`) }),
]
