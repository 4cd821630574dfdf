#!/usr/bin/env node
import { existsSync } from 'node:fs'

const main = new URL('../dist/main.js', import.meta.url)
if (existsSync(main)) {
  if (process.env.HILLOCK_DEBUG) process.setSourceMapsEnabled(true)
  await import(main.href)
} else {
  process.stderr.write('hillock is not built yet: run `npm run build`\n')
  process.exitCode = 1
}
