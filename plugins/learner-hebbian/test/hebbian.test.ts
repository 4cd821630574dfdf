import {
  constant,
  createSession,
  crossEntropy,
  dense,
  type Encoder,
  kWinners,
  type Loss,
  lif,
  poisson,
  sequential,
} from '@hillock/core'
import { describe, expect, test } from '@jest/globals'
import { type HebbianOptions, hebbian } from '../src/index.ts'

const wrong = { code: 'HILLOCK_OPTION' }
const oja = { rule: 'oja' } as const
const examples = { images: new Float32Array(4).fill(1), labels: new Uint8Array(1), count: 1, features: 4, classes: 2 }

test.each<[string, object, RegExp]>([
  ['no layers', {}, /no layers/],
  ['an unknown rule', { layers: [{ rule: 'ojas' }] }, /no rule 'ojas'\ndid you mean 'oja'/],
  ['an unknown option', { layers: [{ rule: 'oja', rat: 0.1 }] }, /'rat'\ndid you mean 'rate'/],
  ['a rate beyond 1', { layers: [{ rule: 'oja', rate: 2 }] }, /'rate' of oja is 2/],
])('%s is refused', (_, options, message) => {
  expect(() => hebbian(options as HebbianOptions)).toThrow(message)
  expect(() => hebbian(options as HebbianOptions)).toThrow(expect.objectContaining(wrong))
})

describe('what does not fit the network is refused', () => {
  const step = async ({
    neuron = kWinners(),
    encoder = poisson() as Encoder,
    loss = crossEntropy() as Loss,
    options = { layers: [oja] } as HebbianOptions,
  }) => {
    const network = sequential(4, [dense(2), neuron])
    const session = createSession({ network, learner: hebbian(options), encoder, loss, steps: 2 })
    for await (const _ of session.train({ train: examples, test: examples }));
  }
  const cases: [string, Parameters<typeof step>[0], RegExp][] = [
    ['other neurons', { neuron: lif() }, /layer1, a layer of lif/],
    ['graded input', { encoder: constant() }, /graded/],
    ['a loss on membranes', { loss: crossEntropy({ on: 'v' }) }, /does not add up spikes/],
    ['rules for other layers', { options: { layers: [oja, oja] } }, /2 layers for a network of 1/],
  ]
  test.each(cases)('%s', async (_, parts, message) => {
    await expect(step(parts)).rejects.toMatchObject({ ...wrong, message: expect.stringMatching(message) })
  })
})
