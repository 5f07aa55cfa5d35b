/**
 * The floor that a warm build is measured against: the hooks that Pitcrew remembers answer from a map in memory, by
 * module id, with no hashing, no tracing and no store. Fit for nothing but comparing: it never looks at any input.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { builtInMs, listeningLogger } from './vite.mjs'

export async function viteFloor(root, importFromProject) {
  const { file, mode, hooks } = JSON.parse(process.env.PITCREW_HARNESS_FLOOR)
  const answers = new Map(mode === 'answer' ? JSON.parse(readFileSync(file, 'utf8')) : [])
  const { build, createLogger } = await importFromProject('vite')
  const log = listeningLogger(createLogger)
  await build({ root, customLogger: log.logger, plugins: [floorPlugin(hooks, mode, answers)] })
  if (mode === 'record') writeFileSync(file, JSON.stringify([...answers]))
  return { bundlerMs: builtInMs(log.info), warnings: log.warnings, info: log.info }
}

function floorPlugin(hooks, mode, answers) {
  return {
    name: 'harness:floor',
    enforce: 'post',
    configResolved: {
      order: 'post',
      handler(config) {
        for (const { plugin: name, hook } of hooks) {
          for (const plugin of config.plugins.filter((candidate) => candidate.name === name)) replace(plugin, hook, mode, answers)
        }
      },
    },
  }
}

function replace(plugin, hook, mode, answers) {
  const original = typeof plugin[hook] === 'function' ? plugin[hook] : plugin[hook].handler
  const keyOf = (args) => `${plugin.name} ${hook} ${hook === 'transform' ? args[1] : args[0]}`
  const handler = mode === 'answer'
    ? (...args) => answers.get(keyOf(args))
    : async function (...args) {
      const result = await original.apply(this, args)
      answers.set(keyOf(args), result)
      return result
    }
  if (typeof plugin[hook] === 'function') plugin[hook] = handler
  else plugin[hook].handler = handler
}
