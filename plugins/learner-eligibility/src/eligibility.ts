import { adam, HillockError, type Layer, type Learner, type Optimizer } from '@hillock/core'
import {
  type Adjoints,
  activityOf,
  adjoints,
  forward,
  type LayerGradients,
  type LayerPass,
  layerGradients,
  outputError,
  type Runtime,
  ratePenalties,
  type Signals,
  type Tensor,
  throughLayers,
  update,
} from '@hillock/core/learner'
import type { FiringRate } from '@hillock/core/losses'
import { checkOptions, is } from '@hillock/core/options'
import { exponential } from './exponential.ts'
import { onlineStep } from './online.ts'
import { type Feedback, learningSignals } from './signal.ts'

/** Options of `eligibility`. */
export interface EligibilityOptions {
  /** Turns gradients into new weights. Default: `adam()`. */
  readonly optimizer?: Optimizer
  /** The trace of a synapse: derived from the neuron's own equations ('neuron'), or a decaying sum of surrogate times input ('exponential'). Default: 'neuron'. */
  readonly trace?: 'neuron' | 'exponential'
  /** Part of an exponential trace left after a step. Default: exp(-1/20). */
  readonly decay?: number
  /** The name of a recorded value that an exponential trace uses instead of the derivative of the spike by its current. */
  readonly surrogate?: string
  /** How the error reaches hidden layers: by fixed random weights ('random'), by the transposed weights above ('symmetric'), or by your own function. Default: 'random'. */
  readonly feedback?: Feedback
  /** Standard deviation of the random weights. Default: 1 / sqrt(neurons of the layer). */
  readonly deviation?: number
  /**
   * What is carried to hidden layers: the derivative of the loss by the output ('output'), which is known at every step, or by the
   * currents of the output layer ('current'), which has the dynamics of its neurons in it and is known when time is over; online, traces are
   * filtered by the readout instead, one for each synapse, and its neurons must be linear: `leakyIntegrator()`. With symmetric feedback also that by the currents of each layer on the way down ('layers'): the gradient at any depth, but for what goes from neuron to
   * neuron along recurrent matrices.
   */
  readonly error?: 'output' | 'current' | 'layers'
  /** 'algebraic': traces are summed by a backward scan after the last step. 'online': they are carried along, and memory is the same for any T. Default: 'algebraic'. */
  readonly mode?: 'algebraic' | 'online'
  /** Online: weights change after every so many steps. Default: after the last step. */
  readonly every?: number
  /** Keeps the firing rates of hidden layers within bounds. */
  readonly regularize?: FiringRate
}

/**
 * Three-factor learning: the trace that a synapse keeps of its input and its neuron, times an error that reaches the neuron. With traces
 * from the neuron's own equations it is e-prop (Bellec et al. 2020). Throws HILLOCK_OPTION if an option is wrong, and HILLOCK_UNSUPPORTED if the
 * traces of a neuron cannot be carried online.
 */
export function eligibility(options: EligibilityOptions = {}): Learner {
  check(options)
  const { optimizer = adam(), trace = 'neuron', feedback = 'random', deviation, regularize } = options
  const { decay = Math.exp(-1 / 20), surrogate, error: carried = 'output' } = options
  if (options.mode === 'online' && carried !== 'layers') {
    return {
      name: 'eligibility',
      step: onlineStep({ optimizer, feedback, deviation, error: carried, every: options.every }),
    }
  }
  const keep = (layer: Layer) => (surrogate === undefined ? [] : [checkRecord(layer, surrogate)])

  /** The sum over time of learning signal times trace is that of adjoints times input: for each synapse nothing is kept. */
  const find = (runtime: Runtime, pass: LayerPass, signals: Signals): Adjoints =>
    trace === 'neuron'
      ? adjoints(runtime, pass, signals, { within: true })
      : exponential(runtime, pass, signals, decay, surrogate)

  return {
    name: 'eligibility',
    async step(runtime, batch) {
      const passes = forward(runtime, batch, { learn: true, keep })
      const [output, ...hidden] = passes.toReversed() as [LayerPass, ...LayerPass[]]
      const activity = activityOf(runtime, passes)
      const found = await outputError(runtime, output, batch.labels)
      const { penalty, bias } = await ratePenalties(runtime, passes, regularize)
      let layers: LayerGradients[]
      if (carried === 'layers') {
        layers = await throughLayers(runtime, passes, found.signals, { of: () => ({ within: true }), bias })
      } else {
        const top = find(runtime, output, found.signals)
        const errors: Readonly<Record<string, Tensor>> = carried === 'output' ? found.signals : top.currents
        layers = [await layerGradients(runtime, output, top)]
        const signals = learningSignals(runtime, passes, errors, { feedback, deviation, bias })
        for (const pass of hidden) {
          const spike = signals.get(pass.layer.index)!
          layers.push(await layerGradients(runtime, pass, find(runtime, pass, { spike })))
        }
      }
      await update(runtime, optimizer, layers, batch.progress)
      return { loss: found.loss + penalty, correct: found.correct, activity }
    },
  }
}

function checkRecord({ name, neuron }: Layer, wanted: string): string {
  if (neuron.definition.record.includes(wanted)) return wanted
  const hint = `set it in the equations, '${wanted} = surrogate(...)', and give the neuron record: ['${wanted}']`
  throw new HillockError('HILLOCK_OPTION', `eligibility: ${name} (${neuron.name}) records no '${wanted}'`, { hint })
}

const feedback = is.oneOf('random', 'symmetric')

const known = {
  optimizer: is.optimizer,
  trace: is.oneOf('neuron', 'exponential'),
  decay: is.number(0, 1),
  surrogate: is.text,
  feedback: (value: unknown) => (typeof value === 'function' ? undefined : feedback(value)),
  deviation: is.above(0),
  error: is.oneOf('output', 'current', 'layers'),
  mode: is.oneOf('algebraic', 'online'),
  every: is.whole(1),
  regularize: is.penalty,
}

function check(options: EligibilityOptions): void {
  checkOptions('eligibility', options, known)
  const refuse = (found: string, hint: string): never => {
    throw new HillockError('HILLOCK_OPTION', `eligibility: ${found}`, { hint })
  }
  const { trace, decay, surrogate, feedback, error, mode, every, regularize } = options
  if (trace !== 'exponential' && (decay ?? surrogate) !== undefined)
    refuse("decay and surrogate belong to trace: 'exponential'", 'omit them')
  if (typeof feedback === 'function' && regularize !== undefined)
    refuse('a learning signal of your own leaves no place for regularize', 'add the penalty to the signal yourself')
  if (error === 'layers' && (feedback !== 'symmetric' || trace === 'exponential'))
    refuse(
      "error: 'layers' is the derivative down the weights",
      "give feedback: 'symmetric' and trace: 'neuron', or use random-bp with feedback: 'layered'",
    )
  if (mode !== 'online') {
    if (every !== undefined) refuse("every belongs to mode: 'online'", 'leave it out')
    return
  }
  if (trace === 'exponential')
    refuse('an exponential trace is one for each synapse and is not carried online', "use trace: 'neuron'")
  if (error === 'layers') refuse('the error of hidden currents is not known while time runs', "use error: 'current'")
  if (regularize !== undefined) refuse('firing rates are not known while time runs', 'omit regularize')
}
