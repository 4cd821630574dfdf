import { dense, lif, type Snapshot, sequential } from '@hillock/core'
import type { Events } from '@hillock/core/backend'
import { frames } from '@hillock/datasets'
import { findRecipe } from '@hillock/recipes'
import { expect, test } from '@jest/globals'
import { commandOf } from '../src/code.ts'
import { createComparison } from '../src/compare.ts'
import { completionsOf } from '../src/completions.ts'
import { heightsOf, textOf, withLine } from '../src/drawn.ts'
import type { Dropped } from '../src/dropped.ts'
import { datasetOf } from '../src/files.ts'
import { createGate } from '../src/gate.ts'
import { fieldOf, pickOf } from '../src/picked.ts'
import { presetOf, presets } from '../src/presets.ts'
import { recordingOf, recordingsOf } from '../src/recordings.ts'
import { recipeOf } from '../src/rules.ts'
import { dataNames, defaults, fromFiles, fromHash, outputsSpike, toHash, usual, withSwap } from '../src/settings.ts'
import { currentOf, neuronOf, ratesFor, simulate, startsOf, stepFrom, surrogateOf, tableOf } from '../src/simulate.ts'
import { trainingOf, trainingsOf } from '../src/training.ts'
import { idx } from './idx.ts'

const dropped = (path: string, bytes: Uint8Array): Dropped => ({
  path,
  file: new Blob([Uint8Array.from(bytes)]),
})

const snapshot = (tables: Readonly<Record<string, readonly number[]>>): Snapshot =>
  new Map(Object.entries(tables).map(([name, values]) => [name, { shape: [2, 2], values: Float32Array.from(values) }]))

test('the receptive field of a neuron is its column, through the matrices below', () => {
  const network = sequential(2, [dense(2), lif(), dense(2), lif()])
  const weights = snapshot({ 'layer1.weight': [1, 2, 3, 4], 'layer2.weight': [5, 6, 7, 8] })
  const [first, second] = network.layers
  expect([...fieldOf(network, weights, first!, 1)!]).toEqual([2, 4])
  expect([...fieldOf(network, weights, second!, 0)!]).toEqual([1 * 5 + 2 * 7, 3 * 5 + 4 * 7])
  expect(pickOf('layer2.1')).toEqual({ layer: 'layer2', neuron: 1 })
  expect(pickOf('layer2')).toBeUndefined()
})

test('runs are told apart from the first bit that differs, and changes by their angle', () => {
  const start = snapshot({ a: [0, 0, 0, 0], b: [1, 1, 1, 1] })
  const comparison = createComparison(['a', 'b'], [start, start])
  const one = snapshot({ a: [1, 0, 0, 0], b: [2, 1, 1, 1] })
  const [same] = comparison.look(1, [one, one]).tensors
  expect(same).toEqual({ name: 'a', first: undefined, cosine: expect.closeTo(1), distance: 0 })
  expect(comparison.parted).toBe(false)
  const other = snapshot({ a: [1, 0, 3, 0], b: [2, 1, 1, 1] })
  const further = snapshot({ a: [4, 0, 0, 0], b: [2, 1, 1, 1] })
  const { since, tensors } = comparison.look(3, [further, other])
  expect(since).toBe(1)
  expect(tensors[0]).toEqual({ name: 'a', first: { batch: 3, place: [0, 0] }, cosine: 0, distance: Math.sqrt(18 / 16) })
  expect(tensors[1]).toEqual({ name: 'b', first: undefined, cosine: undefined, distance: 0 })
})

test('a gate opens when all have come, and when it is given up', async () => {
  const abort = new AbortController()
  const met: string[] = []
  const gate = createGate(2, abort.signal, async () => void met.push('meet'))
  const first = gate().then(() => met.push('first'))
  await gate()
  await first
  expect(met).toEqual(['meet', 'first'])
  const alone = gate()
  abort.abort()
  await alone
  await gate()
})

test('everything that differs from the defaults is in the address, and nothing else is taken from one', () => {
  const settings = withSwap({ ...defaults, seed: 7, pick: 'layer1.3' }, { batch: 12, to: 'decolle' })
  expect(fromHash(toHash(settings))).toEqual(settings)
  expect(toHash(defaults)).toBe('')
  expect(fromHash('#seed=-1&learner=none&view=nowhere&example=1e9&constructor=2')).toEqual(defaults)
  expect(trainingsOf(fromHash('#swaps=3:eligibility,x:bptt,4:nothing'))[0]!.swaps).toEqual([
    { batch: 3, to: 'eligibility' },
  ])
})

test.each(dataNames)('what %s are usually trained with is what the recipe says', (data) => {
  const { epochs, ...values } = usual[data]
  const training = trainingOf({ ...defaults, ...usual[data], data })
  const recipe = recipeOf(training)
  const found = findRecipe(training.recipe)
  const dataset = {
    ...found.dataset,
    ...(data === 'files' && { name: 'mnist' }),
    ...(fromFiles(data) && { limit: values.train }),
  }
  expect(recipe).toEqual({ ...found, dataset, epochs })
  expect(recipe).toMatchObject({
    steps: values.steps,
    batchSize: values.batch,
    learner: { optimizer: { learningRate: values.rate } },
    network: [{ dense: values.hidden }, {}, {}, {}],
  })
  // one that is not usual is changed
  expect(recipeOf(trainingOf({ ...defaults, ...usual[data], data, threshold: 3 })).network[1]).toMatchObject({
    threshold: 3,
  })
  const equations = "spike = heaviside(input - limit) # the neuron's"
  const neuron = { name: 'neuron', equations, params: { limit: 2 }, state: {} }
  const part = { neuron, surrogate: { name: 'sigmoid', slope: 0.1 } }
  const own = { ...defaults, ...usual[data], data, neuron: JSON.stringify(part), threshold: 3 }
  expect(recipeOf(trainingOf(own)).network[1]).toEqual(part)
  const changed = trainingOf({ ...own, surrogate: 'arctan', optimizer: 'sgd' })
  expect(recipeOf(changed)).toMatchObject({
    network: [{}, part, {}, !outputsSpike(data) ? {} : { threshold: 3, surrogate: { name: 'arctan' } }],
    learner: { optimizer: { name: 'sgd', learningRate: values.rate } },
  })
  expect(commandOf(changed)).toContain(`(input - limit) # the neuron'\\''s`)
})

test('the page begins with lif', () => expect(defaults).toMatchObject(presetOf('lif')))

test.each(Object.keys(presets))('%s as text does what it does in hillock', (name) => {
  const { equations, params, states, derivative, level } = presetOf(name)
  const current = currentOf('steps', level, 100)
  const made = neuronOf(equations, tableOf(params), startsOf(states), surrogateOf(derivative))
  const { traces } = simulate(made, current)
  expect(traces).toEqual(simulate(presets[name]!(), current).traces)
  expect(made.definition.surrogate).toEqual(presets[name]!().definition.surrogate)
  expect(traces.spike).toContain(1)
})

test('names are completed with what they are, each once', () => {
  const equations = 'pre = beta * v + input\nif_set == 1\nv = pre'
  const found = completionsOf({ equations, params: 'beta=0.9, b2=1', states: 'v=-65, u=b2 * v' })
  const details = Object.fromEntries(found.map(({ label, detail }) => [label, detail]))
  expect(found).toHaveLength(Object.keys(details).length)
  expect(details).toMatchObject({ v: 'state', u: 'state', beta: 'parameter', b2: 'parameter', pre: 'set above' })
  expect(details).not.toHaveProperty('if_set')
  expect(found.map(({ apply }) => apply)).toEqual(expect.arrayContaining(['input', 'heaviside(', 'uniform()']))
})

test('a drawn current is a short text, and back', () => {
  const flat = withLine(new Uint8Array(10), [2, 51], [5.9, 51])
  expect([...flat]).toEqual([0, 0, 51, 51, 51, 51, 0, 0, 0, 0])
  expect(textOf(flat)).toBe('A2z4')
  const slope = withLine(flat, [9.5, 30], [6, 0])
  expect([...slope.subarray(6)]).toEqual([0, 10, 20, 30])
  expect(heightsOf(textOf(slope), 10)).toEqual(slope)
  expect([...heightsOf('!B2z900', 4)]).toEqual([1, 1, 51, 51])
  expect(textOf([NaN, 99, -1])).toBe('Az')
  expect([...currentOf('drawn', 0.5, 3, 'z2')]).toEqual([1, 1, 0])
})

test('a surrogate is named, and its options are numbers', () => {
  expect(surrogateOf(' triangular width=2, height=0.5')).toEqual({ name: 'triangular', width: 2, height: 0.5 })
  expect(surrogateOf('straightThrough')).toEqual({ name: 'straightThrough' })
  expect(() => surrogateOf('sigmoit slope=1')).toThrow(/'sigmoit'.*sigmoid/s)
  expect(() => surrogateOf('sigmoid slope')).toThrow("'slope' is no name with a number")
})

test('four idx files are a data set, whatever their order; one that lacks is named', async () => {
  const files = [
    dropped('t10k-labels-idx1-ubyte', idx([2], [3, 4])),
    dropped('train-images-idx3-ubyte', idx([3, 1, 2], [0, 255, 0, 51, 0, 0])),
    dropped('train-labels-idx1-ubyte', idx([3], [9, 1, 2])),
    dropped('t10k-images-idx3-ubyte', idx([2, 1, 2], [255, 0, 0, 0])),
  ]
  const { train, test, shape } = await datasetOf(files)
  expect(shape).toEqual([1, 2])
  expect([...train.images]).toEqual([0, 1, 0, Math.fround(0.2), 0, 0])
  expect([[...train.labels], [...test.labels]]).toEqual([
    [9, 1, 2],
    [3, 4],
  ])
  await expect(datasetOf(files.slice(1))).rejects.toThrow('t10k and labels')
})

test('recordings are labelled by their folders or by lists, in the order of nMnist', async () => {
  // an event at (x, 5), brighter, after 12 ms: the second step
  const recording = (x: number) => Uint8Array.from([x, 5, 0x80, 0x2e, 0xe0])
  const inFolders = [
    dropped('N/Train/7/00002.bin', recording(3)),
    dropped('N/Train/7/00001.bin', recording(2)),
    dropped('N/Train/0/00009.bin', recording(1)),
    dropped('N/Test/4/00001.bin', recording(4)),
    dropped('N/Train/readme.txt', recording(0)),
  ]
  const show = frames({ steps: 3, dt: 10e-3 })
  const { train, test } = await recordingsOf(inFolders, show)
  expect([[...train.labels], [...test.labels]]).toEqual([[0, 7, 7], [4]])
  const place = (x: number) => 2 * (5 * 34 + x) + 1
  const { start, index } = (await train.read([0, 1, 2])) as Events
  // row t * B + b
  expect([...start]).toEqual([0, 0, 0, 0, 1, 2, 3, 3, 3, 3])
  expect([...index]).toEqual([1, 2, 3].map(place))

  const text = (words: string) => new TextEncoder().encode(words)
  const listed = [
    dropped('N/train1K.txt', text('#sample #class\n2\t5\n1\t3\n')),
    dropped('N/test100.txt', text('9 8\r\n')),
    ...[1, 2, 9].map((number) => dropped(`N/${number}.bs2`, recording(number))),
  ]
  const found = await recordingsOf(listed, show)
  expect([[...found.train.labels], [...found.test.labels]]).toEqual([[5, 3], [8]])
  expect([...((await found.train.read([0])) as Events).index]).toEqual([place(2)])
  await expect(recordingsOf(listed.slice(0, 3), show)).rejects.toThrow('names 2.bs2')
  await expect(recordingsOf(inFolders.slice(0, 3), show)).rejects.toThrow('Train and Test')
  const wide = recordingOf(dropped('wide.bin', recording(40)), show)
  await expect(wide.read([0])).rejects.toThrow('34 x 34')
})

test('the f-I curve counts what single runs do, and a plane is stepped through from each point', () => {
  const surrogate = surrogateOf(defaults.derivative)
  const lif = neuronOf(defaults.equations, { beta: 0.5, threshold: 1 }, { v: 0 }, surrogate)
  const currents = Float64Array.from([0.4, 0.75, 1])
  const counts = Array.from(currents, (current) => {
    const { traces } = simulate(lif, new Float64Array(8).fill(current))
    return traces.spike!.reduce((sum, spike) => sum + spike, 0) / 8
  })
  expect([...ratesFor(lif, currents, 8)]).toEqual(counts)
  expect(counts[0]).toBe(0)
  expect(counts[2]).toBeGreaterThan(counts[1]!)
  const two = neuronOf('a = a + b\nb = 0.5 * b + input\nspike = heaviside(a - 9)', {}, { a: 0, b: 0 }, surrogate)
  const ends = stepFrom(
    two,
    [
      [1, 2],
      [0, -4],
    ],
    3,
  )
  expect(ends).toEqual([
    [3, 4],
    [-4, 1],
  ])
})
