import { type Check, checkOptions, is } from '@hillock/core/options'
import { checkSome, listOf } from './check.ts'
import { colours, type Figure, figure, type Part, titleOf } from './figure.ts'

/** A mean at a lag, with its confidence band. */
export interface LagMean {
  readonly lag: number
  readonly mean: number
  readonly low: number
  readonly high: number
}

/** Curves of one layer, by what they are called. */
export interface LayerCurves {
  /** Name of the layer. */
  readonly layer: string
  /** The curves, by name. */
  readonly curves: Readonly<Record<string, { readonly lags: readonly LagMean[] }>>
}

/** Options of `stdp`. */
export interface StdpOptions {
  /** Title of the figure. Default: none. */
  readonly title?: string
  /** A network in one column each, its layers below each other. */
  readonly columns: readonly { readonly title: string; readonly layers: readonly LayerCurves[] }[]
}

const order = [colours.ink, colours.green, colours.red, colours.blue]

const networks = listOf("a network: { title: 'trained', layers }", 'title', 'layers')
const curvesOf = listOf("a layer: { layer: 'layer1', curves }", 'layer', 'curves')
const isColumns: Check = (value) => {
  const layers = (networks(value) ? [] : (value as StdpOptions['columns'])).map((column) => column.layers)
  const curves = (layers.every((one) => curvesOf(one) === undefined) ? layers.flat() : []).map((one) => one.curves)
  const lags = curves.flatMap((one) =>
    is.record(one) ? [null] : Object.values(one).map((curve) => Object(curve).lags),
  )
  const wrong = [...layers.map(curvesOf), ...lags.map(listOf('what `stdpCurve` gives', 'lag', 'mean', 'low', 'high'))]
  return networks(value) ?? wrong.find((hint) => hint !== undefined)
}

/**
 * How weights change by the time between the spikes on either side, with their bands, as `stdpCurve` of hillock measures it; each
 * panel has a scale of its own. Lags without a mean are left out; a mean without a band, as that of a single sample, is drawn alone.
 * Throws HILLOCK_SHAPE if there is nothing to draw.
 */
export function stdp(options: StdpOptions): Figure {
  checkOptions('stdp', options, { title: is.text, columns: isColumns }, ['columns'])
  const { title, columns } = options
  checkSome('columns', columns)
  checkSome(
    'layers',
    columns.flatMap(({ layers }) => layers),
  )
  const names = [...new Set(columns.flatMap(({ layers }) => layers.flatMap(({ curves }) => Object.keys(curves))))]
  const all = figure(title, [
    {
      hconcat: columns.map((column) => ({
        vconcat: column.layers.map((layer) => panel(`${column.title}, ${layer.layer}`, layer, names)),
        resolve,
      })),
      spacing: 30,
      resolve,
    },
  ])
  return { ...all, resolve }
}

const rule = { type: 'rule', color: colours.frame } as const

const resolve = { scale: { color: 'shared' }, legend: { color: 'shared' } } as const

function panel(title: string, { curves }: LayerCurves, names: readonly string[]): Part {
  const values = Object.entries(curves).flatMap(([name, { lags }]) =>
    lags
      .filter(({ mean }) => Number.isFinite(mean))
      .map(({ lag, mean, low, high }) => ({ name, lag, mean, low, high })),
  )
  const bands = values.filter(({ low }) => Number.isFinite(low))
  const y = { type: 'quantitative', title: 'change of a weight' } as const
  return {
    width: 300,
    height: 180,
    title: titleOf(title),
    data: { values },
    encoding: {
      x: {
        field: 'lag',
        type: 'quantitative',
        title: 'postsynaptic less presynaptic time (steps)',
        axis: { tickMinStep: 1 },
      },
      color: {
        field: 'name',
        type: 'nominal',
        scale: { domain: [...names], range: names.map((_, i) => order[i % order.length]!) },
        legend: { title: null, orient: 'top', symbolOpacity: 1 },
      },
    },
    layer: [
      { data: { values: [{ lag: 0 }] }, mark: rule, encoding: { y: null, color: null } },
      { data: { values: [{}] }, mark: rule, encoding: { y: { datum: 0 }, x: null, color: null } },
      {
        data: { values: bands },
        mark: { type: 'area', opacity: 0.2 },
        encoding: { y: { field: 'low', ...y }, y2: { field: 'high' } },
      },
      { mark: { type: 'line', strokeWidth: 1.5 }, encoding: { y: { field: 'mean', ...y } } },
    ],
  } as Part
}
