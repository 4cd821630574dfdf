import { type Encoder, HillockError, type Learner, type Optimizer, poisson, sgd } from '@hillock/core'
import type { Values } from '@hillock/core/backend'
import {
  activityOf,
  forward,
  type LayerPass,
  layerGradients,
  type OutputError,
  outputError,
  type Runtime,
  type Tensor,
  update,
} from '@hillock/core/learner'
import { type Check, checkOptions, is } from '@hillock/core/options'
import { keepWithin, ofWeights } from './bounds.ts'
import { type Environment, live } from './environment.ts'
import { type ReturnOptions, returns } from './returns.ts'
import { checkChances, checkPlain, likelihood, type PairOptions, pairs } from './rules.ts'

/** The output of a network for a batch, from which you compute a reward. */
export interface Outcome {
  /** [steps, size, outputs], row-major: the output of the last layer. */
  readonly spikes: Values
  /** [size, outputs]: the logits or evidence that the loss uses. */
  readonly scores: Float64Array
  /** [size]: the index of the largest score of each. */
  readonly predictions: ArrayLike<number>
  /** [size], the class of each; zeros if examples have none. */
  readonly labels: ArrayLike<number>
  /** Time steps. */
  readonly steps: number
  /** Number of examples in the batch. */
  readonly size: number
}

/** [size], at the end of each example, or [size, steps], row-major. */
export type Reward = (outcome: Outcome) => ArrayLike<number>

/** Options of `reward`. */
export interface RewardOptions extends ReturnOptions {
  /** What a synapse gets credit for. 'stdp': pairs of spikes, with any neurons. 'max': making the spikes more likely, with neurons that fire by chance. Default: 'stdp'. */
  readonly rule?: 'stdp' | 'max'
  /** Computes the reward from the network's output. Default: 1 for the right class, 0 for another. */
  readonly reward?: Reward
  /** The environment in which the network acts, instead of the examples' input. Default: none. */
  readonly environment?: Environment
  /** Time steps for each action in an environment. Default: 16. */
  readonly period?: number
  /** Encoder of the observations in an environment. Default: `poisson({ probability: 0.5 })`. */
  readonly encoder?: Encoder
  /** The pairs of 'stdp'. */
  readonly pairs?: PairOptions
  /** Default: `sgd({ learningRate: 0.01, momentum: 0 })`. */
  readonly optimizer?: Optimizer
}

const part = is.number(0, 1)
const amount = is.number(0)
const known = {
  rule: is.oneOf('stdp', 'max'),
  reward: is.callable,
  environment: is.made('an environment: { begin, observe, act }', 'begin', 'observe', 'act'),
  period: is.whole(1),
  encoder: is.encoder,
  pairs: is.record,
  optimizer: is.optimizer,
  keep: part,
  expected: is.number(),
  memory: part,
}
const rising: Check = (value) => {
  const [low, high, ...more]: unknown[] = Array.isArray(value) ? value : []
  const right = Number.isFinite(low) && Number.isFinite(high) && Number(low) < Number(high) && more.length === 0
  return right ? undefined : 'give a lower number, then a higher: bounds: [-1, 1]'
}
const ofPairs = { potentiation: amount, depression: amount, preDecay: part, postDecay: part, bounds: rising }

/**
 * A three-factor rule. The credit of a synapse, from the spikes on its two sides, is kept in an eligibility trace. It becomes a change when a
 * reward says how much better it went than expected (Frémaux and Gerstner 2016). 'stdp' credits pairs of spikes (Izhikevich 2007; Florian 2007), 'max'
 * what made the spikes that came more likely (R-max; Williams 1992), which goes up the expected reward. All layers learn from the same
 * reward; no error is sent back. Works on networks of every structure.
 *
 * Reports the reward of each batch as a metric. Throws HILLOCK_OPTION if an option is unknown or its value is not allowed. In training, 'max' throws
 * HILLOCK_OPTION if neurons do not record their chance to fire; 'stdp' throws HILLOCK_OPTION if a current is constant, HILLOCK_UNSUPPORTED if neurons
 * learn parameters. Both throw HILLOCK_SHAPE if the number of rewards is wrong.
 */
export function reward(options: RewardOptions = {}): Learner {
  checkOptions('reward', options, known)
  if (options.pairs) checkOptions('reward: pairs', options.pairs, ofPairs)
  const { rule = 'stdp', reward: judge, environment, optimizer = sgd({ learningRate: 0.01, momentum: 0 }) } = options
  const { encoder = poisson({ probability: 0.5 }), period = 16 } = options
  return {
    name: 'reward',
    unlabelled: judge !== undefined || environment !== undefined,
    async step(runtime, given) {
      if (rule === 'max') checkChances(runtime)
      else checkPlain(runtime)
      const lived = environment && (await live(runtime, given, environment, { encoder, period }))
      const batch = lived?.batch ?? given
      const passes = forward(runtime, batch, { learn: true, keep: () => (rule === 'max' ? ['p'] : []) })
      const output = passes.at(-1)!
      const error = await outputError(runtime, output, batch.labels)
      const rewards = lived?.rewards ?? (await judged(runtime, output, error, judge))
      const gain = await returns(runtime, batch, rewards, options)
      const layers = []
      for (const pass of passes) {
        const wide = spread(runtime, gain, pass)
        if (rule === 'max') layers.push(await layerGradients(runtime, pass, likelihood(runtime, pass, wide)))
        else layers.push(ofWeights(await layerGradients(runtime, pass, pairs(runtime, pass, wide, options.pairs))))
      }
      await update(runtime, optimizer, layers, batch.progress)
      if (rule === 'stdp') keepWithin(runtime, layers, options.pairs?.bounds ?? [-1, 1])
      const { loss, correct } = error
      const sum = Array.from(rewards).reduce((all, one) => all + one, 0)
      return { loss, correct, activity: activityOf(runtime, passes), metrics: { reward: sum / batch.size } }
    },
  }
}

/** The rewards for what the last layer gave out. */
async function judged(
  runtime: Runtime,
  { batch, spikes }: LayerPass,
  { predictions, scores }: OutputError,
  judge: Reward | undefined,
): Promise<ArrayLike<number>> {
  const { labels, targets, steps, size } = batch
  if (judge === undefined && targets) {
    const hint = 'give examples with labels, or a function as reward'
    throw new HillockError('HILLOCK_OPTION', 'reward: by default it needs classes, but the examples have targets', {
      hint,
    })
  }
  if (judge === undefined) return Array.from(predictions, (found, b) => (found === labels[b] ? 1 : 0))
  const rewards = judge({ spikes: await runtime.backend.read(spikes), scores, predictions, labels, steps, size })
  if (rewards?.length === size || rewards?.length === size * steps) return rewards
  const found = `reward: ${rewards?.length ?? 'no'} numbers for ${size} examples of ${steps} steps`
  throw new HillockError('HILLOCK_SHAPE', found, {
    hint: `give ${size} numbers, or ${size * steps}, one for each step`,
  })
}

/** The same for all neurons of a layer: [T, B, 1] to [T, B, N]. */
function spread(runtime: Runtime, gain: Tensor, { layer, spikes }: LayerPass): Tensor {
  const wide = runtime.temporary(spikes.shape)
  runtime.backend.matmul(gain, runtime.fixed([1, layer.size], 1), wide)
  return wide
}
