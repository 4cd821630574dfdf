import { type Check, checkOptions, checkValue, is, renamed } from '@hillock/core/options'
import type { HomeostasisOptions } from './homeostasis.ts'
import type { ReadoutOptions } from './read-out.ts'

/** Options of `stdp`. */
export interface StdpOptions {
  /** Added to a weight when an input spike comes right before, or together with, the neuron's own. 0 or more. Default: 0.01. */
  readonly potentiation?: number
  /** Subtracted from a weight when an input spike comes right after the neuron's own. 0 or more. Default: 0.01. */
  readonly depression?: number
  /** Decay of a presynaptic trace per step: exp(-dt / tau), from 0 to 1. Default: 0.95. */
  readonly preDecay?: number
  /** Decay of a postsynaptic trace per step, from 0 to 1. Default: 0.95. */
  readonly postDecay?: number
  /** Bounds of the weights; `total` is applied afterwards. Default: [0, 1]. */
  readonly bounds?: readonly [low: number, high: number]
  /** Whether changes shrink with the distance to the bound. Default: false. */
  readonly soft?: boolean
  /** Whether weights that several sites share, as those of a convolution, change by the mean over the sites in place of the sum. Default: false. */
  readonly average?: boolean
  /** What the weights of each neuron add up to after each batch. Default: not fixed. */
  readonly total?: number
  /** Adaptive thresholds, which rise with use. Default: none. */
  readonly homeostasis?: HomeostasisOptions
  /** Lets the last layer learn the classes of the neurons below. `{}` uses its defaults. Default: the last layer learns by STDP. */
  readonly readout?: ReadoutOptions
}

const part = is.number(0, 1)
const finite: Check = (value) => (Number.isFinite(value) ? undefined : 'give a finite number')
const amount: Check = (value) => finite(value) ?? is.number(0)(value)
const group: Check = (value) => (typeof value === 'object' && value !== null ? undefined : 'give an object, as in {}')

const bounds: Check = (value) => {
  const [low, high, ...more]: unknown[] = Array.isArray(value) ? value : []
  const rising = typeof low === 'number' && typeof high === 'number' && low < high && more.length === 0
  return rising ? undefined : 'give a lower number, then a higher: bounds: [0, 1]'
}
const softBounds: Check = (value) =>
  (value as number[]).every(Number.isFinite)
    ? undefined
    : 'soft changes shrink with the distance to it: give finite ones'

const known = {
  potentiation: amount,
  depression: amount,
  preDecay: part,
  postDecay: part,
  bounds,
  soft: is.flag,
  average: is.flag,
  total: amount,
  homeostasis: group,
  readout: group,
}

/**
 * The options, by their names of today. Throws HILLOCK_OPTION if one is unknown or missing, given by two names, or if its value is out of
 * range.
 */
export function checkedOptions(options: StdpOptions): StdpOptions {
  checkOptions('stdp', options, known)
  const { homeostasis } = options
  const readout = options.readout && renamed('stdp: readout', options.readout, { rate: 'learningRate' })
  if (options.soft && options.bounds) checkValue('stdp', 'bounds', options.bounds, softBounds)
  const rising = { raise: amount, fade: part, rest: finite }
  if (homeostasis) checkOptions('stdp: homeostasis', homeostasis, rising, ['raise', 'rest'])
  if (readout) checkOptions('stdp: readout', readout, { learningRate: part, floor: is.number(1e-6, 1) })
  return { ...options, ...(readout && { readout }) }
}
