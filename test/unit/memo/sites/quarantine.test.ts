import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Quarantine } from '../../../../src/memo/sites/quarantine.ts'
import type { AuditFinding } from '../../../../src/types.ts'
import { createProjectFiles } from '../helpers/project-files.ts'
import type { ProjectFiles } from '../helpers/project-files.ts'

const FINDING: AuditFinding = { plugin: 'dice', hook: 'transform', module: 'a.js', difference: { where: 'code', served: '1', now: '2' }, at: '2026-01-01T00:00:00.000Z' }
const PARTS = { source: 's', options: 'o', occurrence: '0', config: 'c', arguments: '--watch' }

let project: ProjectFiles
let faults: unknown[]
beforeEach(() => {
  project = createProjectFiles()
  faults = []
})
afterEach(() => project.dispose())

const open = (packages = 'p'): Quarantine => new Quarantine(project.root, packages, error => void faults.push(error))

describe('the quarantine', () => {
  it('is kept from one process to the next, and makes nothing on disk before', () => {
    const quarantine = open()
    const id = quarantine.idOf('dice', PARTS)
    expect([quarantine.find(id), existsSync(project.at('quarantine'))]).toEqual([null, false])
    quarantine.add(id, FINDING)
    expect([quarantine.find(id), open().find(id), faults]).toEqual([FINDING, FINDING, []])
    expect(readdirSync(project.at('quarantine'))).toEqual([`${id}.json`])
  })

  it('ends with another version, other options or another configuration, not with other arguments', () => {
    const id = open().idOf('dice', PARTS)
    for (const label of ['source', 'options', 'occurrence', 'config']) expect(open().idOf('dice', { ...PARTS, [label]: 'other' }), label).not.toBe(id)
    expect([open('p2').idOf('dice', PARTS), open().idOf('other', PARTS)]).not.toContain(id)
    expect(open().idOf('dice', { ...PARTS, arguments: '--mode x' })).toBe(id)
  })

  it.each(['', '{', 'null', '{"plugin":"dice"}'])('tells of an entry that is damaged (%j), and goes on', text => {
    open().add('whole', FINDING)
    mkdirSync(project.at('quarantine'), { recursive: true })
    writeFileSync(project.at('quarantine/damaged.json'), text)
    const quarantine = open()
    expect([quarantine.find('damaged'), quarantine.find('whole')]).toEqual([null, FINDING])
    expect(faults).toHaveLength(1)
  })

  it('holds until the end of the process where it cannot be written', () => {
    project.write('quarantine', 'a file in its place')
    const quarantine = open()
    quarantine.add('id', FINDING)
    expect(quarantine.find('id')).toEqual(FINDING)
    expect(faults).toHaveLength(1)
  })
})
