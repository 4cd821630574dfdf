import { firingLevel, type Observed, type ObservedLayer, type OverTime } from '@hillock/analysis'
import type { Layer } from '@hillock/core'
import type { Figure, LayerMap, Trace } from '@hillock/plot'
import type { SavedModel } from '@hillock/recipes'
import { plot } from '../output/figure-file.ts'
import type { Loaded } from '../run/data.ts'
import { imageShape, needImage } from './of-weights.ts'

/** What of a model a picture of its work needs. */
export type Drawable = Pick<SavedModel, 'recipe' | 'encoder'>

/** One example of the test set. */
export interface Sample {
  readonly example: Loaded['test']
  /** Which one, from 0. */
  readonly number: number
}

/** What a network did with it. */
export interface Watched extends Sample {
  readonly observed: Observed
}

/** Who fired when, the input and all layers. */
export async function rasterOf(model: Drawable, watched: Watched): Promise<Figure> {
  const { input, layers } = watched.observed
  return (await plot()).raster({
    title: `${model.recipe.name}: spikes for ${nameOf(watched)}`,
    steps: model.recipe.steps,
    layers: [{ name: 'input', ...input }, ...layers.map(({ layer, output }) => ({ name: titleOf(layer), ...output }))],
    dt: stepOf(model),
  })
}

/** States of a layer and what it gives out, over time. */
export async function statesOf(
  model: SavedModel,
  watched: Watched,
  { index }: Layer,
  show: readonly string[],
): Promise<Figure> {
  const of = watched.observed.layers[index]!
  const name = titleOf(of.layer)
  const maps = show.map((state): LayerMap => ({ name, quantity: wordFor(state), ...shown(of, state) }))
  const { recipe } = model
  const title = `${recipe.name}: ${name} for ${nameOf(watched)}`
  return (await plot()).states({ title, steps: recipe.steps, maps, dt: stepOf(model) })
}

/** How many neurons are drawn by default. */
const few = 3

/** Current, membrane, threshold and spikes of some neurons. Default: those that fired most. */
export async function membraneOf(
  model: SavedModel,
  watched: Watched,
  layer: Layer,
  state: string,
  chosen: readonly number[] | undefined,
): Promise<Figure> {
  const { recipe } = model
  const { steps } = recipe
  const of = watched.observed.layers[layer.index]!
  const membrane = shown(of, state)
  const neurons = chosen ?? mostActive(of.output, steps)
  const [current] = Object.values(of.currents)
  const level = state === 'spike' ? undefined : firingLevel(layer, model.weights, state)
  const traces = neurons.map((neuron): Trace => {
    const ofNeuron = ({ size, values }: OverTime) =>
      Float32Array.from({ length: steps }, (_, t) => values[t * size + neuron]!)
    return {
      name: `neuron ${neuron}`,
      membrane: ofNeuron(membrane),
      current: current && ofNeuron(current),
      threshold: level?.[neuron],
      spikes: ofNeuron(of.output),
    }
  })
  const title = `${recipe.name}: ${titleOf(layer)} for ${nameOf(watched)}`
  const quantities = { membrane: wordFor(state) }
  return (await plot()).membrane({ title, steps, neurons: traces, dt: stepOf(model), quantities })
}

/** The example as it is, before it is encoded: an image or a recording. Throws HILLOCK_USAGE if it is neither. */
export async function inputOf({ recipe }: SavedModel, sample: Sample): Promise<Figure> {
  const { example } = sample
  const title = `${recipe.name}: ${nameOf(sample)}`
  if ('images' in example)
    return (await plot()).image({ title, values: example.images, shape: needImage(example.features) })
  return (await plot()).events({ title, recording: await example.recording(0) })
}

/** Spikes of the input and of the output, counted. */
export async function countsOf(model: SavedModel, watched: Watched, prediction: number): Promise<Figure> {
  const { example, observed } = watched
  const shape = imageShape(example.features)
  const isImage = !model.encoder.rows && 'images' in example && shape !== undefined
  return (await plot()).counts({
    title: `${model.recipe.name}: ${nameOf(watched)}, classified as ${prediction}`,
    steps: model.recipe.steps,
    input: { ...observed.input, image: isImage ? { shape, values: example.images } : undefined },
    output: observed.layers.at(-1)!.output,
    dt: stepOf(model),
  })
}

const nameOf = ({ example, number }: Sample): string =>
  `test example ${number}${'labels' in example ? ` (class ${example.labels[0]})` : ''}`

const titleOf = ({ name, neuron }: Layer): string => `${name} (${neuron.name})`

const wordFor = (name: string): string => ({ v: 'membrane (v)', pre: 'membrane (pre)', spike: 'output' })[name] ?? name

/** The length of a time step in ms, where the encoder has one. */
function stepOf({ encoder }: Drawable): number | undefined {
  const { dt } = encoder.params
  return typeof dt === 'number' ? 1000 * dt : undefined
}

const shown = ({ output, kept }: ObservedLayer, name: string): OverTime => (name === 'spike' ? output : kept[name]!)

/** The neurons that gave out most, in their order. */
function mostActive({ size, values }: OverTime, steps: number): number[] {
  const sums = new Float64Array(size)
  for (let i = 0; i < steps * size; i++) sums[i % size]! += Math.abs(values[i]!)
  const order = Array.from(sums.keys()).sort((a, b) => sums[b]! - sums[a]! || a - b)
  return order.slice(0, few).sort((a, b) => a - b)
}
