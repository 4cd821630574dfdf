import { join } from 'node:path'
import { type Evaluation, HillockError, type Session } from '@hillock/core'
import { take } from '@hillock/datasets'
import { buildEncoder, networkParts, type Recipe, type SavedModel, sessionOf, writeModel } from '@hillock/recipes'
import { makeFolder, writeWhole } from '../output/files.ts'
import { printEvent } from '../output/print-event.ts'
import { grouped, percent, table } from '../output/table.ts'
import { liveLine } from '../output/terminal.ts'
import { type BackendOptions, chooseBackend, openBackend } from '../plugins/backends.ts'
import { versions } from '../run/checkpoint-writer.ts'
import { type Loaded, loadDataset } from '../run/data.ts'
import { openModel } from '../run/open-model.ts'

export interface ConvertCommand extends BackendOptions {
  readonly model: string
  /** Each is tried; the last is what the model is written with. */
  readonly steps: readonly number[]
  /** So many training examples say how large values are. Default: 1000. */
  readonly examples?: number
  readonly data?: string
  readonly out?: string
  readonly json?: boolean
}

/**
 * Makes a spiking network of a saved one of `relu` neurons, and measures it with each number of steps beside the one it came from. Throws
 * HILLOCK_USAGE if the data set has recordings, and what `convert`, `networkParts`, `loadDataset` and `openBackend` throw.
 */
export async function convertModel(options: ConvertCommand): Promise<void> {
  const { convert } = await import('@hillock/analysis')
  const { model } = await openModel(options.model, options.json)
  const live = liveLine(process.stderr)
  const { train, test } = await loadDataset(model.recipe, { data: options.data, seed: model.seed })
  if (!('images' in train)) {
    const hint = 'train it on images, or convert it in a program'
    throw new HillockError('HILLOCK_USAGE', `${model.recipe.dataset.name} has recordings, which move`, { hint })
  }
  const atWork = async <T>(own: SavedModel, work: (session: Session) => Promise<T>): Promise<T> => {
    const session = sessionOf(own, (await openBackend(chooseBackend(options), options)).backend)
    return work(session).finally(() => session.dispose())
  }
  const measure = (own: SavedModel, told: string) => {
    if (!options.json) live.show(told, 'at once')
    return atWork(own, (session) => session.evaluate(test as Loaded['test']))
  }
  const before = await measure(model, 'evaluating ...')
  const some = take(train, Math.min(options.examples ?? 1000, train.count))
  const { network, snapshot } = await atWork(model, (session) => convert(session, some))
  const spiking = (steps: number): SavedModel => {
    const recipe = spikingRecipe(model.recipe, networkParts(network), steps)
    return { ...model, recipe, network, encoder: buildEncoder(recipe), weights: snapshot, unused: [] }
  }
  const found: { steps: number; measured: Evaluation }[] = []
  for (const steps of options.steps)
    found.push({ steps, measured: await measure(spiking(steps), `evaluating ${steps} steps ...`) })
  live.clear()
  const { out } = options
  const path = out === undefined ? undefined : join(out, 'model.safetensors')
  if (path !== undefined) {
    const { recipe, seed } = spiking(options.steps.at(-1)!)
    await makeFolder(out!)
    await writeWhole(path, writeModel(network, snapshot, { recipe, seed, epochs: 0 }, versions()))
  }
  tell(model.recipe.name, before, found, path, options)
}

const spikingRecipe = (recipe: Recipe, network: Recipe['network'], steps: number): Recipe => ({
  ...recipe,
  name: `${recipe.name}-spiking`,
  description: `${recipe.name}, its rates as spikes`,
  network,
  steps,
})

function tell(
  recipe: string,
  before: Evaluation,
  found: readonly { readonly steps: number; readonly measured: Evaluation }[],
  path: string | undefined,
  { json }: ConvertCommand,
): void {
  const figures = found.map(({ steps, measured: { accuracy, synapticOperations } }) => ({
    steps,
    testAccuracy: accuracy,
    synapticOperations,
  }))
  if (json) {
    printEvent('convert', {
      recipe,
      testAccuracy: before.accuracy,
      spiking: figures,
      ...(path && { model: path }),
    })
    return
  }
  const rows = [
    ['steps', 'test accuracy', 'synaptic operations'],
    ['relu', percent(before.accuracy), ''],
    ...figures.map((row) => [String(row.steps), percent(row.testAccuracy), grouped(row.synapticOperations)]),
  ]
  process.stdout.write(`${recipe}\n\n${table(rows)}\n${path === undefined ? '' : `\nwritten: ${path}\n`}`)
}
