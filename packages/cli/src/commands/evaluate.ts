import { loadTest } from '../data.ts'
import { defaultBackend, makeBackend, threadsOf } from '../equip.ts'
import { sessionOf } from '../model.ts'
import { openModel } from '../open-model.ts'
import { activityNames } from '../people.ts'
import { printEvent } from '../programs.ts'
import { duration, grouped, percent, table } from '../table.ts'
import { liveLine } from '../terminal.ts'

export interface EvaluateCommand {
  readonly model: string
  readonly dataset?: string
  readonly data?: string
  readonly backend?: string
  readonly threads?: number
  readonly json?: boolean
}

/** Measures a saved model on the test set. */
export async function evaluate(options: EvaluateCommand): Promise<void> {
  const { model } = await openModel(options.model, options.json)
  const { recipe, seed, network, encoder } = model
  const spec = { ...recipe.dataset, ...(options.dataset !== undefined && { name: options.dataset }) }
  const live = liveLine(process.stderr)
  const name = options.backend ?? defaultBackend()
  const backend = await makeBackend(name, options.threads)
  const threads = threadsOf(backend)
  const session = sessionOf(model, backend)
  try {
    const examples = await loadTest(spec, { data: options.data, seed })
    if (!options.json) live.show(`evaluating ${grouped(examples.count)} examples ...`, 'at once')
    const began = performance.now()
    const { accuracy, loss: mean, density, synapticOperations } = await session.evaluate(examples)
    const seconds = (performance.now() - began) / 1000
    live.clear()
    if (options.json) {
      const fields = {
        recipe: recipe.name,
        dataset: spec.name,
        backend: name,
        threads,
        examples: examples.count,
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
    process.stdout.write(
      `${recipe.name} on ${name}\n${spec.name}: ${grouped(examples.count)} test examples\n\n${table(rows)}\n`,
    )
  } finally {
    await session.dispose()
  }
}
