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
