import * as plot from '@hillock/plot'
import { type Kind, made, number, type Options, other, text, whole } from '../../src/wrong-values.ts'
import { type Factory, nothing, numbers } from './kinds.ts'

const title = text('a title')
const dt = number(0.5, { above: 0 })
const steps = whole(2)
const values = [0, 1, 1, 0]
const layer = { name: 'layer1', size: 2, values }
const spoilt = [
  null,
  1,
  'a',
  {},
  { ...layer, size: 3 },
  { ...layer, size: '2' },
  { ...layer, values: null },
  { ...layer, values: [0, 1, 1, 'a'] },
  { ...layer, values: [0, 1, 1, Number.NaN] },
]
const listOf = (right: unknown, wrong: readonly unknown[]): Kind =>
  other([right], nothing, ...wrong.map((one) => [one]))
const layers = listOf(layer, spoilt)
const shape = numbers([2, 2], [[2], [2, 2, 1], [0, 4], [2.5, 2], [4, 2]])
const pixels = numbers(values, [[0, 1, 1]])
const matrix = { inputs: whole(2), size: whole(2), values: pixels }
const map = { ...layer, quantity: 'membrane' }
const recording = { x: [0, 1], y: [0, 0], t: [0, 1], polarity: [0, 1], width: 2, height: 1, unit: 'ms' }
const epoch = { epoch: 1, trainLoss: 1, trainAccuracy: 0.5 }
const figure = plot.image({ values, shape: [2, 2] })

const needing = (required: readonly string[], options: Options['options']): Factory => ({
  takes: [{ options: { title, ...options }, required }],
  needs: 1,
})

/** Pictures. */
export const pictures: Readonly<Record<string, Factory>> = {
  confusion: needing(['classes', 'labels', 'predictions'], {
    classes: whole(2),
    labels: numbers([0, 1], [[0], [0, 2], [0, 0.5]]),
    predictions: numbers([0, 0], [[0], [0, 2], [-1, 0]]),
  }),
  counts: needing(['steps', 'input', 'output'], {
    steps,
    input: made(
      { size: 2, values },
      { size: 2 },
      { size: 3, values },
      { size: 2, values: 'abcd' },
      { size: 2, values, image: { shape: [1, 1], values: [0, 1] } },
    ),
    output: made({ size: 2, values }, { size: 2 }, { size: 3, values }, { size: 2, values: [0, 1, 1, 'a'] }),
    dt,
  }),
  curves: needing(['epochs'], {
    epochs: listOf(epoch, [null, 1, {}, { ...epoch, trainLoss: Number.NaN }, { ...epoch, trainAccuracy: 'a' }]),
  }),
  density: needing(['epochs', 'names'], {
    epochs: listOf({ epoch: 1, density: [0.5] }, [
      null,
      1,
      {},
      { epoch: 1, density: [0.5, 1] },
      { epoch: 1, density: ['a'] },
    ]),
    names: other(['input'], (value) => Array.isArray(value) && value[0] === 'a', ['a', 'b']),
  }),
  events: needing(['recording'], {
    recording: made(
      recording,
      { x: [0, 1] },
      { ...recording, x: 'ab' },
      { ...recording, x: null },
      { ...recording, t: [0] },
      { ...recording, t: ['a', 1] },
      { ...recording, y: [0, 1] },
      { ...recording, polarity: [0, Number.NaN] },
      { ...recording, width: 1.5 },
      { ...recording, unit: 'ns' },
    ),
    frames: whole(2, { from: 1, to: 12 }),
  }),
  image: needing(['values', 'shape'], { values: pixels, shape }),
  membrane: needing(['steps', 'neurons'], {
    steps,
    neurons: listOf({ name: 'a', membrane: [0, 1] }, [
      null,
      1,
      {},
      { name: 'a', membrane: [0] },
      { name: 'a', membrane: [0, 1], threshold: Infinity },
      { name: 'a', membrane: [0, 1], spikes: 'ab' },
    ]),
    dt,
    quantities: { options: { membrane: text('V'), current: text('A') } },
  }),
  parallel: needing(['rows'], {
    rows: listOf({ settings: { rate: 0.1 }, value: 0.5 }, [
      null,
      1,
      {},
      { settings: null, value: 0.5 },
      { settings: 'a', value: 0.5 },
      { settings: {}, value: 'a' },
      { settings: {}, value: Number.NaN },
    ]),
    result: text('accuracy'),
  }),
  raster: needing(['steps', 'layers'], { steps, layers, dt }),
  states: needing(['steps', 'maps'], { steps, maps: listOf(map, [...spoilt]), dt }),
  stdp: needing(['columns'], {
    columns: listOf(
      { title: 'a', layers: [{ layer: 'b', curves: { all: { lags: [{ lag: 0, mean: 1, low: 0, high: 2 }] } } }] },
      [
        null,
        1,
        {},
        { title: 'a' },
        { title: 'a', layers: [null] },
        { title: 'a', layers: [{ layer: 'b', curves: null }] },
      ],
    ),
  }),
  templates: needing(['layers', 'shape'], {
    layers: listOf({ inputs: 4, size: 1, values }, [
      null,
      1,
      {},
      { inputs: 4, size: 2, values },
      { inputs: '4', size: 1, values },
    ]),
    shape,
  }),
  weights: needing(['inputs', 'size', 'values'], {
    ...matrix,
    units: numbers([0, 1], [[2], [-1], [0.5]], (value) => Array.isArray(value) && value[0] === 1),
    shape: numbers([2, 1], [[2], [2, 2], [0, 2]]),
  }),
  toSvg: { takes: [made(figure)], needs: 1 },
  toPng: { takes: [made(figure), { options: { scale: number(1, { above: 0, to: 10 }) } }], needs: 1 },
}
