import { wasm } from '@hillock/backend-wasm'
import {
  avgPool,
  type Backend,
  batchNorm,
  conv2d,
  crossEntropy,
  dense,
  fastSigmoid,
  leaky,
  maxPool,
  type Network,
  network,
  neurons,
  recurrent,
  reference,
  sequential,
} from '@hillock/core'
import { oracle } from '@hillock/core/backend'
import { delayed } from '@hillock/core/connections'
import { createRuntime, forward, inputAdjoint, type Signals, type Tensor, throughLayers } from '@hillock/core/learner'
import { lastingOf } from '@hillock/core/network'
import { flat, type Golden, golden, type Nested, shapeOf } from '@hillock/testing'
import { describe, expect, test } from '@jest/globals'

/** Axes in another order: the file's are those of torch, channels first. */
function permuted(value: Nested, order: readonly number[]): number[] {
  const [shape, values] = [shapeOf(value), flat(value)]
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, n) => product * n, 1))
  const to = order.map((axis) => shape[axis]!)
  return Array.from({ length: values.length }, (_, i) => {
    let [rest, from] = [i, 0]
    for (let k = to.length - 1; k >= 0; k--) {
      from += (rest % to[k]!) * strides[order[k]!]!
      rest = Math.floor(rest / to[k]!)
    }
    return values[from]!
  })
}

const neuron = (beta: number) => leaky({ beta, surrogate: fastSigmoid({ slope: 25 }) })
const turned = (value: Nested) => permuted(value, [1, 0])
/** [T, B, C, H, W] to [T, B, H, W, C]. */
const image = (value: Nested) => permuted(value, [0, 1, 3, 4, 2])
/** [out, in, kh, kw] to [kh, kw, in, out]. */
const kernel = (value: Nested) => permuted(value, [2, 3, 1, 0])
/** [out, C * H * W] to [H * W * C, out]. */
const afterImage = (value: Nested) => {
  const rows = (value as readonly Nested[]).map((row) => {
    const cells = flat(row)
    const channels = Array.from({ length: cells.length / 9 }, (_, c) => c)
    return channels.map((c) => [0, 1, 2].map((h) => cells.slice(9 * c + 3 * h, 9 * c + 3 * h + 3)))
  })
  return permuted(rows, [2, 3, 1, 0])
}

interface Case {
  readonly made: (file: Golden) => Network
  /** Tensors of the file by ours, and how its order becomes ours. */
  readonly weights: Readonly<Record<string, readonly [own: string, order: (value: Nested) => number[]]>>
  /** What the file says of each layer: spikes and membranes. */
  readonly layers: readonly string[]
  readonly order?: (value: Nested) => number[]
}

const recurrentWeights = (turn: (value: Nested) => number[]): Case['weights'] => ({
  in_weight: ['layer1.weight', turned],
  in_bias: ['layer1.bias', flat],
  recurrent_weight: ['layer1.recurrent', turn],
  out_weight: ['layer2.weight', turned],
  out_bias: ['layer2.bias', flat],
})

const cases: Readonly<Record<string, Case>> = {
  structure_conv_lif: {
    made: () => sequential([8, 8, 2], [conv2d(4, 3), avgPool(2), neuron(0.9), dense(5), neuron(0.8)]),
    weights: {
      conv_weight: ['layer1.weight', kernel],
      conv_bias: ['layer1.bias', flat],
      dense_weight: ['layer2.weight', afterImage],
      dense_bias: ['layer2.bias', flat],
    },
    layers: ['hidden', 'out'],
    order: image,
  },
  structure_max_pool: {
    made: () => sequential([6, 6, 1], [conv2d(3, 3, { padding: 1 }), neuron(0.9), maxPool(2), dense(4), neuron(0.8)]),
    weights: {
      conv_weight: ['layer1.weight', kernel],
      conv_bias: ['layer1.bias', flat],
      dense_weight: ['layer2.weight', afterImage],
      dense_bias: ['layer2.bias', flat],
    },
    layers: ['hidden', 'out'],
    order: image,
  },
  structure_recurrent_lif: {
    made: ({ inputs, weights }) =>
      sequential(shapeOf(inputs.x!)[2]!, [
        dense(shapeOf(weights.in_bias!)[0]!),
        recurrent(leaky({ surrogate: fastSigmoid({ slope: 25 }) })),
        dense(shapeOf(weights.out_bias!)[0]!),
        neuron(0.8),
      ]),
    weights: recurrentWeights(turned),
    layers: ['hidden', 'out'],
  },
  structure_recurrent_one_to_one: {
    made: ({ inputs, weights }) =>
      sequential(shapeOf(inputs.x!)[2]!, [
        dense(shapeOf(weights.in_bias!)[0]!),
        recurrent(leaky({ surrogate: fastSigmoid({ slope: 25 }) }), { to: 'itself' }),
        dense(shapeOf(weights.out_bias!)[0]!),
        neuron(0.8),
      ]),
    weights: recurrentWeights(flat),
    layers: ['hidden', 'out'],
  },
  structure_skip: {
    made: () =>
      network(7, (input) => {
        const a = neurons(neuron(0.9), [dense(6), input], { name: 'a' })
        const b = neurons(neuron(0.9), [dense(5), a], { name: 'b' })
        return neurons(neuron(0.9), [dense(4), b], [dense(4, { bias: false }), a], { name: 'c' })
      }),
    weights: {
      a_weight: ['a.weight', turned],
      a_bias: ['a.bias', flat],
      b_weight: ['b.weight', turned],
      b_bias: ['b.bias', flat],
      c_from_b_weight: ['c.b.weight', turned],
      c_from_a_weight: ['c.a.weight', turned],
      c_bias: ['c.b.bias', flat],
    },
    layers: ['a', 'b', 'out'],
  },
  structure_batch_norm: {
    made: () => sequential(5, [dense(6, { bias: false }), batchNorm(), neuron(0.9), dense(3), neuron(0.8)]),
    weights: {
      in_weight: ['layer1.weight', turned],
      gamma: ['layer1.norm.weight', flat],
      beta: ['layer1.norm.bias', flat],
      out_weight: ['layer2.weight', turned],
      out_bias: ['layer2.bias', flat],
    },
    layers: ['hidden', 'out'],
  },
  structure_delays: {
    made: ({ meta }) =>
      sequential(5, [
        delayed(dense(6), { perSynapse: turned(meta!.synapse_delay as Nested) }),
        neuron(0.9),
        delayed(dense(3), { perInput: meta!.axon_delay as readonly number[] }),
        neuron(0.8),
      ]),
    weights: {
      in_weight: ['layer1.weight', turned],
      in_bias: ['layer1.bias', flat],
      out_weight: ['layer2.weight', turned],
      out_bias: ['layer2.bias', flat],
    },
    layers: ['hidden', 'out'],
  },
}

/** Runs a network there and back, and gives what the file knows by the file's names. */
async function run(backend: Backend, file: Golden, { made, weights, layers, order = flat }: Case) {
  const net = made(file)
  const given = new Map(Object.entries(weights).map(([name, [own, turn]]) => [own, turn(file.weights[name]!)]))
  const snapshot = new Map(
    net.layers
      .flatMap(lastingOf)
      .map(({ name, shape, initial }) => [name, { shape, values: Float64Array.from(given.get(name) ?? initial(1)) }]),
  )
  const runtime = createRuntime({ network: net, backend, loss: crossEntropy(), seed: 1, snapshot })
  const [steps, size] = shapeOf(file.inputs.x!) as [number, number]
  const put = (shape: readonly number[], values: number[]): Tensor => {
    const tensor = runtime.temporary(shape)
    runtime.backend.write(tensor, values)
    return tensor
  }
  const input = put([steps, size, net.inputs], order(file.inputs.x!))
  const progress = { update: 0, updates: 1, epoch: 0, epochs: 1 }
  const batch = { input, labels: [], steps, size, progress }
  const passes = forward(runtime, batch, { learn: true, keep: () => ['v'] })
  const found: Record<string, number[]> = {}
  const read = async (name: string, tensor: Tensor) => {
    found[name] = Array.from(await runtime.backend.read(tensor))
  }
  for (const [i, { spikes, kept }] of passes.entries()) {
    await read(`${layers[i]}_spk`, spikes)
    await read(`${layers[i]}_v`, kept.v!)
  }
  const last = [steps, size, net.layers.at(-1)!.size]
  const error: Signals = { spike: put(last, flat(file.inputs.cS!)), v: put(last, flat(file.inputs.cV!)) }
  const results = await throughLayers(runtime, passes, error)
  for (const [name, [own]] of Object.entries(weights))
    for (const { gradients } of results) if (gradients.has(own)) await read(`grad_${name}`, gradients.get(own)!)
  const [first] = results.toReversed()
  await read('grad_x', inputAdjoint(runtime, passes[0]!, first!, 'input'))
  await runtime.dispose()
  return found
}

const backends: readonly (readonly [name: string, create: () => Backend | Promise<Backend>, tolerance: number])[] = [
  ['oracle', oracle, 1e-9],
  ['reference', reference, 1e-5],
  ...[1, 2, 4].map((threads) => [`wasm, threads: ${threads}`, () => wasm({ threads }), 1e-5] as const),
]

describe.each(Object.entries(cases))('%s', (name, given) => {
  const file = golden(name)
  const turn = (what: string): number[] => {
    const value = file.expected[what]!
    if (what.startsWith('grad_') && what !== 'grad_x') return given.weights[what.slice('grad_'.length)]![1](value)
    const isImage = given.order !== undefined && shapeOf(value).length === 5
    return isImage ? given.order!(value) : flat(value)
  }
  test.each(backends)('%s', async (_, create, tolerance) => {
    const found = await run(await create(), file, given)
    for (const [what, values] of Object.entries(found)) {
      const wanted = turn(what)
      expect([what, values.length]).toEqual([what, wanted.length])
      if (what.endsWith('_spk')) expect([what, values]).toEqual([what, wanted])
      const scale = Math.max(1, ...wanted.map(Math.abs))
      const worst = Math.max(...wanted.map((value, i) => Math.abs(value - values[i]!)))
      expect([what, worst / scale]).toEqual([what, expect.closeTo(0, -Math.log10(2 * tolerance))])
    }
  })
})
