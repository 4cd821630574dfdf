import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'

/** What a module loads when it is loaded itself, by way of others of this package: names of packages. */
function loadedBy(url: URL, seen = new Set<string>()): Set<string> {
  const outside = new Set<string>()
  if (seen.has(url.href)) return outside
  seen.add(url.href)
  for (const [, name] of readFileSync(url, 'utf8').matchAll(/^(?:import|export) (?!type )[^;]*?from '(.*?)'$/gms)) {
    if (!name!.startsWith('.')) outside.add(name!)
    else for (const other of loadedBy(new URL(name!, url), seen)) outside.add(other)
  }
  return outside
}

test('a command loads nothing that another one needs: neither core nor schemas, plots or logs', () => {
  const loaded = [...loadedBy(new URL('../src/main.ts', import.meta.url))].filter((name) => !name.startsWith('node:'))
  expect(loaded.sort()).toEqual(['@hillock/core/errors', '@hillock/recipes/plugin-names', 'commander'])
})
