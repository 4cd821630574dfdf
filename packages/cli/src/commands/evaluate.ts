import { normalisedError, sessionOf } from '@hillock/recipes'
import { activityNames } from '../output/activity.ts'
import { printEvent } from '../output/print-event.ts'
import { duration, grouped, scoreRow, table } from '../output/table.ts'
import { liveLine } from '../output/terminal.ts'
import {
  aboutBackend,
  type BackendOptions,
  chooseBackend,
  describeBackend,
  explainChoice,
  openBackend,
} from '../plugins/backends.ts'
import { loadTest } from '../run/data.ts'
import { openModel } from '../run/open-model.ts'

export interface EvaluateCommand extends BackendOptions {
  readonly model: string
  readonly dataset?: string
  readonly data?: string
  readonly json?: boolean
}

/** Measures a saved model on the test set. */
export async function evaluate(options: EvaluateCommand): Promise<void> {
  const { model } = await openModel(options.model, options.json)
  const { recipe, seed, network, encoder } = model
  const spec = { ...recipe.dataset, ...(options.dataset !== undefined && { name: options.dataset }) }
  const live = liveLine(process.stderr)
  const opened = await openBackend(chooseBackend(options), options)
  const about = aboutBackend(opened)
  const session = sessionOf(model, opened.backend)
  try {
    const examples = await loadTest({ ...recipe, dataset: spec }, { data: options.data, seed })
    if (!options.json) live.show(`evaluating ${grouped(examples.count)} examples ...`, 'at once')
    const began = performance.now()
    const { accuracy, loss: mean, density, synapticOperations } = await session.evaluate(examples)
    const seconds = (performance.now() - began) / 1000
    const error = Number.isNaN(accuracy) ? normalisedError(mean, examples, network) : undefined
    live.clear()
    if (options.json) {
      printEvent('evaluation', {
        recipe: recipe.name,
        dataset: spec.name,
        ...about,
        examples: examples.count,
        testAccuracy: accuracy,
        testLoss: mean,
        testError: error,
        seconds,
        density,
        synapticOperations,
      })
      return
    }
    const names = activityNames(network, encoder.binary)
    const rows = [
      scoreRow(accuracy, error),
      ['test loss', mean.toFixed(4)],
      ...density.map((value, i) => [names[i]!, value.toFixed(4)]),
      ['synaptic operations per sample', grouped(synapticOperations)],
      ['time', duration(seconds)],
    ]
    const tested = `${spec.name}: ${grouped(examples.count)} test examples`
    process.stdout.write(
      `${explainChoice(about)}${recipe.name} on ${describeBackend(about)}\n${tested}\n\n${table(rows)}\n`,
    )
  } finally {
    await session.dispose()
  }
}
