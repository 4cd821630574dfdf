import { checkOptions, checkValue, is } from '@hillock/core/options'
import { checkNumber, checkSome, listOf } from './check.ts'
import { colours, type Figure, figure } from './figure.ts'

/** Options of `parallel`. */
export interface ParallelOptions {
  /** Title of the figure. Default: none. */
  readonly title?: string
  /** What was tried, and what came of it. */
  readonly rows: readonly ParallelRow[]
  /** The name of the last axis. Default: `value`. */
  readonly result?: string
}

/** A setting, and what came of it. */
export interface ParallelRow {
  /** Numbers or words by the names of the axes: the same in all rows. */
  readonly settings: Readonly<Record<string, unknown>>
  /** What came of it: the higher, the darker its line. */
  readonly value: number
}

const isRows = listOf('{ settings, value }', 'settings', 'value')

/**
 * Parallel coordinates: one axis for each thing that was varied and one for the result, and one line for each setting. An axis is logarithmic if its numbers are above 0 and span more
 * than a factor of 20; words get places of their own. Throws HILLOCK_SHAPE if there are no rows, HILLOCK_NOT_FINITE if a value is not a number.
 */
export function parallel(options: ParallelOptions): Figure {
  checkOptions('parallel', options, { title: is.text, rows: isRows, result: is.text }, ['rows'])
  const { title, rows, result = 'value' } = options
  checkSome('rows', rows)
  for (const [i, { settings, value }] of rows.entries()) {
    checkValue('parallel', `the settings of row ${i}`, settings, is.record)
    checkNumber(`the value of row ${i}`, value)
  }
  const axes = [
    ...Object.keys(rows[0]!.settings).map((name) =>
      axisOf(
        name,
        rows.map(({ settings }) => settings[name]),
      ),
    ),
    axisOf(
      result,
      rows.map(({ value }) => value),
    ),
  ]
  // the best are drawn last, over the others
  const order = rows.map((_, i) => i).sort((a, b) => rows[a]!.value - rows[b]!.value)
  const points = order.flatMap((i, row) =>
    axes.map(({ name, places }) => ({ row, axis: name, place: places[i]!, value: rows[i]!.value })),
  )
  const ticks = axes.flatMap(({ name, labels }) => labels.map((label) => ({ axis: name, ...label })))
  const x = {
    field: 'axis',
    type: 'nominal',
    sort: null,
    title: null,
    axis: { labelAngle: 0, labelLimit: 0, domain: false, ticks: false },
  } as const
  const y = { field: 'place', type: 'quantitative' as const, scale: { domain: [-0.05, 1.05], nice: false }, axis: null }
  return figure(title, [
    {
      // as far apart as the longest name is
      width: axes.length * Math.max(140, 7 * Math.max(...axes.map(({ name }) => name.length))),
      height: 260,
      layer: [
        {
          data: { values: axes.map(({ name }) => ({ axis: name })) },
          mark: { type: 'rule', color: colours.frame },
          encoding: { x },
        },
        {
          data: { values: points },
          mark: { type: 'line', strokeWidth: 1.5, opacity: 0.85 },
          encoding: {
            x,
            y,
            detail: { field: 'row' },
            color: {
              field: 'value',
              type: 'quantitative',
              title: result,
              scale: { range: ['#d3e3f1', colours.blue], zero: false, nice: false },
            },
          },
        },
        {
          data: { values: ticks },
          mark: { type: 'text', align: 'left', dx: 5, dy: -6, fontSize: 10, color: colours.ink },
          encoding: { x, y, text: { field: 'label' } },
        },
      ],
    },
  ])
}

interface Axis {
  readonly name: string
  /** From 0 to 1, for each row. */
  readonly places: readonly number[]
  readonly labels: readonly { readonly place: number; readonly label: string }[]
}

function axisOf(name: string, values: readonly unknown[]): Axis {
  if (!values.every((value): value is number => typeof value === 'number' && Number.isFinite(value))) {
    const texts = values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value)))
    const words = [...new Set(texts)]
    const placeOf = (text: string | undefined) => (words.length === 1 ? 0.5 : words.indexOf(text!) / (words.length - 1))
    return {
      name,
      places: texts.map(placeOf),
      labels: words.map((word) => ({ place: placeOf(word), label: String(word) })),
    }
  }
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const part = (value: number) =>
    low > 0 && high / low > 20 ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)
  const placeOf = (value: number) => (high === low ? 0.5 : part(value))
  const ends = high === low ? [low] : [low, high]
  return {
    name,
    places: values.map(placeOf),
    labels: ends.map((value) => ({ place: placeOf(value), label: String(Number(value.toPrecision(3))) })),
  }
}
