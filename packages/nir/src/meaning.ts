import { type Check, checkOptions, is } from '@hillock/core/options'
import { neutral } from './neurons.ts'
import type { NirOptions } from './options.ts'

const flag: Check = is.flag
const areFields: Check = (value) =>
  is.names(value) ?? (value as string[]).map((name) => is.oneOf(...Object.keys(neutral))(name)).find((hint) => hint)

/** Throws HILLOCK_OPTION if an option is missing or unknown, or if its value is not allowed. */
export function checkMeaning(where: string, options: NirOptions): void {
  checkOptions(
    where,
    options,
    {
      dt: is.above(0),
      timeUnit: is.oneOf('s', 'ms', 'step'),
      method: is.oneOf('euler', 'exact'),
      reset: is.oneOf('zero', 'subtract'),
      charge: is.oneOf('step', 'time'),
      scaled: flag,
      atThreshold: flag,
      multiple: flag,
      floor: flag,
      leakySynapse: flag,
      ignore: areFields,
    },
    ['dt', 'timeUnit', 'method', 'reset'],
  )
}

/** Length of a step in the unit of the file. */
export const stepIn = ({ dt, timeUnit }: Pick<NirOptions, 'dt' | 'timeUnit'>): number =>
  timeUnit === 'ms' ? dt * 1000 : dt

const reset = ['IF.v_reset', 'LIF.v_reset', 'CubaLIF.v_reset']

/**
 * How simulators run the files that they read, to be passed along: `readNir(bytes, { dt: 1e-4, timeUnit: 's', ...presets.norse })`. From their
 * importers: snnTorch 1.0 (snntorch/import_nir.py), Norse 1.1 (norse/torch/utils/import_nir.py), Sinabs 3 (sinabs/nir.py), where times are
 * counted in steps, and SpikingJelly (activation_based/nir_exchange/from_nir.py). What they refuse is read here as the file says.
 */
export const presets = {
  snntorch: { method: 'euler', reset: 'zero', ignore: reset },
  norse: { method: 'euler', reset: 'zero', leakySynapse: true, ignore: [...reset, 'IF.r', 'LIF.r'] },
  sinabs: {
    dt: 1,
    timeUnit: 'step',
    method: 'exact',
    reset: 'subtract',
    scaled: false,
    atThreshold: true,
    multiple: true,
    floor: true,
    ignore: [...reset, 'IF.r'],
  },
  spikingjelly: { method: 'euler', reset: 'zero', charge: 'time', atThreshold: true },
} as const satisfies Readonly<Record<string, Partial<NirOptions>>>
