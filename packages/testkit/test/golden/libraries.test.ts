import { arctan, fastSigmoid, leaky, type Neuron, neuron, reference } from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { sigmoid } from '@hillock/core/surrogates'
import { describe, expect, test } from '@jest/globals'
import {
  expectClose,
  flat,
  type Golden,
  golden,
  largest,
  type Nested,
  runTwoLayers,
  swapped,
  torchLayers,
} from './harness.ts'

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
  readonly make: (options: { readonly learn: never[] }) => Neuron
  /** Parameters of that neuron. */
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

/** 1e-5, or what the library's own float32 run strays where that is more (its steep surrogates magnify a membrane's rounding). */
function singlePrecision({ check, expected }: Golden, name: string): number {
  const strays = check.float32_max_abs_diff?.[name]
  // snnTorch's sigmoid surrogate gives NaN in float32; its logarithm changes by at most slope (25) times what the membrane strays.
  if (strays === null) return 25 * check.float32_max_abs_diff!.l2_mem!
  return Math.max(1e-5, (1.25 * strays!) / largest(expected[name]!))
}

describe.each([
  ['oracle', oracle, () => 1e-9],
  ['reference', reference, singlePrecision],
] as const)('%s', (_, backend, tolerance) => {
  test.each(cases)('$file', async ({ file, make, learn = [] }) => {
    const values = golden(file)
    const { inputs, expected } = values
    const own = { learn: [...learn] as never[] }
    const neurons = [make(own), make(own)] as const
    const result = await runTwoLayers(backend(), torchLayers(values, neurons), () => ({
      spike: flat(inputs.cS!),
      v: flat(inputs.cM!),
    }))
    const close = (actual: ArrayLike<number>, name: string, turn: (value: Nested) => Nested = (value) => value) =>
      expectClose(actual, turn(expected[name]!), tolerance(values, name))
    for (const layer of [0, 1] as const) {
      const n = layer + 1
      const outputs = result.outputs[layer]!
      expect(outputs.spike).toEqual(flat(expected[`l${n}_spk`]!))
      close(outputs.v!, `l${n}_mem`)
      if (expected[`l${n}_i`]) close(outputs.i!, `l${n}_i`)
      close(result.weights[layer]!, `grad_W${n}`, swapped)
      close(result.biases[layer]!, `grad_b${n}`)
      for (const name of learn) close(result.params[layer]![name]!, `grad_${name}${n}`)
    }
    close(result.x, 'grad_x')
  })
})
