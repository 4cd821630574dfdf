import { expect, test } from '@jest/globals'
import { agrees, compare } from '../src/peers/agreement.ts'
import { childSide } from '../src/peers/side.ts'
import { workloads } from '../src/workloads.ts'

const gradients = (...values: number[]) => ({ 'layer1.weight': Float32Array.from(values) })
const ours = { spikes: [Uint8Array.of(1, 0, 1, 0)], gradients: gradients(0.5, -1) }

test('the same agrees, rounding aside', () => {
  const found = compare(ours, { ...ours, gradients: gradients(0.5, -1 + 1e-6) })
  expect(found).toMatchObject({ spikes: 2, differentSpikes: 0 })
  expect(found.gradientError).toBeCloseTo(1e-6, 7)
  expect(agrees(found)).toBe(true)
})

test.each([
  ['one other spike', { ...ours, spikes: [Uint8Array.of(1, 0, 1, 1)] }],
  ['another gradient', { ...ours, gradients: gradients(0.5, -1.001) }],
])('%s does not', (_, theirs) => {
  expect(agrees(compare(ours, theirs))).toBe(false)
})

test.each([
  ['no spike', { ...ours, spikes: [new Uint8Array(4)] }],
  ['no gradient', { ...ours, gradients: gradients(0, 0) }],
])('%s proves nothing', (_, silent) => {
  expect(agrees(compare(silent, silent))).toBe(false)
})

test('a side that cannot start is an error that says where to look', async () => {
  const side = childSide('nobody', process.execPath, ['-e', 'process.exit(3)'])
  await expect(side.start('', workloads[0]!, 1)).rejects.toThrow(/nobody/)
})
