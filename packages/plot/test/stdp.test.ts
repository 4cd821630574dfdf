import { expect, test } from '@jest/globals'
import { stdp } from '../src/index.ts'
import { drawn, pointsOf } from './drawn.ts'

// no band at two lags, and neither mean nor band at another
const curve = {
  lags: [-2, -1, 0, 1, 2].map((lag) => {
    const [mean, half] = [lag === -2 ? Number.NaN : lag / 3, lag < 0 || lag === 2 ? Number.NaN : 0.25]
    return { lag, mean, low: mean - half, high: mean + half }
  }),
}

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
  expect(marks('line').map(pointsOf)).toEqual(Array.from({ length: 3 * 2 }, () => 4))
  // two of them, there and back
  expect(marks('area').map(pointsOf)).toEqual(Array.from({ length: 3 * 2 }, () => 2 * 2))
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

test('draws means alone where no band is known', async () => {
  const lags = [-1, 0, 1].map((lag) => ({ lag, mean: lag, low: Number.NaN, high: Number.NaN }))
  const columns = [{ title: 'lif', layers: [{ layer: 'layer1', curves: { all: { lags } } }] }]
  const { svg, marks } = await drawn(stdp({ columns }))
  expect(marks('line').map(pointsOf)).toEqual([3])
  expect(marks('area')).toEqual([])
  expect(svg).not.toContain('NaN')
})

test('nothing to draw is refused', () => {
  expect(() => stdp({ columns: [] })).toThrow(expect.objectContaining({ code: 'HILLOCK_SHAPE' }))
  expect(() => stdp({ columns: [{ title: 'a', layers: [] }] })).toThrow(
    expect.objectContaining({ code: 'HILLOCK_SHAPE' }),
  )
})
