import { avgPool, type Backend, conv2d, dense, fastSigmoid, flatten, leaky, maxPool, reference } from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { type Connection, delayed } from '@hillock/core/connections'
import { describe, expect, test } from '@jest/globals'
import { channelsLast, type Layer, permuted, runChain } from './chain.ts'
import { expectClose, flat, golden, type Nested, shapeOf, swapped } from './harness.ts'

const surrogate = fastSigmoid({ slope: 25 })
const neuron = (beta: number) => leaky({ beta, surrogate })

/** Every input to every neuron, as data: a wiring of one pair. */
const whole = (units: number): Connection => delayed(dense(units), { steps: 0 })

/** Weights [out, in / groups, h, w] as [h, w, in, out]. */
const kernel = (weight: Nested) => permuted(flat(weight), shapeOf(weight), [2, 3, 1, 0])
/** Weights [out, C * H * W] as [H * W * C, out]. */
const flattened = (weight: Nested, [c, h, w]: readonly [number, number, number]) =>
  permuted(flat(weight), [shapeOf(weight)[0]!, c, h, w], [2, 3, 1, 0])

const backends: readonly (readonly [name: string, make: () => Backend, tolerance: number])[] = [
  ['the oracle', oracle, 1e-9],
  ['the reference', reference, 1e-5],
]

/** Runs a file's layers from its images, or lists, and gives what to compare with. */
async function run(file: string, make: () => Backend, layers: (weights: Readonly<Record<string, Nested>>) => Layer[]) {
  const { inputs, weights, expected } = golden(file)
  const [steps, batch, ...from] = shapeOf(inputs.x!) as [number, number, ...number[]]
  const image = from.length === 3
  const results = await runChain(
    make(),
    {
      x: image ? channelsLast(inputs.x!) : flat(inputs.x!),
      from: image ? [from[1]!, from[2]!, from[0]!] : from,
      steps,
      batch,
    },
    layers(weights),
    { spike: flat(inputs.cS!), v: flat(inputs.cV!) },
  )
  return { results, expected }
}

describe.each(backends)('on %s', (_, make, tolerance) => {
  test('a convolution and an average pool', async () => {
    const { results, expected } = await run('structure_conv_lif', make, (w) => [
      {
        parts: [
          { connection: conv2d(4, 3), weight: kernel(w.conv_weight!), bias: flat(w.conv_bias!) },
          { connection: avgPool(2) },
        ],
        neuron: neuron(0.9),
      },
      {
        parts: [
          { connection: flatten() },
          { connection: dense(5), weight: flattened(w.dense_weight!, [4, 3, 3]), bias: flat(w.dense_bias!) },
        ],
        neuron: neuron(0.8),
      },
    ])
    const [hidden, out] = results.outputs as [Record<string, number[]>, Record<string, number[]>]
    expect(hidden.spike).toEqual(channelsLast(expected.hidden_spk!))
    expect(out.spike).toEqual(flat(expected.out_spk!))
    expectClose(hidden.v!, channelsLast(expected.hidden_v!), tolerance)
    expectClose(out.v!, expected.out_v, tolerance)
    expectClose(results.weights[0]![0]!, kernel(expected.grad_conv_weight!), tolerance)
    expectClose(results.biases[0]![0]!, expected.grad_conv_bias, tolerance)
    expectClose(results.weights[1]![1]!, flattened(expected.grad_dense_weight!, [4, 3, 3]), tolerance)
    expectClose(results.biases[1]![1]!, expected.grad_dense_bias, tolerance)
    expectClose(results.adjoints[0]![0]!, channelsLast(expected.grad_x!), tolerance)
  })

  test('a max pool of spikes', async () => {
    const { results, expected } = await run('structure_max_pool', make, (w) => [
      {
        parts: [{ connection: conv2d(3, 3, { padding: 1 }), weight: kernel(w.conv_weight!), bias: flat(w.conv_bias!) }],
        neuron: neuron(0.9),
      },
      {
        parts: [
          { connection: maxPool(2) },
          { connection: whole(4), weight: flattened(w.dense_weight!, [3, 3, 3]), bias: flat(w.dense_bias!) },
        ],
        neuron: neuron(0.8),
      },
    ])
    expect(results.outputs[0]!.spike).toEqual(channelsLast(expected.hidden_spk!))
    expect(results.outputs[1]!.spike).toEqual(flat(expected.out_spk!))
    expectClose(results.adjoints[1]![1]!, channelsLast(expected.adjoint_pooled!), tolerance)
    expectClose(results.adjoints[1]![0]!, channelsLast(expected.adjoint_hidden_spk!), tolerance)
    expectClose(results.weights[0]![0]!, kernel(expected.grad_conv_weight!), tolerance)
    expectClose(results.biases[0]![0]!, expected.grad_conv_bias, tolerance)
    expectClose(results.weights[1]![1]!, flattened(expected.grad_dense_weight!, [3, 3, 3]), tolerance)
    expectClose(results.adjoints[0]![0]!, channelsLast(expected.grad_x!), tolerance)
  })

  test('delays of each synapse, and of each axon', async () => {
    const { meta } = golden('structure_delays') as unknown as { meta: { synapse_delay: Nested; axon_delay: number[] } }
    const { results, expected } = await run('structure_delays', make, (w) => [
      {
        parts: [
          {
            connection: delayed(dense(6), { perSynapse: flat(swapped(meta.synapse_delay)) }),
            weight: flat(swapped(w.in_weight!)),
            bias: flat(w.in_bias!),
          },
        ],
        neuron: neuron(0.9),
      },
      {
        parts: [
          {
            connection: delayed(dense(3), { perInput: meta.axon_delay }),
            weight: flat(swapped(w.out_weight!)),
            bias: flat(w.out_bias!),
          },
        ],
        neuron: neuron(0.8),
      },
    ])
    expect(results.outputs[0]!.spike).toEqual(flat(expected.hidden_spk!))
    expect(results.outputs[1]!.spike).toEqual(flat(expected.out_spk!))
    expectClose(results.outputs[0]!.v!, expected.hidden_v, tolerance)
    expectClose(results.weights[0]![0]!, swapped(expected.grad_in_weight!), tolerance)
    expectClose(results.biases[0]![0]!, expected.grad_in_bias, tolerance)
    expectClose(results.weights[1]![0]!, swapped(expected.grad_out_weight!), tolerance)
    expectClose(results.adjoints[0]![0]!, expected.grad_x, tolerance)
  })
})
