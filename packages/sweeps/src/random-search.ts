import { HillockError } from '@hillock/core'
import { checkValue, is } from '@hillock/core/options'
import { generator, stream } from '@hillock/core/random'
import { type Recipe, setPath } from '@hillock/recipes'
import { pathsOf, type SweptRun } from './assignments.ts'

/** A range that values are drawn from: `uniform(0,1)`, `log(1e-4,1e-1)`, `int(16,256)`; or some values: `32,64`. */
export interface Range {
  /** The option that is varied, as a path. */
  readonly name: string
  /** How a value is drawn: `uniform` and `log` between two ends, `int` a whole number between them, `choice` one of the values. */
  readonly kind: 'uniform' | 'log' | 'int' | 'choice'
  /** The two ends, or the values of a choice. */
  readonly values: readonly unknown[]
}

/** Reads `learner.optimizer.learningRate=log(1e-4,1e-1)`. Gives undefined where no range stands. Throws HILLOCK_USAGE if the range is empty. */
export function parseRange(assignment: string): Range | undefined {
  const [, name, kind, inner] = /^([^=]+)=(uniform|log|int)\((.*)\)$/.exec(assignment) ?? []
  if (kind === undefined) return undefined
  const ends = inner!.split(',').map(Number)
  const [low, high] = ends as [number, number]
  const whole = kind !== 'int' || ends.every(Number.isInteger)
  if (ends.length !== 2 || !(low < high) || !Number.isFinite(high - low) || (kind === 'log' && low <= 0) || !whole) {
    const hint = 'as in --sweep learner.optimizer.learningRate=log(1e-4,1e-1), the lower end first'
    throw new HillockError('HILLOCK_USAGE', `--sweep ${assignment} is not a range`, { hint })
  }
  return { name: name!, kind: kind as Range['kind'], values: ends }
}

/**
 * So many settings, each value drawn at random from its range; they follow from the seed. Numbers have four digits, so that they can be told.
 * Throws HILLOCK_USAGE if a range does not fit the recipe.
 */
export function drawnRuns(recipe: Recipe, ranges: readonly Range[], trials: number, seed: number): SweptRun[] {
  checkValue('drawnRuns', 'trials', trials, is.whole(1))
  return drawn(ranges, trials, seed).map((sweep) => runWith(recipe, sweep))
}

/** The values alone. */
export function drawn(ranges: readonly Range[], trials: number, seed: number): Record<string, unknown>[] {
  const random = generator(seed, stream.shuffle, 2 ** 32 - 3)
  return Array.from({ length: trials }, () =>
    Object.fromEntries(ranges.map((range) => [range.name, valueAt(range, random.uniform())])),
  )
}

/** A run with these values. Throws HILLOCK_USAGE if they do not fit the recipe. */
export function runWith(recipe: Recipe, sweep: Readonly<Record<string, unknown>>): SweptRun {
  const set = Object.entries(sweep).flatMap(([name, value]) =>
    pathsOf(recipe, name).map((path) => `${path}=${JSON.stringify(value)}`),
  )
  set.reduce((changed, one) => setPath(changed, one, `--sweep ${one}`), recipe)
  return { set, sweep }
}

/** The value at a part of a range, from 0 to 1. */
export function valueAt({ kind, values }: Range, part: number): unknown {
  if (kind === 'choice') return values[Math.min(values.length - 1, Math.floor(part * values.length))]
  const [low, high] = values as [number, number]
  if (kind === 'int') return Math.min(high, low + Math.floor(part * (high - low + 1)))
  const value = kind === 'log' ? Math.exp(Math.log(low) + part * Math.log(high / low)) : low + part * (high - low)
  return Number(value.toPrecision(4))
}
