import { checkOptions, is } from '@hillock/core/options'
import { checkNumber, checkSome, checkValues, listOf } from './check.ts'
import { type Figure, figure } from './figure.ts'
import { type Line, linePanel } from './lines.ts'

/** The figures of an epoch, as `session.train` reports it. */
export interface EpochFigures {
  /** From 1. */
  readonly epoch: number
  /** Mean loss on the training examples. */
  readonly trainLoss: number
  /** Accuracy on the training examples, from 0 to 1. NaN where there are no classes: losses alone are drawn then. */
  readonly trainAccuracy: number
  /** Accuracy on the validation examples, from 0 to 1. */
  readonly validationAccuracy?: number | undefined
  /** Accuracy on the test examples, from 0 to 1. */
  readonly testAccuracy?: number | undefined
  /** Mean loss on the validation examples. */
  readonly validationLoss?: number | undefined
  /** Mean loss on the test examples. */
  readonly testLoss?: number | undefined
  /** What was measured of each layer, by its name: losses are drawn. */
  readonly layers?: Readonly<Record<string, Readonly<Record<string, number>>>> | undefined
}

const isEpochs = listOf('what `session.train` reports', 'epoch', 'trainLoss', 'trainAccuracy')

/**
 * Loss and accuracies by epoch, of examples without classes their losses. Throws HILLOCK_SHAPE if there are no epochs, HILLOCK_NOT_FINITE if a value
 * is NaN or infinite.
 */
export function curves(options: { readonly title?: string; readonly epochs: readonly EpochFigures[] }): Figure {
  checkOptions('curves', options, { title: is.text, epochs: isEpochs }, ['epochs'])
  const { title, epochs } = options
  checkSome('epochs', epochs)
  const line = (name: string, of: (epoch: EpochFigures) => number | undefined): Line => ({
    name,
    points: epochs.flatMap((report) => {
      const y = of(report)
      if (y === undefined) return []
      checkNumber(`${name} in epoch ${report.epoch}`, y)
      return [{ x: report.epoch, y }]
    }),
  })
  const layers = [...new Set(epochs.flatMap((report) => Object.keys(report.layers ?? {})))]
  const losses = layers
    .map((name) => line(name, (report) => report.layers?.[name]?.loss))
    .filter(({ points }) => points.length > 0)
  const unclassified = epochs.every(({ trainAccuracy }) => Number.isNaN(trainAccuracy))
  const others = unclassified
    ? [line('validation loss', ({ validationLoss }) => validationLoss), line('test loss', ({ testLoss }) => testLoss)]
    : []
  const more = [...others.filter(({ points }) => points.length > 0), ...losses]
  const loss = [line('training loss', ({ trainLoss }) => trainLoss), ...more]
  const accuracies = () => [
    line('training', ({ trainAccuracy }) => trainAccuracy),
    line('validation', ({ validationAccuracy }) => validationAccuracy),
    line('test', ({ testAccuracy }) => testAccuracy),
  ]
  const size = { width: 320, height: 220, x: 'epoch' }
  return figure(title, [
    {
      hconcat: [
        linePanel({
          ...size,
          lines: loss,
          y: unclassified ? 'loss' : 'training loss',
          ...(more.length === 0 && { legend: 'none' as const }),
        }),
        ...(unclassified
          ? []
          : [
              linePanel({
                ...size,
                lines: accuracies().filter(({ points }) => points.length > 0),
                y: 'accuracy (part of the examples)',
              }),
            ]),
      ],
      spacing: 30,
      resolve: { scale: { color: 'independent' } },
    },
  ])
}

/** Options of `density`. */
export interface DensityOptions {
  /** Title of the figure. Default: none. */
  readonly title?: string
  /** `density`: of the input and of each layer, as `session.train` reports it. */
  readonly epochs: readonly { readonly epoch: number; readonly density: readonly number[] }[]
  /** The names of the input and the layers, one for each density. */
  readonly names: readonly string[]
}

const isDensities = listOf('what `session.train` reports', 'epoch', 'density')

/**
 * How many spikes a neuron fires in a step, layer by layer, while a network learns. Throws HILLOCK_SHAPE if sizes do not fit, HILLOCK_NOT_FINITE if a
 * value is NaN or infinite.
 */
export function density(options: DensityOptions): Figure {
  checkOptions('density', options, { title: is.text, epochs: isDensities, names: is.names }, ['epochs', 'names'])
  const { title, epochs, names } = options
  checkSome('epochs', epochs)
  for (const { epoch, density: values } of epochs) checkValues(`densities of epoch ${epoch}`, values, [names.length])
  const lines = names.map((name, i) => ({
    name,
    points: epochs.map(({ epoch, density: of }) => ({ x: epoch, y: of[i]! })),
  }))
  return figure(title, [linePanel({ lines, width: 480, height: 260, x: 'epoch', y: 'spikes per neuron and step' })])
}
