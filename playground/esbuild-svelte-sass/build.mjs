import { build } from 'esbuild'
import config from './esbuild.config.mjs'

const startedAt = performance.now()
const { warnings } = await build(config)
process.stdout.write(`built in ${Math.round(performance.now() - startedAt)} ms, ${warnings.length} warnings\n`)
