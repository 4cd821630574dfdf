import { type Check, checkOptions, is } from '@hillock/core/options'
import { neutral } from './neurons.ts'

/** What a NIR file leaves open: it says how neurons move in continuous time, not in steps. */
export interface NirOptions extends NirVariant {
  /** Length of a time step, above 0, in seconds; of files that count in steps, 1. */
  readonly dt: number
  /** Unit of the time constants in the file: seconds as NIR has it, milliseconds, or steps. */
  readonly timeUnit: 's' | 'ms' | 'step'
  /**
   * 'euler': a step adds dt times the derivative, so that dt / tau leaks. 'exact': each equation's own solution with what drives it held for
   * the step, so that 1 - exp(-dt / tau) leaks.
   */
  readonly method: 'euler' | 'exact'
  /** After a spike the membrane is v_reset ('zero': it mostly is), or loses what is between v_reset and the threshold ('subtract'). */
  readonly reset: 'zero' | 'subtract'
}

/** How a simulator differs from the text of NIR; `presets` has four of them. */
export interface NirVariant {
  /** Whether `r` of IF and I is added per step or per second, for each unit of input. Default: 'step', as in most simulators. */
  readonly charge?: 'step' | 'time'
  /** Whether the leak scales the input of LI and LIF. Default: true; if not, `r` is ignored. */
  readonly scaled?: boolean
  /** Whether a membrane exactly at threshold fires. Default: false. */
  readonly atThreshold?: boolean
  /** Whether neurons spike as often in a step as the membrane holds the threshold. Default: false. */
  readonly multiple?: boolean
  /** Whether the membrane of IF stays from -v_threshold up. Default: false. */
  readonly floor?: boolean
  /** Whether the current of CubaLIF leaks to v_leak, as the membrane does. Default: false. */
  readonly leakySynapse?: boolean
  /** Fields that are taken as if they were not there: 'LIF.r' is 1, 'LIF.v_reset' is 0. Default: none. */
  readonly ignore?: readonly string[]
}

const flag: Check = is.flag
const areFields: Check = (value) =>
  is.names(value) ?? (value as string[]).map((name) => is.oneOf(...Object.keys(neutral))(name)).find((hint) => hint)

/** Throws HILLOCK_OPTION for an option that is missing, unknown or wrong. */
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
