import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { root } from '../src/workspace.ts'

const script = '../src/structures.js'
const { structures } = (await import(script)) as { readonly structures: Readonly<Record<string, string>> }

test.each(Object.entries(structures))('%s is as `node tools/src/structures.js` draws it', (name, svg) => {
  expect(readFileSync(join(root, 'docs', 'images', name), 'utf8')).toBe(svg)
  expect(readFileSync(join(root, 'docs', 'guide', 'networks.md'), 'utf8')).toContain(`../images/${name}`)
})
