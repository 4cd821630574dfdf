import { type Check, checkOptions, checkValue, is } from '@hillock/core/options'
import type { StdpOptions } from './stdp.ts'

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
  total: amount,
  homeostasis: group,
  readout: group,
}

/** Throws HILLOCK_OPTION if an option is unknown or missing, or if its value is out of range. */
export function checkStdpOptions(options: StdpOptions): void {
  checkOptions('stdp', options, known)
  const { homeostasis, readout } = options
  if (options.soft && options.bounds) checkValue('stdp', 'bounds', options.bounds, softBounds)
  const rising = { raise: amount, fade: part, rest: finite }
  if (homeostasis) checkOptions('stdp: homeostasis', homeostasis, rising, ['raise', 'rest'])
  if (readout) checkOptions('stdp: readout', readout, { rate: part, floor: is.number(1e-6, 1) })
}
