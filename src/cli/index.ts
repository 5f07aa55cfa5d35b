#!/usr/bin/env node
/** The executable. The exit code is set, not forced, so that what was written arrives. */
import { createProcessIo } from './io.ts'
import { main } from './main.ts'

process.exitCode = await main(process.argv.slice(2), createProcessIo(process))
