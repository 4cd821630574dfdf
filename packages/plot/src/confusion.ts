import { HillockError } from '@hillock/core'
import { checkOptions, is } from '@hillock/core/options'
import { counted } from './axes.ts'
import { checkCount, checkSome, isList } from './check.ts'
import { type Figure, figure } from './figure.ts'
import { asGiven } from './grid.ts'
import { withBar } from './heat-map.ts'
import { inkScale } from './palette.ts'

/** Options of `confusion`. */
export interface ConfusionOptions {
  /** Title of the figure. Default: none. */
  readonly title?: string
  /** Number of classes. */
  readonly classes: number
  /** The true class of each example. */
  readonly labels: ArrayLike<number>
  /** The predicted class of each example. */
  readonly predictions: ArrayLike<number>
}

/** With more classes their numbers would not fit into the cells. */
const readable = 20

/**
 * How many examples of each class were taken for which; the shades are parts of the class. Throws HILLOCK_SHAPE if there are no examples or the
 * lengths differ, HILLOCK_LABEL if a class is out of range.
 */
export function confusion(options: ConfusionOptions): Figure {
  const known = { title: is.text, classes: is.anything, labels: isList, predictions: isList }
  checkOptions('confusion', options, known, ['classes', 'labels', 'predictions'])
  const { title, classes, labels, predictions } = options
  checkCount('classes', classes)
  checkSome('examples', labels)
  if (labels.length !== predictions.length) {
    const hint = 'give one prediction for each label'
    throw new HillockError('HILLOCK_SHAPE', `${labels.length} labels, ${predictions.length} predictions`, { hint })
  }
  const counts = new Uint32Array(classes * classes)
  const totals = new Uint32Array(classes)
  let right = 0
  for (let i = 0; i < labels.length; i++) {
    const [label, prediction] = [classOf(labels[i]!, classes, i), classOf(predictions[i]!, classes, i)]
    counts[label * classes + prediction]! += 1
    totals[label]! += 1
    if (label === prediction) right++
  }
  const share = (cell: number) => counts[cell]! / (totals[Math.floor(cell / classes)]! || 1)
  const cells = Array.from(counts, (count, i) => ({
    x: i % classes,
    y: Math.floor(i / classes),
    count: count === 0 ? '' : String(count),
    dark: share(i) > 0.5,
  }))
  const side = Math.min(560, Math.max(200, 40 * classes))
  const panel = {
    grid: asGiven(
      classes,
      classes,
      Array.from(counts, (_, i) => share(i)),
    ),
    width: side,
    height: side,
    title: `${right} of ${labels.length} right, ${((100 * right) / labels.length).toFixed(1)} %`,
    alt: `confusion of ${classes} classes`,
    x: counted(classes, 'predicted class'),
    y: counted(classes, 'true class'),
    over:
      classes > readable
        ? []
        : [
            {
              data: { values: cells },
              mark: { type: 'text', fontSize: 11 },
              encoding: {
                x: { field: 'x', type: 'quantitative' },
                y: { field: 'y', type: 'quantitative' },
                text: { field: 'count' },
                color: { condition: { test: 'datum.dark', value: 'white' }, value: 'black' },
              },
            } as const,
          ],
  }
  return figure(title, [withBar(panel, 'part of the true class', inkScale(1))])
}

function classOf(value: number, classes: number, example: number): number {
  if (Number.isSafeInteger(value) && value >= 0 && value < classes) return value
  const hint = `classes go from 0 to ${classes - 1}`
  throw new HillockError('HILLOCK_LABEL', `example ${example} has class ${value}`, { hint })
}
