/** Plugins for Vite. */
import { effects, entry, many, vitePeer, withEdits } from './peer.ts'
import type { Peer } from './peer.ts'

const VUE = many('C*.vue', n => `<script setup lang="ts">\nconst count: number = ${n}\n</script>\n<template><p class="c${n} m-${n}">{{ count }}</p></template>\n<style scoped>\n.c${n} { color: red }\n</style>\n`)
const JSX = many('C*.jsx', n => `export default function C${n}() {\n  return <p className="c${n}">{${n}}</p>\n}\n`)
const SVG = many('i*.svg', n => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M${n} 0h3"/><!-- note --></svg>\n`)
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

export const VITE_PEERS: readonly Peer[] = [
  vitePeer('@vitejs/plugin-vue', /^vite:vue$/, "import vue from '@vitejs/plugin-vue'", 'vue()', { 'src/main.js': entry('C*.vue'), ...VUE }),
  vitePeer('@vitejs/plugin-vue-jsx', /^vite:vue-jsx/, "import jsx from '@vitejs/plugin-vue-jsx'", 'jsx()', {
    'src/main.js': entry('C*.jsx'),
    ...many('C*.jsx', n => `import { defineComponent } from 'vue'\nexport default defineComponent({ setup: () => () => <p class="c">{${n}}</p> })\n`),
  }),
  vitePeer('@sveltejs/vite-plugin-svelte', /^vite-plugin-svelte/, "import { svelte } from '@sveltejs/vite-plugin-svelte'", 'svelte()', {
    'src/main.js': entry('C*.svelte'),
    ...many('C*.svelte', n => `<script>\n  let count = $state(${n})\n</script>\n<button onclick={() => count++}>{count}</button>\n<style>\n  button { margin: ${n}px }\n</style>\n`),
  }),
  vitePeer('@vitejs/plugin-react + React Compiler', /babel|^vite:react/, "import babel from '@rolldown/plugin-babel'\nimport react, { reactCompilerPreset } from '@vitejs/plugin-react'", 'react(), babel({ presets: [reactCompilerPreset()] })', { 'src/main.js': entry('C*.jsx'), ...JSX }),
  vitePeer('@mdx-js/rollup', /mdx/, "import mdx from '@mdx-js/rollup'", 'mdx()', { 'src/main.js': entry('p*.mdx'), ...many('p*.mdx', n => `# Page ${n}\n\nWith *text* and <b>{${n}}</b>\n`) }),
  withEdits(vitePeer('vite-svg-loader', /svg-loader/, "import svg from 'vite-svg-loader'", 'svg()', { 'src/main.js': entry('i*.svg'), ...SVG }), [
    { what: 'a file', replace: ['src/i3.svg', 'M3', 'M33'] },
    { what: 'an option', replace: ['vite.config.js', 'svg()', "svg({ svgoConfig: { plugins: ['removeXMLNS'] } })"] },
    { what: 'another option', replace: ['vite.config.js', 'svg({', "svg({ defaultImport: 'raw',"] },
  ]),
  withEdits(vitePeer('vite-plugin-svgr', /svgr/, "import svgr from 'vite-plugin-svgr'", "svgr({ svgrOptions: { plugins: ['@svgr/plugin-svgo', '@svgr/plugin-jsx'] } })", { 'src/main.js': entry('i*.svg', '?react'), ...SVG }), [
    { what: 'a file', replace: ['src/i3.svg', 'M3', 'M33'] },
    { what: 'a configuration that was not there', write: { '.svgrrc.json': '{ "icon": true }\n' } },
    { what: 'a nearer one in a script', write: { 'src/svgr.config.cjs': "module.exports = { ...require('./icons.cjs') }\n", 'src/icons.cjs': "module.exports = { icon: 24 }\n" } },
    { what: 'what that imports', write: { 'src/icons.cjs': "module.exports = { icon: 32 }\n" } },
    { what: 'without it', remove: 'src/svgr.config.cjs' },
    { what: "SVGO's", write: { 'src/svgo.config.cjs': "module.exports = { plugins: ['preset-default', 'removeXMLNS'] }\n" } },
    { what: 'an option', replace: ['vite.config.js', 'svgrOptions: {', 'svgrOptions: { memo: true,'] },
  ]),
  vitePeer('vite-plugin-svg-icons', /svg-icons/, "import { createSvgIconsPlugin } from 'vite-plugin-svg-icons'", "createSvgIconsPlugin({ iconDirs: [new URL('./src', import.meta.url).pathname] })", { 'src/main.js': entry('m*.js', '', "import 'virtual:svg-icons-register'\nimport names from 'virtual:svg-icons-names'\nconsole.log(names)\n"), ...many('m*.js', n => `export default ${n}\n`), ...SVG }),
  vitePeer('vite-plugin-remove-console', /remove-console/, "import removeConsole from 'vite-plugin-remove-console'", 'removeConsole()', { 'src/main.js': entry('m*.js'), ...many('m*.js', n => `console.log(${n})\nexport default () => ${n}\n`) }),
  vitePeer('vite-plugin-solid', /solid/, "import solid from 'vite-plugin-solid'", 'solid()', { 'src/main.js': entry('C*.jsx'), ...many('C*.jsx', n => `export default () => <p class="c">{${n} + location.hash}</p>\n`) }),
  vitePeer('unplugin-icons', /icons/, "import icons from 'unplugin-icons/vite'", "icons({ compiler: 'raw' })", { 'src/main.js': "import a from '~icons/mdi/account'\nimport b from '~icons/mdi/alarm'\nimport c from '~icons/mdi/apple'\nconsole.log(a, b, c)\n" }),
  vitePeer('unplugin-auto-import', /auto-import/, "import auto from 'unplugin-auto-import/vite'", "auto({ imports: ['vue'], dts: false })", { 'src/main.js': effects('m*.js'), ...many('m*.js', n => `console.log(ref(${n}), computed(() => ${n}))\n`) }),
  vitePeer('unplugin-vue-components', /vue-components/, "import vue from '@vitejs/plugin-vue'\nimport components from 'unplugin-vue-components/vite'", "vue(), components({ dirs: ['src/parts'], dts: false })", {
    'src/main.js': entry('C*.vue'), 'src/parts/PartOne.vue': '<template><i>one</i></template>\n', ...many('C*.vue', n => `<template><PartOne class="c${n}" /></template>\n`),
  }),
  vitePeer('unocss', /^unocss/, "import { presetMini } from '@unocss/preset-mini'\nimport unocss from 'unocss/vite'\nimport vue from '@vitejs/plugin-vue'", 'vue(), unocss({ presets: [presetMini()] })', { 'src/main.js': entry('C*.vue', '', "import 'virtual:uno.css'\n"), ...VUE }),
  vitePeer('@tailwindcss/vite', /tailwindcss/, "import tailwind from '@tailwindcss/vite'", 'tailwind()', { 'src/main.js': "import './a.css'\nimport './b.css'\ndocument.body.className = 'flex p-4 m-2 text-lg'\n", 'src/a.css': '@import "tailwindcss";\n', 'src/b.css': '@reference "tailwindcss";\n.b { @apply font-bold }\n' }),
  vitePeer('@vanilla-extract/vite-plugin', /vanilla-extract/, "import { vanillaExtractPlugin } from '@vanilla-extract/vite-plugin'", 'vanillaExtractPlugin()', { 'src/main.js': "import { box } from './a.css.ts'\nimport { bar } from './b.css.ts'\nconsole.log(box, bar)\n", 'src/a.css.ts': "import { style } from '@vanilla-extract/css'\nexport const box = style({ color: 'red' })\n", 'src/b.css.ts': "import { style } from '@vanilla-extract/css'\nexport const bar = style({ margin: 3 })\n" }),
  vitePeer('@wyw-in-js/vite (linaria)', /wyw|linaria/, "import wyw from '@wyw-in-js/vite'", "wyw({ include: ['**/*.js'] })", { 'src/main.js': entry('m*.js'), ...many('m*.js', n => `import { css } from '@linaria/core'\nexport default css\`margin: ${n}px;\`\n`) }),
  vitePeer('vite-imagetools', /imagetools/, "import { imagetools } from 'vite-imagetools'", 'imagetools()', {
    'src/main.js': "import small from './pixel.png?w=1&format=webp'\nconsole.log(small)\n", 'make.cjs': `require('node:fs').writeFileSync(__dirname + '/src/pixel.png', Buffer.from('${PIXEL}', 'base64'))\n`,
    'src/pixel.png': '',
  }),
  vitePeer('sass (vite:css)', /^vite:css$/, '', '', { 'src/main.js': effects('s*.scss'), 'src/_t.scss': '$gap: 1px;\n', ...many('s*.scss', n => `@use 't';\n.s${n} { gap: t.$gap * ${n}; b { color: red } }\n`) }),
  vitePeer('less (vite:css)', /^vite:css$/, '', '', { 'src/main.js': effects('s*.less'), 'src/t.less': '@gap: 1px;\n', ...many('s*.less', n => `@import 't';\n.s${n} { gap: @gap; b { color: red } }\n`) }),
  vitePeer('postcss + autoprefixer (vite:css)', /^vite:css$/, "import autoprefixer from 'autoprefixer'", '', { 'src/main.js': effects('s*.css'), ...many('s*.css', n => `.s${n} { user-select: none; gap: ${n}px }\n`) }, 'css: { postcss: { plugins: [autoprefixer()] } },'),
]
