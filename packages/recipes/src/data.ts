import { HillockError } from '@hillock/core'
import { nearestWhole } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'
import {
  type Dataset,
  type EventDataset,
  evidenceAccumulation,
  glyphs,
  type MadeOptions,
  mackeyGlassSpans,
  patternGeneration,
  randman,
  storeRecall,
  subset,
  type Task,
  take,
  tones,
  yinYang,
} from '@hillock/datasets'
import type { DatasetSpec } from './recipe.ts'

/** What a recipe trains on: images or recordings with labels, or sequences with values for each of their steps. */
export type RecipeData = Dataset | EventDataset | Task

/** Generated data sets, by the names that recipes have for them. */
const made: Readonly<Record<string, (options: MadeOptions) => Dataset | Task>> = {
  glyphs,
  'yin-yang': yinYang,
  tones,
  randman,
  'pattern-generation': patternGeneration,
  'store-recall': storeRecall,
  'mackey-glass': mackeyGlassSpans,
  'evidence-accumulation': evidenceAccumulation,
}

/** Names of the generated data sets. */
export const madeDatasets: readonly string[] = Object.keys(made)

/** Shuffles of epochs count from 0, and a random split takes the last id; the order of the examples and that of pixels take those before it. */
const [orderId, pixelsId] = [2 ** 32 - 2, 2 ** 32 - 3]

/** A generated data set, of the sizes in a recipe. Undefined for one that is read from files. */
export function makeDataset({ name, train, test }: DatasetSpec): Dataset | Task | undefined {
  const make = Object.hasOwn(made, name) ? made[name] : undefined
  return make?.({ ...(train && { train }), ...(test && { test }) })
}

/**
 * What a recipe makes of a whole data set: normalized in place, put in order, cut to its limit, the last part held back for validation. The
 * test set stays whole. Throws HILLOCK_RECIPE if nothing would be left to train on or to validate with, if images are to be put into frames, or if
 * recordings are to be normalized or shifted as images are.
 */
export function prepareDataset<D extends RecipeData>(dataset: D, spec: DatasetSpec, seed: number): D {
  for (const examples of [dataset.train, dataset.test]) adapt(examples, spec)
  return { ...dataset, ...partsOf<D['train']>(dataset.train, spec, seed) }
}

/** Normalizes images and permutes them; recordings are made into spikes as they are read. */
export function adapt(examples: RecipeData['test'], spec: DatasetSpec): void {
  const images = 'images' in examples
  const wrong = (images ? (['frames'] as const) : (['normalize', 'shift', 'permuted'] as const)).find(
    (name) => spec[name],
  )
  if (wrong !== undefined) {
    const found = `the recipe: 'dataset.${wrong}' is for ${images ? 'recordings' : 'images'}, and ${spec.name} has none`
    const hint = images ? 'leave it out' : "'dataset.frames' has options for recordings: crop, shift, drop"
    throw new HillockError('HILLOCK_RECIPE', found, { hint })
  }
  if (!images) return
  if (spec.permuted && spec.shift) {
    const hint = "leave out 'dataset.shift'"
    throw new HillockError('HILLOCK_RECIPE', 'the recipe: permuted images cannot be shifted', { hint })
  }
  if (spec.normalize) normalize(examples.images, spec.normalize)
  if (spec.permuted) permute(examples.images, examples.features)
}

function partsOf<E extends RecipeData['train']>(
  train: E,
  spec: DatasetSpec,
  seed: number,
): { train: E; validation?: E } {
  const { count } = train
  const limit = Math.min(spec.limit ?? count, count)
  const training =
    spec.order === 'random'
      ? subset(train, generator(seed, stream.shuffle, orderId).permutation(count).subarray(0, limit))
      : take(train, limit)
  if (spec.validation === undefined) return { train: training }
  const held = nearestWhole(limit * spec.validation)
  if (held === 0 || held === limit) {
    const message = `${spec.validation} of ${limit} examples held back for validation leaves ${limit - held} and ${held}`
    throw new HillockError('HILLOCK_RECIPE', message, { hint: 'use more examples' })
  }
  return { train: take(training, limit - held), validation: take(training, held, limit - held) }
}

/** Subtracts the mean and divides by the deviation, in place. */
function normalize(images: Float32Array, { mean, deviation }: { mean: number; deviation: number }): void {
  for (let i = 0; i < images.length; i++) images[i] = (images[i]! - mean) / deviation
}

/** Puts the values of every image in the same other order, in place. */
function permute(images: Float32Array, features: number): void {
  const order = generator(0, stream.shuffle, pixelsId).permutation(features)
  for (let from = 0; from < images.length; from += features) {
    const image = images.slice(from, from + features)
    for (const [i, k] of order.entries()) images[from + i] = image[k]!
  }
}
