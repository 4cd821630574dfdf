import { HillockError } from '@hillock/core'
import type { Recipe } from './recipe.ts'
import { setPath } from './set.ts'
import { percent, table } from './table.ts'

/** Values that one thing in the recipe takes in turn. */
export interface Sweep {
  /** A path as `--set` takes it, or `hidden`: the sizes of all dense layers but the last. */
  readonly name: string
  readonly values: readonly unknown[]
}

/** One run of a sweep: what is set in it, as `--set` takes it, and the values by what was swept. */
export interface SweptRun {
  readonly set: readonly string[]
  readonly sweep: Readonly<Record<string, unknown>>
}

/** What came of a run: the densities are those of the input and of each layer. */
export interface SweptResult {
  readonly sweep: Readonly<Record<string, unknown>>
  readonly testAccuracy: number | undefined
  readonly density: readonly number[]
}

/** Reads `hidden=32,64`: values are JSON, or else text. Errors: HILLOCK_USAGE. */
export function parseSweep(assignment: string): Sweep {
  const at = assignment.indexOf('=')
  const [name, text] = [assignment.slice(0, at), assignment.slice(at + 1)]
  if (at < 1 || text.split(',').includes('')) {
    throw new HillockError('HILLOCK_USAGE', `--sweep ${assignment} is not path.to.option=value,value`, {
      hint: 'as in --sweep hidden=32,64 or --sweep learner.optimizer.rate=0.01,0.001',
    })
  }
  return { name, values: listOf(text) }
}

function listOf(text: string): readonly unknown[] {
  try {
    return JSON.parse(`[${text}]`) as unknown[]
  } catch {
    return text.split(',')
  }
}

/**
 * Every combination of the values, the last sweep changing fastest; each has been tried on the recipe, so that none fails when others
 * have run. Errors: HILLOCK_USAGE, those of `setPath` among them.
 */
export function sweptRuns(recipe: Recipe, sweeps: readonly Sweep[]): SweptRun[] {
  const names = sweeps.map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) < i)
  if (twice !== undefined) {
    throw new HillockError('HILLOCK_USAGE', `--sweep ${twice} is given twice`, { hint: 'give all its values in one' })
  }
  const combined = sweeps.reduce<SweptRun[]>(
    (runs, { name, values }) =>
      runs.flatMap(({ set, sweep }) =>
        values.map((value) => ({
          set: [...set, ...pathsOf(recipe, name).map((path) => `${path}=${JSON.stringify(value)}`)],
          sweep: { ...sweep, [name]: value },
        })),
      ),
    [{ set: [], sweep: {} }],
  )
  for (const { set } of combined) set.reduce(setPath, recipe)
  return combined
}

function pathsOf({ network }: Recipe, name: string): string[] {
  if (name !== 'hidden') return [name]
  const paths = network.flatMap((part, i) => ('dense' in part ? [`network.${i}.dense`] : [])).slice(0, -1)
  if (paths.length > 0) return paths
  throw new HillockError('HILLOCK_USAGE', '--sweep hidden: the network has no hidden layer', {
    hint: 'sweep something else, or choose another recipe',
  })
}

/** A run's name as a folder's: hidden=32,epochs=2. */
export const folderOf = ({ sweep }: SweptRun): string =>
  Object.entries(sweep)
    .map(([name, value]) => `${name}=${encodeURIComponent(typeof value === 'string' ? value : JSON.stringify(value))}`)
    .join(',')

/** One line a run: what was swept, then accuracy and densities. */
export function sweepTable(results: readonly SweptResult[]): string {
  const names = Object.keys(results[0]!.sweep)
  const layers = results[0]!.density.map((_, i) => `density ${i === 0 ? 'input' : `layer${i}`}`)
  return table(
    [
      [...names, 'test accuracy', ...layers],
      ...results.map(({ sweep, testAccuracy, density }) => [
        ...names.map((name) => (typeof sweep[name] === 'string' ? sweep[name] : JSON.stringify(sweep[name]))),
        percent(testAccuracy),
        ...density.map((value) => value.toFixed(4)),
      ]),
    ],
    0,
  )
}
