/** Loaders for webpack. */
import { effects, entry, many, webpackPeer, withEdits } from './peer.ts'
import type { Peer } from './peer.ts'

const SVG = many('i*.svg', n => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M${n} 0h3"/></svg>\n`)
const CSS = many('s*.css', n => `.s${n} { user-select: none; margin: ${n}px }\n`)

export const WEBPACK_PEERS: readonly Peer[] = [
  webpackPeer('babel-loader', /babel-loader/, "{ test: /\\.jsx$/, loader: 'babel-loader', options: { presets: [require.resolve('@babel/preset-react')] } }", { 'src/main.js': entry('C*.jsx'), ...many('C*.jsx', n => `import React from 'react'\nexport default () => <p>{${n}}</p>\n`) }),
  webpackPeer('ts-loader, transpileOnly', /ts-loader/, "{ test: /\\.ts$/, loader: 'ts-loader', options: { transpileOnly: true } }", { 'tsconfig.json': '{ "compilerOptions": { "target": "es2022" } }', 'src/main.js': entry('m*.ts'), ...many('m*.ts', n => `const value: number = ${n}\nexport default value\n`) }),
  webpackPeer('ts-loader', /ts-loader/, "{ test: /\\.ts$/, loader: 'ts-loader' }", { 'tsconfig.json': '{ "compilerOptions": { "target": "es2022", "types": [] } }', 'src/main.js': entry('m*.ts'), ...many('m*.ts', n => `const value: number = ${n}\nexport default value\n`) }),
  webpackPeer('sass-loader + css-loader + style-loader', /sass-loader/, "{ test: /\\.scss$/, type: 'javascript/auto', use: ['style-loader', 'css-loader', 'sass-loader'] }", { 'src/main.js': effects('s*.scss'), 'src/_t.scss': '$gap: 1px;\n', ...many('s*.scss', n => `@use 't';\n.s${n} { gap: t.$gap * ${n}; b { color: red } }\n`) }),
  webpackPeer('less-loader', /less-loader/, "{ test: /\\.less$/, type: 'javascript/auto', use: ['style-loader', 'css-loader', 'less-loader'] }", { 'src/main.js': effects('s*.less'), 'src/t.less': '@gap: 1px;\n', ...many('s*.less', n => `@import 't';\n.s${n} { gap: @gap; b { color: red } }\n`) }),
  webpackPeer('postcss-loader', /postcss-loader/, "{ test: /\\.css$/, type: 'javascript/auto', use: ['style-loader', 'css-loader', 'postcss-loader'] }", { 'postcss.config.cjs': "module.exports = { plugins: [require('autoprefixer')] }\n", 'src/main.js': effects('s*.css'), ...CSS }),
  webpackPeer('css-loader + mini-css-extract-plugin', /css-loader|mini-css/, "{ test: /\\.css$/, type: 'javascript/auto', use: [MiniCss.loader, 'css-loader'] }", { 'src/main.js': effects('s*.css'), ...CSS }, { imports: "const MiniCss = require('mini-css-extract-plugin')", plugins: 'new MiniCss()' }),
  webpackPeer('vue-loader', /vue-loader/, "{ test: /\\.vue$/, loader: 'vue-loader' }, { test: /\\.css$/, type: 'javascript/auto', use: ['style-loader', 'css-loader'] }", { 'src/main.js': entry('C*.vue'), ...many('C*.vue', n => `<template><p>{{ ${n} }}</p></template>\n<script>\nexport default { name: 'C${n}' }\n</script>\n<style scoped>\np { margin: ${n}px }\n</style>\n`) }, { imports: "const { VueLoaderPlugin } = require('vue-loader')", plugins: 'new VueLoaderPlugin()' }),
  withEdits(webpackPeer('svelte-loader', /svelte-loader/, "{ test: /\\.svelte$/, loader: 'svelte-loader', options: { emitCss: false, preprocess: scss() } }", { 'src/main.js': entry('C*.svelte'), 'src/_t.scss': '$gap: 1px;\n', ...many('C*.svelte', n => `<script>\n  let count = $state(${n})\n</script>\n<button onclick={() => count++}>{count}</button>\n<style lang="scss">\n@use 't';\nbutton { margin: t.$gap * ${n} }\n</style>\n`) }, { imports: "const { scss } = require('svelte-preprocess')", resolve: "conditionNames: ['svelte', 'browser', 'import', 'require', 'module', 'webpack', 'production']," }), [
    { what: 'a component', replace: ['src/C3.svelte', 'count++', 'count += 3'] },
    { what: 'a style sheet that all import', replace: ['src/_t.scss', '1px', '2px'] },
    { what: 'one that shadows it', write: { 'src/t.scss': '$gap: 5px;\n' }, remove: 'src/_t.scss' },
    { what: 'an option', replace: ['webpack.config.mjs', 'emitCss: false,', 'emitCss: false, compilerOptions: { preserveComments: true, dev: true },'] },
  ]),
  // It numbers its style sheets in the order in which components are made: one at a time, or it differs from itself.
  webpackPeer('svelte-loader, emitCss', /svelte-loader/, "{ test: /\\.svelte$/, loader: 'svelte-loader', options: { emitCss: true } }, { test: /\\.css$/, type: 'javascript/auto', use: ['style-loader', 'css-loader'] }", { 'src/main.js': entry('C*.svelte'), ...many('C*.svelte', n => `<b>{${n}}</b>\n<style>\nb { margin: ${n}px }\n</style>\n`) }, { resolve: "conditionNames: ['svelte', 'browser', 'import', 'require', 'module', 'webpack', 'production'],", more: 'parallelism: 1' }),
  webpackPeer('@mdx-js/loader', /mdx/, "{ test: /\\.mdx$/, loader: '@mdx-js/loader' }", { 'src/main.js': entry('p*.mdx'), ...many('p*.mdx', n => `# Page ${n}\n\nWith *text*.\n`) }),
  withEdits(webpackPeer('@svgr/webpack', /svgr/, "{ test: /\\.svg$/, loader: '@svgr/webpack', options: {} }", { 'src/main.js': entry('i*.svg'), ...SVG }), [
    { what: 'a file', replace: ['src/i3.svg', 'M3', 'M33'] },
    { what: 'a configuration that was not there', write: { '.svgrrc': 'icon: true\n' } },
    { what: 'a nearer one in a script', write: { 'src/svgr.config.cjs': "module.exports = { ...require('./icons.cjs') }\n", 'src/icons.cjs': "module.exports = { icon: 24 }\n" } },
    { what: 'what that imports', write: { 'src/icons.cjs': "module.exports = { icon: 32 }\n" } },
    { what: 'browsers', write: { '.browserslistrc': 'chrome 140\n' } },
    { what: 'an option', replace: ['webpack.config.mjs', 'options: {}', "options: { svgProps: { role: 'img' } }"] },
  ]),
  withEdits(webpackPeer('html-loader', /html-loader/, "{ test: /\\.html$/, loader: 'html-loader', options: { minimize: true, esModule: true } }", { 'src/main.js': entry('h*.html'), 'src/dot.svg': '<svg/>', ...many('h*.html', n => `<p>${n}</p>  <!-- ${n} -->\n<img src="./dot.svg">\n`) }), [
    { what: 'a page', replace: ['src/h3.html', '3', '33'] },
    { what: 'an option', replace: ['webpack.config.mjs', 'minimize: true, ', 'minimize: false, '] },
    { what: 'a preprocessor', replace: ['webpack.config.mjs', 'esModule: true', "esModule: true, preprocessor: text => text.replaceAll('p>', require('./tag.cjs') + '>')"], write: { 'tag.cjs': "module.exports = 'b'\n" } },
    { what: 'what that reads', write: { 'tag.cjs': "module.exports = 'i'\n" } },
  ]),
  withEdits(webpackPeer('markdown-loader', /markdown-loader/, "{ test: /\\.md$/, use: ['html-loader', { loader: 'markdown-loader', options: {} }] }", { 'src/main.js': entry('d*.md'), ...many('d*.md', n => `# Page ${n}\n\nWith *text*.\n`) }), [
    { what: 'a document', replace: ['src/d3.md', 'text', 'words'] },
    { what: 'an option', replace: ['webpack.config.mjs', 'options: {}', 'options: { breaks: true, silent: true, pedantic: true, gfm: false }'] , write: { 'src/d4.md': '# Page 4\nline\nline\n' } },
  ]),
  withEdits(webpackPeer('string-replace-loader + babel-loader', /string-replace|babel/, "{ test: /\\.jsx$/, use: [{ loader: 'babel-loader', options: { presets: [require.resolve('@babel/preset-react')] } }, { loader: 'string-replace-loader', options: { search: '__N__', replace: '1' } }] }", { 'src/main.js': entry('C*.jsx'), ...many('C*.jsx', n => `import React from 'react'\nexport default () => <p>{${n} + __N__}</p>\n`) }), [
    { what: 'a module', replace: ['src/C3.jsx', '{3 ', '{33 '] },
    { what: 'an option', replace: ['webpack.config.mjs', "replace: '1'", "replace: '2'"] },
    { what: 'a function', replace: ['webpack.config.mjs', "replace: '2'", 'replace() { return String(this.resourcePath.length - this.rootContext.length) }'] },
  ]),
  withEdits(webpackPeer('graphql-tag/loader', /graphql-tag/, "{ test: /\\.graphql$/, loader: 'graphql-tag/loader' }", { 'src/main.js': entry('q*.graphql'), 'src/part.graphql': 'fragment Part on Item { id name }\n', ...many('q*.graphql', n => `#import "./part.graphql"\nquery Q${n} { item(id: ${n}) { ...Part } }\n`) }), [
    { what: 'a query', replace: ['src/q3.graphql', 'id: 3', 'id: 33'] },
    { what: 'a fragment', replace: ['src/part.graphql', 'name', 'title'] },
  ]),
  withEdits(webpackPeer('source-map-loader + babel-loader', /source-map|babel/, "{ test: /\\.js$/, enforce: 'pre', loader: 'source-map-loader' }, { test: /\\.js$/, loader: 'babel-loader', options: { plugins: ['./plugin.cjs'] } }", { 'src/main.js': effects('m*.js'), 'plugin.cjs': "module.exports = () => ({ visitor: { NumericLiteral(path) { path.node.extra = undefined; path.node.value += 1 } } })\n", ...many('m*.js', n => `console.log(${n})\n//# sourceMappingURL=m${n}.js.map\n`), ...many('m*.js.map', n => JSON.stringify({ version: 3, sources: [`m${n}.ts`], names: [], mappings: 'AAAA' })), ...many('m*.ts', n => `console.log(${n} as number)\n`) }), [
    { what: 'a module', replace: ['src/m3.js', '(3)', '(33)'] },
    { what: 'a map', replace: ['src/m4.js.map', 'm4.ts', 'm5.ts'] },
    { what: 'a source', replace: ['src/m5.ts', 'number', 'string'] },
    { what: 'a source that is gone', remove: 'src/m6.ts' },
    { what: 'a map that is gone', remove: 'src/m7.js.map' },
    { what: 'a map that is there again', write: { 'src/m7.js.map': JSON.stringify({ version: 3, sources: ['m7.ts'], names: [], mappings: 'AAAA' }) } },
  ]),
  withEdits(webpackPeer('esbuild-loader', /esbuild-loader/, "{ test: /\\.tsx?$/, loader: 'esbuild-loader', options: { target: 'es2022' } }", { 'tsconfig.json': '{ "extends": "./base.json", "compilerOptions": { "jsx": "react", "target": "es2022" } }\n', 'base.json': '{}\n', 'src/main.js': entry('m*.tsx'), ...many('m*.tsx', n => `import React from 'react'\nclass A { x = ${n} }\nexport default () => <p>{new A().x as number}</p>\n`) }), [
    { what: 'a module', replace: ['src/m3.tsx', 'x = 3', 'x = 33'] },
    { what: 'its configuration', replace: ['tsconfig.json', '"react"', '"react", "jsxFactory": "make"'] },
    { what: 'what that extends', write: { 'base.json': '{ "compilerOptions": { "useDefineForClassFields": false } }\n' } },
    { what: 'a nearer one', write: { 'src/tsconfig.json': '{ "compilerOptions": { "jsx": "react", "jsxFactory": "near" } }\n' } },
    { what: 'an option', replace: ['webpack.config.mjs', "target: 'es2022'", "target: 'es2015'"] },
  ]),
  webpackPeer('raw-loader', /raw-loader/, "{ test: /\\.txt$/, loader: 'raw-loader' }", { 'src/main.js': entry('t*.txt'), ...many('t*.txt', n => `text ${n}\n`) }),
  withEdits(webpackPeer('swc-loader', /swc-loader/, "{ test: /\\.tsx?$/, loader: 'swc-loader', options: { env: {}, jsc: { parser: { syntax: 'typescript', tsx: true } } } }", { '.browserslistrc': 'chrome 140\n', 'src/main.js': entry('m*.tsx'), ...many('m*.tsx', n => `import React from 'react'\nclass A { x = ${n} }\nexport default () => <p>{new A().x as number}</p>\n`) }), [
    { what: 'a module', replace: ['src/m3.tsx', 'x = 3', 'x = 33'] },
    { what: 'browsers', write: { '.browserslistrc': 'ie 11\n' } },
    { what: 'a configuration that was not there', write: { '.swcrc': '{ "jsc": { "transform": { "react": { "pragma": "h" } } } }\n' } },
    { what: 'that configuration', write: { '.swcrc': '{ "jsc": { "transform": { "react": { "pragma": "make" } } } }\n' } },
    { what: 'without it', remove: '.swcrc' },
    { what: 'an option', replace: ['webpack.config.mjs', 'tsx: true }', "tsx: true }, transform: { react: { pragma: 'q' } }"] },
  ]),
  withEdits(webpackPeer('css-loader + resolve-url-loader + sass-loader', /resolve-url/, "{ test: /\\.svg$/, type: 'asset/resource', generator: { filename: '[path][name][ext]' } }, { test: /\\.scss$/, type: 'javascript/auto', use: ['style-loader', 'css-loader', 'resolve-url-loader', { loader: 'sass-loader', options: { sourceMap: true } }] }", { 'src/main.js': effects('s*.scss'), 'src/parts/_t.scss': '@mixin dot { background: url(dot.svg) }\n', 'src/parts/dot.svg': '<svg/>\n', ...many('s*.scss', n => `@use 'parts/t';\n.s${n} { margin: ${n}px; @include t.dot }\n`) }), [
    { what: 'a style sheet', replace: ['src/s3.scss', '3px', '33px'] },
    { what: 'an image that is elsewhere', write: { 'src/dot.svg': '<svg id="other"/>\n' }, remove: 'src/parts/dot.svg' },
    { what: 'one that is found before', write: { 'src/parts/dot.svg': '<svg id="nearer"/>\n' } },
    { what: 'what all import', write: { 'src/parts/_t.scss': '@mixin dot { color: red; background: url(dot.svg) }\n' } },
    { what: 'an option', replace: ['webpack.config.mjs', "'resolve-url-loader'", "{ loader: 'resolve-url-loader', options: { removeCR: true, sourceMap: false } }"] },
  ]),
  webpackPeer('worker-loader', /worker-loader/, "{ test: /\\.worker\\.js$/, loader: 'worker-loader' }", { 'src/main.js': "import A from './a.worker.js'\nimport B from './b.worker.js'\nconsole.log(new A(), new B())\n", 'src/a.worker.js': 'postMessage(1)\n', 'src/b.worker.js': 'postMessage(2)\n' }),
  webpackPeer('html-webpack-plugin', /html-webpack-plugin/, '', { 'src/main.js': 'console.log(1)\n', 'src/page.html': '<!doctype html><title><%= htmlWebpackPlugin.options.title %></title>\n' }, { imports: "const Html = require('html-webpack-plugin')", plugins: "new Html({ title: 'peers', template: 'src/page.html' })" }),
]
