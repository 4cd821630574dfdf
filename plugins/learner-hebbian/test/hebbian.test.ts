import {
  constant,
  createSession,
  crossEntropy,
  dense,
  type Encoder,
  type Loss,
  leaky,
  lif,
  type Neuron,
  neuron,
  poisson,
  sequential,
} from '@hillock/core'
import { kWinners, type NeuronText } from '@hillock/core/neurons'
import { describe, expect, test } from '@jest/globals'
import { type HebbianOptions, hebbian, type Rule } from '../src/index.ts'

const wrong = { code: 'HILLOCK_OPTION' }
const oja = { rule: 'oja' } as const
const examples = { images: new Float32Array(4).fill(1), labels: new Uint8Array(1), count: 1, features: 4, classes: 2 }

test.each<[string, object, RegExp]>([
  ['no layers', {}, /'layers' is missing\ngive a list, as in layers/],
  ['an unknown rule', { layers: [{ rule: 'ojas' }] }, /'rule' is 'ojas'\ndid you mean 'oja'/],
  ['an unknown option', { layers: [{ rule: 'oja', learningrat: 0.1 }] }, /'learningrat'\ndid you mean 'learningRate'/],
  ['a rate beyond 1', { layers: [{ rule: 'oja', learningRate: 2 }] }, /'learningRate' is 2\ngive a number from 0 to 1/],
  ['a floor of 0', { layers: [{ rule: 'outstar', floor: 0 }] }, /'floor' is 0\ngive a number from 0.000001 to 1/],
  ['a rate that is no number', { layers: [{ rule: 'oja', learningRate: '1' }] }, /oja: 'learningRate' is '1'/],
  [
    'a rate by two names',
    { layers: [{ rule: 'oja', rate: 0.1, learningRate: 0.1 }] },
    /'rate' is the old name of 'learningRate'/,
  ],
  ['a negative decay', { layers: [{ rule: 'oja', decay: -0.1 }] }, /'decay' is -0.1/],
  ['a negative number of winners', { layers: [{ rule: 'oja', k: -1 }] }, /'k' is -1\ngive a whole number from 0/],
  ['a threshold that is none', { layers: [{ rule: 'oja', threshold: Number.NaN }] }, /'threshold' is NaN/],
  ['a switch that is none', { layers: [{ rule: 'oja', recruit: 'yes' }] }, /'recruit' is 'yes'\ngive true or false/],
  ['a layer without a rule', { layers: [{}] }, /a layer: 'rule' is missing\ngive a rule by its name/],
  ['a layer that is null', { layers: [null] }, /a layer: the options are null/],
  ['a rule that is a function', { layers: [{ rule: () => {} }] }, /'rule' is the function/],
  ['an option beside them', { layers: [oja], techer: 1 }, /hebbian has no option 'techer'\ndid you mean 'teacher'/],
  ['a teacher beyond 1', { layers: [oja], teacher: 2 }, /'teacher' is 2/],
])('%s is refused', (_, options, message) => {
  expect(() => hebbian(options as HebbianOptions)).toThrow(message)
  expect(() => hebbian(options as HebbianOptions)).toThrow(expect.objectContaining(wrong))
})

describe('a rule of one’s own', () => {
  const anti = 0.15
  const data = { name: 'mine', competes: true, step: { shrink: 0.1, right: 0.2, wrong: 0.2 - anti, taught: 0.2 } }
  const written: Rule = {
    name: 'mine',
    competes: true,
    step({ weights }, { pre, post, label, taught }) {
      const fired = Array.from(post.index.subarray(post.from, post.to))
      for (const unit of fired) {
        weights.scale(unit, 0.9)
        weights.add(unit, pre, unit === label ? 0.2 : 0.2 - anti)
      }
      if (taught && !fired.includes(label)) weights.add(label, pre, 0.2)
    },
  }

  /** Weights and activity after a few steps. */
  async function after(rule: Rule) {
    const neuron = () => kWinners({ threshold: 0.1, k: 2 })
    const network = sequential(12, [dense(9), neuron(), dense(3), neuron()])
    const layers = [{ rule: 'oja', learningRate: 0.1, normalize: true }, { rule }] as const
    const learner = hebbian({ layers, teacher: 0.5 })
    const encoder = poisson({ probability: 0.5 })
    const session = createSession({ network, learner, encoder, loss: crossEntropy(), steps: 20, seed: 3 })
    const labels = Uint8Array.from({ length: 30 }, (_, b) => b % 3)
    const images = Float32Array.from({ length: 360 }, (_, i) => ((7 * i) % 11) / 11)
    const train = { images, labels, count: 30, features: 12, classes: 3 }
    const reports = []
    for await (const report of session.train({ train, test: train }, { batchSize: 8 })) reports.push(report)
    return { snapshot: await session.snapshot(), reports }
  }

  test('as a function learns what it learns as data', async () => {
    const [one, other] = [await after(written), await after(data)]
    for (const [name, { values }] of one.snapshot) {
      const found = other.snapshot.get(name)!.values
      values.forEach((value, i) => {
        expect(found[i]).toBeCloseTo(value, 4)
      })
    }
    expect(one.reports[0]!.density.every((share) => share > 0.05)).toBe(true)
    expect(other.reports[0]!.density).toEqual(one.reports[0]!.density)
    expect(other.reports[0]!.trainAccuracy).toBe(one.reports[0]!.trainAccuracy)
  })
})

const equations = `
  # leak, compete, reset
  pre = beta*v + input
  above = pre - threshold
  spike = winners(above, k) * (above > 0)
  rest = pre - resetAmount * detach(spike)
  v = where(total(spike) > 0, (1 - inhibition) * rest, rest)`

/** The equations of `kWinners` in other words. */
const written = (changes: Partial<NeuronText<'beta' | 'threshold' | 'resetAmount' | 'inhibition' | 'k'>>) =>
  neuron({
    name: 'kWinners',
    params: { beta: 0.9, threshold: 1, resetAmount: 1, inhibition: 0, k: 1 },
    state: { v: 0 },
    equations,
    ...changes,
  })()
const leakless = written({ equations: equations.replace('beta*v', 'beta*v*0') })

test('neurons that compute what kWinners does learn alike, whatever they are called', async () => {
  const after = async (neuron: Neuron) => {
    const network = sequential(4, [dense(2, { weight: { uniform: [0, 1] } }), neuron])
    const session = createSession({
      network,
      learner: hebbian({ layers: [oja] }),
      encoder: poisson(),
      loss: crossEntropy(),
      steps: 5,
    })
    for await (const _ of session.train({ train: examples, test: examples }));
    return [...(await session.snapshot()).get('layer1.weight')!.values]
  }
  expect(await after(written({ name: 'mine' }))).toEqual(await after(kWinners()))
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
    ['other neurons', { neuron: leaky() }, /layer1, a layer of leaky/],
    ['another reset', { neuron: lif({ reset: 'zero' }) }, /layer1, a layer of another neuron called lif/],
    ['lif with thresholds of their own', { neuron: lif({ threshold: [1, 2] }) }, /'threshold' of layer1 differs/],
    ['another neuron called kWinners', { neuron: leakless }, /layer1, a layer of another neuron called kWinners/],
    ['kWinners that start above rest', { neuron: written({ state: { v: 0.5 } }) }, /layer1/],
    ['kWinners that start apart', { neuron: written({ state: { v: [0, 1] } }) }, /layer1/],
    ['graded input', { encoder: constant() }, /graded/],
    ['a loss on membranes', { loss: crossEntropy({ on: 'v' }) }, /does not add up spikes/],
    ['rules for other layers', { options: { layers: [oja, oja] } }, /2 layers for a network of 1/],
  ]
  test.each(cases)('%s', async (_, parts, message) => {
    await expect(step(parts)).rejects.toMatchObject({ ...wrong, message: expect.stringMatching(message) })
  })
})
