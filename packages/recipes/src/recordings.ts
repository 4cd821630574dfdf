import { type Frames, type FramesOptions, frames, type Sensor } from '@hillock/datasets'
import type { Recipe } from './recipe.ts'

interface Recorded {
  readonly sensor: Sensor
  /** How it is shown unless a recipe says. */
  readonly frames: Omit<FramesOptions, 'steps'>
}

const spoken: Recorded = { sensor: { width: 700, height: 1 }, frames: { dt: 14e-3, polarity: false } }

const recorded: Readonly<Record<string, Recorded>> = {
  'n-mnist': { sensor: { width: 34, height: 34 }, frames: { dt: 5e-3 } },
  'n-glyphs': { sensor: { width: 34, height: 34 }, frames: { dt: 10e-3 } },
  'moving-glyphs': { sensor: { width: 34, height: 34 }, frames: { dt: 5e-3 } },
  shd: spoken,
  ssc: spoken,
}

/** Names of the data sets of recordings, which are read or made as they are needed. */
export const recordedDatasets: readonly string[] = Object.keys(recorded)

type Of = Pick<Recipe, 'dataset' | 'steps'>

/** How a recipe makes spikes of the recordings of its data set; undefined for other data. Throws HILLOCK_OPTION if `frames` is wrong. */
export function framesOf({ dataset, steps }: Of, seed = 0): Frames | undefined {
  const known = recordedOf(dataset.name)
  return known && frames({ ...known.frames, ...(dataset.frames as Partial<FramesOptions>), steps, seed })
}

/** [height, width, channels] of a step; undefined where examples are no recordings. */
export const stepShape = (recipe: Of): readonly number[] | undefined =>
  framesOf(recipe)?.shape(recordedOf(recipe.dataset.name)!.sensor)

const recordedOf = (name: string): Recorded | undefined => (Object.hasOwn(recorded, name) ? recorded[name] : undefined)
