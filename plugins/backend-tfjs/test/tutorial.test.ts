import { reference } from '@hillock/core'
import { thorough, whereFound } from '@hillock/testing'
import { expect, jest, test } from '@jest/globals'
import { tfjs } from '../src/index.ts'
import { tfjsNode } from './addon.ts'
import { tutorial } from './tutorial.ts'

jest.setTimeout(3_600_000)

whereFound('the tutorial', thorough, () => {
  let wanted: Promise<number> | undefined
  const expectAccuracy = async (found: number) => {
    wanted ??= tutorial(reference())
    // Rounding makes runs part; of 1000 images each, shares that are alike differ by 0.03 at most.
    expect(Math.abs(found - (await wanted))).toBeLessThan(0.03)
  }

  test.each(['cpu', 'wasm'] as const)('reaches the accuracy of the reference on %s', async (backend) => {
    await expectAccuracy(await tutorial(await tfjs({ backend })))
  })

  whereFound('on tfjs-node', tfjsNode, () => {
    test('reaches the accuracy of the reference on node', async () => {
      await expectAccuracy(await tutorial(await tfjsNode.backend()))
    })
  })
})
