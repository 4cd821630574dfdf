import { expect, test } from '@jest/globals'
import { linear } from '../../src/neurons/linear.ts'
import { drive } from './drive.ts'

test('linear has no memory', async () => {
  expect((await drive(linear(), [-1, 2, 0])).spike).toEqual([-1, 2, 0])
})
