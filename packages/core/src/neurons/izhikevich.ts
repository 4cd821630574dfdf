import { type Neuron, type OptionsOf, shaped } from '../neuron.ts'
import { is } from '../options.ts'
import { sigmoid } from '../surrogates.ts'

/**
 * Izhikevich's simple model (Izhikevich 2003, eqs. 1-3): 20 kinds of cortical firing from four numbers. As in the paper's program the
 * membrane takes two half steps for each step of the recovery variable; here it is reset in the step of its spike.
 *
 * - `a`: rate of recovery, from 0 to 2 / dt, in 1/ms; 0.02.
 * - `b`: how much recovery follows the membrane, without unit; 0.2.
 * - `c`: the membrane after a spike, below `peak`, in mV; -65.
 * - `d`: what a spike adds to recovery, in mV/ms; 8.
 * - `peak`: the membrane at which a spike is cut off, in mV; 30.
 * - `dt`: length of a time step, above 0 and up to 1, in ms; 1.
 * - `detach`: whether the jump of the recovery variable is a constant to the gradient (the default).
 *
 * The defaults are the paper's regular spiking cell; the input is of the order of 10. The default surrogate is 10 mV wide, its area 1. States: `v`
 * in mV, -65 at the start, and `u` in mV/ms; `record: ['pre']` gives the membrane at its peak.
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

export type IzhikevichOptions = { readonly detach?: boolean } & OptionsOf<
  'a' | 'b' | 'c' | 'd' | 'peak' | 'dt',
  'pre' | 'v' | 'u'
>
