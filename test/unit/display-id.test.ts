import { describe, expect, it } from 'vitest'
import { displayIdsIn } from '../../src/display-id.ts'

describe('the id that a person knows', () => {
  const display = displayIdsIn('/home/app')
  it.each([
    ['/home/app/src/a.ts', 'src/a.ts'],
    ['/home/app/src/a.vue?vue&type=style', 'src/a.vue?vue&type=style'],
    ['/home/app/src/../b.ts', 'b.ts'],
    ['/home/app/src//c.ts', 'src/c.ts'],
    ['/home/app/node_modules/.pnpm/a@1/b.js', 'node_modules/.pnpm/a@1/b.js'],
    ['/home/app/src/..', ''],
    ['/home/app', ''],
    ['/home/app/', ''],
    ['/home/application/a.ts', '../application/a.ts'],
    ['/elsewhere/a.ts', '/elsewhere/a.ts'],
    ['\0virtual:a', 'virtual:a'],
  ])('of %j is %j', (id, expected) => expect(display(id)).toBe(expected))
})
