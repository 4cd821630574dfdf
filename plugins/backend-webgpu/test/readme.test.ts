import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { whereFound } from '@hillock/testing'
import { expect, jest, test } from '@jest/globals'
import { gpu } from './gpu.ts'

jest.setTimeout(120_000)

whereFound('the README on a GPU', gpu, () => {
  test('its example runs, with less to learn', () => {
    const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const example = /```js\n(.*?)```/s
      .exec(text)![1]!
      .replace('train: 1000', 'train: 64')
      .replace('epochs: 8', 'epochs: 1')
    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', example], {
      cwd: new URL('..', import.meta.url),
      encoding: 'utf8',
    })
    expect(status).toBe(0)
    expect(stdout).toMatch(/\S+.*\n1: 0?\.?\d+\n$/)
  })
})
