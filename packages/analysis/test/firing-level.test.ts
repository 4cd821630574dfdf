import {
  adaptiveLif,
  dense,
  leaky,
  leakyIntegrator,
  lif,
  type Neuron,
  neuron,
  sequential,
  synaptic,
} from '@hillock/core'
import { gradedSpike, izhikevich, kWinners, relu } from '@hillock/core/neurons'
import { describe, expect, test } from '@jest/globals'
import { firingLevel } from '../src/index.ts'

const level = (neuron: Neuron, shown: string, learnt: Record<string, number[]> = {}) => {
  const network = sequential(1, [dense(2), neuron])
  const weights = new Map(
    Object.entries(learnt).map(([name, values]) => [
      `layer1.${name}`,
      { shape: [values.length], values: Float32Array.from(values) },
    ]),
  )
  const found = firingLevel(network.layers[0]!, weights, shown)
  return found && Array.from(found)
}

/** The membrane is \`u\`; \`v\`, the current, has a parameter called threshold that no spike depends on. */
const misleading = neuron({
  name: 'misleading',
  params: { threshold: 5, theta: 2 },
  state: { v: 0, u: 0 },
  equations: `
    v = 0.5 * v + max(input - threshold, 0)
    u = 0.9 * u + v
    spike = heaviside(u - theta)
    u = where(spike, 0, u)`,
})

describe('the level that a value has to pass', () => {
  test.each<[string, number[] | undefined, number[] | undefined]>([
    ['of lif', level(lif({ threshold: 0.3 }), 'pre'), [0.3, 0.3]],
    ['after its reset', level(lif({ threshold: [0.3, 2] }), 'v'), [0.3, 2]],
    ['of leaky, which is compared as it is', level(leaky({ threshold: 0.5 }), 'v'), [0.5, 0.5]],
    ['of synaptic', level(synaptic(), 'pre'), [1, 1]],
    ['of kWinners', level(kWinners({ threshold: 4 }), 'pre'), [4, 4]],
    ['of a neuron of graded spikes', level(gradedSpike({ threshold: 2 }), 'pre'), [2, 2]],
    ['of izhikevich, where it is called peak', level(izhikevich(), 'v'), [30, 30]],
    ['as learnt, one for all', level(lif({ learn: ['threshold'] }), 'pre', { threshold: [0.75] }), [0.75, 0.75]],
    [
      'as learnt, one each',
      level(lif({ threshold: [1, 1], learn: ['threshold'] }), 'pre', { threshold: [2, 3] }),
      [2, 3],
    ],
    ['of the membrane, whatever it is called', level(misleading(), 'u'), [2, 2]],
    ['of a current: none', level(synaptic(), 'i'), undefined],
    ['where the threshold moves: none', level(adaptiveLif(), 'pre'), undefined],
    ['of neurons that do not fire: none', level(leakyIntegrator(), 'v'), undefined],
    ['of relu: none', level(relu(), 'spike'), undefined],
  ])('%s', (_, found, wanted) => {
    expect(found).toEqual(wanted)
  })
})
