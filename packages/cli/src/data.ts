import { generator, HillockError, nearestWhole, stream } from '@hillock/core'
import {
  type Dataset,
  type Examples,
  glyphs,
  type MadeOptions,
  mnist,
  sources,
  subset,
  take,
  yinYang,
} from '@hillock/datasets'
import { choices } from './choices.ts'
import { onInterrupt } from './interrupt.ts'
import type { DatasetSpec } from './recipe.ts'

export interface DataOptions {
  readonly data?: string | undefined
  readonly seed: number
  readonly progress?: (file: string, part: number) => void
}

/** Data sets that are made on the spot. */
const made: Readonly<Record<string, (options: MadeOptions) => Dataset>> = { glyphs, 'yin-yang': yinYang }

/** Shuffles of epochs count from 0, and a random split takes the last id; the order of the examples takes the one before it. */
const orderId = 2 ** 32 - 2

/**
 * The data a recipe asks for: put in order, cut to its limit, the last part held back for validation. The test set is always whole.
 * Errors: HILLOCK_RECIPE for an unknown name, HILLOCK_DATA_MISSING, HILLOCK_DATA_DAMAGED.
 */
export async function loadDataset(spec: DatasetSpec, options: DataOptions): Promise<Dataset> {
  const dataset = await read(spec, options)
  if (spec.normalize) for (const { images } of [dataset.train, dataset.test]) normalize(images, spec.normalize)
  const { count } = dataset.train
  const limit = Math.min(spec.limit ?? count, count)
  const training =
    spec.order === 'random'
      ? subset(dataset.train, generator(options.seed, stream.shuffle, orderId).permutation(count).subarray(0, limit))
      : take(dataset.train, limit)
  if (spec.validation === undefined) return { ...dataset, train: training }
  const held = nearestWhole(limit * spec.validation)
  if (held === 0 || held === limit) {
    const message = `${spec.validation} of ${limit} examples held back for validation leaves ${limit - held} and ${held}`
    throw new HillockError('HILLOCK_RECIPE', message, { hint: 'take more examples' })
  }
  return { ...dataset, train: take(training, limit - held), validation: take(training, held, limit - held) }
}

/** The test set alone. Errors: as `loadDataset`. */
export async function loadTest(spec: DatasetSpec, options: DataOptions): Promise<Examples> {
  const { test } = await read({ ...spec, train: 1 }, options, 1)
  if (spec.normalize) normalize(test.images, spec.normalize)
  return test
}

/** Throws HILLOCK_RECIPE for a name that no data set has. */
export function checkDataset(name: string): void {
  const names = [...Object.keys(made), ...Object.keys(sources)]
  if (names.includes(name)) return
  throw new HillockError('HILLOCK_RECIPE', `there is no data set '${name}'`, { hint: choices(name, names) })
}

async function read(
  { name, train, test }: DatasetSpec,
  { data, progress }: DataOptions,
  limit?: number,
): Promise<Dataset> {
  const make = Object.hasOwn(made, name) ? made[name] : undefined
  if (make) return make({ ...(train && { train }), ...(test && { test }) })
  checkDataset(name)
  const { signal, end } = onInterrupt()
  try {
    const dataset = await mnist({
      dataset: name as keyof typeof sources,
      data,
      limit,
      signal,
      progress: progress && (({ file, bytes, total }) => progress(file, bytes / total)),
    })
    signal.throwIfAborted()
    return dataset
  } finally {
    end()
  }
}

function normalize(images: Float32Array, { mean, deviation }: { mean: number; deviation: number }): void {
  for (let i = 0; i < images.length; i++) images[i] = (images[i]! - mean) / deviation
}
