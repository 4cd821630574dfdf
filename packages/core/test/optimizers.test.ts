import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { oracle } from '../src/entries/backend.ts'
import { stepValues, updateTensors } from '../src/entries/learner.ts'
import { adamax, adamW, optimizer, perEpoch, rmsProp } from '../src/entries/optimizers.ts'
import { adam, type Backend, cosine, type Optimizer, reference, sgd } from '../src/index.ts'

const { inputs, expected } = JSON.parse(
  readFileSync(new URL('../../testkit/golden/optimizers.json', import.meta.url), 'utf8'),
) as { inputs: { w0: number[]; grads: number[][] }; expected: Record<string, number[][]> }

/** Weights after each step, the rate multiplied by `factor(step)`. */
async function trajectory(backend: Backend, made: Optimizer, factor = (_: number) => 1): Promise<number[][]> {
  const tensor = (values: readonly number[]) => {
    const made = backend.alloc([2, 3])
    backend.write(made, values)
    return made
  }
  const weight = tensor(inputs.w0)
  const names = Object.keys(made.definition.state).filter((name) => name !== 'weight')
  const moments = Object.fromEntries(names.map((name) => [name, backend.alloc([2, 3])]))
  const weights: number[][] = []
  for (const [i, gradient] of inputs.grads.entries()) {
    updateTensors(
      backend,
      made,
      { weight, gradient: tensor(gradient), moments },
      stepValues(made, i + 1, factor(i + 1)),
    )
    weights.push([...(await backend.read(weight))])
  }
  return weights
}

const largestDifference = (one: number[][], other: number[][]): number =>
  Math.max(...one.flatMap((row, i) => row.map((value, n) => Math.abs(value - other[i]![n]!))))

describe.each<[string, () => Backend, number]>([
  ['oracle', oracle, 1e-14],
  ['reference', reference, 1e-6],
])('on the %s, as the peers', (_, make, tolerance) => {
  test.each<[string, Optimizer]>([
    ['torch_sgd_lr.1_m.5', sgd({ learningRate: 0.1, momentum: 0.5 })],
    ['torch_sgd_lr.1', sgd({ learningRate: 0.1 })],
    ['torch_sgd_nesterov_lr.1_m.9_wd.01', sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true, decay: 0.01 })],
    ['torch_adam_lr1e-3_wd1e-5', adam({ decay: 1e-5 })],
    ['torch_adam_lr5e-3', adam({ learningRate: 5e-3 })],
    ['torch_adam_amsgrad_lr1e-2', adam({ learningRate: 1e-2, amsgrad: true })],
    ['torch_adamw_lr1e-2_wd.1', adamW({ learningRate: 1e-2, decay: 0.1 })],
    ['torch_rmsprop_lr1e-2', rmsProp()],
    ['torch_adamax_lr1e-2', adamax({ learningRate: 1e-2 })],
    ['keras_sgd_lr.1_m.5', sgd({ learningRate: 0.1, momentum: 0.5 })],
  ])('%s', async (name, made) => {
    const difference = largestDifference(await trajectory(make(), made), expected[name]!)
    expect(difference).toBeLessThan(tolerance)
  })
})

describe('epsilonHat', () => {
  // Keras raises the betas to powers in f32, so that its steps of 1e-3 are wrong by up to 6e-6 of their length, 8 times.
  test('as Keras, within its own error', async () => {
    const weights = await trajectory(oracle(), adam({ epsilon: 1e-7, epsilonHat: true }))
    expect(largestDifference(weights, expected['keras_adam_lr1e-3']!)).toBeLessThan(8 * 6e-6 * 1e-3)
  })

  test('adds epsilon to the uncorrected moment', async () => {
    const settings = { learningRate: 0.5, beta1: 0.8, beta2: 0.96, epsilon: 0.1 }
    const [hat] = await trajectory(oracle(), adam({ ...settings, epsilonHat: true }))
    const [after] = await trajectory(oracle(), adam(settings))
    inputs.w0.forEach((weight, n) => {
      const g = inputs.grads[0]![n]!
      // Corrected moments at step 1: g and g ** 2; the square root of the uncorrected second one is 0.2 |g|.
      expect(hat![n]).toBeCloseTo(weight - (0.5 * g * 0.2) / (0.2 * Math.abs(g) + 0.1), 12)
      expect(after![n]).toBeCloseTo(weight - (0.5 * g) / (Math.abs(g) + 0.1), 12)
    })
  })
})

describe('updateTensors', () => {
  test('multiplies the learning rate by the factor', async () => {
    const [scaled, slow] = [
      await trajectory(oracle(), adamW({ learningRate: 0.02 }), () => 0.5),
      await trajectory(oracle(), adamW({ learningRate: 0.01 })),
    ]
    expect(scaled).toEqual(slow)
    expect(await trajectory(oracle(), sgd(), () => 0)).toEqual(inputs.grads.map(() => inputs.w0))
  })
})

describe('sgd', () => {
  test('lets the first gradient into the velocity undampened', async () => {
    const [first, second] = await trajectory(oracle(), sgd({ learningRate: 1, momentum: 0.5, dampening: 0.75 }))
    inputs.w0.forEach((weight, n) => {
      const [g0, g1] = [inputs.grads[0]![n]!, inputs.grads[1]![n]!]
      expect(first![n]).toBeCloseTo(weight - g0, 12)
      expect(second![n]).toBeCloseTo(weight - g0 - (0.5 * g0 + 0.25 * g1), 12)
    })
  })

  test('keeps no velocity without momentum', () => {
    expect(Object.keys(sgd().definition.state)).toEqual(['weight'])
  })
})

describe('amsgrad', () => {
  test('keeps dividing by the largest second moment', async () => {
    const settings = { learningRate: 0.1, beta1: 0, beta2: 0.1 }
    const [plain, kept] = [
      await trajectory(oracle(), adam(settings)),
      await trajectory(oracle(), adam({ ...settings, amsgrad: true })),
    ]
    const stride = (weights: number[][], n: number) => Math.abs(weights[2]![n]! - weights[1]![n]!)
    // Weight 0 meets a gradient of 0.69, then one of 0.03.
    expect(stride(kept, 0)).toBeLessThan(stride(plain, 0) / 3)
  })
})

test('all that depends on the step alone is computed outside the kernel', () => {
  const ops = adam().kernels.forward.program.nodes.map(({ op }) => op)
  expect(ops.filter((op) => op === 'sqrt')).toHaveLength(1)
  expect(ops).not.toContain('pow')
})

test('an optimizer of one’s own is a text', async () => {
  const signs = optimizer<'learningRate'>({
    name: 'signs',
    params: { learningRate: 0.1 },
    bounds: { learningRate: [0, 1] },
    equations: 'weight = weight - learningRate * ((gradient > 0) - (gradient < 0))',
  })()
  const [first] = await trajectory(oracle(), signs)
  expect(first).toEqual(inputs.w0.map((weight, n) => weight - 0.1 * Math.sign(inputs.grads[0]![n]!)))
})

test('the names of hillock 0.1 are understood', () => {
  const lrSchedule = cosine()
  const current = { learningRate: 0.5, lrSchedule }
  for (const make of [adam, adamW, adamax, rmsProp, sgd]) {
    const { params, lrSchedule: schedule } = make({ rate: 0.5, schedule: lrSchedule })
    expect({ params, schedule }).toEqual({ params: make(current).params, schedule: lrSchedule })
  }
})

describe('refused with HILLOCK_OPTION', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['a negative rate', () => adam({ learningRate: -1 }), /adam: 'learningRate' is -1/],
    ['a beta of 1', () => adam({ beta2: 1 }), /'beta2' is 1/],
    ['an option of another optimizer', () => sgd({ beta1: 0.9 } as object), /sgd has no option 'beta1'/],
    [
      'a rate for each weight',
      () => sgd({ learningRate: [1, 2] as unknown as number }),
      /'learningRate' must be one number/,
    ],
    ['Nesterov without momentum', () => sgd({ nesterov: true }), /momentum 0/],
    ['a text for a flag', () => adam({ amsgrad: 'yes' as never }), /adam: 'amsgrad' is 'yes'\ngive true or false/],
    ['a misspelt flag', () => sgd({ nestrov: true } as object), /sgd has no option 'nestrov'\ndid you mean 'nesterov'/],
    ['a flag that is a number', () => sgd({ momentum: 0.9, nesterov: 1 as never }), /'nesterov' is 1/],
    [
      'an option by both its names',
      () => sgd({ rate: 1, learningRate: 1 }),
      /sgd: 'rate' is the old name of 'learningRate'\ngive 'learningRate' alone/,
    ],
    [
      'an optimizer without a learning rate',
      () => optimizer({ name: 'mine', params: { rate: 1 }, bounds: {}, equations: 'weight = rate' } as never),
      /mine has no parameter 'learningRate'/,
    ],
    ['null', () => adamW(null as never), /adamW: the options are null/],
    ['a momentum that is a text', () => sgd({ momentum: '0' as never }), /sgd: 'momentum' is '0'/],
    ['no factors', () => perEpoch([]), /perEpoch: 'factors' is \[\]\ngive one factor/],
    ['a factor that is no number', () => perEpoch([1, Number.NaN]), /'factors' is \[1, NaN\]/],
    ['factors by their name', () => perEpoch({ factors: [1] } as never), /'factors' is an object/],
    [
      'a misspelt warm-up',
      () => cosine({ warmpu: 3 } as object),
      /cosine has no option 'warmpu'\ndid you mean 'warmup'/,
    ],
    ['a negative warm-up', () => cosine({ warmup: -1 }), /'warmup' is -1/],
  ])('%s', (_, act, message) => {
    expect(act).toThrow(expect.objectContaining({ code: 'HILLOCK_OPTION', message: expect.stringMatching(message) }))
  })
})

describe('schedules', () => {
  const at = (step: number, epoch = 0) => ({ update: step, updates: 1100, epoch, epochs: 5 })

  test('perEpoch keeps its last factor', () => {
    const schedule = perEpoch([1, 0.5, 0.1])
    expect([0, 1, 2, 3, 4].map((epoch) => schedule.at(at(0, epoch)))).toEqual([1, 0.5, 0.1, 0.1, 0.1])
  })

  test('cosine rises over the warm-up and falls towards its floor at the end', () => {
    const schedule = cosine({ warmup: 100, floor: 0.2 })
    const factors = [0, 49, 99, 100, 600, 1099].map((step) => schedule.at(at(step)))
    expect(factors.slice(0, 4)).toEqual([0.01, 0.5, 1, 1])
    expect(factors[4]).toBeCloseTo(0.6, 12)
    expect(factors[5]).toBeGreaterThan(0.2)
    expect(factors[5]).toBeLessThan(0.2001)
  })

  test('cosine without options begins at 1 and ends near 0', () => {
    expect(cosine().at(at(0))).toBe(1)
    expect(cosine().at(at(1099))).toBeLessThan(1e-5)
  })
})
