import { type Learner, type Optimizer, sgd } from '@hillock/core'
import { kernels } from '@hillock/core/backend'
import { activityOf, checkDense, forward, outputError, overTime, update } from '@hillock/core/learner'
import { weightNames } from '@hillock/core/network'
import { checkOptions, is } from '@hillock/core/options'

export interface TemplateNameOptions {
  readonly optimizer?: Optimizer
}

/** The first factor: what comes in leaves a trace. */
const trace = kernels({
  name: 'trace',
  equations: 'x = 0.5 * x + spike',
  inputs: ['spike'],
  params: [],
  state: { x: 0 },
  outputs: ['x'],
  record: [],
})

/** The second and the third: how much more than usual the neuron fired, and the reward. The optimizer takes what is to go down, hence the minus. */
const credit = kernels({
  name: 'credit',
  equations: 'change = -reward * (spike - 0.4)',
  inputs: ['spike', 'reward'],
  params: [],
  state: {},
  outputs: ['change'],
  record: [],
})

/**
 * A three-factor rule to begin with (Frémaux and Gerstner 2016): a synapse is credited where its neuron fires after what came in, and changes by that
 * times a reward: 1 for the right class, 0 for another, less the mean of the batch. No error is sent back.
 */
export function templateName(options: TemplateNameOptions = {}): Learner {
  checkOptions('templateName', options, { optimizer: is.optimizer })
  const { optimizer = sgd({ learningRate: 0.03, momentum: 0 }) } = options
  return {
    name: 'template-name',
    async step(runtime, batch) {
      checkDense('template-name', runtime.network)
      const passes = forward(runtime, batch, { training: true })
      const { loss, correct, predictions } = await outputError(runtime, passes.at(-1)!, batch.labels)
      // one number for each example: this is the place for a reward of your own
      const expected = correct / batch.size
      const rewards = Array.from(predictions, (found, b) => (found === batch.labels[b] ? 1 : 0) - expected)
      const layers = passes.map(({ layer, input, spikes }) => {
        const reward = runtime.temporary([1, batch.size, layer.size]) // the same for all neurons
        const values = rewards.flatMap((one) => new Array<number>(layer.size).fill(one))
        runtime.backend.write(reward, values)
        const before = overTime(runtime, trace, batch.steps, { spike: input })
        const after = overTime(runtime, credit, batch.steps, { spike: spikes, reward })
        const gradient = runtime.temporary([layer.inputs, layer.size])
        runtime.backend.matmul(before, after, gradient, { transposeA: true }) // summed over time and examples
        return { layer, gradients: new Map([[weightNames(layer, 'input').weight, gradient]]) }
      })
      await update(runtime, optimizer, layers, batch.progress)
      return { loss, correct, activity: activityOf(runtime, passes), metrics: { reward: expected } }
    },
  }
}
