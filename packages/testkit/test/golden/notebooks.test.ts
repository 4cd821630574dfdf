import { fastSigmoid, leaky, lif, neuron, reference } from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { gradedSpike } from '@hillock/core/neurons'
import { describe, expect, test } from '@jest/globals'
import { play } from '../../src/rig.ts'
import { expectClose, flat, golden, type Nested, type Results, runTwoLayers, swapped, torchLayers } from './harness.ts'

const [batch, classes] = [3, 4]

/** Rows of `classes` numbers to their softmax. */
function softmax(rows: readonly number[]): number[] {
  return rows.map((value, i) => {
    const row = rows.slice(i - (i % classes), i - (i % classes) + classes)
    return 1 / row.reduce((sum, other) => sum + Math.exp(other - value), 0)
  })
}

/** The derivative of the mean cross-entropy by its logits. */
const crossEntropySignal = (logits: readonly number[], target: Nested): number[] =>
  softmax(logits).map((p, i) => (p - ((target as number[])[Math.floor(i / classes)] === i % classes ? 1 : 0)) / batch)

/** [T, B, N] to its sum over time, [B, N]. */
const overTime = (values: readonly number[]): number[] =>
  Array.from({ length: batch * classes }, (_, i) =>
    values.reduce((sum, value, at) => sum + (at % (batch * classes) === i ? value : 0), 0),
  )

const repeated = (values: readonly number[], steps: number): number[] =>
  Array.from({ length: steps }, () => values).flat()

function expectGradients(
  result: Results,
  expected: Readonly<Record<string, Nested>>,
  torch: boolean,
  tolerance: number,
) {
  for (const layer of [0, 1] as const) {
    const weights = expected[`grad_W${layer + 1}`]!
    expectClose(result.weights[layer]!, torch ? swapped(weights) : weights, tolerance)
    expectClose(result.biases[layer]!, expected[`grad_b${layer + 1}`], tolerance)
  }
}

describe.each([
  ['oracle', oracle, 1e-9],
  ['reference', reference, 1e-5],
] as const)('%s', (_, backend, tolerance) => {
  test('001: graded spikes, trained on the mean of the delayed membrane', async () => {
    const file = golden('seed001_graded_net')
    const { inputs, expected } = file
    const images = inputs.img as number[][]
    const x = (inputs.u as number[][][]).map((rows) => rows.map((row, b) => row.map((u, i) => u * images[b]![i]!)))
    const layers = { ...torchLayers(file, [gradedSpike(), gradedSpike()]), x }
    let logits: number[] = []
    const result = await runTwoLayers(backend(), layers, ([, last]) => {
      logits = overTime(last!.delayed!).map((sum) => sum / x.length)
      const signal = crossEntropySignal(logits, inputs.target!).map((value) => value / x.length)
      return { delayed: repeated(signal, x.length) }
    })
    for (const [layer, outputs] of result.outputs.entries()) {
      const name = `l${layer + 1}`
      expectClose(outputs.delayed!, expected[`${name}_state`], tolerance)
      expectClose(outputs.spike!, expected[`${name}_output`], tolerance)
      expectClose(outputs.v!, expected[`${name}_inner_post`], tolerance)
      expectClose(outputs.out!, expected[`${name}_outer_now`], tolerance)
    }
    expectClose(logits, expected.logits, tolerance)
    expectGradients(result, expected, true, tolerance)
  })

  test('002: reset to zero in the same step, the gradient flowing through it', async () => {
    const { inputs, weights, expected } = golden('seed002_keras_lif')
    const make = () =>
      lif({ beta: 0.95, reset: 'zero', detach: false, record: ['pre'], surrogate: fastSigmoid({ slope: 10 }) })
    const layers = {
      x: swapped(inputs.x!),
      weights: [weights.W1!, weights.W2!],
      biases: [weights.b1!, weights.b2!],
      neurons: [make(), make()],
    } as const
    let counts: number[] = []
    const result = await runTwoLayers(backend(), layers, ([, last]) => {
      counts = overTime(last!.spike!)
      return { spike: repeated(crossEntropySignal(counts, inputs.target!), 12) }
    })
    for (const [layer, outputs] of result.outputs.entries()) {
      const n = layer + 1
      expect(outputs.spike).toEqual(flat(swapped(expected[`spk${n}`]!)))
      expectClose(outputs.pre!, swapped(expected[`v${n}_pre_reset`]!), tolerance)
      expectClose(outputs.v!, swapped(expected[`v${n}_post_reset`]!), tolerance)
    }
    expect(counts).toEqual(flat(expected.counts!))
    expectClose(softmax(counts), expected.probs, tolerance)
    expectGradients(result, expected, false, tolerance)
  })

  test('003: two layers of leaky neurons, trained on spike counts', async () => {
    const file = golden('seed003_tinysnn')
    const { inputs, expected } = file
    const result = await runTwoLayers(backend(), torchLayers(file, [leaky(), leaky()]), ([, last]) => ({
      spike: repeated(crossEntropySignal(overTime(last!.spike!), inputs.target!), 12),
    }))
    for (const [layer, outputs] of result.outputs.entries()) {
      expect(outputs.spike).toEqual(flat(expected[`spk${layer + 1}`]!))
      expectClose(outputs.v!, expected[`mem${layer + 1}`], tolerance)
    }
    expectGradients(result, expected, true, tolerance)
  })

  test('003: one neuron driven by a current, by Euler steps', async () => {
    const { inputs, expected } = golden('seed003_lif_euler_demo')
    const driven = neuron({
      name: 'euler',
      params: { dt: 0.001, tau: 0.02, v_th: 1, v_reset: 0, E_L: 0 },
      state: { v: 'E_L' },
      equations: `
        pre = v + (-(v - E_L) + input) * (dt / tau)
        spike = heaviside(pre - v_th, 1)
        v = where(spike, v_reset, pre)`,
    })()
    // The notebook's V[t + 1] is what step t leaves behind.
    const input = flat(inputs.I!).slice(0, -1)
    const { kernels, params } = driven
    const run = { kernels, params, steps: input.length, batch: 1, size: 1, inputs: { input } }
    const { spike, v } = await play(backend(), run)
    expect(spike!.flatMap((fired, t) => (fired === 1 ? [t + 1] : []))).toEqual(flat(expected.spike_times!))
    expectClose([0, ...v!], expected.V, tolerance)
  })
})
