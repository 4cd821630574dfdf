import { fastSigmoid, leaky, leakyIntegrator, type Neuron, neuron, recurrent, reference } from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { describe, expect, test } from '@jest/globals'
import { expectClose, flat, type Golden, golden, largest, type Nested, runTwoLayers, swapped } from './harness.ts'

/** Bellec et al. 2020: a threshold that rises with each spike. */
const alif = neuron({
  name: 'alif',
  params: { alpha: 0.9, rho: 0.96, strength: 0.17, threshold: 1 },
  state: { v: 0, a: 0, z: 0 },
  surrogate: fastSigmoid({ slope: 25 }),
  equations: `
    v = alpha * v + input - threshold * detach(z)
    a = rho * a + z
    spike = heaviside(v - threshold - strength * a)
    z = spike`,
})

const layers = ({ inputs, weights }: Golden, names: readonly string[], neurons: readonly [Neuron, Neuron]) => {
  const [first, firstBias, second, secondBias] = names.map((name) => weights[name]) as [Nested, Nested, Nested, Nested]
  return {
    x: inputs.x!,
    weights: [swapped(first), swapped(second)] as const,
    biases: [firstBias ?? flat((first as Nested[]).map(() => 0)), secondBias] as const,
    neurons,
  }
}

describe.each([
  ['oracle', oracle, 1e-9],
  ['reference', reference, 1e-5],
] as const)('%s', (_, backend, tolerance) => {
  /** In single precision torch itself may stray further. */
  const within = ({ check, expected }: Golden, gradient: string) => {
    const strays = tolerance < 1e-6 ? undefined : check.float32_max_abs_diff?.[gradient]
    return Math.max(tolerance, (1.25 * (strays ?? 0)) / largest(expected[`grad_${gradient}`]!))
  }
  const names = ['in_weight', 'in_bias', 'out_weight', 'out_bias']
  const readout = leaky({ beta: 0.8 })

  test.each([
    ['a layer that sees its spikes through a matrix', 'structure_recurrent_lif', true],
    ['neurons that see their own spikes', 'structure_recurrent_one_to_one', false],
  ])('%s', async (_, file, whole) => {
    const values = golden(file)
    const { inputs, weights, expected } = values
    const made = recurrent(leaky(), { to: whole ? 'layer' : 'itself' })
    const own = whole ? made : { ...made, params: { ...made.params, recurrent: flat(weights.recurrent_weight!) } }
    const given = layers(values, names, [own, readout])
    const matrix = whole ? { recurrent: swapped(weights.recurrent_weight!) } : {}
    const signals = { spike: flat(inputs.cS!), v: flat(inputs.cV!) }
    const result = await runTwoLayers(backend(), { ...given, ...matrix }, () => signals)
    const [hidden, out] = result.outputs
    expect(hidden!.spike).toEqual(flat(expected.hidden_spk!))
    expect(out!.spike).toEqual(flat(expected.out_spk!))
    expectClose(hidden!.v!, expected.hidden_v, tolerance)
    expectClose(out!.v!, expected.out_v, tolerance)
    const close = (found: ArrayLike<number>, gradient: string, turn: (value: Nested) => Nested = (value) => value) =>
      expectClose(found, turn(expected[`grad_${gradient}`]!), within(values, gradient))
    close(result.weights[0]!, 'in_weight', swapped)
    close(result.weights[1]!, 'out_weight', swapped)
    close(result.biases[0]!, 'in_bias')
    close(result.biases[1]!, 'out_bias')
    close(result.x, 'x')
    if (whole) close(result.recurrent, 'recurrent_weight', swapped)
    else close(result.params[0]!.recurrent!, 'recurrent_weight')
  })

  test.each([
    ['bptt', false, false],
    ['eprop_symmetric', true, false],
    ['eprop_random', true, true],
  ])('adaptive neurons by %s', async (rule, alone, random) => {
    const values = golden('structure_eprop_alif')
    const { inputs, weights, expected } = values
    const made = recurrent(alif())
    const kernels = alone ? { ...made.kernels, reverse: made.kernels.reverseWithin } : made.kernels
    const neurons = [{ ...made, kernels }, leakyIntegrator({ beta: 0.85 })] as const
    const given = layers(values, ['W_in', 'no bias', 'W_out', 'W_out_bias'], neurons)
    const feedback = random ? { feedback: swapped(inputs.feedback_random!) } : {}
    const target = flat(inputs.target!)
    const [steps, batch] = [20, 3]
    const result = await runTwoLayers(
      backend(),
      { ...given, ...feedback, recurrent: swapped(weights.W_recurrent!) },
      ([, out]) => ({ v: out!.v!.map((y, i) => (y - target[i]!) / (steps * batch)) }),
    )
    const [hidden, out] = result.outputs
    expect(hidden!.spike).toEqual(flat(expected.spikes!))
    expectClose(hidden!.v!, expected.v, tolerance)
    expectClose(hidden!.a!, expected.a, tolerance)
    expectClose(out!.v!, expected.y, tolerance)
    expectClose(result.weights[0]!, swapped(expected[`${rule}_in`]!), tolerance)
    expectClose(result.recurrent, swapped(expected[`${rule}_recurrent`]!), tolerance)
    expectClose(result.weights[1]!, swapped(expected[`${rule}_out`]!), tolerance)
    expectClose(result.biases[1]!, expected[`${rule}_out_bias`], tolerance)
  })
})
