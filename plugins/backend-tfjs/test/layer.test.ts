import {
  adjoints,
  boxcar,
  createRuntime,
  createSession,
  crossEntropy,
  dense,
  type Encoder,
  encode,
  fastSigmoid,
  forward,
  kWinners,
  type LayerGradients,
  type Learner,
  layerGradients,
  leakyIntegrator,
  lif,
  type Network,
  neuron,
  outputName,
  poisson,
  reference,
  type Signals,
  type Snapshot,
  sequential,
  stream,
  synaptic,
  weightNames,
} from '@hillock/core'
import { glyphs } from '@hillock/datasets'
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
  const progress = { step: 2 ** 31, steps: 1, epoch: 0, epochs: 1 }
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

const data = glyphs({ train: 600, test: 100 })
const shown = (from: typeof data.train) => tf.tensor2d(from.images, [from.count, from.features])
const answers = (from: typeof data.train) => tf.oneHot(tf.tensor1d(Int32Array.from(from.labels), 'int32'), 10)
const digits = () => sequential(784, [dense(32), lif({ surrogate, learn: ['beta'] }), dense(10), lif({ surrogate })])
const encoder: Encoder = poisson({ probability: 0.5 })

async function sequentialOf(network: Network, options: LayerOptions) {
  const layer = await asLayer(network, options)
  const model = tfl.sequential()
  model.add(tfl.layers.inputLayer({ inputShape: [network.inputs] }))
  model.add(layer)
  return { layer, model }
}

const loss = (labels: tf.Tensor, counts: tf.Tensor) => tf.losses.softmaxCrossEntropy(labels, counts)
const compiled = (model: tfl.Sequential) =>
  model.compile({ optimizer: tf.train.adam(5e-3), loss, metrics: ['accuracy'] })
const predicted = (model: tfl.LayersModel, x: tf.Tensor) =>
  Array.from(tf.tidy(() => tf.argMax(model.predict(x, { batchSize: 100 }) as tf.Tensor, 1).dataSync()))

test('model.fit trains it, with a layer of tfjs before and after, and keeps nothing', async () => {
  const network = sequential(48, [
    dense(32),
    lif({ surrogate }),
    dense(16),
    lif({ surrogate, learn: ['beta', 'threshold'] }),
  ])
  const layer = await asLayer(network, { steps: 8 })
  const model = tfl.sequential()
  model.add(tfl.layers.dense({ units: 48, inputShape: [784], activation: 'tanh' }))
  model.add(layer)
  model.add(tfl.layers.dense({ units: 10 }))
  compiled(model)
  const [x, y, tx, ty] = [shown(data.train), answers(data.train), shown(data.test), answers(data.test)]
  const first = await model.fit(x, y, { epochs: 1, batchSize: 30, verbose: 0 })
  const before = [tf.memory().numTensors, ...model.getWeights().map((weight) => weight.dataSync())] as const
  const { history } = await model.fit(x, y, { epochs: 7, batchSize: 30, verbose: 0 })
  const [, accuracy] = model.evaluate(tx, ty) as tf.Scalar[]
  expect(Number(history.loss!.at(-1))).toBeLessThan(0.5 * Number(first.history.loss![0]))
  expect(accuracy!.dataSync()[0]).toBeGreaterThan(0.7)
  expect(tf.memory().numTensors - before[0]).toBe(2)
  // All of it has learnt, below as above.
  const after = model.getWeights().map((weight) => weight.dataSync())
  expect(after).toHaveLength(10)
  for (const [i, values] of after.entries()) expect(values).not.toEqual(before[i + 1])
  model.dispose()
})

test('what it has learnt goes on in a session, which predicts the same, and back', async () => {
  const network = digits()
  const { layer, model } = await sequentialOf(network, { steps: 10, encoder, seed: 4 })
  compiled(model)
  await model.fit(shown(data.train), answers(data.train), { epochs: 1, batchSize: 30, verbose: 0 })
  const snapshot: Snapshot = await layer.snapshot()
  const idle: Learner = { name: 'idle', step: async () => ({ loss: 0, correct: 0 }) }
  const session = createSession({ network, learner: idle, encoder, loss: crossEntropy(), steps: 10, seed: 4, snapshot })
  const { predictions } = await session.evaluate(data.test)
  expect(predicted(model, shown(data.test))).toEqual(Array.from(predictions))
  const again = await sequentialOf(network, { steps: 10, encoder, seed: 4, snapshot: await session.snapshot() })
  expect(predicted(again.model, shown(data.test))).toEqual(Array.from(predictions))
  await session.dispose()
})

test('a model that has it is saved and loaded, once the layer has been made', async () => {
  const { model } = await sequentialOf(digits(), { steps: 5, name: 'digits', seed: 9 })
  let saved: tf.io.ModelArtifacts | undefined
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts
      return { modelArtifactsInfo: tf.io.getModelArtifactsInfoForJSON(artifacts) }
    }),
  )
  await asLayer(digits(), { steps: 5, name: 'digits', seed: 1 })
  const loaded = await tfl.loadLayersModel(tf.io.fromMemory(saved!))
  expect(predicted(loaded, shown(data.test))).toEqual(predicted(model, shown(data.test)))
})

test('what neurons learn stays within its bounds', async () => {
  const network = sequential(4, [
    dense(3, { weight: { constant: 1 } }),
    lif({ surrogate, beta: 0.999, learn: ['beta'] }),
  ])
  const { layer, model } = await sequentialOf(network, { steps: 5 })
  model.compile({
    optimizer: tf.train.sgd(10),
    loss: (_: tf.Tensor, counts: tf.Tensor) => tf.neg(tf.mean(counts)) as tf.Scalar,
  })
  const x = tf.fill([2, 4], 0.05)
  await model.fit(x, tf.zeros([2, 3]), { epochs: 1, verbose: 0 })
  const free = (await layer.snapshot()).get('layer1.beta')!.values[0]!
  model.predict(x)
  const kept = (await layer.snapshot()).get('layer1.beta')!.values[0]!
  expect([free > 1, kept]).toEqual([true, 1])
})

describe('what cannot be is refused', () => {
  const network = sequential(4, [dense(3), lif()])
  const refused = (code: string, hint: string) => ({ code, hint: expect.stringContaining(hint) })
  test.each<[string, object, string, string]>([
    ['an unknown option', { step: 5 }, 'HILLOCK_OPTION', 'steps'],
    ['no steps at all', { steps: 0 }, 'HILLOCK_OPTION', 'whole number from 1'],
    ['an output that there is not', { reads: 'w' }, 'HILLOCK_OPTION', 'spike, v'],
    ['a snapshot of another network', { snapshot: new Map() }, 'HILLOCK_SHAPE', 'another one'],
  ])('%s', async (_, options, code, hint) => {
    await expect(asLayer(network, options)).rejects.toMatchObject(refused(code, hint))
  })

  test.each<[string, LayerOptions, number[]]>([
    ['an input of another width', { steps: 5 }, [5]],
    ['an input that has no time, without steps', {}, [4]],
    ['an input that has time, with steps', { steps: 5 }, [5, 4]],
    ['images', { steps: 5 }, [2, 2, 4]],
  ])('%s', async (_, options, shape) => {
    const layer = await asLayer(network, options)
    expect(() => layer.apply(tfl.input({ shape }))).toThrow(
      expect.objectContaining(refused('HILLOCK_SHAPE', "[B, 4] with the option 'steps', or [B, T, 4] without it")),
    )
  })

  test('values that an encoder does not take', async () => {
    const { model } = await sequentialOf(network, { steps: 5, encoder })
    expect(() => model.predict(tf.fill([1, 4], 255))).toThrow(
      expect.objectContaining(refused('HILLOCK_RANGE', 'divide bytes by 255')),
    )
  })
})
