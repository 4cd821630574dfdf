import { existsSync, readdirSync } from 'node:fs'

/** The folders of examples. */
export const names = readdirSync(import.meta.dirname).filter((name) =>
  existsSync(new URL(`${name}/index.js`, import.meta.url)),
)
