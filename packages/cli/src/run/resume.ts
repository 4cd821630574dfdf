import { HillockError } from '@hillock/core'
import { type BackendSpec, parseRecipe, pointOf, type Recipe, readRun, type SavedRun } from '@hillock/recipes'
import { readNamed } from '../output/files.ts'
import { type BackendOptions, chooseBackend } from '../plugins/backends.ts'
import { type Choice, chooseRecipe } from './resolve-recipe.ts'
import { filesIn } from './run-files.ts'

/** What the command line says about a run. */
export interface RunOptions extends Choice, BackendOptions {
  readonly seed?: number | undefined
  readonly out?: string | undefined
  readonly resume?: string | undefined
  readonly force?: boolean | undefined
}

/** What is trained, on what, where it is written, and what it goes on from. */
export interface Run {
  readonly recipe: Recipe
  readonly seed: number
  readonly backend: BackendSpec
  readonly out: string | undefined
  readonly from: SavedRun | undefined
}

/** What a run has from the start, and keeps. */
const fixed = ['recipe', 'config', 'dataset', 'learner', 'limit', 'seed', 'set'] as const

/**
 * A run to start, or to resume from a folder. Throws the errors of `chooseRecipe`, HILLOCK_USAGE if an option is given that a resumed run keeps,
 * HILLOCK_DATA_DAMAGED if the checkpoint is damaged.
 */
export async function chooseRun(options: RunOptions): Promise<Run> {
  const { resume, out, seed = 0 } = options
  if (resume === undefined) {
    // as it will be read back, so that a run that was resumed writes the same bytes
    const recipe = parseRecipe(await chooseRecipe(options))
    return { recipe, seed, backend: chooseBackend(options, recipe.backend), out, from: undefined }
  }
  const given = fixed.find((option) => options[option] !== undefined)
  if (given !== undefined) {
    const hint = `omit --${given}, or start another run without --resume`
    throw new HillockError(
      'HILLOCK_USAGE',
      `--resume keeps the settings of the run, so it cannot be used with --${given}`,
      { hint },
    )
  }
  const { checkpoint: path } = filesIn(resume)
  const from = readRun(await readNamed(path, 'give --resume the folder that train --out wrote'), path)
  const recipe = { ...from.recipe, epochs: options.epochs ?? from.recipe.epochs }
  const { epochs, position } = from.counters
  if (recipe.epochs < epochs + Math.sign(position)) {
    const hint = `epochs count from the beginning of the run: give more than ${epochs}, or omit --epochs`
    throw new HillockError('HILLOCK_USAGE', `--epochs ${recipe.epochs}: ${resume} is ${pointOf(from.counters)}`, {
      hint,
    })
  }
  return { recipe, seed: from.seed, backend: chooseBackend(options, from.backend), out: out ?? resume, from }
}
