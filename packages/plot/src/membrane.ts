import { checkOptions, is } from '@hillock/core/options'
import { stepOf, timeTitle } from './axes.ts'
import { checkCount, checkNumber, checkSome, checkValues, listOf } from './check.ts'
import { colours, type Figure, figure, type Part, titleOf } from './figure.ts'

/** One neuron over time: each array has T values. */
export interface Trace {
  /** Name of the neuron. */
  readonly name: string
  /** The membrane at each step, [steps]. */
  readonly membrane: ArrayLike<number>
  /** What went into it. */
  readonly current?: ArrayLike<number> | undefined
  /** What the membrane has to pass: one value, or one for each step. */
  readonly threshold?: number | ArrayLike<number> | undefined
  /** What it gave out; anything but 0 is a spike. */
  readonly spikes?: ArrayLike<number> | undefined
}

/** Options of `membrane`. */
export interface MembraneOptions {
  /** Title of the figure. Default: none. */
  readonly title?: string
  /** Time steps. */
  readonly steps: number
  /** The neurons to draw, one below the other. */
  readonly neurons: readonly Trace[]
  /** The length of a time step in ms; without it, time is counted in steps. */
  readonly dt?: number | undefined
  /** Titles of the vertical axes, with their units. */
  readonly quantities?: { readonly membrane?: string; readonly current?: string }
}

const names = { current: 'current', membrane: 'membrane', threshold: 'threshold', spikes: 'spike' } as const
const lineColours = {
  current: colours.green,
  membrane: colours.blue,
  threshold: colours.grey,
  spikes: colours.red,
}

const isTraces = listOf("a neuron: { name: 'a', membrane }", 'name', 'membrane')

/**
 * The current into neurons and their membranes, with the threshold and the spikes, one neuron below the other. Throws HILLOCK_SHAPE if sizes do not fit,
 * HILLOCK_NOT_FINITE if a value is NaN or infinite, HILLOCK_OPTION if an option is wrong.
 */
export function membrane(options: MembraneOptions): Figure {
  const known = { title: is.text, steps: is.anything, neurons: isTraces, dt: is.anything, quantities: is.anything }
  checkOptions('membrane', options, known, ['steps', 'neurons'])
  const { title, steps, neurons, dt, quantities = {} } = options
  checkOptions('membrane: quantities', quantities, { membrane: is.text, current: is.text })
  checkCount('time steps', steps)
  checkSome('neurons', neurons)
  const step = stepOf(dt)
  const parts = neurons.flatMap((trace, i) => {
    checkTrace(trace, steps)
    const over = { until: (steps - 1) * step || 1, time: i === neurons.length - 1 ? timeTitle(dt) : undefined }
    const below = { ...over, y: quantities.membrane ?? 'membrane', height: 110 }
    if (trace.current === undefined) return [panel(membraneMarks(trace, steps, step), { ...below, title: trace.name })]
    const above = { ...over, y: quantities.current ?? 'current', height: 60, time: undefined, title: trace.name }
    return [panel([line('current', trace.current, step)], above), panel(membraneMarks(trace, steps, step), below)]
  })
  const keys = (Object.keys(names) as (keyof typeof names)[]).filter((key) =>
    neurons.some((trace) => trace[key] !== undefined),
  )
  const color = {
    scale: { domain: keys.map((key) => names[key]), range: keys.map((key) => lineColours[key]) },
    legend: { title: null, orient: 'top', symbolType: 'stroke', symbolOpacity: 1, symbolStrokeWidth: 2 },
  }
  const coloured = parts.map((part) => ({ ...part, encoding: { ...part.encoding, color } }) as Part)
  const shared = { scale: { color: 'shared' }, legend: { color: 'shared' } } as const
  return { ...figure(title, coloured, { stacked: 32 }), resolve: shared }
}

type Layer = Extract<Part, { layer: unknown }>['layer'][number]

/** The spikes lie on top: a membrane that is reset falls where they stand. */
function membraneMarks({ membrane: values, threshold, spikes }: Trace, steps: number, step: number): Layer[] {
  const times = Array.from(spikes ?? []).flatMap((spike, t) => (spike === 0 ? [] : [{ x: t * step }]))
  const level =
    typeof threshold === 'number'
      ? [0, (steps - 1) * step].map((x) => ({ x, y: threshold }))
      : threshold && points(threshold, step)
  return [
    ...(level === undefined ? [] : [lineOf('threshold', level, [4, 3])]),
    line('membrane', values, step),
    {
      data: { values: times },
      mark: { type: 'rule', opacity: 0.6, strokeWidth: 1.5 },
      encoding: { x: { field: 'x', type: 'quantitative' }, color: { datum: names.spikes } },
    },
  ]
}

const points = (values: ArrayLike<number>, step: number) => Array.from(values, (y, t) => ({ x: t * step, y }))

const line = (key: keyof typeof names, values: ArrayLike<number>, step: number): Layer =>
  lineOf(key, points(values, step))

const lineOf = (key: keyof typeof names, values: readonly { x: number; y: number }[], dash?: number[]): Layer => ({
  data: { values: [...values] },
  mark: { type: 'line', strokeWidth: 1.2, ...(dash && { strokeDash: dash }) },
  encoding: {
    x: { field: 'x', type: 'quantitative' },
    y: { field: 'y', type: 'quantitative' },
    color: { datum: names[key] },
  },
})

interface Frame {
  /** Where the axis of time ends. */
  readonly until: number
  /** The title of that axis; without it nothing is written at it. */
  readonly time: string | undefined
  readonly y: string
  readonly height: number
  readonly title?: string
}

const panel = (layer: Layer[], { until, time, y, height, title }: Frame) => ({
  width: 640,
  height,
  ...(title && { title: titleOf(title) }),
  encoding: {
    x: {
      type: 'quantitative',
      scale: { domain: [0, until], nice: false },
      axis: {
        title: time ?? null,
        labels: time !== undefined,
        ticks: time !== undefined,
        domain: false,
        tickColor: colours.frame,
      },
    },
    y: {
      type: 'quantitative',
      title: y,
      scale: { zero: false, padding: 6 },
      axis: { tickCount: Math.max(3, height / 25), grid: true },
    },
  },
  layer,
})

function checkTrace({ name, membrane: values, current, threshold, spikes }: Trace, steps: number): void {
  checkValues(`${name}: membrane`, values, [steps])
  if (current !== undefined) checkValues(`${name}: current`, current, [steps])
  if (spikes !== undefined) checkValues(`${name}: spikes`, spikes, [steps])
  if (typeof threshold === 'number') checkNumber(`${name}: threshold`, threshold)
  else if (threshold !== undefined) checkValues(`${name}: threshold`, threshold, [steps])
}
