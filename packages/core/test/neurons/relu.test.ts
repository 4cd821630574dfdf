import { expect, test } from '@jest/globals'
import { relu } from '../../src/neurons/relu.ts'
import { drive } from './drive.ts'

test('relu has no memory', async () => {
  expect((await drive(relu(), [-1, 2, 0])).spike).toEqual([0, 2, 0])
})
