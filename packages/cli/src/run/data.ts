import { choices, HillockError } from '@hillock/core/errors'
import {
  type DownloadProgress,
  type EventDataset,
  type EventDatasetOptions,
  type EventGlyphsOptions,
  mnist,
  movingGlyphs,
  nGlyphs,
  nMnist,
  shd,
  sources,
  ssc,
} from '@hillock/datasets'
import {
  adapt,
  framesOf,
  madeDatasets,
  makeDataset,
  prepareDataset,
  type Recipe,
  type RecipeData,
} from '@hillock/recipes'
import { onInterrupt } from './interrupt.ts'

/** Recordings, read as they are needed. */
const recorded: Readonly<Record<string, (options: EventDatasetOptions) => Promise<EventDataset>>> = {
  'n-mnist': nMnist,
  shd,
  ssc,
}

/** Recordings that are made as they are needed. */
const filmed: Readonly<Record<string, (options: EventGlyphsOptions) => EventDataset>> = {
  'n-glyphs': nGlyphs,
  'moving-glyphs': movingGlyphs,
}

/** A recipe, as far as its data go. */
type Of = Pick<Recipe, 'dataset' | 'steps'>

export type Loaded = RecipeData

export interface DataOptions {
  readonly data?: string | undefined
  readonly seed: number
  readonly progress?: (file: string, part: number) => void
}

/**
 * The data a recipe asks for: put in order, cut to its limit, the last part held back for validation. The test set is always whole.
 * Throws HILLOCK_RECIPE if the name is unknown, HILLOCK_DATA_MISSING if files are missing, HILLOCK_DATA_DAMAGED if they are damaged.
 */
export async function loadDataset(recipe: Of, options: DataOptions): Promise<Loaded> {
  return prepareDataset(await wholeDataset(recipe, options), recipe.dataset, options.seed)
}

/** The test set alone. Throws as `loadDataset` does. */
export async function loadTest({ dataset, steps }: Of, options: DataOptions): Promise<Loaded['test']> {
  const { test } = await wholeDataset(
    { dataset: { ...dataset, ...(dataset.train && { train: 1 }) }, steps },
    options,
    1,
  )
  adapt(test, dataset)
  return test
}

/** Throws HILLOCK_RECIPE if no data set has this name. */
export function checkDataset(name: string): void {
  const names = [...madeDatasets, ...Object.keys({ ...sources, ...filmed, ...recorded })]
  if (names.includes(name)) return
  throw new HillockError('HILLOCK_RECIPE', `there is no data set '${name}'`, { hint: choices(name, names) })
}

/** All examples of a recipe's data set, as they are in its files. Throws as `loadDataset` does. */
export async function wholeDataset(recipe: Of, { data, seed, progress }: DataOptions, limit?: number): Promise<Loaded> {
  const made = makeDataset(recipe.dataset)
  if (made) return made
  const { name, train, test } = recipe.dataset
  checkDataset(name)
  if (Object.hasOwn(filmed, name))
    return filmed[name]!({ frames: framesOf(recipe, seed)!, ...(train && { train }), ...(test && { test }) })
  const { signal, end } = onInterrupt()
  try {
    const how = {
      data,
      signal,
      ...(progress && { progress: ({ file, bytes, total }: DownloadProgress) => progress(file, bytes / total) }),
    }
    const dataset = Object.hasOwn(recorded, name)
      ? await recorded[name]!({ ...how, frames: framesOf(recipe, seed)! })
      : await mnist({ ...how, dataset: name as keyof typeof sources, limit })
    signal.throwIfAborted()
    return dataset
  } finally {
    end()
  }
}

/** Throws HILLOCK_USAGE if the test set has no classes; `what` needs them. */
export function checkClasses(
  what: string,
  dataset: string,
  test: Loaded['test'],
): asserts test is Extract<Loaded['test'], { labels: unknown }> {
  if ('labels' in test) return
  const found = `${what}: ${dataset} has values that outputs should give, no classes`
  throw new HillockError('HILLOCK_USAGE', found, { hint: 'take a data set with labels' })
}
