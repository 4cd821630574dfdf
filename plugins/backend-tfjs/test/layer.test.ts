import {
  crossEntropy,
  dense,
  encode,
  fastSigmoid,
  leakyIntegrator,
  lif,
  type Network,
  neuron,
  poisson,
  reference,
  sequential,
  synaptic,
} from '@hillock/core'
import {
  adjoints,
  createRuntime,
  forward,
  type LayerGradients,
  layerGradients,
  outputName,
  type Signals,
} from '@hillock/core/learner'
import { weightNames } from '@hillock/core/network'
import { kWinners } from '@hillock/core/neurons'
import { stream } from '@hillock/core/random'
import { boxcar } from '@hillock/core/surrogates'
import { describe, expect, jest, test } from '@jest/globals'
import '@tensorflow/tfjs-backend-cpu'
import '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { asLayer, type LayerOptions } from '../src/index.ts'

jest.setTimeout(120_000)
await tf.setBackend('wasm')

const [steps, batch, inputs] = [7, 3, 12]
const surrogate = fastSigmoid({ slope: 5 })
const sines = (count: number, seed: number) => Float32Array.from({ length: count }, (_, i) => Math.sin(7 * i + seed))

interface Case extends Pick<LayerOptions, 'encoder' | 'reads' | 'returnSequences'> {
  readonly network: Network
  /** Whether the input has time steps of its own. */
  readonly timed?: boolean
}

const twoCurrents = neuron({
  name: 'two currents',
  params: { beta: 0.8 },
  state: { v: 0.1, a: 'beta / 2' },
  inputs: ['input', 'gate'],
  surrogate,
  equations: `
    a = 0.5 * a + gate
    v = beta * v + input * tanh(a) - 0.01 * t
    spike = heaviside(v - 0.3)
    v = where(spike, 0, v)`,
})

const wide = { weight: { uniform: 1 } } as const
const cases: Readonly<Record<string, Case>> = {
  'a constant current': {
    network: sequential(inputs, [dense(9, wide), lif({ surrogate }), dense(4, wide), lif({ surrogate })]),
  },
  'an input that changes': {
    network: sequential(inputs, [dense(9, wide), synaptic({ surrogate }), dense(4, wide), lif({ surrogate })]),
    timed: true,
  },
  'every time step given out': {
    network: sequential(inputs, [dense(9, wide), lif({ surrogate }), dense(4, wide), lif({ surrogate })]),
    returnSequences: true,
  },
  'spikes by an encoder': {
    network: sequential(inputs, [dense(9, wide), lif({ surrogate }), dense(4, wide), lif({ surrogate })]),
    encoder: poisson({ probability: 0.6 }),
  },
  'a membrane that is read, and no bias': {
    network: sequential(inputs, [
      dense(9, { ...wide, bias: false }),
      lif({ surrogate: boxcar() }),
      dense(4),
      leakyIntegrator(),
    ]),
    reads: 'v',
  },
  'neurons that learn': {
    network: sequential(inputs, [
      dense(9, wide),
      lif({ surrogate, learn: ['beta', 'threshold'] }),
      dense(4, wide),
      twoCurrents({ learn: ['beta'] }),
    ]),
    timed: true,
  },
  'a parameter for each neuron': {
    network: sequential(inputs, [dense(4, wide), lif({ surrogate, beta: [0.5, 0.6, 0.7, 0.8], learn: ['beta'] })]),
  },
  competition: {
    network: sequential(inputs, [dense(9, wide), kWinners({ k: 3, surrogate }), dense(4, wide), lif({ surrogate })]),
  },
}

/** What hillock itself finds on the reference backend: the output, and all gradients of its sum weighted with `weighting`. */
async function byHillock(
  { network, encoder, reads = 'spike', returnSequences, timed }: Case,
  x: Float32Array,
  weighting: Float32Array,
) {
  const backend = reference()
  const runtime = createRuntime({ network, backend, loss: crossEntropy(), seed: 5 })
  const raw = runtime.temporary([timed ? steps : 1, batch, inputs])
  runtime.backend.write(raw, x)
  const random = { seed: 5, stream: stream.encoding, step: 2 ** 31, place: 0 }
  const input = encoder ? runtime.adopt(encode(runtime.backend, encoder, raw, { steps, random })) : raw
  const progress = { update: 2 ** 31, updates: 1, epoch: 0, epochs: 1 }
  const last = network.layers.at(-1)!
  const name = outputName(last, reads)
  const keep = (layer: unknown) => (layer === last && name !== 'spike' ? [name] : [])
  const passes = forward(runtime, { input, labels: [], steps, size: batch, progress }, { learn: true, keep })
  const output = name === 'spike' ? passes.at(-1)!.spikes : passes.at(-1)!.kept[name]!
  const total = runtime.temporary([batch, last.size])
  runtime.backend.sum(output, total)
  const value = await runtime.backend.read(returnSequences ? output : total)
  const signal = runtime.temporary([returnSequences ? steps : 1, batch, last.size])
  runtime.backend.write(signal, weighting)
  let signals: Signals = { [name]: signal }
  const gradients: Record<string, Float32Array> = {}
  for (const pass of passes.toReversed()) {
    const found = adjoints(runtime, pass, signals)
    const { layer, gradients: own }: LayerGradients = await layerGradients(runtime, pass, found)
    for (const [at, tensor] of own) gradients[at] = (await runtime.backend.read(tensor)) as Float32Array
    const below = runtime.temporary([pass.input.shape[0]!, batch, layer.inputs])
    for (const [k, [current, delta]] of Object.entries(found.currents).entries()) {
      const weights = runtime.tensor(weightNames(layer, current).weight, [layer.inputs, layer.size])
      runtime.backend.matmul(delta, weights, below, { transposeB: true, accumulate: k > 0 })
    }
    signals = { spike: below }
  }
  gradients.x = encoder ? new Float32Array(x.length) : ((await runtime.backend.read(signals.spike!)) as Float32Array)
  await runtime.dispose()
  return { value: value as Float32Array, gradients }
}

/** [T, B, N] as [B, T, N]. */
function batchFirst(values: ArrayLike<number>, size: number): Float32Array {
  const time = values.length / batch / size
  return Float32Array.from({ length: values.length }, (_, i) => {
    const [b, t, n] = [Math.floor(i / size / time), Math.floor(i / size) % time, i % size]
    return values[(t * batch + b) * size + n]!
  })
}

function expectClose(what: string, found: ArrayLike<number>, wanted: ArrayLike<number>): void {
  expect(found.length).toBe(wanted.length)
  const scale = Array.from(wanted).reduce((most, value) => Math.max(most, Math.abs(value)), 1e-3)
  const far = Array.from(found).filter((value, i) => !(Math.abs(value - wanted[i]!) <= 2e-5 * scale))
  expect([what, far]).toEqual([what, []])
}

describe.each(Object.entries(cases))('a network with %s', (_, given) => {
  test('gives the values of hillock and its gradients, and leaves nothing', async () => {
    const { network, timed, returnSequences, encoder, reads } = given
    const { size } = network.layers.at(-1)!
    const x = sines((timed ? steps : 1) * batch * inputs, 1).map((value) => (encoder ? value / 2 + 0.5 : value))
    const weighting = sines((returnSequences ? steps : 1) * batch * size, 2)
    const wanted = await byHillock(given, x, weighting)

    const layer = await asLayer(network, {
      seed: 5,
      ...(!timed && { steps }),
      ...(returnSequences && { returnSequences }),
      ...(encoder && { encoder }),
      ...(reads && { reads }),
    })
    const symbolic = tfl.input({ shape: timed ? [steps, inputs] : [inputs] })
    const model = tfl.model({ inputs: symbolic, outputs: layer.apply(symbolic) as tfl.SymbolicTensor })
    const shown = timed ? tf.tensor(batchFirst(x, inputs), [batch, steps, inputs]) : tf.tensor(x, [batch, inputs])
    const by = returnSequences
      ? tf.tensor(batchFirst(weighting, size), [batch, steps, size])
      : tf.tensor(weighting, [batch, size])
    const weights = layer.trainableWeights.map((weight) => weight.read() as tf.Variable)
    const round = () => {
      const weighted = () => tf.sum(tf.mul(model.apply(shown) as tf.Tensor, by)) as tf.Scalar
      const { grads, value } = tf.variableGrads(weighted)
      const dx = tf.grad((x: tf.Tensor) => tf.mul(model.apply(x) as tf.Tensor, by))(shown)
      tf.dispose(value)
      return { value: model.apply(shown) as tf.Tensor, dx, grads }
    }
    // The first time makes the numbers of its programs, which last.
    tf.dispose(Object.values(round()))
    const before = tf.memory().numTensors
    const { value, dx, grads } = round()

    expect(value.shape).toEqual(layer.computeOutputShape([batch, ...shown.shape.slice(1)]))
    const order = (values: ArrayLike<number>, width: number) =>
      values.length > batch * width ? batchFirst(values, width) : values
    expectClose('the value', value.dataSync(), order(wanted.value, size))
    expectClose('the gradient of the input', dx.dataSync(), order(wanted.gradients.x!, inputs))
    const names = Object.keys(wanted.gradients).filter((name) => name !== 'x')
    const snapshot = await layer.snapshot()
    expect([...snapshot.keys()].sort()).toEqual(names.sort())
    for (const [i, name] of [...snapshot.keys()].entries())
      expectClose(`the gradient of ${name}`, grads[weights[i]!.name]!.dataSync(), wanted.gradients[name]!)
    tf.dispose([value, dx, ...Object.values(grads)])
    expect(tf.memory().numTensors).toBe(before)
    model.dispose()
  })
})
