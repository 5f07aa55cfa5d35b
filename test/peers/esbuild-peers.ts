/** Plugins for esbuild. */
import { effects, entry, esbuildPeer, many } from './peer.ts'
import type { Peer } from './peer.ts'

export const ESBUILD_PEERS: readonly Peer[] = [
  esbuildPeer('esbuild-svelte', /svelte/, "import svelte from 'esbuild-svelte'", 'svelte()', { 'src/main.js': entry('C*.svelte'), ...many('C*.svelte', n => `<script>\n  let count = $state(${n})\n</script>\n<button onclick={() => count++}>{count}</button>\n<style>\n  button { margin: ${n}px }\n</style>\n`) }),
  esbuildPeer('esbuild-sass-plugin', /sass/, "import { sassPlugin } from 'esbuild-sass-plugin'", 'sassPlugin()', { 'src/main.js': effects('s*.scss'), 'src/_t.scss': '$gap: 1px;\n', ...many('s*.scss', n => `@use 't';\n.s${n} { gap: t.$gap * ${n}; b { color: red } }\n`) }),
  esbuildPeer('@mdx-js/esbuild', /mdx/, "import mdx from '@mdx-js/esbuild'", 'mdx()', { 'src/main.js': entry('p*.mdx'), ...many('p*.mdx', n => `# Page ${n}\n\nWith *text*.\n`) }),
  esbuildPeer('unplugin-vue', /vue/, "import vue from 'unplugin-vue/esbuild'", 'vue({ sourceMap: false })', { 'src/main.js': entry('C*.vue'), ...many('C*.vue', n => `<template><p>{{ ${n} }}</p></template>\n<script>\nexport default { name: 'C${n}' }\n</script>\n`) }),
]
