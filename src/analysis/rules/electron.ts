/** Windows of Electron that give a page the rights of the application. */
import type { CallNode } from '../syntax/ast.ts'
import { defineRule } from '../rule.ts'
import type { Rule } from '../rule.ts'
import { Trust } from '../taint/sources.ts'
import { isFalse, isTrue } from './shared.ts'

const UNSAFE_ON = ['nodeIntegration', 'nodeIntegrationInWorker', 'nodeIntegrationInSubFrames', 'allowRunningInsecureContent', 'experimentalFeatures', 'enableRemoteModule', 'webviewTag', 'enableBlinkFeatures'] as const
const UNSAFE_OFF = ['contextIsolation', 'webSecurity', 'sandbox'] as const

const preferences = defineRule({
  id: 'code-injection/electron-preferences',
  cwe: [749, 94, 16],
  severity: 'medium',
  title: 'a window gives the page that it shows more rights than a page needs',
  help: 'Leave nodeIntegration off and contextIsolation, sandbox and webSecurity on; expose single functions by contextBridge.',
  calls: ['BrowserWindow', 'BrowserView', 'WebContentsView'],
  check(node, context) {
    const call = node as CallNode
    const options = context.constants.option(call.arguments[0], 'webPreferences')
    if (!options) return
    const isOn = UNSAFE_ON.some((name) => {
      const value = context.constants.option(options, name)
      return isTrue(value, context) || (name === 'enableBlinkFeatures' && value !== undefined)
    })
    if (isOn || UNSAFE_OFF.some((name) => isFalse(context.constants.option(options, name), context))) context.report(call)
  },
})

const openExternal = defineRule({
  id: 'command-injection/electron-open',
  cwe: [88, 78],
  severity: 'medium',
  title: 'the system opens an address that comes from outside',
  help: 'Allow only https: addresses of known hosts.',
  calls: ['openExternal', 'openPath'],
  check(node, context) {
    const call = node as CallNode
    if (!/(?:^|\.)shell\.open(?:External|Path)$/.test(context.names.of(call.callee) ?? '')) return
    const flow = context.tainted(call.arguments[0], 'url', Trust.Parameter)
    if (flow) context.report(call, flow)
  },
})

export const electronRules: readonly Rule[] = [preferences, openExternal]
