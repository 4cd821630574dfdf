import {
  type Batch,
  forward,
  HillockError,
  type LayerPass,
  type Learner,
  type OutputError,
  outputError,
  type Runtime,
  type Tensor,
  weightNames,
} from '@hillock/core'
import { shareColumns } from './columns.ts'
import { adaptThresholds, type HomeostasisOptions } from './homeostasis.ts'
import { checkNumbers } from './options.ts'
import { program, runOnce, runOverTime } from './programs.ts'
import { readOut } from './read-out.ts'
import type { OutstarOptions } from './rules/outstar.ts'
import { rewardedTrace, trace } from './traces.ts'

export interface StdpOptions {
  /** Of a spike that comes right before (or with) a neuron's own, 0.01. */
  readonly potentiation?: number
  /** Of a spike that comes right after a neuron's own, 0.01. */
  readonly depression?: number
  /** What is left of a presynaptic trace after a step, exp(-dt / tau); 0.95. */
  readonly preDecay?: number
  /** The same of a postsynaptic trace; 0.95. */
  readonly postDecay?: number
  /** Weights stay within; 0 and 1. */
  readonly bounds?: readonly [low: number, high: number]
  /** Changes shrink with the distance that is left to the bound. False. */
  readonly soft?: boolean
  /** What the weights of each neuron add up to after each batch; anything unless given. */
  readonly total?: number
  readonly homeostasis?: HomeostasisOptions
  /** The last layer is no part of this: it reads out what neurons stand for, by the rule `outstar`. */
  readonly readout?: OutstarOptions
  /** Changes wait for a reward at the end of the presentation. */
  readonly reward?: RewardOptions
}

export interface RewardOptions {
  /** When the network classified the sample right; 1. */
  readonly right?: number
  /** When not; 0. */
  readonly wrong?: number
  /** Taken off either; the mean of the batch unless given. */
  readonly expected?: number
  /** What is left of an eligibility trace after a step; 1. */
  readonly keep?: number
}

/**
 * Pair-based spike-timing-dependent plasticity with traces (Morrison, Diesmann and Gerstner 2008, all-to-all): a neuron's spike
 * strengthens synapses by the presynaptic trace, a presynaptic spike weakens them by the trace of the neuron's spikes before it. Weights
 * are constant during a batch, and changes add up. Any network, on any backend.
 *
 * With `reward` it is modulated by reward (Izhikevich 2007; Frémaux and Gerstner 2016): what STDP would change is kept in an eligibility
 * trace and multiplied by the reward at the end. No trace is kept for each synapse: as pairs are outer products of what the two neurons
 * know, and the reward and its delay belong to the postsynaptic side, their sum over time is one product.
 *
 * Errors: HILLOCK_OPTION for values that cannot be, and where the input is a constant current.
 */
export function stdp(options: StdpOptions = {}): Learner {
  const { readout, reward, homeostasis, total } = options
  checkOptions(options)
  return {
    name: 'stdp',
    async step(runtime, batch) {
      const passes = forward(runtime, batch)
      const output = passes.at(-1)!
      const error = await outputError(runtime, output, batch.labels)
      const plastic = readout === undefined ? passes : passes.slice(0, -1)
      for (const pass of plastic) {
        pairSpikes(runtime, pass, rewardsOf(batch, error, reward), options)
        if (total !== undefined) shareColumns(runtime, weightOf(runtime, pass), total)
      }
      for (const pass of homeostasis === undefined ? [] : plastic) await adaptThresholds(runtime, pass, homeostasis!)
      if (readout !== undefined) await readOut(runtime, output, batch.labels, readout)
      return { loss: error.loss, correct: error.correct }
    },
  }
}

function checkOptions({ potentiation, depression, preDecay, postDecay, total, ...options }: StdpOptions): void {
  const { bounds: [low, high] = [0, 1], homeostasis, readout, reward } = options
  checkNumbers('stdp', { potentiation, depression, total }, 0, Infinity)
  checkNumbers('stdp', { preDecay, postDecay }, 0, 1)
  checkNumbers('stdp', { 'homeostasis.raise': homeostasis?.raise }, 0, Infinity)
  checkNumbers('stdp', { 'homeostasis.fade': homeostasis?.fade, 'reward.keep': reward?.keep }, 0, 1)
  checkNumbers('stdp', { 'readout.rate': readout?.rate, 'readout.floor': readout?.floor }, 0, 1)
  if (low < high) return
  throw new HillockError('HILLOCK_OPTION', `stdp: 'bounds' are ${low} and ${high}`, {
    hint: 'give a lower, then a higher',
  })
}

const weightOf = (runtime: Runtime, { layer }: LayerPass): Tensor =>
  runtime.tensor(weightNames(layer, 'input').weight, [layer.inputs, layer.size])

/**
 * For each sample how much better it went than expected, which is the mean of the batch: without that, what STDP would do unsupervised
 * drowns what reward teaches (Frémaux, Sprekeler and Gerstner 2010). 1 where there is no reward.
 */
function rewardsOf({ size, labels }: Batch, { predictions }: OutputError, reward: RewardOptions | undefined): number[] {
  if (reward === undefined) return new Array(size).fill(1)
  const { right = 1, wrong = 0 } = reward
  const rewards = Array.from(predictions, (prediction, b) => (prediction === labels[b] ? right : wrong))
  const expected = reward.expected ?? rewards.reduce((sum, one) => sum + one, 0) / size
  return rewards.map((one) => one - expected)
}

/** Changes the weights of a layer by the pairs of spikes before and behind its synapses. */
function pairSpikes(runtime: Runtime, pass: LayerPass, rewards: readonly number[], options: StdpOptions): void {
  const { potentiation = 0.01, depression = 0.01, preDecay = 0.95, postDecay = 0.95, reward } = options
  const [low, high] = options.bounds ?? [0, 1]
  const { layer, batch, input, spikes } = pass
  if (input.shape[0] !== batch.steps) {
    const hint = 'use an encoder that gives spikes, as poisson'
    throw new HillockError('HILLOCK_OPTION', 'stdp: the input is a constant current', { hint })
  }
  const { backend } = runtime
  const { inputs, size } = layer
  const shape = { steps: batch.steps, batch: batch.size }
  runtime.timed('update', () => {
    const given = runtime.temporary([1, batch.size, size])
    backend.write(
      given,
      Float32Array.from({ length: batch.size * size }, (_, i) => rewards[Math.floor(i / size)]!),
    )
    const { after } = runOverTime(runtime, trace, { decay: preDecay }, { ...shape, size: inputs }, { spike: input })
    const late = { decay: postDecay, keep: reward?.keep ?? 1, last: batch.steps - 1 }
    const { now, before } = runOverTime(
      runtime,
      rewardedTrace,
      late,
      { ...shape, size },
      { spike: spikes, reward: given },
    )
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
