import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { expect, jest, test } from '@jest/globals'

jest.setTimeout(120_000)

test('the example of the README learns', () => {
  const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const example = /```js\n(.*?)```/s.exec(text)![1]!
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', example], {
    cwd: new URL('..', import.meta.url),
    encoding: 'utf8',
  })
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  const epochs = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(': ').map(Number))
  expect(epochs.map(([epoch]) => epoch)).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  expect(epochs[7]![1]).toBeGreaterThan(0.8)
})
