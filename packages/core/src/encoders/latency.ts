import type { ParamValue } from '../kernel.ts'
import { checkOptions, is } from '../options.ts'
import { type Encoder, encoder } from './encoder.ts'

/** Options of `latency`. */
export interface LatencyOptions {
  /**
   * How the delay falls as x grows: 'linear' 1 - x; 'logarithmic' log(x / (x - threshold)), an RC circuit charged by x.
   * @default 'linear'
   */
  readonly code?: 'linear' | 'logarithmic'
  /**
   * Whether the code is stretched over all time steps. If not, delays are in units of `tau` steps, and those beyond the end never fire.
   * @default true
   */
  readonly normalize?: boolean
  /**
   * Whether values below the threshold stay silent. If not, they fire as late as the code allows.
   * @default true
   */
  readonly clip?: boolean
  /**
   * Least value told from darkness, above 0 and below 1.
   * @default 0.01
   */
  readonly threshold?: ParamValue
  /**
   * Scale of delays, above 0, in time steps. Only with `normalize: false`, as it cancels otherwise.
   * @default 1
   */
  readonly tau?: ParamValue
}

// Delays are raised by more than differences of f32 fall short, so that what is half a step late is rounded up.

/** How far above its threshold the RC circuit counts as charging; it bounds the logarithm, as in snnTorch. */
const epsilon = 1e-7

const delays = {
  linear: `
    delay = 1 - max(input, threshold)
    longest = 1
  `,
  logarithmic: `
    edge = threshold + ${epsilon}
    longest = log(edge / ${epsilon})
    delay = where(input > edge, log(input / (input - threshold)), longest)
  `,
}

const known = {
  code: is.oneOf('linear', 'logarithmic'),
  normalize: is.flag,
  clip: is.flag,
  threshold: is.anything,
  tau: is.anything,
}

/**
 * Time to first spike: every value fires at most once, the brighter the earlier (snnTorch's `spikegen.latency`, whose own defaults are
 * `{ code: 'logarithmic', normalize: false, clip: false, tau: 1 }`). Values from 0 to 1; spikes.
 *
 * Unlike snnTorch, `normalize` stretches by the longest delay there can be, not by the longest in the batch, so that a sample's
 * code does not depend on its neighbours; and a delay beyond the end costs no other value its spike in the last step.
 *
 * Throws HILLOCK_OPTION if an option is unknown, the threshold is out of bounds, or `tau` comes with `normalize`.
 *
 * @example
 * ```ts
 * import { latency } from '@hillock/core'
 *
 * latency({ code: 'logarithmic', threshold: 0.05 })
 * ```
 */
export function latency(options: LatencyOptions = {}): Encoder {
  checkOptions('latency', options, known)
  const { code = 'linear', normalize = true, clip = true, ...given } = options
  return encoder<'threshold' | 'tau'>({
    name: 'latency',
    params: { threshold: 0.01, ...(normalize ? {} : { tau: 1 }) } as Record<'threshold' | 'tau', ParamValue>,
    bounds: { threshold: [1e-6, 1 - 1e-6], ...(normalize ? {} : { tau: { above: 0 } }) },
    range: [0, 1],
    equations: `
      ${delays[code]}
      scale = ${normalize ? '(steps - 1) / longest' : 'tau'}
      spike = (t == floor((delay + 2e-7) * scale + 0.5))${clip ? ' * (input >= threshold)' : ''}
    `,
  })(given)
}
