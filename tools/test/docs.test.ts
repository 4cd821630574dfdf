import { existsSync } from 'node:fs'
import { join, posix } from 'node:path'
import { expect, test } from '@jest/globals'
import { anchorsOf, inclusionsOf, linksOf } from '../src/links.ts'
import { filesIn, read, root } from '../src/workspace.ts'

const pages = filesIn('').filter((path) => path.endsWith('.md') && !path.endsWith('.api.md'))

/** Where a link of a page leads to in the repository; those of the site alone, from its root, are for VitePress to check. */
const target = (page: string, link: string): string => posix.join(posix.dirname(page), link)

test.each(pages)('%s: what it links to and takes in is there', (page) => {
  const text = read(page)
  const dead = linksOf(text).filter((link) => {
    if (link.startsWith('/')) return false
    const [path = '', anchor] = link.split('#')
    const file = path === '' ? page : target(page, path)
    if (!existsSync(join(root, file))) return true
    return anchor !== undefined && file.endsWith('.md') && !anchorsOf(read(file)).has(anchor)
  })
  const missing = inclusionsOf(text).filter(({ path, region }) => {
    const file = target(page, path)
    return !existsSync(join(root, file)) || (region !== undefined && !read(file).includes(`<!-- #region ${region} -->`))
  })
  expect({ dead, missing }).toEqual({ dead: [], missing: [] })
})

test('every error code has its part in the page about them, and no other', () => {
  const codes = read('packages/core/src/errors.ts').match(/(?<=\| ')HILLOCK_\w+/g) ?? []
  const described = read('docs/reference/errors.md').match(/(?<=^### )HILLOCK_\w+$/gm)
  expect(codes).not.toHaveLength(0)
  expect(described).toEqual(codes)
})

test('links, inclusions and anchors are found', () => {
  const page =
    '# 1. A `b`_c\n[x](y.md#z) ![p](p.svg) [e](https://e.org)\n```md\n[no](no.md)\n```\n<<< ../a.ts\n<!--@include: b.md#c-->\n'
  expect(linksOf(page)).toEqual(['y.md#z', 'p.svg'])
  expect(inclusionsOf(page)).toEqual([
    { path: '../a.ts', region: undefined },
    { path: 'b.md', region: 'c' },
  ])
  expect([...anchorsOf(page)]).toEqual(['_1-a-b-c'])
})
