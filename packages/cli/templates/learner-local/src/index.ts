import { HillockError, type Learner, type Optimizer, sgd } from '@hillock/core'
import { kernels } from '@hillock/core/backend'
import { activityOf, checkDense, forward, layerGradients, outputError, overTime, update } from '@hillock/core/learner'
import { checkOptions, is } from '@hillock/core/options'

export interface TemplateNameOptions {
  readonly optimizer?: Optimizer
  /** How often a hidden neuron should fire: below it grows, above it shrinks. Default: 0.2. */
  readonly usual?: number
}

/** What a neuron makes of what comes in, [T, B, N]: this is the place for a rule of your own. Downward, as a gradient. */
const rule = kernels({
  name: 'rule',
  equations: 'change = spike - wanted',
  inputs: ['spike', 'wanted'],
  params: [],
  state: {},
  outputs: ['change'],
  record: [],
})

/**
 * A local rule to begin with: a synapse changes by what comes in times how far its own neuron is from what is wanted of it, a firing rate in hidden
 * layers and the class in the last. No error is sent back. Whatever a learner keeps from step to step it keeps in `runtime.tensor`.
 */
export function templateName(options: TemplateNameOptions = {}): Learner {
  checkOptions('templateName', options, { optimizer: is.optimizer, usual: is.number(0, 1) })
  const { optimizer = sgd({ learningRate: 3e-4 }), usual = 0.2 } = options
  return {
    name: 'template-name',
    async step(runtime, batch) {
      checkDense('template-name', runtime.network)
      const learning = runtime.network.layers.find(({ neuron }) => neuron.learn.length > 0)
      if (learning !== undefined) {
        const found = `template-name: the neurons of ${learning.name} learn`
        throw new HillockError('HILLOCK_UNSUPPORTED', found, { hint: "leave 'learn' out" })
      }
      const passes = forward(runtime, batch, { training: true })
      const output = passes.at(-1)!
      const { loss, correct } = await outputError(runtime, output, batch.labels)
      // 1 for the class of each example, 0 for the others, at every step: [1, B, N]
      const { size } = output.layer
      const taught = runtime.temporary([1, batch.size, size])
      const isClass = (_: unknown, i: number) => (i % size === batch.labels[Math.floor(i / size)] ? 1 : 0)
      runtime.backend.write(taught, Array.from({ length: batch.size * size }, isClass))
      const layers = passes.map((pass) => {
        const wanted = pass === output ? taught : runtime.fixed([1, batch.size, pass.layer.size], usual)
        const input = overTime(runtime, rule, batch.steps, { spike: pass.spikes, wanted })
        return layerGradients(runtime, pass, { currents: { input }, perRow: {} })
      })
      await update(runtime, optimizer, await Promise.all(layers), batch.progress)
      return { loss, correct, activity: activityOf(runtime, passes) }
    },
  }
}
