import { createSession, crossEntropy, dense, poisson, sequential } from '@hillock/core'
import { kWinners } from '@hillock/core/neurons'
import { describe, expect, test } from '@jest/globals'
import { listed } from '../src/events.ts'
import { hebbian } from '../src/index.ts'
import { type LayerOptions, planOf } from '../src/plan.ts'
import { outstar } from '../src/rules/outstar.ts'
import { partsOf, playAll, stages, type Values } from './stages.ts'

test('the names of hillock 0.1 are understood', () => {
  const current = { learningRate: 0.1, antiHebbianRate: 0.05, classPartition: true }
  expect(planOf({ rule: 'supervised', rate: 0.1, anti: 0.05, byClass: true })).toEqual(
    planOf({ rule: 'supervised', ...current }),
  )
  expect(() => planOf({ rule: 'instar', finalRate: 2 })).toThrow("'finalLearningRate' is 2")
})

/** Every step of every sample shows the same inputs to one layer of `kWinners`. */
function shown(
  make: (typeof stages)[number][1],
  options: LayerOptions,
  {
    weights,
    shape: [inputs, units],
    active,
    labels = [0],
    steps = 2,
    classes = units,
    k = 1,
  }: {
    readonly weights: readonly number[]
    readonly shape: readonly [number, number]
    readonly active: readonly number[]
    readonly labels?: readonly number[]
    readonly steps?: number
    readonly classes?: number
    readonly k?: number
  },
) {
  const network = sequential(inputs, [dense(units), kWinners({ beta: 0, threshold: 0.5, resetAmount: 0, k })])
  const row = Array.from({ length: inputs }, (_, i) => (active.includes(i) ? 1 : 0))
  const rows = labels.length * steps
  const input = listed(
    Float32Array.from({ length: rows * inputs }, (_, at) => row[at % inputs]!),
    inputs,
  )
  const stage = make(partsOf(network, [options], [Float32Array.from(weights)]), input, steps)
  const teacher = labels.map(() => new Uint8Array(steps))
  return playAll(stage, { labels, classes, teacher, clip: options.clip ?? Infinity })
}

const idle = { rule: { name: 'none', competes: true } }
const rounded = (values: readonly number[]) => values.map((value) => Number(value.toFixed(5)))

describe.each(stages)('%s', (_, make) => {
  test('decay: every weight loses a part at each step', () => {
    const { weights } = shown(make, { ...idle, decay: 0.1 }, { weights: [1, -2], shape: [1, 2], active: [], steps: 3 })
    expect(rounded(weights[0]!)).toEqual([0.729, -1.458])
  })

  test('normalize: weights of each neuron have unit length after a presentation', () => {
    const given = { weights: [3, 0.5, 4, 0], shape: [2, 2], active: [] } as const
    expect(rounded(shown(make, { ...idle, normalize: true }, given).weights[0]!)).toEqual([0.6, 1, 0.8, 0])
  })

  test('clip: no weight is further from 0', () => {
    const given = { weights: [3, -3, 0.5, -0.5], shape: [2, 2], active: [] } as const
    expect(shown(make, { ...idle, clip: 1 }, given).weights[0]).toEqual([1, -1, 0.5, -0.5])
  })

  test('recruit: who never fired wins a presentation and takes its imprint, one after another', () => {
    const given = { weights: [1, 0, 0, 1, 0, 0], shape: [2, 3], active: [0, 1], labels: [0, 0, 0, 0] } as const
    const { spikes, weights, wins } = shown(make, { ...idle, recruit: true }, given)
    expect(spikes[0]).toEqual([[0], [0], [1], [1], [2], [2], [0], [0]])
    expect(wins[0]).toEqual([2, 1, 1])
    expect(rounded(weights[0]!)).toEqual(new Array(6).fill(Number(Math.SQRT1_2.toFixed(5))))
    expect(shown(make, idle, given).spikes[0]!.every(([first]) => first === 0)).toBe(true)
  })

  test('classPartition: the teacher silences neurons of other classes', () => {
    const given = { weights: [1, 2, 3, 4], shape: [1, 4], active: [0], labels: [0, 1], steps: 1, classes: 2 } as const
    expect(shown(make, { ...idle, classPartition: true }, given).spikes[0]).toEqual([[1], [3]])
    expect(shown(make, idle, given).spikes[0]).toEqual([[3], [3]])
  })

  test('k and threshold stand in for the neurons’ own', () => {
    const given = { weights: [0.4, 0.8, 1, 0.6], shape: [1, 4], active: [0], steps: 1, k: 1 } as const
    expect(shown(make, idle, given).spikes[0]).toEqual([[2]])
    expect(shown(make, { ...idle, k: 3 }, given).spikes[0]).toEqual([[1, 2, 3]])
    expect(shown(make, { ...idle, k: 3, threshold: 0.7 }, given).spikes[0]).toEqual([[1, 2]])
    expect(shown(make, { ...idle, k: 4, threshold: 0.3 }, given).spikes[0]).toEqual([[0, 1, 2, 3]])
  })
})

test.each([0, 0.3, 1])('the teacher fires with probability %d', async (teacher) => {
  // Nobody fires but the teacher, who adds to the weights from the input that is always on, so often as it fires.
  const neuron = kWinners({ threshold: 1e6 })
  const network = sequential(1, [dense(2, { weight: 'zeros', bias: false }), neuron])
  const learner = hebbian({ teacher, layers: [{ rule: 'supervised', learningRate: 1 }] })
  const [count, steps] = [20, 50]
  const train = {
    images: new Float32Array(count).fill(1),
    labels: new Uint8Array(count).fill(1),
    count,
    features: 1,
    classes: 2,
  }
  const session = createSession({ network, learner, encoder: poisson({ probability: 1 }), loss: crossEntropy(), steps })
  for await (const _ of session.train({ train, test: train }, { batchSize: 8 }));
  const [other, taught] = (await session.snapshot()).get('layer1.weight')!.values
  expect(other).toBe(0)
  expect(Math.abs(taught! / (count * steps) - teacher)).toBeLessThan(teacher % 1 === 0 ? 1e-6 : 0.05)
})

test('floor: how far one input may rule a class out', () => {
  const units = 2
  const weights: Values = Float32Array.from([0.5, 0.5].map((p) => Math.log(p + 0.1)))
  const network = sequential(1, [dense(units), kWinners()])
  const [part] = partsOf(network, [{ rule: outstar({ learningRate: 1, floor: 0.1 }) }], [weights])
  const stage = stages[0]![1]([part!], listed(Float32Array.of(1), 1), 1)
  const { weights: found } = playAll(stage, { labels: [1], classes: units, teacher: [new Uint8Array(1)] })
  expect(rounded(found[0]!)).toEqual(rounded([Math.log(0.1), Math.log(1.1)]))
})
