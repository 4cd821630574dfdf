import {
  arctan,
  fastSigmoid,
  leaky,
  type Neuron,
  type NeuronOptions,
  neuron,
  oracle,
  reference,
  sigmoid,
} from '@hillock/core'
import { describe, expect, test } from '@jest/globals'
import { expectClose, flat, type Golden, golden, runTwoLayers, swapped, torchLayers } from './harness.ts'

/** SpikingJelly's LIFNode: the input decays too, a membrane at threshold fires, the reset is hard and detached. */
const spikingJellyLif = neuron({
  name: 'LIFNode',
  params: { tau: 2, v_threshold: 1, v_reset: 0 },
  state: { v: 'v_reset' },
  surrogate: sigmoid({ slope: 4 }),
  equations: `
    charged = v + (input - (v - v_reset)) / tau
    spike = heaviside(charged - v_threshold, 1)
    v = where(spike, v_reset, charged)`,
})

/** SpikingJelly's ParametricLIFNode: 1 / tau is sigmoid(w), and the gradient flows through the reset. */
const spikingJellyPlif = neuron({
  name: 'ParametricLIFNode',
  params: { w: -0.40546509623527527, v_threshold: 1, v_reset: 0 },
  state: { v: 'v_reset' },
  surrogate: sigmoid({ slope: 4 }),
  equations: `
    charged = v + (input - (v - v_reset)) * sigmoid(w)
    spike = heaviside(charged - v_threshold, 1)
    v = (1 - spike) * charged + spike * v_reset`,
})

/** Norse's lif_feed_forward_step: a synaptic current that jumps before the membrane moves. */
const norseLif = neuron({
  name: 'lif_feed_forward',
  params: { tau_syn_inv: 200, tau_mem_inv: 100, v_leak: 0, v_th: 1, v_reset: 0, dt: 0.001 },
  state: { v: 'v_leak', i: 0 },
  surrogate: fastSigmoid({ slope: 100 }),
  equations: `
    jumped = i + input
    decayed = v + dt * tau_mem_inv * ((v_leak - v) + jumped)
    i = jumped - dt * tau_syn_inv * jumped
    spike = heaviside(decayed - v_th)
    v = (1 - spike) * decayed + spike * v_reset`,
})

interface Case {
  readonly file: string
  readonly make: (options?: NeuronOptions) => Neuron
  readonly learn?: readonly string[]
}

const cases: readonly Case[] = [
  { file: 'snntorch_leaky_subtract', make: (options) => leaky(options) },
  { file: 'snntorch_leaky_zero', make: (options) => leaky({ ...options, reset: 'zero' }) },
  { file: 'snntorch_leaky_atan', make: (options) => leaky({ ...options, surrogate: arctan() }) },
  { file: 'snntorch_leaky_sigmoid', make: (options) => leaky({ ...options, surrogate: sigmoid() }) },
  {
    file: 'snntorch_leaky_learn_beta_threshold',
    make: (options) => leaky({ ...options, beta: 0.8, threshold: 0.9 }),
    learn: ['beta', 'threshold'],
  },
  { file: 'sj_lif_hard_decayinput_detach', make: spikingJellyLif },
  { file: 'sj_plif_decayinput', make: spikingJellyPlif, learn: ['w'] },
  { file: 'norse_lif_feed_forward', make: norseLif },
]

const run = (backend: typeof oracle, file: Golden, { make, learn = [] }: Case) =>
  runTwoLayers(backend(), torchLayers(file, [make({ learn }), make({ learn })]), async () => ({
    spike: flat(file.inputs.cS!),
    'state:v': flat(file.inputs.cM!),
  }))

describe.each([
  ['oracle', oracle, 1e-9],
  ['reference', reference, 1e-5],
] as const)('%s', (_, backend, tolerance) => {
  test.each(cases)('$file', async (golden_) => {
    const file = golden(golden_.file)
    const { expected } = file
    const result = await run(backend, file, golden_)
    expect(await result.read(0, 'spike')).toEqual(flat(expected.l1_spk!))
    expect(await result.read(1, 'spike')).toEqual(flat(expected.l2_spk!))
    expectClose(await result.read(0, 'state:v'), expected.l1_mem, tolerance)
    expectClose(await result.read(1, 'state:v'), expected.l2_mem, tolerance)
    if (expected.l1_i) expectClose(await result.read(0, 'state:i'), expected.l1_i, tolerance)
    expectClose(result.weights[0]!, swapped(expected.grad_W1!), tolerance)
    expectClose(result.weights[1]!, swapped(expected.grad_W2!), tolerance)
    expectClose(result.biases[0]!, expected.grad_b1, tolerance)
    expectClose(result.biases[1]!, expected.grad_b2, tolerance)
    expectClose(result.x, expected.grad_x, tolerance)
    for (const name of golden_.learn ?? []) {
      expectClose(result.params[0]![name]!, expected[`grad_${name}1`], tolerance)
      expectClose(result.params[1]![name]!, expected[`grad_${name}2`], tolerance)
    }
  })
})
