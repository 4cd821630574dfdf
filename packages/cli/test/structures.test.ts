import { avgPool, conv2d, createSession, dense, lif, network, neurons, sequential } from '@hillock/core'
import { identity } from '@hillock/core/connections'
import {
  buildModel,
  buildNetwork,
  connectionText,
  findRecipe,
  loadNetwork,
  parseRecipe,
  type Recipe,
  recipeParts,
  unpackModel,
  withNeurons,
  writeModel,
} from '@hillock/recipes'
import { sweptRuns } from '@hillock/sweeps'
import { describe, expect, test } from '@jest/globals'
import { weightsOf } from '../src/plots/of-weights.ts'

const demo = findRecipe('demo')
const of = (parts: unknown, shape?: number[]): Recipe =>
  parseRecipe({ ...demo, network: parts, dataset: { ...demo.dataset, ...(shape && { shape }) } })
const wrong = (code: string, message: RegExp) =>
  expect.objectContaining({ code, message: expect.stringMatching(message) })
const spiking = { neuron: 'lif' }

const block = [
  { conv2d: 4, kernel: 3, padding: 'same' },
  { ...spiking, name: 'stem' },
  { conv2d: 4, kernel: 3, padding: 1, bias: false },
  { identity: true, from: 'stem' },
  spiking,
  { avgPool: 2, from: ['stem', 'layer2'] },
  { dense: 10 },
  spiking,
]

describe('the network of a recipe', () => {
  test('has convolutions and pools over images, which are taken for square where nothing is said', () => {
    const parts = [{ conv2d: 12, kernel: 5, stride: 2 }, { avgPool: 2 }, spiking, { dense: 10 }, spiking]
    const expected = String(
      sequential([28, 28, 1], [conv2d(12, 5, { stride: 2 }), avgPool(2), lif(), dense(10), lif()]),
    )
    expect(String(buildNetwork(of(parts), 784))).toBe(expected)
    expect(String(buildNetwork(of(parts, [28, 28, 1]), 784))).toBe(expected)
    expect(buildNetwork(of(parts, [14, 14, 4]), 784).shape).toEqual([14, 14, 4])
    expect(buildNetwork(of([{ dense: 10 }, spiking]), 784).shape).toEqual([784])
  })

  test.each([
    [{ conv1d: 3, kernel: 2 }, [8, 2], [7, 3]],
    [{ conv2d: 6, kernel: [3, 2], dilation: 2, groups: 2 }, [8, 8, 2], [4, 6, 6]],
    [{ conv3d: 2, kernel: 2 }, [3, 3, 3, 1], [2, 2, 2, 2]],
    [{ sumPool: 2, stride: 1 }, [4, 4, 3], [3, 3, 3]],
    [{ maxPool: [2, 1] }, [4, 4, 3], [2, 4, 3]],
    [{ avgPool: 3, padding: 1 }, [4, 4, 3], [2, 2, 3]],
    [{ flatten: true }, [4, 4, 3], [48]],
    [{ identity: true }, [4, 4, 3], [4, 4, 3]],
    [{ oneToOne: true, weight: { constant: 2 } }, [4], [4]],
    [{ dropout: 0.2, each: 'step' }, [4, 4, 3], [4, 4, 3]],
    [{ sparse: 7, fanIn: 2, seed: 3 }, [4, 4, 3], [7]],
    [{ batchNorm: true, threshold: 0.5, steps: 4 }, [4, 4, 3], [4, 4, 3]],
  ])('%j makes of %j %j', (part, shape, to) => {
    const inputs = shape.reduce((product, n) => product * n)
    const [layer] = buildNetwork(of([part, spiking], shape), inputs).layers
    expect(layer!.shape).toEqual(to)
  })

  test('has connections by which spikes arrive later', () => {
    const of3 = (delayed: unknown) => buildNetwork(of([{ dense: 2, delayed }, spiking], [3]), 3).layers[0]!.sources[0]!
    expect(of3({ steps: 3 }).parts[0]!.link.wiring!.lag).toEqual(Int32Array.of(3))
    expect(of3({ perInput: [0, 2, 1] }).parts[0]!.link.wiring!.lag).toEqual(Int32Array.of(0, 2, 1))
    expect(() => of3({ steps: 1, perInput: [1, 1, 1] })).toThrow(wrong('HILLOCK_OPTION', /one of 'steps'/))
    expect(() => of3({ steps: -1 })).toThrow(wrong('HILLOCK_RECIPE', /delayed.steps/))
  })

  test('is a graph where layers have names and connections say what they come from', () => {
    const expected = network([28, 28, 1], (input) => {
      const stem = neurons(lif(), [conv2d(4, 3, { padding: 'same' }), input], { name: 'stem' })
      const sum = neurons(lif(), [conv2d(4, 3, { padding: 1, bias: false }), stem], [identity(), stem], {
        name: 'layer2',
      })
      return neurons(lif(), [avgPool(2), dense(10), [stem, sum]], { name: 'layer3' })
    })
    const built = buildNetwork(of(block), 784)
    expect(String(built)).toBe(String(expected))
    const tables = (layers: typeof built.layers) =>
      layers.map(({ sources }) =>
        sources.map(({ from, parts }) => [from, parts.map(({ weight, link }) => [weight, link])]),
      )
    expect(tables(built.layers)).toEqual(tables(expected.layers))
  })

  test.each<[string, unknown[], string, RegExp]>([
    [
      'a layer that comes later',
      [{ dense: 4, from: 'layer2' }, spiking, { dense: 4 }, spiking],
      'HILLOCK_RECIPE',
      /'network.0.from'.*no layer 'layer2'/,
    ],
    [
      'a layer that nothing reads',
      [{ dense: 4 }, spiking, { dense: 4, from: 'input' }, spiking],
      'HILLOCK_RECIPE',
      /nothing reads the layer 'layer1'/,
    ],
    [
      'two layers of one name',
      [{ dense: 4 }, { ...spiking, name: 'layer2' }, { dense: 4 }, spiking],
      'HILLOCK_RECIPE',
      /'network.3.name'.*'layer2' already/,
    ],
    [
      'a layer called as the input',
      [{ dense: 4 }, { ...spiking, name: 'input' }, { dense: 4 }, spiking],
      'HILLOCK_RECIPE',
      /'input' already/,
    ],
    ['neurons that nothing drives', [{ dense: 4 }, { ...spiking, name: 'a' }, spiking], 'HILLOCK_SHAPE', /no source/],
    [
      'a connection to nothing',
      [{ dense: 4 }, { ...spiking, name: 'a' }, { dense: 4 }],
      'HILLOCK_SHAPE',
      /without neurons/,
    ],
    ['a window without a size', [{ conv2d: 4 }, spiking], 'HILLOCK_OPTION', /conv2d: 'kernel'/],
    ['groups that do not fit', [{ conv2d: 4, kernel: 3, groups: 3 }, spiking], 'HILLOCK_SHAPE', /3 groups/],
  ])('is refused with %s', (_, parts, code, message) => {
    expect(() => buildNetwork(of(parts), 784)).toThrow(wrong(code, message))
  })

  test('is refused where a part or the shape is not what it should be, by name', () => {
    const parse = (part: object) => () => of([part, spiking])
    expect(parse({ conv2d: 4, kernal: 3 })).toThrow(
      wrong('HILLOCK_RECIPE', /no 'network.0.kernal'\ndid you mean 'kernel'/),
    )
    expect(parse({ conv2d: 4, kernel: 0 })).toThrow(wrong('HILLOCK_RECIPE', /'network.0.kernel' is wrong/))
    expect(parse({ conv2d: 1.5, kernel: 3 })).toThrow(wrong('HILLOCK_RECIPE', /'network.0.conv2d' is wrong/))
    expect(parse({ avgPool: 1e9 })).toThrow(wrong('HILLOCK_RECIPE', /'network.0.avgPool' is wrong/))
    expect(parse({ identity: 3 })).toThrow(wrong('HILLOCK_RECIPE', /'network.0.identity' is wrong/))
    const other = of([{ dense: 2 }, spiking], [9, 9])
    expect(() => buildNetwork(other, 784)).toThrow(wrong('HILLOCK_SHAPE', /of 81 values, and examples have 784/))
  })
})

test('rows of an image are the inputs of a network', () => {
  const encoder = { name: 'constant', rows: true }
  const recipe = { ...of([{ dense: 2 }, spiking]), encoder, steps: 28 }
  expect(recipeParts(recipe, 784)).toMatchObject({ network: { inputs: 28 }, encoder: { rows: true } })
  const shaped = { ...of([{ conv1d: 2, kernel: 3 }, spiking], [28, 28, 1]), encoder, steps: 28 }
  expect(recipeParts(shaped, 784).network.shape).toEqual([28, 1])
  expect(() => recipeParts({ ...recipe, steps: 30 }, 784)).toThrow(wrong('HILLOCK_SHAPE', /784 values make no 30 rows/))
})

test('the model of a graph comes back as the same network with the same weights', async () => {
  const recipe = of([block[0], { batchNorm: true }, ...block.slice(1)])
  const learner = { name: 'none', step: async () => ({ loss: 0, correct: 0 }) }
  const session = createSession({ ...recipeParts(recipe, 784), learner, seed: 3 })
  const snapshot = await session.snapshot()
  const about = { recipe, seed: 3, epochs: 0 }
  const loaded = loadNetwork(writeModel(session.network, snapshot, about, {}))
  expect(String(loaded.session.network)).toBe(String(session.network))
  const again = await loaded.session.snapshot()
  expect([...snapshot.keys()]).toEqual(expect.arrayContaining(['stem.weight', 'stem.norm.variance']))
  for (const [name, { values }] of snapshot) expect([name, again.get(name)!.values]).toEqual([name, values])
  const images = Float32Array.from({ length: 784 }, (_, i) => (i % 7) / 7)
  expect((await loaded.session.predict(images)).scores).toEqual((await session.predict(images)).scores)
})

test('a sweep of hidden sizes changes dense layers, and convolutions are swept by their path', () => {
  const conv = findRecipe('demo-conv')
  const paths = sweptRuns(conv, [{ name: 'network.0.conv2d', values: [4, 8] }]).map(({ set }) => set)
  expect(paths).toEqual([['network.0.conv2d=4'], ['network.0.conv2d=8']])
  expect(() => sweptRuns(conv, [{ name: 'hidden', values: [4] }])).toThrow(
    wrong('HILLOCK_USAGE', /no hidden layer\nsweep a part of it, as network.0.conv2d/),
  )
})

test('other neurons keep the names of their layers', () => {
  const names = (recipe: Recipe) => buildNetwork(recipe, 784).layers.map(({ name }) => name)
  expect(names(withNeurons(of(block), 'leaky', undefined))).toEqual(['stem', 'layer2', 'layer3'])
})

test('connections are written in short', () => {
  const short = [
    { dense: 64 },
    { conv2d: 12, kernel: [5, 3] },
    { conv1d: 4, kernel: 2 },
    { avgPool: 2 },
    { sumPool: 3 },
    { maxPool: [2, 1] },
    { flatten: true },
    { sparse: 9, fanIn: 2 },
    { dropout: 0.2 },
    { identity: true, from: ['a', 'b'] },
  ] as const
  const texts = short.map((spec) => connectionText(spec as never))
  expect(texts).toEqual([
    '64',
    '12C5x3',
    '4C2',
    'P2',
    'S3',
    'M2x1',
    'flatten',
    'sparse 9',
    'dropout 0.2',
    'identity from a and b',
  ])
})

describe('a picture of weights', () => {
  async function modelOf(parts: unknown) {
    const recipe = of(parts)
    const learner = { name: 'none', step: async () => ({ loss: 0, correct: 0 }) }
    const session = createSession({ ...recipeParts(recipe, 784), learner, seed: 3 })
    const about = { recipe, seed: 3, epochs: 0 }
    return buildModel(unpackModel(writeModel(session.network, await session.snapshot(), about, {})))
  }

  test('shows a filter for each channel that comes in and each that goes out', async () => {
    const model = await modelOf([{ conv2d: 3, kernel: 5 }, spiking, { conv2d: 4, kernel: [2, 3] }, spiking])
    expect(JSON.stringify(await weightsOf(model, {}))).toContain('weights into 3 filters of layer1')
    expect(JSON.stringify(await weightsOf(model, { layer: 'layer2' }))).toContain('weights into 12 filters of layer2')
    const refused = wrong('HILLOCK_USAGE', /layer2 has no filter 12\nit has 12/)
    await expect(weightsOf(model, { layer: 'layer2', neurons: [12] })).rejects.toThrow(refused)
  })

  test('is refused where weights are no picture, or there are none', async () => {
    const model = await modelOf([{ sparse: 5, fanIn: 2 }, spiking, { identity: true }, spiking])
    await expect(weightsOf(model, {})).rejects.toThrow(wrong('HILLOCK_USAGE', /layer1 is connected by sparse/))
    await expect(weightsOf(model, { layer: '2' })).rejects.toThrow(wrong('HILLOCK_USAGE', /layer2 has no weights/))
  })
})
