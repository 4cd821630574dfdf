import { dirname } from 'node:path'
import { pointOf } from '@hillock/recipes'
import { describeBackend, explainChoice } from '../plugins/backends.ts'
import { activityNames, activityRows } from './activity.ts'
import type { TrainEvents, TrainOutput } from './events.ts'
import { progressLine } from './progress.ts'
import { duration, percent, scoreRow, table } from './table.ts'
import { harmless, liveLine } from './terminal.ts'

/** Shows a run to people: progress on standard error, what lasts on standard output. */
export function asText(): TrainOutput {
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
    epoch({ epoch, trainLoss, seconds, ...report }, epochs) {
      const reached = Number.isNaN(report.trainAccuracy) ? lossesOf(report) : accuraciesOf(report)
      print(`epoch ${epoch}/${epochs}  loss ${trainLoss.toFixed(3)}${reached}  ${duration(seconds)}`)
    },
    warning: ({ code, message }) => print(harmless(`warning ${code}: ${message}`)),
    result({ testAccuracy, testError, seconds, stopped, model, report, raster, page, checkpoint }, last) {
      const rows = [
        scoreRow(testAccuracy, testError),
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

type Epoch = Omit<TrainEvents['epoch'], 'epoch' | 'trainLoss' | 'seconds'>

/** `  train 93.1 %  test 92.0 %` */
const accuraciesOf = ({ trainAccuracy, validationAccuracy, testAccuracy }: Epoch): string =>
  told(percent, { train: trainAccuracy, validation: validationAccuracy, test: testAccuracy })

/** Of examples that have no classes. */
const lossesOf = ({ validationLoss, testLoss }: Epoch): string =>
  told((loss) => `loss ${loss.toFixed(3)}`, { validation: validationLoss, test: testLoss })

const told = (how: (value: number) => string, values: Readonly<Record<string, number | undefined>>): string =>
  Object.entries(values)
    .map(([name, value]) => (value === undefined ? '' : `  ${name} ${how(value)}`))
    .join('')
