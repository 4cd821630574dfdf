import { HillockError } from '@hillock/core'
import { evaluateSetup, type Kernels, kernels } from '@hillock/core/backend'
import {
  type Adjoints,
  adjoints,
  type LayerPass,
  overTime,
  productsOf,
  type Runtime,
  type Tensor,
} from '@hillock/core/learner'

/** What a synapse is credited for at each step, before the third factor: pairs of spikes. */
export interface PairOptions {
  /** The change by an input spike before the neuron's own. Default: 1. */
  readonly potentiation?: number
  /** The decrease by an input spike after the neuron's own. Default: 0. */
  readonly depression?: number
  /** Decay of a presynaptic trace per step, exp(-dt / tau). Default: 0.8. */
  readonly preDecay?: number
  /** Decay of a postsynaptic trace per step. Default: 0.8. */
  readonly postDecay?: number
  /** Bounds of the weights. Default: [-1, 1]. */
  readonly bounds?: readonly [low: number, high: number]
}

const program = (name: string, equations: string, inputs: string[], params: string[] = [], state = {}): Kernels =>
  kernels({ name, equations, inputs, params, state, outputs: ['y'], record: [] })

const credited = program('credited', 'y = gain * spike', ['spike', 'gain'])
const earlier = program(
  'earlier',
  `y = gain * (decay * x)
   x = decay * x + spike`,
  ['spike', 'gain'],
  ['decay'],
  { x: 0 },
)
const trace = program('trace', 'x = decay * x + spike\ny = x', ['spike'], ['decay'], { x: 0 })
const both = program('pairs', 'y = down * before - up * after', ['before', 'after'], ['up', 'down'])
const surprise = program('surprise', 'y = -gain * where(spike > 0.5, 1 / max(p, 1e-7), -1 / max(1 - p, 1e-7))', [
  'spike',
  'p',
  'gain',
])

/**
 * R-STDP (Izhikevich 2007; Florian 2007): pairs of spikes, times what is to come, as adjoints of the currents. A pair is a presynaptic trace
 * met by a spike: the same sum is a presynaptic spike that meets a trace of the spikes to come. So all of it is postsynaptic, [T, B, N], and
 * a connection of any kind makes weights of it as of any adjoint.
 */
export function pairs(runtime: Runtime, pass: LayerPass, gain: Tensor, options: PairOptions = {}): Adjoints {
  const { potentiation: up = 1, depression: down = 0, preDecay = 0.8, postDecay = 0.8 } = options
  const { layer, batch, spikes: spike, currents } = pass
  checkMoving(pass)
  const now = overTime(runtime, credited, batch.steps, { spike, gain })
  const after = traceOfWhatComes(runtime, now, preDecay)
  const before = overTime(runtime, earlier, batch.steps, { spike, gain }, { decay: postDecay })
  const delta = overTime(runtime, both, batch.steps, { before, after }, { up, down })
  return {
    currents: Object.fromEntries(Object.keys(currents).map((name) => [name, delta])),
    perRow: {},
    products: productsOf(runtime, layer, batch, delta),
  }
}

/**
 * R-max (Frémaux and Gerstner 2016; Williams 1992): up the logarithm of how likely the spikes were, log p where a neuron fired and log(1 - p) where
 * it did not, times what is to come. Back through the neuron's own equations it becomes (spike - p) times a trace of what came in.
 */
export function likelihood(runtime: Runtime, pass: LayerPass, gain: Tensor): Adjoints {
  const { spikes: spike, kept, batch } = pass
  const p = overTime(runtime, surprise, batch.steps, { spike, p: kept.p!, gain })
  return adjoints(runtime, pass, { p })
}

/** Throws HILLOCK_OPTION if a neuron does not say how likely it is to fire. */
export function checkChances({ network }: Runtime): void {
  const layer = network.layers.find(({ neuron }) => !neuron.definition.record.includes('p'))
  if (layer === undefined) return
  const hint = "use escapeLif(), or neurons that record their chance to fire as 'p', or rule: 'stdp'"
  const found = `reward by 'max': ${layer.name} (${layer.neuron.name}) has no chance to fire`
  throw new HillockError('HILLOCK_OPTION', found, { hint })
}

/** Throws HILLOCK_UNSUPPORTED if neurons have parameters to learn: no pair of spikes says how to change these. */
export function checkPlain({ network }: Runtime): void {
  const layer = network.layers.find(({ neuron }) => neuron.learn.length > 0)
  if (layer === undefined) return
  const hint = "omit 'learn', or use rule: 'max'"
  const found = `reward by 'stdp': ${layer.name} (${layer.neuron.name}) learns ${layer.neuron.learn.join(', ')}`
  throw new HillockError('HILLOCK_UNSUPPORTED', found, { hint })
}

/** Throws HILLOCK_OPTION if a current is the same at every step. */
function checkMoving({ layer, batch, currents }: LayerPass): void {
  if (batch.steps === 1 || Object.values(currents).every(({ shape }) => shape[0] === batch.steps)) return
  const hint = "use an encoder that gives spikes, such as poisson(), or rule: 'max'"
  throw new HillockError('HILLOCK_OPTION', `reward by 'stdp': the current into ${layer.name} is constant`, { hint })
}

/** The trace of values backward in time, y[s] = sum over t >= s of decay^(t - s) x[t]: the adjoint of the trace forward. */
function traceOfWhatComes(runtime: Runtime, values: Tensor, decay: number): Tensor {
  const [steps, batch, size] = values.shape as [number, number, number]
  const into = runtime.temporary(values.shape)
  const { x: _, ...setup } = evaluateSetup(trace.compiled, { decay }, 1) as Record<string, number>
  runtime.timed('backward', () =>
    runtime.backend.reverse(trace.reverse(), {
      ...{ steps, batch, size, setup },
      inputs: { spike: values },
      timeVarying: {},
      initial: { x: 0 },
      states: {},
      signals: { y: values },
      outputs: { spike: into },
    }),
  )
  return into
}
