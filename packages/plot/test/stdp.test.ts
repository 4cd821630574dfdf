import { stdpCurve } from '@hillock/core'
import { expect, test } from '@jest/globals'
import { stdp } from '../src/index.ts'
import { drawn, pointsOf } from './drawn.ts'

// two samples of one synapse: the presynaptic neuron fires at 2 and 4, the postsynaptic one a step later
const shape = { steps: 7, batch: 2, inputs: 1, size: 1 }
const at = (...times: number[]) =>
  Float32Array.from({ length: 14 }, (_, i) => Number(times.includes(Math.floor(i / 2))))
const curve = stdpCurve(
  at(2, 4),
  at(3, 5),
  Float32Array.from({ length: 14 }, (_, i) => -i),
  shape,
  2,
)

test('draws the mean and the band of each curve where there is one, a panel for each layer', async () => {
  const layers = ['layer1', 'layer2'].map((layer) => ({
    layer,
    curves: { 'all neurons': curve, 'to fire more': curve },
  }))
  const columns = [
    { title: 'lif', layers },
    { title: 'leaky', layers: layers.slice(1) },
  ]
  const { svg, texts, marks } = await drawn(stdp({ title: 'a < b', columns }))
  const known = curve.lags.filter(({ low }) => Number.isFinite(low)).length
  expect(known).toBeGreaterThan(1)
  expect(known).toBeLessThan(curve.lags.length)
  expect(marks('line').map(pointsOf)).toEqual(Array.from({ length: 3 * 2 }, () => known))
  expect(marks('area')).toHaveLength(3 * 2)
  // no time between the spikes, and no change
  expect(marks('rule')).toHaveLength(3 * 2)
  expect(texts.filter((text) => / layer\d$/.test(text)).map((text) => text.replace(',', ''))).toEqual([
    'lif layer1',
    'lif layer2',
    'leaky layer2',
  ])
  expect(texts.filter((text) => text === 'all neurons')).toHaveLength(1)
  expect(texts).toContain('a < b')
  expect(svg).not.toContain('NaN')
})

test('nothing to draw is refused', () => {
  expect(() => stdp({ columns: [] })).toThrow(expect.objectContaining({ code: 'HILLOCK_SHAPE' }))
  expect(() => stdp({ columns: [{ title: 'a', layers: [] }] })).toThrow(
    expect.objectContaining({ code: 'HILLOCK_SHAPE' }),
  )
})
