import { choices, HillockError } from '@hillock/core/errors'
import { parseValue, type Recipe, recipeSchema, setPath } from '@hillock/recipes'

/** Values that one thing in the recipe takes in turn. */
export interface Sweep {
  /** A path as `--set` takes it, or `hidden`: the sizes of all dense layers but the last. */
  readonly name: string
  /** The values to try. */
  readonly values: readonly unknown[]
}

/** One run of a sweep: what is set in it, as `--set` takes it, and the values by what was swept. */
export interface SweptRun {
  /** The settings as `--set` takes them. */
  readonly set: readonly string[]
  /** The settings, by the names of the options. */
  readonly sweep: Readonly<Record<string, unknown>>
}

/** Reads `hidden=32,64`: each value is JSON, or else text. Throws HILLOCK_USAGE if the text has another form. */
export function parseSweep(assignment: string): Sweep {
  const at = assignment.indexOf('=')
  const [name, text] = [assignment.slice(0, at), assignment.slice(at + 1)]
  if (at < 1 || text.split(',').includes('')) {
    throw new HillockError('HILLOCK_USAGE', `--sweep ${assignment} is not path.to.option=value,value`, {
      hint: 'as in --sweep hidden=32,64 or --sweep learner.optimizer.learningRate=0.01,0.001',
    })
  }
  return { name, values: listOf(text) }
}

/** Values with commas between them: each takes as many pieces as make JSON, or else one, as text. */
function listOf(text: string): readonly unknown[] {
  const pieces = text.split(',')
  const first = (count: number) => pieces.slice(0, count).join(',')
  const values: unknown[] = []
  while (pieces.length > 0) {
    const count = pieces.findIndex((_, i) => parseValue(first(i + 1)) !== first(i + 1)) + 1 || 1
    values.push(parseValue(first(count)))
    pieces.splice(0, count)
  }
  return values
}

/**
 * Every combination of the values, the last sweep changing fastest; each has been tried on the recipe, so that none fails when others
 * have run. Throws HILLOCK_USAGE if a value is given twice, and the errors of `setPath`.
 */
export function sweptRuns(recipe: Recipe, sweeps: readonly Sweep[]): SweptRun[] {
  const taken = new Set<string>()
  for (const given of sweeps.flatMap(({ name, values }) => [name, ...values.map((value) => nameOf(name, value))])) {
    if (!taken.has(given)) taken.add(given)
    else throw new HillockError('HILLOCK_USAGE', `--sweep ${given} is given twice`, { hint: 'give all values once' })
  }
  const combined = sweeps.reduce<(readonly [string, unknown])[][]>(
    (runs, { name, values }) => runs.flatMap((run) => values.map((value) => [...run, [name, value] as const])),
    [[]],
  )
  return combined.map((values) => {
    const set = values.flatMap(([name, value]) =>
      pathsOf(recipe, name).map((path) => [`${path}=${JSON.stringify(value)}`, nameOf(name, value)] as const),
    )
    set.reduce((changed, [one, given]) => setPath(changed, one, `--sweep ${given}`), recipe)
    return { set: set.map(([one]) => one), sweep: Object.fromEntries(values) }
  })
}

/** A setting as the command line has it: `hidden=64`. */
export const nameOf = (name: string, value: unknown): string => `${name}=${textOf(value)}`

/** A value as the command line has it. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** The paths that a sweep sets: `network.*.surrogate.slope` stands for all neurons that have it. Throws HILLOCK_USAGE if the recipe has no such path. */
export function pathsOf(recipe: Recipe, name: string): string[] {
  const { network } = recipe
  if (name.includes('.*.')) {
    const paths = matches(recipe, name.split('.')).map((path) => path.join('.'))
    if (paths.length > 0) return paths
    throw new HillockError('HILLOCK_USAGE', `--sweep ${name}: the recipe has nothing like it`, {
      hint: '* stands for every part of a list that has the rest of the path',
    })
  }
  if (name !== 'hidden') {
    if (name.includes('.') || Object.hasOwn(recipeSchema.shape, name)) return [name]
    const hint = choices(name, ['hidden', ...Object.keys(recipeSchema.shape)])
    throw new HillockError('HILLOCK_USAGE', `--sweep: the recipe has no '${name}'`, { hint })
  }
  const paths = network.flatMap((part, i) => ('dense' in part ? [`network.${i}.dense`] : [])).slice(0, -1)
  if (paths.length > 0) return paths
  throw new HillockError('HILLOCK_USAGE', '--sweep hidden: the network has no hidden layer', {
    hint: 'sweep a part of it, as network.0.conv2d=8,16, or choose another recipe',
  })
}

/** The paths in a value that a pattern fits. */
function matches(value: unknown, [first, ...rest]: readonly string[]): string[][] {
  if (first === undefined) return [[]]
  const keys = first === '*' ? Object.keys(Object(value)) : Object.hasOwn(Object(value), first) ? [first] : []
  return keys.flatMap((key) => matches((value as Record<string, unknown>)[key], rest).map((path) => [key, ...path]))
}

/** A run as the command line has it. */
export const givenOf = ({ sweep }: SweptRun): string =>
  Object.entries(sweep)
    .map(([name, value]) => `--sweep ${nameOf(name, value)}`)
    .join(' ')

/** A run's name as a folder's: hidden=32,epochs=2. */
export const folderOf = ({ sweep }: SweptRun): string =>
  Object.entries(sweep)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(textOf(value))}`)
    .join(',')
