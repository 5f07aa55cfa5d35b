/**
 * An attribution in words: a line a plugin, below it its hooks and their modules, and at last the machine's part and the rest. The milliseconds of
 * the plugins, of those that are not listed, and of the rest add up to the difference.
 */
import { duration } from './anomalies/describe.ts'
import type { Attribution, HookChange, PluginChange } from './attribute.ts'

const MAX_PLUGINS = 12
const MAX_MODULES = 3
const MIN_MS = 1

const KINDS: Readonly<Record<HookChange['kind'], string>> = {
  slower: 'slower a call', faster: 'faster a call', 'more-work': 'more calls', 'less-work': 'fewer calls', new: 'new', removed: 'gone', moved: 'moved', unchanged: 'as before',
}

export function subjectChanges({ plugins, restMs, machineRatio }: Attribution): readonly string[] {
  const sorted = [...plugins].sort((a, b) => Math.abs(b.deltaMs) - Math.abs(a.deltaMs))
  const shown = sorted.filter(plugin => Math.abs(plugin.deltaMs) >= MIN_MS).slice(0, MAX_PLUGINS)
  const others = sorted.filter(plugin => !shown.includes(plugin))
  const othersMs = others.reduce((sum, plugin) => sum + plugin.deltaMs, 0)
  return [
    ...shown.flatMap(pluginLines),
    ...(others.length > 0 ? [`${signed(othersMs)}  ${others.length} other plugin${others.length === 1 ? '' : 's'}`] : []),
    `${signed(restMs)}  outside all plugins`,
    ...(machineRatio === 1 ? [] : [`everything alike was ${machineRatio.toFixed(2)} times as slow: the machine, Node or the bundler`]),
  ]
}

function pluginLines({ plugin, deltaMs, hooks }: PluginChange): string[] {
  const changed = hooks.filter(hook => Math.abs(hook.deltaMs) >= MIN_MS)
  return [`${signed(deltaMs)}  ${plugin}`, ...changed.flatMap(hookLines)]
}

function hookLines({ hook, kind, deltaMs, beforeMs, afterMs, calls, modules, otherModulesMs }: HookChange): string[] {
  const callsText = calls.before === calls.after ? `${calls.after} calls` : `${calls.after} calls, was ${calls.before}`
  const listed = modules.filter(module => Math.abs(module.deltaMs) >= MIN_MS).slice(0, MAX_MODULES)
  const unlistedMs = otherModulesMs + modules.filter(module => !listed.includes(module)).reduce((sum, module) => sum + module.deltaMs, 0)
  return [
    `  ${signed(deltaMs)}  ${hook}: ${duration(afterMs)}, was ${duration(beforeMs)} (${KINDS[kind]}; ${callsText})`,
    ...listed.map(module => `    ${signed(module.deltaMs)}  ${module.id}${module.kind === 'changed' ? '' : ` (${module.kind === 'new' ? 'new among the dearest' : 'not among the dearest any more'})`}`),
    ...(listed.length > 0 && Math.abs(unlistedMs) >= MIN_MS ? [`    ${signed(unlistedMs)}  other modules`] : []),
  ]
}

function signed(ms: number): string {
  return `${ms < 0 ? '-' : '+'}${duration(Math.abs(ms))}`.padStart(8)
}
