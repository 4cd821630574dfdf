import { describe, expect, test } from '@jest/globals'
import { membrane, type Trace } from '../src/index.ts'
import { drawn, pointsOf } from './drawn.ts'

const trace: Trace = {
  name: 'neuron 7',
  membrane: [0, 0.5, 1.2, 0.2],
  current: [0.5, 0.5, 0.7, 0.2],
  threshold: 1,
  spikes: [0, 0, 1, 0],
}

test('draws current, membrane and threshold as lines and each spike as a rule, and says which is which', async () => {
  const second = { ...trace, name: 'neuron 9', spikes: [0, 1, 1, 0], threshold: [1, 1.1, 1.2, 1.3] }
  const picture = await drawn(membrane({ title: 'layer1', steps: 4, neurons: [trace, second], dt: 2 }))
  const { texts, marks } = picture
  expect(marks('rule')).toHaveLength(1 + 2)
  // current, threshold, membrane of each; a threshold that stays needs two points
  expect(marks('line').map(pointsOf)).toEqual([4, 2, 4, 4, 4, 4])
  for (const text of ['layer1', 'neuron 7', 'neuron 9', 'time (ms)', 'threshold', 'spike', 'current']) {
    expect(texts).toContain(text)
  }
  expect(texts.filter((text) => text === 'time (ms)')).toHaveLength(1)
})

test('says nothing of what is not given, and names axes with their units', async () => {
  const neurons = [{ name: 'a', membrane: [-65, -60, -55] }]
  const { texts, marks } = await drawn(membrane({ steps: 3, neurons, quantities: { membrane: 'v (mV)' } }))
  expect(marks('line')).toHaveLength(1)
  expect(marks('rule')).toHaveLength(0)
  expect(texts).toContain('v (mV)')
  expect(texts).toContain('time step')
  for (const text of ['current', 'threshold', 'spike']) expect(texts).not.toContain(text)
})

describe('refused is', () => {
  test.each<[string, readonly Trace[], string, RegExp]>([
    ['a membrane that is too short', [{ ...trace, membrane: [1] }], 'HILLOCK_SHAPE', /neuron 7: membrane: there are 1/],
    ['spikes that are too many', [{ ...trace, spikes: [1, 1, 1, 1, 1] }], 'HILLOCK_SHAPE', /spikes: there are 5/],
    ['a current that is no number', [{ ...trace, current: [0, 0, 0, Number.NaN] }], 'HILLOCK_NOT_FINITE', /current/],
    ['a threshold without end', [{ ...trace, threshold: Number.POSITIVE_INFINITY }], 'HILLOCK_NOT_FINITE', /Infinity/],
    ['no neuron', [], 'HILLOCK_SHAPE', /no neurons/],
  ])('%s', (_, neurons, code, message) => {
    const draw = () => membrane({ steps: 4, neurons })
    expect(draw).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  })
})
