import { readdir, readFile } from 'node:fs/promises'
import { expect, test } from '@jest/globals'

test('what is heavy is loaded when a figure is drawn, not before; and nothing of Node', async () => {
  const folder = new URL('../src/', import.meta.url)
  const atOnce = new Set<string>()
  for (const name of await readdir(folder)) {
    const source = await readFile(new URL(name, folder), 'utf8')
    for (const [, from] of source.matchAll(/^(?:import|export) (?!type\b)[^'=]*from '([^'.][^']*)'/gm))
      atOnce.add(from!)
  }
  expect([...atOnce].sort()).toEqual([
    '@hillock/core',
    '@hillock/core/options',
    'd3-color',
    'd3-scale-chromatic',
    'fast-png',
  ])
})
