import { expect, test } from '@jest/globals'
import { contenders } from '../src/backends.ts'
import { hillockSide } from '../src/convolutions/sides.ts'
import { operationsOf, valuesOf, wantedOf } from '../src/convolutions/workload.ts'
import { differenceOf } from '../src/suites/convolutions.ts'

const small = { side: 6, inputs: 4, channels: 8, kernel: 3, padding: 1, steps: 2, batch: 2 }

test.each(operationsOf(small).map((one) => [`${one.kind} at ${one.density}`, one] as const))(
  'backends find the same: %s',
  async (_, operation) => {
    const values = valuesOf(small, operation.density)
    const found = []
    for (const contender of contenders(['reference', 'wasm'], [1])) {
      const side = await hillockSide(contender, small, operation, values)
      found.push(Float32Array.from(await side.found()))
      await side.end()
    }
    expect(differenceOf(found[0]!, found[1]!, wantedOf(operation, values))).toBeLessThan(1e-6)
  },
)

test('what is not wanted may differ, and nothing is not the same as nothing', () => {
  expect(differenceOf([1, -4, 2], [1, -4.1, 9], [1, 1, 0])).toBeCloseTo(0.025, 6)
  expect(differenceOf([0, 0], [0, 0])).toBeNaN()
  expect(() => differenceOf([0], [0, 0])).toThrow('2 values, not 1')
})
