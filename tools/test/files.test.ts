import { expect, test } from '@jest/globals'
import { filesIn, read } from '../src/workspace.ts'

const longest = 300
const machinePath = /(^|[^.\w/])\/(work|farm|tmp|opt|home|root|Users)\/\w/m

const sources = filesIn('').filter((path) => /\.([cm]?[jt]s|tsx)$/.test(path))
const texts = filesIn('').filter((path) => /\.([cm]?[jt]s|tsx|json|md|ya?ml|sh)$/.test(path) || path.startsWith('.ci/'))

test('no source file is too long to read', () => {
  const long = sources.filter((path) => read(path).split('\n').length - 1 > longest)
  expect(long).toEqual([])
})

test('no file names a place on somebody’s machine', () => {
  expect(texts.filter((path) => machinePath.test(read(path)))).toEqual([])
})

test('the pattern knows a machine path from an address or a relative path', () => {
  const slash = '/'
  const paths = ['home', 'tmp', 'Users'].map((name) => `read('${slash}${name}${slash}anna')`)
  for (const path of paths) expect(path).toMatch(machinePath)
  for (const fine of ['./tmp/x', 'https://example.org/home/x', 'a/work/b', '../opt/x'])
    expect(fine).not.toMatch(machinePath)
})

test('what is added goes into the folders that there are', () => {
  const folders = new Set(filesIn('').flatMap((path) => (path.includes('/') ? [path.split('/')[0]!] : [])))
  const shown = [...folders].filter((name) => !name.startsWith('.')).sort()
  expect(shown).toEqual(['benchmarks', 'docs', 'packages', 'plugins', 'tools'])
})
