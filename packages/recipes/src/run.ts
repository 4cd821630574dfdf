import {
  type Backend,
  type BatchProgress,
  type Checkpoint,
  type Counters,
  createSession,
  type Encoder,
  type EpochReport,
  HillockError,
  type Learner,
  type Session,
  type Warning,
} from '@hillock/core'
import { type Check, checkOptions, is } from '@hillock/core/options'
import { type Dataset, shifts } from '@hillock/datasets'
import { learnerOptions, type OwnParts } from './build.ts'
import { recipeParts } from './build-network.ts'
import { makeDataset, prepareDataset, type RecipeData } from './data.ts'
import { areFactories, type Factory } from './names.ts'
import { normalisedError } from './normalised-error.ts'
import { exportOf, packagesOf } from './plugin-names.ts'
import { parseRecipe, type Recipe } from './recipe.ts'
import { recordedDatasets } from './recordings.ts'

/** Events of a run. `hillock train --json` prints the same events, and adds the files that it writes. */
export interface RunEvents {
  /** The run begins. */
  readonly start: {
    readonly recipe: string
    readonly learner: string
    readonly seed: number
    readonly parameters: number
    /** Where it resumes. */
    readonly resumed?: Counters
  }
  /** A batch has been trained on. */
  readonly batch: BatchProgress
  /** An epoch has ended. */
  readonly epoch: Omit<EpochReport, 'warnings'>
  /** A layer never or always fires, or something else that deserves a look. */
  readonly warning: Warning
  /** The run has ended. */
  readonly result: {
    readonly recipe: string
    readonly learner: string
    readonly testAccuracy: number | undefined
    /** Where outputs have values to give, as in `normalisedError`; undefined where examples have labels, or were not tested. */
    readonly testError: number | undefined
    readonly epochs: number
    /** Of this call. */
    readonly seconds: number
    /** Whether it was stopped before its last epoch was over. */
    readonly stopped: boolean
  }
}

/** An event of a run: `event` tells which. */
export type RunEvent = { [Name in keyof RunEvents]: { readonly event: Name } & RunEvents[Name] }[keyof RunEvents]

/** A run at work. */
export interface Run<D extends RecipeData = Dataset> {
  /** The recipe, with every default written out. */
  readonly recipe: Recipe
  /** The seed. */
  readonly seed: number
  /** The session that trains. */
  readonly session: Session
  /** The encoder. */
  readonly encoder: Encoder
  /** As the recipe prepares it: in order, cut to its limit, a part held back for validation. */
  readonly dataset: D
  /** Of the epochs that are done, those before the run was resumed among them. */
  readonly reports: readonly EpochReport[]
}

/** Options of `runRecipe`. */
export interface RunOptions<D extends RecipeData = Dataset> extends OwnParts {
  /** Learning rules, uncalled, by the names that recipes have for them: `{ 'random-bp': randomBp }`. The one that the recipe names must be there. */
  readonly learners: Readonly<Record<string, Factory<Learner>>>
  /** A whole data set; of recordings in frames of the recipe's `framesOf`. Default: the recipe's own, if it is generated. */
  readonly data?: D | undefined
  /** The session disposes of it. Default: the reference backend. */
  readonly backend?: Backend | undefined
  /** Seed of all random numbers. Default: 0. */
  readonly seed?: number | undefined
  /** Where to resume, and the reports of the epochs before: the result of `readRun`. Default: from the beginning. */
  readonly from?:
    | (Pick<Checkpoint, 'snapshot' | 'counters'> & { readonly reports?: readonly EpochReport[] })
    | undefined
  /** Tests after each epoch, after the last one, or never. Default: 'each'. */
  readonly test?: 'each' | 'last' | 'never' | undefined
  /** Stops after the current batch when aborted. */
  readonly signal?: AbortSignal | undefined
  /** Called with each event and the current state of the run. Training waits for what it returns. */
  readonly onEvent?: (event: RunEvent, run: Run<D>) => void | Promise<void>
}

const known: Readonly<Record<keyof RunOptions, Check>> = {
  learners: areFactories,
  neurons: areFactories,
  encoders: areFactories,
  data: is.made('a data set, such as glyphs()', 'train', 'test'),
  backend: is.backend,
  seed: is.whole(0, 2 ** 32 - 1),
  from: is.made('{ snapshot, counters }', 'snapshot', 'counters'),
  test: is.oneOf('each', 'last', 'never'),
  signal: is.made('the signal of an AbortController', 'aborted', 'addEventListener'),
  onEvent: is.callable,
}

/**
 * Trains a recipe: in a program, a page or a worker; it prints and writes nothing. Gives the run, whose session can evaluate, observe and train
 * on; `run.session.dispose()` frees it. The same recipe and seed give the same bits as `hillock train`, on the same backend.
 *
 * Throws HILLOCK_RECIPE if the recipe is wrong, HILLOCK_PLUGIN if a learner, a neuron or an encoder is not given, HILLOCK_DATA_MISSING if the data
 * have to be given and are not, and what `session.train` throws: the backend is freed then. Throws HILLOCK_OPTION if an option is wrong.
 */
export async function runRecipe<D extends RecipeData = Dataset>(
  recipe: Recipe,
  options: RunOptions<D>,
): Promise<Run<D>> {
  checkOptions('runRecipe', options, known, ['learners'])
  const { from, backend, test, signal } = options
  const reports: EpochReport[] = [...(from?.reports ?? [])]
  let session: Session | undefined
  try {
    const run = prepare(parseRecipe(recipe), options, reports)
    session = run.session
    await train(run, reports, { from, test, signal, onEvent: options.onEvent ?? (() => {}) })
    return run
  } catch (error) {
    await (session ?? backend)?.dispose()
    throw error
  }
}

function prepare<D extends RecipeData>(
  recipe: Recipe,
  options: RunOptions<D>,
  reports: readonly EpochReport[],
): Run<D> {
  const { learners, neurons, encoders, backend, seed = 0, from } = options
  const whole = options.data ?? (makeDataset(recipe.dataset) as D | undefined)
  if (whole === undefined) {
    const { name } = recipe.dataset
    const read = recordedDatasets.includes(name)
      ? `${exportOf(name)}({ frames: framesOf(recipe) })`
      : `mnist({ dataset: '${name}' })`
    const hint = `give them as { data }: \`await ${read}\` of @hillock/datasets`
    throw new HillockError('HILLOCK_DATA_MISSING', `the examples of '${recipe.dataset.name}' are not given`, { hint })
  }
  const { name } = recipe.learner
  if (!Object.hasOwn(learners, name)) {
    const hint = `give it as { learners: { '${name}': ${exportOf(name)} } }, from its package: ${packagesOf('learner', name).join(' or ')}`
    throw new HillockError('HILLOCK_PLUGIN', `the learner '${name}' is not given`, { hint })
  }
  const dataset = prepareDataset(whole, recipe.dataset, seed)
  const parts = recipeParts(recipe, dataset.train.features, {
    ...(neurons && { neurons }),
    ...(encoders && { encoders }),
  })
  const session = createSession({
    ...parts,
    learner: learners[name]!(learnerOptions(recipe.learner) as never),
    seed,
    ...(backend && { backend }),
    ...(from && { snapshot: from.snapshot, counters: from.counters }),
  })
  return { recipe, seed, session, encoder: parts.encoder, dataset, reports }
}

async function train<D extends RecipeData>(
  run: Run<D>,
  reports: EpochReport[],
  {
    from,
    test = 'each',
    signal,
    onEvent,
  }: Pick<RunOptions, 'from' | 'test' | 'signal'> & { readonly onEvent: NonNullable<RunOptions<D>['onEvent']> },
): Promise<void> {
  const { recipe, seed, session, dataset } = run
  const { batchSize, dropLast = false } = recipe
  const names = { recipe: recipe.name, learner: recipe.learner.name }
  const began = performance.now()
  const { parameters } = session.network
  await onEvent({ event: 'start', ...names, seed, parameters, ...(from && { resumed: from.counters }) }, run)
  const { shift } = recipe.dataset
  const augment = shift === undefined ? undefined : shifts({ pixels: shift, shape: dataset.shape, seed })
  const epochs = recipe.epochs - session.counters.epochs
  const onBatch = async (progress: BatchProgress) => onEvent({ event: 'batch', ...progress }, run)
  const tested = test === 'never' ? { train: dataset.train, validation: dataset.validation } : dataset
  const tests = test === 'last' ? { test } : {}
  const all =
    epochs < 1
      ? []
      : session.train(tested, { epochs, batchSize, dropLast, augment, onBatch, ...tests, ...(signal && { signal }) })
  for await (const report of all) {
    reports.push(report)
    const { warnings, ...epoch } = report
    await onEvent({ event: 'epoch', ...epoch }, run)
    for (const warning of warnings) await onEvent({ event: 'warning', ...warning }, run)
  }
  const last = reports.at(-1)
  const result = {
    ...names,
    testAccuracy: last?.testAccuracy,
    testError:
      last?.testAccuracy === undefined ? normalisedError(last?.testLoss, dataset.test, session.network) : undefined,
    epochs: reports.length,
    seconds: (performance.now() - began) / 1000,
    stopped: session.counters.epochs < recipe.epochs,
  }
  await onEvent({ event: 'result', ...result }, run)
}
