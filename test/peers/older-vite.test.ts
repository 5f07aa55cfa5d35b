/** Vite 5 and 6, which do not say in the context of `configResolved` who they are: real builds, off, cold and warm. */
import { rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { REPOSITORY } from '../harness/playgrounds.ts'
import { Stage, expectSame, outcomesOf } from '../harness/stage.ts'
import { effects, many } from './peer.ts'

const PEERS = join(REPOSITORY, 'test', 'peers', 'node_modules')

describe.each(['5', '6'])('Vite %s', major => {
  it('gives the same off, cold and warm, and remembers', async () => {
    const stage = new Stage('vite', {
      'index.html': '<script type="module" src="/src/main.js"></script>\n',
      'vite.config.js': 'export default { plugins: [await pitcrew({ analysis: true })], build: { ...output, minify: false } }\n',
      'src/main.js': effects('s*.less'),
      ...many('s*.less', n => `@gap: ${n}px;\n.s${n} { gap: @gap; b { color: red } }\n`),
    }, { packages: [PEERS, join(REPOSITORY, 'node_modules')] })
    try {
      const vite = join(stage.root, 'node_modules', 'vite')
      rmSync(vite)
      symlinkSync(join(PEERS, `vite-${major}`), vite, 'junction')
      const off = await stage.build('off')
      expectSame(await stage.build('cold'), off)
      const warm = await stage.build('warm')
      expectSame(warm, off)
      const report = warm.outcome.report!
      expect(report.bundler.version).toMatch(new RegExp(`^${major}\\.\\d+\\.\\d+ 4\\.\\d+\\.\\d+$`))
      // It is asked about every module, and only style sheets are its own.
      expect(outcomesOf(report, 'vite:css')).toMatchObject({ hit: 8, miss: 0, refused: 0 })
    } finally {
      stage.dispose()
    }
  }, 300_000)
})
