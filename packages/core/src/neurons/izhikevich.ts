import type { ParamValue } from '../kernel.ts'
import { type Neuron, type NeuronOptions, shaped } from '../neuron.ts'
import { is } from '../options.ts'
import { sigmoid } from '../surrogates.ts'

/** Options of `izhikevich`. */
export interface IzhikevichOptions extends NeuronOptions<'a' | 'b' | 'c' | 'd' | 'peak' | 'dt', 'pre' | 'v' | 'u'> {
  /**
   * Rate of recovery, from 0 to 2 / dt, in 1/ms.
   * @default 0.02
   */
  readonly a?: ParamValue
  /**
   * How much recovery follows the membrane, in 1/ms.
   * @default 0.2
   */
  readonly b?: ParamValue
  /**
   * The membrane after a spike, below `peak`, in mV.
   * @default -65
   */
  readonly c?: ParamValue
  /**
   * What a spike adds to recovery, in mV/ms.
   * @default 8
   */
  readonly d?: ParamValue
  /**
   * The membrane at which a spike is cut off, above `c`, in mV.
   * @default 30
   */
  readonly peak?: ParamValue
  /**
   * Length of a time step, above 0 and up to 1, in ms.
   * @default 1
   */
  readonly dt?: ParamValue
  /**
   * Whether the jump of the recovery variable is a constant to the gradient.
   * @default true
   */
  readonly detach?: boolean
}

/**
 * Izhikevich's simple model (Izhikevich 2003, eqs. 1-3): 20 kinds of cortical firing from four numbers. As in the paper's program the
 * membrane takes two half steps for each step of the recovery variable; here it is reset in the step of its spike.
 *
 * The defaults are the paper's regular spiking cell; the input is of the order of 10. The default surrogate is 10 mV wide, its area 1.
 * States: `v` in mV, -65 at the start, and `u` in mV/ms; `record: ['pre']` gives the membrane at its peak. Throws HILLOCK_OPTION if an
 * option is unknown or a value is out of its range.
 *
 * @example
 * ```ts
 * import { dense, sequential } from '@hillock/core'
 * import { izhikevich } from '@hillock/core/neurons'
 *
 * // Fast spiking: a quick recovery, and little of it after a spike.
 * sequential(20, [dense(5), izhikevich({ a: 0.1, d: 2, record: ['v'] })])
 * ```
 */
export function izhikevich(options: IzhikevichOptions = {}): Neuron {
  return shaped(options, { detach: is.flag }, ({ detach = true }: Pick<IzhikevichOptions, 'detach'>) => ({
    name: 'izhikevich',
    params: { a: 0.02, b: 0.2, c: -65, d: 8, peak: 30, dt: 1 },
    // With longer steps the upstroke overshoots so far that the next step does not come back.
    bounds: { a: [0, '2 / dt'], c: { below: 'peak' }, peak: { above: 'c' }, dt: { above: 0, to: 1 } },
    state: { v: -65, u: 'b * v' },
    surrogate: sigmoid({ slope: 0.1 }),
    equations: `
    v = v + 0.5 * dt * (0.04 * v * v + 5 * v + 140 - u + input)
    pre = v + 0.5 * dt * (0.04 * v * v + 5 * v + 140 - u + input)
    u = u + dt * a * (b * pre - u)
    spike = heaviside(pre - peak, 1)
    v = where(spike, c, pre)
    u = u + d * ${detach ? 'detach(spike)' : 'spike'}`,
  }))
}
