import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { whereFound } from '@hillock/testing'
import { expect, jest, test } from '@jest/globals'
import { compiler, standIn } from './stand-in.ts'

jest.setTimeout(120_000)

whereFound('the README on a stand-in for the driver', compiler, () => {
  test('its example runs, with less to learn', () => {
    const text = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
    const library = JSON.stringify(standIn.library)
    const example = /```js\n(.*?)```/s
      .exec(text)![1]!
      .replace('train: 1000', 'train: 64')
      .replace('epochs: 8', 'epochs: 1')
      .replace('isAvailable()', `isAvailable({ library: ${library} })`)
      .replace('{ device: 0 }', `{ device: 0, library: ${library} }`)
    const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', example], {
      cwd: new URL('..', import.meta.url),
      env: { ...process.env, FORCE_COLOR: '0' }, // nx asks for colors
      encoding: 'utf8',
    })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(/^\[ 'stand-in 0.*\]\n1: 0?\.?\d+\n$/s)
  })
})
