import { createSession } from '@hillock/core'
import { summary } from '@hillock/datasets'
import { buildEncoder, buildLoss, buildNetwork, makeBackend, threadsOf } from '../build.ts'
import { loadDataset } from '../data.ts'
import { checkWeights, loadModel } from '../model.ts'
import { activityNames } from '../people.ts'
import { printEvent } from '../programs.ts'
import { restore, restorer } from '../restore.ts'
import { duration, grouped, percent, table } from '../table.ts'
import { liveLine } from '../terminal.ts'

export interface EvaluateCommand {
  readonly model: string
  readonly dataset?: string
  readonly data?: string
  readonly backend: string
  readonly threads?: number
  readonly json?: boolean
}

/** Measures a saved model on the test set. */
export async function evaluate(options: EvaluateCommand): Promise<void> {
  const { recipe, seed, inputs, weights } = await loadModel(options.model)
  const spec = { ...recipe.dataset, ...(options.dataset !== undefined && { name: options.dataset }) }
  const network = buildNetwork(recipe, inputs)
  checkWeights(options.model, network, weights)
  const [encoder, loss] = [buildEncoder(recipe), buildLoss(recipe)]
  const { order: _, limit: __, validation: ___, ...needed } = spec
  const live = liveLine(process.stderr)
  const dataset = await loadDataset(needed, { data: options.data, seed })
  const backend = await makeBackend(options.backend, options.threads)
  const threads = threadsOf(backend)
  const learner = restorer(weights)
  const session = createSession({ network, learner, encoder, loss, steps: recipe.steps, backend, seed })
  try {
    if (!options.json) live.show(`evaluating ${grouped(dataset.test.count)} examples ...`, 'at once')
    const began = performance.now()
    await restore(session, dataset.test)
    const { accuracy, loss: mean, density, synapticOperations } = await session.evaluate(dataset.test)
    const seconds = (performance.now() - began) / 1000
    live.clear()
    if (options.json) {
      const fields = {
        recipe: recipe.name,
        dataset: spec.name,
        backend: options.backend,
        threads,
        examples: dataset.test.count,
      }
      printEvent('evaluation', {
        ...fields,
        testAccuracy: accuracy,
        testLoss: mean,
        seconds,
        density,
        synapticOperations,
      })
      return
    }
    const names = activityNames(network, encoder.binary)
    const rows = [
      ['test accuracy', percent(accuracy)],
      ['test loss', mean.toFixed(4)],
      ...density.map((value, i) => [names[i]!, value.toFixed(4)]),
      ['synaptic operations per sample', grouped(synapticOperations)],
      ['time', duration(seconds)],
    ]
    process.stdout.write(`${recipe.name} on ${options.backend}\n${summary(dataset)}\n\n${table(rows)}\n`)
  } finally {
    await session.dispose()
  }
}
