import { type Learner, type Optimizer, sgd } from '@hillock/core'
import { kernels } from '@hillock/core/backend'
import {
  activityOf,
  checkDense,
  forward,
  type LayerGradients,
  type LayerPass,
  outputError,
  overTime,
  type Runtime,
  type Tensor,
  update,
} from '@hillock/core/learner'
import { weightNames } from '@hillock/core/network'
import { checkOptions, is } from '@hillock/core/options'

export interface TemplateNameOptions {
  readonly optimizer?: Optimizer
}

const plain = { state: {}, record: [] }
/** What comes in leaves a trace: the first factor. */
const trace = kernels({
  ...plain,
  name: 'trace',
  equations: 'x = 0.5 * x + spike\nafter = x',
  inputs: ['spike'],
  params: [],
  state: { x: 0 },
  outputs: ['after'],
})
/** How often a neuron fires, about: it is credited for more, and for less. */
const usual = 0.4
/** The spikes of the neuron, and how much better it went than expected: the second and the third. Downward, as a gradient. */
const credit = kernels({
  ...plain,
  name: 'credit',
  equations: 'change = -reward * (spike - usual)',
  inputs: ['spike', 'reward'],
  params: ['usual'],
  outputs: ['change'],
})

/**
 * A three-factor rule to begin with (Frémaux and Gerstner 2016): a synapse is credited where its neuron fires after what came in, and changes by that
 * times a reward: 1 for the right class, 0 for another, less the mean of the batch. No error is sent back.
 */
export function templateName(options: TemplateNameOptions = {}): Learner {
  checkOptions('templateName', options, { optimizer: is.optimizer })
  const { optimizer = sgd({ rate: 0.03, momentum: 0 }) } = options
  return {
    name: 'template-name',
    async step(runtime, batch) {
      checkDense('template-name', runtime.network)
      const passes = forward(runtime, batch, { training: true })
      const { loss, correct, predictions } = await outputError(runtime, passes.at(-1) as LayerPass, batch.labels)
      // this is the place for a reward of your own
      const rewards = Array.from(predictions, (found, b) => (found === batch.labels[b] ? 1 : 0))
      const expected = correct / batch.size
      const layers = passes.map((pass) =>
        credited(
          runtime,
          pass,
          rewards.map((one) => one - expected),
        ),
      )
      await update(runtime, optimizer, layers, batch.progress)
      return { loss, correct, activity: activityOf(runtime, passes), metrics: { reward: expected } }
    },
  }
}

/** The three factors of a layer's weights, summed over time and examples. */
function credited(
  runtime: Runtime,
  { layer, batch, input, spikes }: LayerPass,
  rewards: readonly number[],
): LayerGradients {
  const { steps, size: count } = batch
  const given: Tensor = runtime.temporary([1, count, layer.size])
  runtime.backend.write(
    given,
    Float32Array.from({ length: count * layer.size }, (_, i) => rewards[Math.floor(i / layer.size)]!),
  )
  const before = overTime(runtime, trace, steps, { spike: input })
  const after = overTime(runtime, credit, steps, { spike: spikes, reward: given }, { usual })
  const gradient = runtime.temporary([layer.inputs, layer.size])
  runtime.backend.matmul(before, after, gradient, { transposeA: true })
  return { layer, gradients: new Map([[weightNames(layer, 'input').weight, gradient]]) }
}
