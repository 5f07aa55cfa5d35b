/** After the last call of a build the runtime stops following promises. */
import { readFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Observer } from '../../../../src/memo/observe/observer.ts'
import { Trace } from '../../../../src/memo/trace/trace.ts'
import { createProjectFiles } from '../helpers/project-files.ts'
import type { ProjectFiles } from '../helpers/project-files.ts'

let project: ProjectFiles
let observer: Observer
let detach: () => void

beforeEach(() => {
  project = createProjectFiles({ 'a.txt': 'a' })
  observer = new Observer()
  detach = observer.attach()
})

afterEach(() => {
  detach()
  project.dispose()
})

describe('a calm', () => {
  /** A call that is over, and what of it is still going on: asks whose it is when it is told to. */
  function leaveRunning(): () => Promise<Trace | null> {
    let goOn = (): void => undefined
    const told = new Promise<void>(resolve => {
      goOn = resolve
    })
    const asked = observer.run(new Trace(0), async () => {
      await told
      return observer.active
    })
    return () => {
      goOn()
      return asked
    }
  }

  it('lets go of what calls left running, until something is watched again', async () => {
    const [before, during, after] = [leaveRunning(), leaveRunning(), leaveRunning()]
    expect(await before()).not.toBeNull()
    observer.calm()
    expect(observer.active).toBeNull()
    expect(await during()).toBeNull()
    const trace = new Trace(0)
    await observer.run(trace, async () => {
      await Promise.resolve()
      return readFileSync(project.at('a.txt'))
    })
    expect(trace.files).toEqual(new Set([project.at('a.txt')]))
    expect(await after()).not.toBeNull()
  })

  it('is what comes after the last build', async () => {
    const running = leaveRunning()
    detach()
    expect(await running()).toBeNull()
  })
})
