import { choices, HillockError } from '@hillock/core/errors'
import { type Dataset, type Examples, mnist, sources } from '@hillock/datasets'
import { type DatasetSpec, madeDatasets, makeDataset, normalize, prepareDataset } from '@hillock/recipes'
import { onInterrupt } from './interrupt.ts'

export interface DataOptions {
  readonly data?: string | undefined
  readonly seed: number
  readonly progress?: (file: string, part: number) => void
}

/**
 * The data a recipe asks for: put in order, cut to its limit, the last part held back for validation. The test set is always whole.
 * Throws HILLOCK_RECIPE for an unknown name, HILLOCK_DATA_MISSING and HILLOCK_DATA_DAMAGED for files that are not there or not sound.
 */
export async function loadDataset(spec: DatasetSpec, options: DataOptions): Promise<Dataset> {
  return prepareDataset(await wholeDataset(spec, options), spec, options.seed)
}

/** The test set alone. Throws as `loadDataset` does. */
export async function loadTest(spec: DatasetSpec, options: DataOptions): Promise<Examples> {
  const { test } = await wholeDataset({ ...spec, train: 1 }, options, 1)
  if (spec.normalize) normalize(test.images, spec.normalize)
  return test
}

/** Throws HILLOCK_RECIPE for a name that no data set has. */
export function checkDataset(name: string): void {
  const names = [...madeDatasets, ...Object.keys(sources)]
  if (names.includes(name)) return
  throw new HillockError('HILLOCK_RECIPE', `there is no data set '${name}'`, { hint: choices(name, names) })
}

/** All examples of a recipe's data set, as they are in its files. Throws as `loadDataset` does. */
export async function wholeDataset(
  spec: DatasetSpec,
  { data, progress }: Omit<DataOptions, 'seed'>,
  limit?: number,
): Promise<Dataset> {
  const made = makeDataset(spec)
  if (made) return made
  const { name } = spec
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
