import { readFileSync } from 'node:fs'

const list = readFileSync(new URL('../decisions/README.md', import.meta.url), 'utf8')

/** The notes on decisions, by their files and titles. */
export const decisions = Array.from(list.matchAll(/^\| \[(.*?)\]\(([\w-]+)\.md\)/gm), ([, title, name]) => ({
  title: title.replaceAll('`', ''),
  name,
}))
