/** Loaders for webpack. */
import { effects, entry, many, webpackPeer } from './peer.ts'
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
  webpackPeer('svelte-loader', /svelte-loader/, "{ test: /\\.svelte$/, loader: 'svelte-loader', options: { emitCss: false } }", { 'src/main.js': entry('C*.svelte'), ...many('C*.svelte', n => `<script>\n  let count = $state(${n})\n</script>\n<button onclick={() => count++}>{count}</button>\n`) }),
  webpackPeer('@mdx-js/loader', /mdx/, "{ test: /\\.mdx$/, loader: '@mdx-js/loader' }", { 'src/main.js': entry('p*.mdx'), ...many('p*.mdx', n => `# Page ${n}\n\nWith *text*.\n`) }),
  webpackPeer('@svgr/webpack', /svgr/, "{ test: /\\.svg$/, loader: '@svgr/webpack' }", { 'src/main.js': entry('i*.svg'), ...SVG }),
  webpackPeer('html-loader', /html-loader/, "{ test: /\\.html$/, loader: 'html-loader' }", { 'src/main.js': entry('h*.html'), 'src/dot.svg': '<svg/>', ...many('h*.html', n => `<p>${n}</p><img src="./dot.svg">\n`) }),
  webpackPeer('raw-loader', /raw-loader/, "{ test: /\\.txt$/, loader: 'raw-loader' }", { 'src/main.js': entry('t*.txt'), ...many('t*.txt', n => `text ${n}\n`) }),
  webpackPeer('worker-loader', /worker-loader/, "{ test: /\\.worker\\.js$/, loader: 'worker-loader' }", { 'src/main.js': "import A from './a.worker.js'\nimport B from './b.worker.js'\nconsole.log(new A(), new B())\n", 'src/a.worker.js': 'postMessage(1)\n', 'src/b.worker.js': 'postMessage(2)\n' }),
  webpackPeer('html-webpack-plugin', /html-webpack-plugin/, '', { 'src/main.js': 'console.log(1)\n', 'src/page.html': '<!doctype html><title><%= htmlWebpackPlugin.options.title %></title>\n' }, { imports: "const Html = require('html-webpack-plugin')", plugins: "new Html({ title: 'peers', template: 'src/page.html' })" }),
]
