/** Components whose blocks lie in files of their own: what becomes of these the plugin learns from the component, which may be answered from the store. */
import { afterEach, expect, it } from 'vitest'
import { requireDist } from '../harness/project.ts'
import { Stage, outcomesOf } from '../harness/stage.ts'
import type { Files } from '../harness/stage.ts'

requireDist()

let stage: Stage
afterEach(() => stage.dispose())

const BLOCKS: Files = {
  'b.js': 'export default { data: () => ({ word: 1 }) }\n', 'b.html': '<p>{{ word }}</p>\n',
  'scoped.css': 'p { color: red }\n', 'open.scss': "@use './colour'; p { border-color: colour.$it }\n", '_colour.scss': '$it: red;\n', 'a.module.css': '.word { color: green }\n',
}
const COMPONENTS: Files = {
  'all of them': '<script src="./b.js"></script>\n<template src="./b.html"></template>\n<style scoped src="./scoped.css"></style>\n<style lang="scss" src="./open.scss"></style>\n',
  'a template and styles': '<script setup>\nconst word = 1\n</script>\n<template src="./b.html"></template>\n<style src="./scoped.css"></style>\n<style src="./scoped.css" scoped></style>\n',
  'styles with names': '<script setup>\nconst word = 1\n</script>\n<template><p :class="$style.word">{{ word }}</p></template>\n<style data-note="a > b" module src="./a.module.css"></style>\n<style lang="scss" src="./open.scss"></style>\n',
}
const EDITS: Readonly<Record<string, readonly [file: string, from: string, to: string]>> = {
  nothing: ['main.js', '', ''], 'the template': ['b.html', 'word', 'word + 1'], 'a style': ['scoped.css', 'red', 'blue'], 'what a style imports': ['_colour.scss', 'red', 'blue'],
}

it.each(Object.entries(COMPONENTS))('%s', async (_which, component) => {
  stage = new Stage('vite', {
    'main.js': "import A from './A.vue'\nimport B from './B.vue'\nconsole.log(A, B)\n", 'A.vue': component, 'B.vue': component.replaceAll('word', 'words'), ...BLOCKS,
    'vite.config.js': `import vue from '@vitejs/plugin-vue'
export default { build: { ...output, minify: false, rolldownOptions: { input: 'main.js', external: 'vue' } }, plugins: [...await pitcrew(), vue()] }
`,
  })
  await stage.compare('cold')
  for (const [file, from, to] of Object.values(EDITS)) {
    stage.edit(file, from, to)
    expect(outcomesOf(await stage.compare(), 'vite:vue').hit).toBeGreaterThan(0)
  }
}, 120_000)

/** Each makes TOKEN of what is in `part.txt`, where the script is compiled. */
const READERS: Readonly<Record<string, string>> = {
  // As a template in Pug is, with its includes.
  'for each component': "compiler: { ...sfc, compileScript(descriptor, given) { const script = sfc.compileScript(descriptor, given); return { ...script, content: script.content.replace('TOKEN', readFileSync(file('part.txt'), 'utf8')) } } }",
  'once for all of them': "template: { compilerOptions: { nodeTransforms: [(known => node => { if (node.type === 2) node.content = node.content.replace('TOKEN', known ??= readFileSync(file('part.txt'), 'utf8')) })()] } }",
}

it.each(Object.entries(READERS))('gives a script what was read when its component was compiled, %s', async (_how, options) => {
  const component = '<script setup lang="ts">\nconst word: number = 1\n</script>\n<template><p :title="word">TOKEN</p></template>\n'
  stage = new Stage('vite', {
    'main.js': "import A from './A.vue'\nimport B from './B.vue'\nconsole.log(A, B)\n", 'A.vue': component, 'B.vue': component, 'part.txt': 'one',
    'vite.config.js': `import { readFileSync } from 'node:fs'
import vue from '@vitejs/plugin-vue'
import * as sfc from 'vue/compiler-sfc'
export default { build: { ...output, minify: false, rolldownOptions: { input: 'main.js', external: 'vue' } }, plugins: [...await pitcrew(), vue({ ${options} })] }
`,
  })
  await stage.compare('cold')
  expect(outcomesOf(await stage.compare(), 'vite:vue').hit).toBeGreaterThan(0)
  stage.write({ 'part.txt': 'two' })
  expect((await stage.compareOutput()).text).toContain('two')
}, 120_000)
