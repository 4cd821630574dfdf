import { dirname } from 'node:path'
import { pointOf } from '@hillock/recipes'
import { describeBackend, explainChoice } from '../plugins/backends.ts'
import { activityNames, activityRows } from './activity.ts'
import type { TrainOutput } from './events.ts'
import { progressLine } from './progress.ts'
import { duration, percent, table } from './table.ts'
import { harmless, liveLine } from './terminal.ts'

/** Shows a run to people: progress on standard error, what lasts on standard output. */
export function forPeople(): TrainOutput {
  const live = liveLine(process.stderr)
  const print = (text: string) => {
    live.clear()
    process.stdout.write(`${text}\n`)
  }
  const line = progressLine()
  let layers: readonly string[] = []
  return {
    status: (message) => live.show(message),
    note(message) {
      live.clear()
      process.stderr.write(`${message}\n`)
    },
    start({ seed, learner, resumed, ...backend }, { recipe, network, data, binaryInput }) {
      layers = activityNames(network, binaryInput)
      if (backend.because) print(explainChoice(backend))
      print(`${recipe.name}: ${recipe.description}\n${data}\n\n${network}\n`)
      const on = describeBackend(backend)
      print(`${learner}, ${recipe.steps} time steps, batches of ${recipe.batchSize}, on ${on}, seed ${seed}`)
      if (resumed) print(`resuming ${pointOf(resumed)}`)
    },
    batch: (progress) => live.show(line(progress)),
    epoch({ epoch, trainLoss, trainAccuracy, validationAccuracy, testAccuracy, seconds }, epochs) {
      const validation = validationAccuracy === undefined ? '' : `  validation ${percent(validationAccuracy)}`
      const test = testAccuracy === undefined ? '' : `  test ${percent(testAccuracy)}`
      print(
        `epoch ${epoch}/${epochs}  loss ${trainLoss.toFixed(3)}  train ${percent(trainAccuracy)}${validation}${test}  ${duration(seconds)}`,
      )
    },
    warning: ({ code, message }) => print(harmless(`warning ${code}: ${message}`)),
    result({ testAccuracy, seconds, stopped, model, report, raster, page, checkpoint }, last) {
      const rows = [
        ['test accuracy', percent(testAccuracy)],
        ...(last ? activityRows(last, layers) : []),
        ['time', duration(seconds)],
      ]
      print(`\n${stopped ? 'stopped before the end\n' : ''}${table(rows)}`)
      const written = [model, report, raster, page, checkpoint].filter((path) => path !== undefined)
      if (written.length > 0) print(`\nwritten: ${written.join(', ')}`)
      if (stopped && checkpoint) print(`to resume: hillock train --resume ${dirname(checkpoint)}`)
      else if (model) print(`next: hillock evaluate --model ${model}`)
    },
  }
}
