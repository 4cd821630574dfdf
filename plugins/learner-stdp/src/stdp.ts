import {
  activityOf,
  type Batch,
  checkDense,
  forward,
  HillockError,
  type LayerPass,
  type Learner,
  outputError,
  type Runtime,
  type Tensor,
  weightNames,
} from '@hillock/core'
import { shareColumns } from './columns.ts'
import { adaptThresholds, type HomeostasisOptions } from './homeostasis.ts'
import { checkStdpOptions } from './options.ts'
import { program, runOnce, runOverTime } from './programs.ts'
import { type ReadoutOptions, readOut } from './read-out.ts'
import { postsynaptic, trace } from './traces.ts'

export interface StdpOptions {
  /** Added to a weight when a spike comes right before, or with, its neuron's own. 0 or more. Default: 0.01. */
  readonly potentiation?: number
  /** Taken off a weight when a spike comes right after its neuron's own. 0 or more. Default: 0.01. */
  readonly depression?: number
  /** The part of a presynaptic trace that is left after a step: exp(-dt / tau), from 0 to 1. Default: 0.95. */
  readonly preDecay?: number
  /** The same of a postsynaptic trace. Default: 0.95. */
  readonly postDecay?: number
  /** STDP keeps weights within these; `total` is applied afterwards. Default: [0, 1]. */
  readonly bounds?: readonly [low: number, high: number]
  /** Whether changes shrink with the distance to the bound. Default: false. */
  readonly soft?: boolean
  /** What the weights of each neuron add up to after each batch. Default: not fixed. */
  readonly total?: number
  /** Thresholds rise with use. Default: they stay. */
  readonly homeostasis?: HomeostasisOptions
  /** The last layer learns what the neurons below stand for, not by STDP. `{}` takes its defaults. Default: it learns by STDP. */
  readonly readout?: ReadoutOptions
}

/**
 * Pair-based spike-timing-dependent plasticity with traces, all-to-all (Morrison, Diesmann and Gerstner 2008). A neuron's spike
 * strengthens its synapses by the presynaptic trace. A presynaptic spike weakens a synapse by the trace of the neuron's earlier spikes.
 * Weights are constant during a batch, and changes add up. Trains any network, on any backend; the loss is only reported.
 *
 * Throws HILLOCK_OPTION if an option is unknown or out of range, and in training if the input is a constant current.
 */
export function stdp(options: StdpOptions = {}): Learner {
  checkStdpOptions(options)
  const { readout, homeostasis, total } = options
  return {
    name: 'stdp',
    unlabelled: readout === undefined,
    async step(runtime, batch) {
      checkInput(batch)
      if (readout !== undefined) checkLabelled(batch)
      checkDense('stdp', runtime.network)
      const passes = forward(runtime, batch)
      const output = passes.at(-1)!
      const error = await outputError(runtime, output, batch.labels)
      const plastic = readout === undefined ? passes : passes.slice(0, -1)
      for (const pass of plastic) {
        pairSpikes(runtime, pass, options)
        if (total !== undefined) shareColumns(runtime, weightOf(runtime, pass), total)
      }
      for (const pass of homeostasis === undefined ? [] : plastic) await adaptThresholds(runtime, pass, homeostasis!)
      if (readout !== undefined) await readOut(runtime, output, batch.labels, readout)
      return { loss: error.loss, correct: error.correct, activity: activityOf(runtime, passes) }
    },
  }
}

/** Throws HILLOCK_OPTION if the input does not change in time. */
function checkInput({ input, steps }: Batch): void {
  if (input.shape[0] === steps && (steps > 1 || input.kind === 'spikes')) return
  const hint = 'use an encoder that gives spikes, as poisson'
  throw new HillockError('HILLOCK_OPTION', 'stdp: the input is a constant current', { hint })
}

/** Throws HILLOCK_OPTION if there are no classes to be told. */
function checkLabelled({ targets }: Batch): void {
  if (targets === undefined) return
  const hint = 'give examples with labels, or leave readout out'
  throw new HillockError('HILLOCK_OPTION', 'stdp: the readout goes by classes, the examples have targets', {
    hint,
  })
}

const weightOf = (runtime: Runtime, { layer }: LayerPass): Tensor =>
  runtime.tensor(weightNames(layer, 'input').weight, [layer.inputs, layer.size])

/** Changes the weights of a layer by the pairs of spikes before and behind its synapses. */
function pairSpikes(runtime: Runtime, pass: LayerPass, options: StdpOptions): void {
  const { potentiation = 0.01, depression = 0.01, preDecay = 0.95, postDecay = 0.95 } = options
  const [low, high] = options.bounds ?? [0, 1]
  const { layer, batch, input, spikes } = pass
  const { backend } = runtime
  const { inputs, size } = layer
  const shape = { steps: batch.steps, batch: batch.size }
  runtime.timed('update', () => {
    const { after } = runOverTime(runtime, trace, { decay: preDecay }, { ...shape, size: inputs }, { spike: input })
    const behind = { ...shape, size }
    const { now, before } = runOverTime(runtime, postsynaptic, { decay: postDecay }, behind, { spike: spikes })
    const [up, down] = [runtime.temporary([inputs, size]), runtime.temporary([inputs, size])]
    backend.matmul(after!, now!, up, { transposeA: true })
    backend.matmul(input, before!, down, { transposeA: true })
    const change = options.soft ? soft : hard
    runOnce(runtime, change, { potentiation, depression, low, high }, { up, down }, { weight: weightOf(runtime, pass) })
  })
}

/** Changes stop at the bounds. */
const hard = program({
  name: 'stdp',
  inputs: ['up', 'down'],
  params: ['potentiation', 'depression', 'low', 'high'],
  state: { weight: 0 },
  equations: 'weight = clip(weight + potentiation * up - depression * down, low, high)',
})

/** Van Rossum, Bi and Turrigiano 2000, for both signs: the nearer the bound, the smaller the change. */
const soft = program({
  name: 'soft stdp',
  inputs: ['up', 'down'],
  params: ['potentiation', 'depression', 'low', 'high'],
  state: { weight: 0 },
  equations: `
  change = potentiation * up * (high - weight) - depression * down * (weight - low)
  weight = clip(weight + change, low, high)`,
})
